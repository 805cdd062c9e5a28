"""Which of two names is which: who buys whom, what replaces what, from which figure to which, whom it is said of."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from assistant.answering.assertions import Assertion, family, figure_key
from assistant.answering.pairs import fit
from assistant.text.figures import Figure, plain

# "A … B" with such a word between them is not "B … A".
_RELATIONS = (
    re.compile(r"\b(?:buy\w*|bought|acquir\w+|purchas\w+)|收购|并购|买下"),
    re.compile(r"\b(?:sell\w*|sold|suppl\w+|licens\w+)|出售|供应|授权给"),
    re.compile(
        r"\b(?:outperform\w*|beat\w*|surpass\w*|exceed\w*|above|ahead of|faster than|higher than|better than)"
        r"|超越|胜过|优于|领先|高于|快于"
    ),
    re.compile(r"\b(?:trail\w*|below|behind|slower than|lower than|worse than)|落后|低于|逊于|不如|慢于"),
    re.compile(r"\b(?:replac\w+|supersed\w+|overtak\w+|instead of)|取代|接替"),
    re.compile(r"\b(?:uses|runs? on)\b"),
)
# What takes the place of another, and what is within another.
_BECAME = re.compile(r"\b(?:became|becomes|was renamed|renamed(?: to| as)?|is now called)\b|[定更改][名称][为成]?|变成")
_FROM, _INTO = re.compile(r"(?:\bfrom(?: the| its| an?)?|[从由自])\s*$"), re.compile(r"\b(?:in)?to\b|[到至为成]")
_REPLACED_BY = re.compile(r"\breplaced (?:by|with)\b|被")
_REPLACES = re.compile(r"\b(?:replac\w+|supersed\w+|instead of|in place of)\b|取代|接替|代替")
_INSIDE, _IN = re.compile(r"\b(?:inside|within|part of)\b"), re.compile(r"\s*[内中]的?")
_STOP = re.compile(r"[。；;！？]|[.!?]\s")
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+\s+)?\w+\s+by\b|\bbought by\b|被|遭|由.{1,20}(?:收购|并购|取代)"
)
# The share of a statement that one sentence has to carry to be what the statement is about.
OTHER_SUBJECT = 0.5
_FROM_TO = re.compile(r"\bto\b|->|→|到|至|降|增|升|变")


def turned_round(statement: Assertion, window: Assertion) -> str:
    """Return two names with their roles exchanged ("A buys B" for "B buys A"), or the two ends of a change."""
    ours, theirs = plain(statement.text), plain(window.text)
    if bool(_PASSIVE.search(ours)) == bool(_PASSIVE.search(theirs)):
        for cue in _RELATIONS:
            for one, other in combinations(statement.names, 2):
                if (
                    one.parts != other.parts
                    and _relates(cue, statement, one.parts, other.parts)
                    and _relates(cue, window, other.parts, one.parts)
                ):
                    return f"{one.text} / {other.text}"
    for relation in (_replacements, _containments):
        there = [(set(first), set(second)) for first, second in relation(window)]
        for names in relation(statement):
            mine, yours = set(names[0]), set(names[1])
            straight = any(mine & first and yours & second for first, second in there)
            if not straight and any(mine & second and yours & first for first, second in there):
                return f"{' '.join(names[0])} / {' '.join(names[1])}"
    turned_multiple = _multiple_turned(statement, window)
    if turned_multiple:
        return turned_multiple
    turned = {(figure_key(b), figure_key(a)) for a, b in _changes(window)}
    changes = [(a, b) for a, b in _changes(statement) if (figure_key(a), figure_key(b)) in turned]
    return statement.text[changes[0][0].start : changes[0][1].end] if changes else ""


def other_subject(statement: Assertion, sentences: Sequence[Assertion]) -> str:
    """Return the name that a statement says something of which the passage says of another one, or an empty string.

    That is so where one sentence has nearly all of the statement but its name, names something else instead,
    and the name comes from another sentence.
    """
    if len(sentences) < 2:
        return ""
    first = next((name for segment in statement.segments for name in segment.names if segment.subjects), None)
    if first is None:
        return ""
    stated = frozenset(key for segment in statement.segments for key in segment.subjects)
    rest = {key: weight for key, weight in statement.weights.items() if key not in stated}
    best = max(sentences, key=lambda s: fit(rest, s.weights))
    if not rest or fit(rest, best.weights) < OTHER_SUBJECT * sum(rest.values()):
        return ""
    subject = next((s.subjects for s in best.segments if s.subjects), frozenset())
    missing = not any(f"@{part}" in best.weights for part in first.parts)
    return first.text if missing and subject and not subject & stated else ""


def _replacements(said: Assertion) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield what gives way to what, in every wording: "from A to B", "A became B", "B replaces A", "B 取代 A"."""
    text = plain(said.text)
    for one, other in combinations(said.names, 2):
        between = text[one.end : other.start]
        if _STOP.search(between) or one.parts == other.parts:
            continue
        if (
            _BECAME.search(between)
            or (_FROM.search(text[: one.start]) and _INTO.search(between))
            or _REPLACED_BY.search(between)
        ):
            yield one.parts, other.parts
        elif _REPLACES.search(between):
            yield other.parts, one.parts


