"""The things that a question compares: named in it ("Qualcomm, NVIDIA and Intel"), or found in the evidence.

They become the rows of a table, and each is searched for by itself, so that the loudest doesn't take all the room.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.corpus.glossary import Glossary
from assistant.records import Findings, Hit, Language
from assistant.retrieval import contrasts, facets
from assistant.retrieval.kinds import Kind
from assistant.text import names

MOST_ROWS = 8

_NAME = r"[A-Z][\w.+\-]*\w(?: (?:[A-Z0-9][\w.+\-]*\w|AI))*"
BRACKETED = re.compile(r"[（(][^）)]*[）)]")
_CHINESE_ITEM = r"[^，。；、？?：:（）()\s的與和及跟]{2,10}"
_CHINESE_LIST = re.compile(
    rf"(?:^|[，。：:的]|\s)(?P<items>(?:{_NAME}|{_CHINESE_ITEM})(?:、(?:{_NAME}|{_CHINESE_ITEM}))+)(?:(?:與|和|及)(?P<last>{_NAME}))?"
    r"\s*等"
)
_CHINESE_OWNERS = re.compile(rf"(?P<items>{_NAME}(?:、{_NAME})+)\s?[與和及]\s?(?P<last>{_NAME})\s*的")
_ENGLISH_LIST = re.compile(rf"(?P<items>(?:the )?{_NAME}(?:, {_NAME})*),? (?:and|or|vs\.?|versus) (?P<last>{_NAME})")
_SUCH_AS = re.compile(
    r"(?:such as|like|including) (?P<items>[a-z][a-z\- ]+(?:, [a-z\- ]+)*),? and (?P<last>[a-z\- ]+)\??"
)
_LEAD = re.compile(r"^(?:please )?(?:compare|contrast) ", re.IGNORECASE)
# A list of names is compared only if something is asked of each: a word says so, or there are `_MANY` of them.
_MANY = 3
_EACH = re.compile(r"各自|各|分別|比|compare|each|\bversus\b|\bvs\b|such as|differ", re.IGNORECASE)
# Enumerations in a sentence: "are NVIDIA, Intel and Apple", "（NVIDIA、Intel、高通）".
_ENUMERATED = re.compile(
    rf"(?:(?:{_NAME}|{_CHINESE_ITEM})、){{2,}}(?:{_NAME}|{_CHINESE_ITEM})(?:\s?[與和及]\s?(?:{_NAME}|{_CHINESE_ITEM}))?"
    rf"|(?:{_NAME}, )+{_NAME},? and {_NAME}"
)
# What comes before the first name of a Chinese list ("主要晶片廠為 NVIDIA").
# "晶片廠" and "software platforms" name a kind, not a member.
_KIND = re.compile(r"(?:廠|業者|廠商|平台|晶片|公司|軟體|硬體)$")
_LIST_LEAD = re.compile(r"^.*(?:[為是有]\s?|\s)(?=\S)")
_ITEM_EDGE = re.compile(r"、|, (?:and )?| and |\s?[與和及]\s?")
# A sentence is about what it names within its first characters.
_HEAD = {"zh-TW": 26, "en": 60}
# A name in a list is not what a sentence is about, unless the list opens it.
_LISTED_BEFORE = re.compile(r"(?:、|, |[與和及]\s?|\band )$")
_LISTED_AFTER = re.compile(r"\s?(?:、|, (?=[A-Z])|[與和及]|and (?=[A-Z]))")
_OPENING = 4

Row = tuple[str, ...]
"""A thing compared: its name as the question or the evidence has it, and its other names."""


def named(question: str, language: Language, glossary: Glossary) -> tuple[Row, ...]:
    """Return the things that the question names and compares, in its order; none where it compares nothing."""
    least = 2 if _EACH.search(question) else _MANY
    plain = _LEAD.sub("", BRACKETED.sub("", question))
    patterns = (_CHINESE_LIST, _CHINESE_OWNERS) if language == "zh-TW" else (_ENGLISH_LIST, _SUCH_AS)
    for pattern in patterns:
        match = pattern.search(plain)
        if match:
            items = [*_ITEM_EDGE.split(match["items"]), match["last"] or ""]
            found = [item.removeprefix("the ").strip() for item in items if item.strip()]
            if len(found) >= least:
                return tuple(row_of(item, glossary) for item in dict.fromkeys(found))[:MOST_ROWS]
    return tuple(row_of(item, glossary) for item in contrasts.find(plain, glossary))[:MOST_ROWS]


def found(findings: Findings, kind: Kind, glossary: Glossary) -> tuple[Row, ...]:
    """Return the things that a question of this kind is to be answered for, as the evidence has them."""
    if kind.finds == "enumerated":
        return _enumerated(findings, glossary)
    return _told_of(findings, glossary) if kind.finds == "about" else ()


def _enumerated(findings: Findings, glossary: Glossary) -> tuple[Row, ...]:
    """Return the things that the evidence enumerates and then speaks of, those it says most about first.

    The first enumeration counts as a whole: what it says of each is searched for afterwards.
    """
    listed: dict[str, Row] = {}
    first: list[Row] = []
    own = [hit for hit in findings.parts[0].hits if hit.passage.language == findings.language]
    for hit in (own or findings.parts[0].hits)[:4]:
        for match in _ENUMERATED.finditer(hit.passage.text):
            items = _ITEM_EDGE.split(match.group())
            here = [item.strip() if item[:1].isascii() else _LIST_LEAD.sub("", item.strip()) for item in items]
            members = [n for n in here if re.fullmatch(rf"{_NAME}|{_CHINESE_ITEM}", n) and not _KIND.search(n)]
            listed |= {name: row_of(name, glossary) for name in members if name not in listed}
            first = first or [listed[name] for name in members]
    texts = {hit.passage.id: (hit.passage.text, hit.passage.language) for part in findings.parts for hit in part.hits}
    rows = tuple(dict.fromkeys(listed.values()))
    counts = Counter(row for text, language in texts.values() if (row := about(text, language, rows)))
    known = (row for row in rows if counts[row] or row in first)
    ranked = sorted(known, key=lambda row: (-counts[row], rows.index(row)))
    return tuple(ranked[:MOST_ROWS]) if len(ranked) > 1 else ()


def _told_of(findings: Findings, glossary: Glossary) -> tuple[Row, ...]:
    """Return what several passages on the first part are about by name, those most is said of first.

    Documents that bear on what is asked of each as well tell of other things, too: only the others name a row.
    """
    first, *further = findings.parts
    wanted = facets.named_in(first.question)
    others = frozenset[str]().union(*(facets.named_in(part.question) for part in further)) - wanted
    counts: Counter[Row] = Counter()
    for hit in first.hits:
        told = facets.named_in(hit.title)
        head = names.find(hit.passage.text[: _HEAD[hit.passage.language]])
        heads = [name for name in head if not name.is_place]
        if hit.passage.language == findings.language and wanted & told and not others & told and heads:
            counts[row_of(heads[0].text, glossary)] += 1
    texts = [hit.passage.text for hit in first.hits if hit.passage.language == findings.language]
    ranked = [_as_written(row, texts) for row, n in counts.most_common(MOST_ROWS) if n > 1]
    return tuple(ranked) if len(ranked) > 1 else ()


def _as_written(row: Row, texts: Sequence[str]) -> Row:
    """Return a row with the name first that most of `texts` write: 林口, where Linkou stands in brackets at times."""
    written = Counter(name for text in texts for name in row if _whole(name).search(text))
    return tuple(sorted(row, key=lambda name: -written[name]))


def row_of(name: str, glossary: Glossary) -> Row:
    """Return a name with the names that the glossary gives it, and its codes by themselves (DX-M1 of DeepX DX-M1)."""
    others = glossary.equivalents(name).get(name, ())
    codes = (word for word in name.split()[1:] if any(c.isdigit() for c in word) and len(word) > 3)
    singular = (name[:-1],) if name.isascii() and name.islower() and name.endswith("s") else ()
    return tuple(dict.fromkeys((name, *singular, *others, *codes)))


def named_in(text: str, rows: Iterable[Row]) -> bool:
    """Say whether `text` names any of the rows."""
    return any(_whole(name).search(text) for row in rows for name in row)


def about(text: str, language: Language, rows: Iterable[Row]) -> Row | None:
    """Return the row that a sentence is about: the one it names first, near its beginning."""
    places = [(at, row) for row in rows if 0 <= (at := _first(text, row)) < _HEAD[language]]
    return min(places, key=lambda place: place[0])[1] if places else None


def about_hit(hit: Hit, sentence: str, rows: Sequence[Row]) -> Row | None:
    """Return the row that a sentence of a hit is about; if none, the one above it."""
    own = about(sentence, hit.passage.language, rows)
    if own:
        return own
    above = " ".join((*hit.passage.headings[-1:], hit.title))
    named_above = [row for row in rows if _first(above, row) >= 0]
    return named_above[0] if len(named_above) == 1 else None


def _first(text: str, names: Row) -> int:
    """Return where the first of `names` stands in `text` outside a list, Latin ones as whole words, or -1."""
    found = [m.start() for name in names for m in _whole(name).finditer(text) if stands_out(text, *m.span())]
    return min(found, default=-1)


def stands_out(text: str, start: int, end: int) -> bool:
    """Say whether a name in `text` opens it or stands outside a list: the others are not what it is about."""
    return start < _OPENING or not (_LISTED_AFTER.match(text, end) or _LISTED_BEFORE.search(text[:start]))


@lru_cache(maxsize=1024)
def _whole(name: str) -> re.Pattern[str]:
    if not name.isascii():
        return re.compile(re.escape(name))
    # "Jetson Thor" is also in "Jetson AGX Thor".
    spaced = r"(?-i: [A-Z][A-Z0-9]+)? ".join(map(re.escape, name.split(" ")))
    return re.compile(rf"(?<![A-Za-z0-9]){spaced}(?![A-Za-z])", re.IGNORECASE)
