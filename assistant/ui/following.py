"""Questions that lean on the one before: "what about Intel?", "那它的限制呢？".

Only words decide, and what was understood is shown: a question that names its own things is taken as it is.
"""

import re

from assistant.corpus.glossary import Glossary
from assistant.text import names
from assistant.text.figures import plain

LONGEST = 40
"""Characters up to which a question can be one that only names something else: what is longer says what it asks."""

_INSTEAD = re.compile(
    r"^(?:那麼|那|至於|換成)\s*(?P<zh>[^，。？?呢]{1,20}?)\s*呢\s*[？?]?$"
    r"|^(?:and\s+)?(?:what|how)\s+about\s+(?P<en>[^?]{1,40}?)\s*\??$|^and\s+(?:for\s+)?(?P<more>[^?]{1,40}?)\s*\?$",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"它們的?|它的?|他們的?|其(?=[\u4e00-\u9fff])|這些|前者|後者|上述"
    r"|\b(?:its|their|theirs|them|they|it|these|those|the former|the latter)\b",
    re.IGNORECASE,
)


def resolve(question: str, before: str | None, glossary: Glossary) -> str:
    """Return what a question asks after the one `before` it; itself where it stands alone."""
    if not before or len(question) > LONGEST:
        return question
    things = _things(before, glossary)
    instead = _INSTEAD.match(question.strip())
    if instead:
        named = next(filter(None, instead.groups()))
        return _exchanged(before, things, named.strip())
    if things and _REFERS.search(question) and not _things(question, glossary):
        return _REFERS.sub(lambda match: _named(things, match[0]), question, count=1)
    return question


def _named(things: list[str], pronoun: str) -> str:
    """Return the things in the form of the pronoun that stands for them."""
    if pronoun.isascii():
        return " and ".join(things) + ("'s" if pronoun.lower() in ("its", "their") else "")
    return "、".join(things) + (" 的" if pronoun.endswith(("的", "其")) else " ")


def _exchanged(before: str, things: list[str], named: str) -> str:
    """Return the earlier question about something else: its things, from the first to the last, give way to it."""
    if not things:
        return f"{before} {named}"
    start = min(before.index(thing) for thing in things)
    end = max(before.index(thing) + len(thing) for thing in things)
    return f"{before[:start]}{named}{before[end:]}"


def _things(text: str, glossary: Glossary) -> list[str]:
    """Return the companies, products and models named in a text; the glossary knows those with a Chinese name."""
    known = {
        plain(chinese): english
        for entry in glossary.entries
        for english in entry.en[:1]
        if english[:1].isupper() and names.find(f"x {english}")
        for chinese in entry.zh
    }
    spans: list[tuple[int, int]] = []
    for name in names.find(text, known):
        if spans and not text[spans[-1][1] : name.start].strip():  # "Jetson Thor" is one thing
            spans[-1] = spans[-1][0], name.end
        else:
            spans.append((name.start, name.end))
    return list(dict.fromkeys(text[start:end] for start, end in spans))
