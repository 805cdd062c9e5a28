"""Questions that lean on the one before: "what about Intel?", "那它的限制呢？", "價格呢？", "which one is cheaper?".

Only words decide, and what was understood is shown: a question that names its own things is taken as it is.
"""

import re
from collections.abc import Iterable

from assistant.corpus.glossary import Glossary
from assistant.records import Language
from assistant.retrieval import facets
from assistant.text import names
from assistant.text.figures import plain
from assistant.text.language import detect
from assistant.text.script import traditional

LONGEST = 40
"""Characters up to which a question can be one that only names something else: what is longer says what it asks."""

MOST_TERMS = 2
"""Terms of the field that a question without names is about."""

_INSTEAD = re.compile(
    r"^(?:那麼|那|至於|換成)?\s*(?P<zh>[^，。？?呢]{1,20}?)\s*呢\s*[？?]?$"
    r"|^(?:and\s+)?(?:what|how)\s+about\s+(?P<en>[^?]{1,40}?)\s*\??$|^and\s+(?:for\s+)?(?P<more>[^?]{1,40}?)\s*\?$",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"它們的?|它的?|他們的?|其(?=[\u4e00-\u9fff])|這些|前者|後者|上述"
    r"|\b(?:its|their|theirs|them|they|it|these|those|the former|the latter)\b|\b(?:that|this)(?=\s*[?.!]?$)",
    re.IGNORECASE,
)
# Something beside what was asked about, not in its place.
_COMPARED = re.compile(r"^(?:跟|和|與|比起|相較於|相比).+|^(?:compared|in comparison) (?:to|with) ", re.IGNORECASE)
# What may stand between things that are named in one breath.
_LISTING = re.compile(r"\s*(?:[、,，/&]|vs\.?|versus|and|or|與|和|跟|及|還是)*\s*", re.IGNORECASE)
_MORE = re.compile(
    r"^(?:請|可以)?(?:再|更|多)?(?:說|講)?(?:詳細|仔細|多說|多講|繼續|展開|還有)(?:一點|一些|些|說明|嗎|呢)*[。？?！!]?$"
    r"|^(?:please )?(?:tell me more|more(?: details?| please)?|go on|continue|elaborate|in more detail|anything else)"
    r"[.?!]?$",
    re.IGNORECASE,
)
_WHY = re.compile(r"^(?:那)?為什麼(?:呢)?[？?]?$|^(?:but )?why(?: is that| so)?\??$", re.IGNORECASE)
# A choice among what was named before.
_WHICH = re.compile(r"哪一?[個款家種者]|兩者|誰比?較|\bwhich (?:one|of (?:them|these|those))\b", re.IGNORECASE)
_ASKED: dict[Language, str] = {"zh-TW": "{things} 的{asked}是什麼？", "en": "What is the {asked} of {things}?"}


def resolve(question: str, before: str | None, glossary: Glossary) -> str:
    """Return what a question asks after the one `before` it; itself where it stands alone."""
    if not before or len(question) > LONGEST:
        return question
    asked = traditional(question).strip()
    named_before, terms = _things(before, glossary), _terms(before, glossary)
    things = named_before or terms
    own = _things(asked, glossary)
    instead = _INSTEAD.match(asked)
    if _MORE.match(asked):
        return before
    if _WHY.match(asked):
        return f"{before.rstrip('？?。. ')}{'，' if detect(before) == 'zh-TW' else ': '}{asked}"
    if things and not own and ((_WHICH.search(asked) and len(things) > 1) or _asks_only(asked, glossary)):
        return _of(asked, things)
    if instead:
        named = next(filter(None, instead.groups())).strip()
        if things and not own and _REFERS.search(named):
            return _REFERS.sub(lambda match: _named(things, match[0]), named, count=1) + asked[-1:]
        return _exchanged(before, named_before or terms[:1], named)
    if things and _refers_back(asked, own):
        return _REFERS.sub(lambda match: _named(things, match[0]), asked, count=1)
    return question


def understood(questions: Iterable[str], glossary: Glossary) -> str:
    """Return what the last of several questions asks, each after the one before it; "" for none."""
    meant = ""
    for question in questions:
        meant = resolve(question, meant, glossary)
    return meant


def wants_more(question: str) -> bool:
    """Say whether somebody asks for nothing but more of the answer before."""
    return bool(_MORE.match(traditional(question).strip()))


def _refers_back(asked: str, own: list[str]) -> bool:
    """Say whether a pronoun stands for something named before: none of the question's own things is before it."""
    pronoun = _REFERS.search(asked)
    return pronoun is not None and all(pronoun.start() < asked.index(thing) for thing in own)


def _asks_only(question: str, glossary: Glossary) -> bool:
    """Say whether a question names what is asked (the price, the limits) and nothing of which it is asked."""
    terms = (question[place.start : place.end] for place in glossary.find(question))
    return bool(facets.named_in(question)) and not _REFERS.search(question) and all(map(facets.named_in, terms))


def _of(asked: str, things: list[str]) -> str:
    """Return what is asked, asked of the things: in a sentence where only a word stands for it."""
    language = detect(asked)
    word = _INSTEAD.match(asked)
    if word:
        named = next(filter(None, word.groups())).strip()
        named = re.sub(r"^the ", "", named, flags=re.IGNORECASE)
        return _ASKED[language].format(things=_listed(things, language), asked=named)
    return f"{_listed(things, language)}{'：' if language == 'zh-TW' else ': '}{asked}"


def _listed(things: list[str], language: Language) -> str:
    return ("、" if language == "zh-TW" else " and ").join(things)


def _named(things: list[str], pronoun: str) -> str:
    """Return the things in the form of the pronoun that stands for them."""
    if pronoun.isascii():
        return _listed(things, "en") + ("'s" if pronoun.lower() in ("its", "their") else "")
    gap = " " if things[-1][-1:].isascii() else ""
    return _listed(things, "zh-TW") + gap + ("的" if pronoun.endswith(("的", "其")) else "")


def _exchanged(before: str, things: list[str], named: str) -> str:
    """Return the earlier question about something else: what it names in one breath first gives way to it."""
    if not things:
        return f"{before} {named}"
    places = sorted((before.index(thing), before.index(thing) + len(thing)) for thing in things)
    start, end = places[0]
    for later, its_end in places[1:]:
        if _LISTING.fullmatch(before[end:later]):
            end = its_end
    if _COMPARED.match(named):
        return f"{before[:end]} {named}{before[end:]}"
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
    return list(dict.fromkeys(text[start:end] for start, end in names.spans(text, known)))


def _terms(text: str, glossary: Glossary) -> list[str]:
    """Return the first terms of a text that are not what is asked of others ("the limits")."""
    places = (text[place.start : place.end] for place in glossary.find(text))
    return [term for term in dict.fromkeys(places) if not facets.named_in(term)][:MOST_TERMS]
