"""Plain text: paragraphs between empty lines, lines broken to fit joined again."""

from assistant.corpus.readers import decoding
from assistant.corpus.readers.content import Builder, Content
from assistant.corpus.readers.lines import reflow


def read(data: bytes, path: str) -> Content:
    """Return the content of a text file in any usual encoding. Raises RefusedError for bytes that aren't text."""
    built = Builder()
    paragraph: list[str] = []
    for line in [*reflow(decoding.decode(data, path).split("\n")), ""]:
        if line:
            paragraph.append(line)
        elif paragraph:
            built.add("\n".join(paragraph))
            paragraph = []
    return Content(built.text, built.blocks)
