"""The splitter as a LangChain `TextSplitter`, to be used in anyone's chain."""

from langchain_text_splitters import TextSplitter

from assistant.corpus import cutting
from assistant.text import tokens


class PassageSplitter(TextSplitter):
    """Cuts text as the passages of the index are cut: at paragraphs and sentences, Chinese and Latin."""

    def __init__(self, max_tokens: int = 220) -> None:
        """Let no piece have more than `max_tokens` tokens, counted by `tokens.count`."""
        super().__init__(max_tokens, 0, tokens.count, keep_separator="end", strip_whitespace=False)

    def split_text(self, text: str) -> list[str]:
        """Return the pieces; together they are `text`."""
        return cutting.cut(text, self._chunk_size)
