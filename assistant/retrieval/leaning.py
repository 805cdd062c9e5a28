"""What a later part of a question leaves out, told from the first: "… 多少錢？功耗多少？", "… 那 200B 呢？".

Only words decide, and only where one thing can be meant: the one name of the first part, a law's title that goes on
from a place, or else what the first part begins with.
"""

import re

from assistant.retrieval import facets
from assistant.text import names
from assistant.text.language import detect

_IT = re.compile(r"\b(?:it|its)\b|它(?!們)")
# "… 多少錢？功耗多少？": a short question that names nothing asks on about what was named.
_OTHERS = re.compile(r"\b(?:they|them|their|these|those|this|that)\b|[他她]們|它們|這|那|其")
_MOST_BARE = {"zh-TW": 10, "en": 32}
# "那 200B 呢？", "And Rockchip?": the question before, of something else.
_INSTEAD = re.compile(
    r"^(?:那麼|那|至於|換成)?\s*(?P<zh>[^，。？?呢]{1,16}?)\s*呢\s*[？?]?$"
    r"|^(?:(?:and|or)\s+)?(?:what|how)\s+about\s+(?P<en>[^?]{1,32}?)\s*\??$|^(?:and|or)\s+(?P<more>[^?]{1,32}?)\s*\?$",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\s?(?:[BMbm]|[KMGT]B|W)(?![A-Za-z0-9])")
# "比 AGX Orin 貴多少？": something else is what it is compared with.
_COMPARED = re.compile(r"^(?:比|跟|和|than\b)")
_LAW = re.compile(r"\s?(?:AI\s?)?[\u4e00-\u9fff]{0,7}?(?<![方無辦看作修立依用說想])法(?![人院律規令務定])")
# "a data breach in Taiwan": where only a place is named, what is there.
_THERE = r"\b(?:an?|the|my|our) (?P<what>(?:[a-z][\w-]* ){{1,3}}(?:in|of|for|under) (?:the )?{place})\b"
# What a Chinese question begins with, up to what it asks or says of it.
_BEGINS = re.compile(
    r"^(?P<what>[^，。？?的]{2,8}?)(?=大概|大約|通常|最多|最少|[幾多要會能可須需應該得還有是為怎哪什])"
)


def resolved(parts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return parts, each what it asks in full and its focus, with what the later ones leave out told in them."""
    if len(parts) < 2:
        return parts
    first = parts[0][0]
    name, what = _subject(first)
    return tuple(dict.fromkeys((parts[0], *(_told(text, focus, first, name, what) for text, focus in parts[1:]))))


def _told(text: str, focus: str, first: str, name: str, what: str) -> tuple[str, str]:
    instead = _INSTEAD.match(text)
    if instead and (exchanged := _exchanged(first, next(filter(None, instead.groups())).strip())):
        return exchanged, exchanged
    if name and _COMPARED.match(text):
        return f"{name} {text}", focus
    # What was listed ("蒸餾、量化各是什麼？") is a thing of its own unless something is named.
    if what and _bare(text) and (name or text == focus):
        return _of(what, text, named=bool(name)), focus
    if name and not names.find(text):
        return _with(name, text), _with(name, focus)
    return text, focus


def _of(what: str, text: str, *, named: bool) -> str:
    if detect(text) == "en":
        return f"{what}: {text}"
    return f"{what}{' ' if what[-1:].isascii() else '' if named else '：'}{text}"


def _with(name: str, text: str) -> str:
    return _IT.sub(lambda it: f"{name}'s" if it.group() == "its" else name, text)


def _bare(text: str) -> bool:
    short = len(text) <= _MOST_BARE[detect(text)]
    return short and not (names.find(text) or _IT.search(text) or _OTHERS.search(text))


def _subject(first: str) -> tuple[str, str]:
    """Return the one name of the first part, and what a part that names nothing is about; each "" for none."""
    found = {first[start:end]: end for start, end in names.spans(first)}
    if not found:
        begins = _BEGINS.match(first)
        what = begins["what"] if begins and detect(first) == "zh-TW" else ""
        return "", "" if facets.named_in(what) else what
    if len(found) > 1:
        return "", ""
    ((name, end),) = found.items()
    if not all(part.is_place for part in names.find(name)):
        return name, name
    law = _LAW.match(first, end)
    there = re.search(_THERE.format(place=re.escape(name)), first)
    return name, f"{name}{law.group()}" if law else there["what"] if there else name


def _exchanged(first: str, thing: str) -> str:
    """Return the first part asked of another thing of its kind, or "" where it names none of that kind."""
    if size := _SIZE.fullmatch(thing):
        return _SIZE.sub(size.group(), first, count=1) if _SIZE.search(first) else ""
    own = {first[start:end] for start, end in names.spans(first)}
    if len(own) == 1 and names.find(thing):
        return first.replace(own.pop(), thing, 1)
    return ""
