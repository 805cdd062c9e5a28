"""A model's draft in the language of the question: small models slip into Simplified Chinese, or into English."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain

from assistant.records import Language, Message, Prompt
from assistant.text import language as languages
from assistant.text import sentences
from assistant.text.normalize import simplify
from assistant.text.script import traditional

# Chinese characters and Latin words that tell that a draft is in the wrong language where its first sentence, which may
# begin with a list of Latin names, has not ended before; languages.TELLING tell that it is in the right one.
WRONG = 60
# A text of more characters with fewer of both is in neither language.
NEITHER = 80
_AGAIN: Mapping[Language, str] = {"zh-TW": "請用繁體中文回答。", "en": "Answer in English."}
_ENDS = "。！？；\n"

Write = Callable[[Sequence[Message]], Iterator[str]]


def kept(prompt: Prompt, write: Write) -> Iterator[str]:
    """Yield the draft that `write` makes of the prompt's messages, in the prompt's language.

    One that begins in the other language is written anew, with the language asked for once more at the prompt's end,
    where it costs no reading of what is before; what comes then stands. Simplified Chinese is put as Taiwan writes it,
    sentence by sentence. Raises what `write` raises.
    """
    with closing(write(prompt.messages)) as pieces:  # type: ignore[type-var]
        beginning: list[str] = []
        if _begins(beginning, pieces, prompt.language):
            yield from _as_written(prompt.language, chain(beginning, pieces))
            return
    with closing(write(_insisting(prompt))) as pieces:  # type: ignore[type-var]
        yield from _as_written(prompt.language, pieces)


def _begins(beginning: list[str], pieces: Iterator[str], language: Language) -> bool:
    """Say whether a draft begins in `language`, or tells too little; put what was taken for it into `beginning`."""
    text = ""
    for piece in pieces:
        beginning.append(piece)
        text += piece
        size, right = sum(languages.count(text)), languages.detect(text) == language
        if (size >= languages.TELLING and right) or (size < languages.TELLING and len(text) > NEITHER):
            return True
        if size >= WRONG or (size >= languages.TELLING and len(sentences.spans(text)) > 1):
            return False
    return speaks(text, language)


def speaks(text: str, language: Language, *, telling: int = languages.TELLING) -> bool:
    """Say whether a text is in `language`; one of fewer characters and words than `telling` doesn't tell."""
    return sum(languages.count(text)) < telling or languages.detect(text) == language


def _insisting(prompt: Prompt) -> list[Message]:
    *before, last = prompt.messages
    return [*before, replace(last, content=f"{last.content}\n\n{_AGAIN[prompt.language]}")]


def _as_written(language: Language, pieces: Iterator[str]) -> Iterator[str]:
    return _in_traditional(pieces) if language == "zh-TW" else pieces


def _in_traditional(pieces: Iterator[str]) -> Iterator[str]:
    """Yield Chinese in Traditional characters. A sentence waits for its end until a character shows that it is."""
    held, shown = "", False
    for piece in pieces:
        passed = ""
        for character in piece:
            shown = shown or simplify(character) != character
            held += character
            if shown or character in _ENDS or not languages.count(held)[0]:
                passed += held if shown else traditional(held)
                held, shown = "", shown and character not in _ENDS
        if passed:
            yield passed
    if held:
        yield traditional(held)