def _containments(said: Assertion) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield what is in what: "A inside B", "A 是 B 內的"."""
    text = plain(said.text)
    for one, other in combinations(said.names, 2):
        between, after = text[one.end : other.start], text[other.end : other.end + 4]
        if not _STOP.search(between) and (_INSIDE.search(between) or (between.strip() == "是" and _IN.match(after))):
            yield one.parts, other.parts


def _multiple_turned(statement: Assertion, window: Assertion) -> str:
    """Return a multiple whose two sides are exchanged: "A has 8 times the speed of B" for "B has 8 times that of A"."""
    for one in statement.figures:
        other = next((f for f in window.figures if f.kind == one.kind == "multiple" and f.value == one.value), None)
        if other is None:
            continue
        (big, small), (theirs_big, theirs_small) = _sides(one, statement), _sides(other, window)
        if not (big and small and theirs_big and theirs_small):
            continue
        straight = fit(big, {k: w for k, w in theirs_big.items() if k in small}) + fit(small, theirs_small)
        if fit(big, theirs_small) + fit(small, theirs_big) > 1.2 * straight + 0.4:
            return statement.text[one.start : one.end]
    return ""


def _sides(figure: Figure, said: Assertion) -> tuple[dict[str, float], dict[str, float]]:
    """Return the anchors of what is the multiple, and of what it is a multiple of."""
    text = plain(said.text)
    marks = [mark for segment in said.segments for mark in segment.marks]
    if said.language == "en":
        tail = re.match(r"\s*(?:the )?[\w\s-]{0,40}?\b(?:of|than)\b|\s+as \w+ as\b", text[figure.end :])
        if tail is None:
            return {}, {}
        small = [m for m in marks if m.start >= figure.end + tail.end()]
        return {m.key: m.weight for m in marks if m.start < figure.start}, {m.key: m.weight for m in small}
    lead = re.search(
        r"(?:是|为|超过|达|至少(?:是|会达)?|将是)(?P<small>[^，,；;。]{2,24}?)的?\s*$", text[: figure.start]
    )
    if lead is None:
        return {}, {}
    start = lead.start("small")
    return (
        {m.key: m.weight for m in marks if m.start < lead.start()},
        {m.key: m.weight for m in marks if start <= m.start < figure.start},
    )


def _relates(cue: re.Pattern[str], said: Assertion, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether a relation's word stands between the two names, in this order and in one sentence."""
    for first in (n for n in said.names if n.parts == one):
        for second in (n for n in said.names if n.parts == other and n.start > first.end):
            between = plain(said.text[first.end : second.start])
            if cue.search(between) and not _STOP.search(between):
                return True
    return False


def _changes(assertion: Assertion) -> Iterator[tuple[Figure, Figure]]:
    """Yield the figures that a text puts as "from … to …"."""
    for one, other in pairwise(assertion.figures):
        between = plain(assertion.text[one.end : other.start])
        if family(one) == family(other) and len(between) < 24 and _FROM_TO.search(between):
            yield one, other
