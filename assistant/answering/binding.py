"""Whether a statement ties its figures and names to the same things as the passage does.

All figures of a statement may stand in a passage and yet be swapped: "Thor costs US$1,999" where the passage gives
that price for Orin. A figure's neighbours in its segment say what it belongs to; where the passage has another figure
of the kind whose neighbours fit the statement clearly better, the statement is swapped.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant.answering.assertions import Assertion, Segment
from assistant.text.figures import Figure, agrees, plain

# How much better a rival's neighbours have to fit: about half a name (assertions.NAME), set on the tuning half of
# tests/golden/grounding.jsonl. A name has more neighbours by chance than a figure, so it takes more.
FIGURE_MARGIN, NAME_MARGIN = 1.4, 2.5
# What the neighbouring segments count for beside a segment's own anchors.
_BEFORE, _AFTER = 0.6, 0.3
_RELATIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("buys", re.compile(r"\b(?:buy\w*|bought|acquir\w+|purchas\w+)|收购|并购|买下")),
    ("sells", re.compile(r"\b(?:sell\w*|sold|suppl\w+|provid\w+|licens\w+)|出售|供应|授权给")),
    ("beats", re.compile(r"\b(?:outperform\w*|beat\w*|surpass\w*|exceed\w*|above|ahead of|faster than|higher than|better than"
                         r"|more \w+ than|lead\w*)|超越|胜过|优于|领先|高于|快于|更快|较高")),
    ("trails", re.compile(r"\b(?:trail\w*|below|behind|slower than|lower than|worse than|less \w+ than)|落后|低于|逊于|不如|慢于")),
    ("replaces", re.compile(r"\b(?:replac\w+|supersed\w+|succeed\w*|overtak\w+)|取代|接替")),
    ("moves", re.compile(r"\b(?:from\b.*\bto|mov\w+|migrat\w+)\b|[从由].*[到至]|迁移|转移|换到|改到")),
    ("plans", re.compile(r"\bfor (?:planning|motion|training)|负责")),
)  # fmt: skip
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+\s+)?\w+\s+by\b|\bbought by\b|被|遭|由.{1,20}(?:收购|并购|取代)"
)
_OTHER_FIRST = re.compile(
    r"^(?:compared (?:with|to)|against|versus|unlike)|^(?:与|和|跟).{1,30}相[比较]|^相较|^比起|^对照"
)
_RESPECTIVELY = re.compile(r"\brespectively\b|分别")
_FROM_TO = re.compile(r"\bto\b|->|→|到|至|降|增|升|变")


def swapped(statement: Assertion, window: Assertion) -> str:
    """Return what the statement ties to the wrong thing, as written there, or an empty string."""
    ours, theirs = _unfolded(statement), _unfolded(window)
    for at, segment in enumerate(ours):
        for figure in segment.figures:
            if _figure_moved(figure, at, ours, theirs):
                return statement.text[figure.start : figure.end]
    return _name_moved(ours, theirs) or _turned_round(statement, window)


def _figure_moved(figure: Figure, at: int, ours: Sequence[Segment], theirs: Sequence[Segment]) -> bool:
    mine = ours[at].figures
    family = _same_family(figure)
    homes = [i for i, s in enumerate(theirs) if any(agrees(figure, f) for f in s.figures)]
    rivals = [
        i for i, s in enumerate(theirs)
        if i not in homes and any(family(f) and not any(agrees(m, f) for m in mine) for f in s.figures)
    ]  # fmt: skip
    if not homes or not rivals:
        return False
    wanted = _context(at, ours, family)
    own = {f"#{'/'.join(f.key)}" for f in mine if family(f)}
    wanted = {key: weight for key, weight in wanted.items() if key not in own}
    home = max(_fit(wanted, _context(i, theirs, family)) for i in homes)
    rival = max(_fit(wanted, _context(i, theirs, family)) for i in rivals)
    return rival > home + FIGURE_MARGIN


def _name_moved(ours: Sequence[Segment], theirs: Sequence[Segment]) -> str:
    """Return a name that the passage has in another segment than what the statement says of it."""
    for segment in ours:
        named = {part for name in segment.names for part in name.parts}
        if not named:
            continue
        homes = [i for i, s in enumerate(theirs) if named & _parts(s)]
        rivals = [i for i, s in enumerate(theirs) if s.names and not named & _parts(s)]
        if not homes or not rivals:
            continue
        wanted = {key: weight for key, weight in segment.weights.items() if not _names(key, named)}
        home = max(_fit(wanted, _context(i, theirs, _any_name)) for i in homes)
        best = max(rivals, key=lambda i: _fit(wanted, theirs[i].weights))
        gain = _fit(wanted, theirs[best].weights) - home
        # A segment after the name's own one, with names of its own, may still speak of the name.
        if gain > NAME_MARGIN and gain > 0.5 * sum(wanted.values()):
            return segment.names[0].text
    return ""


def _turned_round(statement: Assertion, window: Assertion) -> str:
    """Return two names whose roles in a relation are exchanged ("A buys B" for "B buys A"), or two ends of a change."""
    ours, theirs = plain(statement.text), plain(window.text)
    if not (_OTHER_FIRST.search(ours) or _OTHER_FIRST.search(theirs)):
        shared = [name for name, cue in _RELATIONS if cue.search(ours) and cue.search(theirs)]
        first, second = _order(statement, window)
        if shared and first and bool(_PASSIVE.search(ours)) == bool(_PASSIVE.search(theirs)):
            return f"{first} / {second}"
    for mine in statement.segments:
        for one, other in _changes(mine):
            for their in window.segments:
                if any(agrees(one, b) and agrees(other, a) for a, b in _changes(their)):
                    return statement.text[one.start : other.end]
    return ""


def _order(statement: Assertion, window: Assertion) -> tuple[str, str]:
    """Return the first two neighbouring names that stand the other way round in the window, or empty strings."""
    places: dict[tuple[str, ...], int] = {}
    for name in window.names:
        places.setdefault(name.parts, name.start)
    met = [name for name in statement.names if name.parts in places]
    for one, other in zip(met, met[1:], strict=False):
        if one.parts != other.parts and places[one.parts] > places[other.parts] and other.start - one.end > 1:
            return one.text, other.text
    return "", ""


def _changes(segment: Segment) -> Iterator[tuple[Figure, Figure]]:
    """Yield the figures that a segment puts as "from … to …"."""
    for one, other in zip(segment.figures, segment.figures[1:], strict=False):
        between = plain(segment.text[one.end - segment.start : other.start - segment.start])
        if _same_family(one)(other) and len(between) < 24 and _FROM_TO.search(between):
            yield one, other


def _same_family(figure: Figure) -> Callable[[Figure], bool]:
    """Return the test for figures that could stand in this one's place: dates for a date, money for money."""
    unit = figure.unit.partition("/")[0]

    def same(other: Figure) -> bool:
        if "date" in (figure.kind, other.kind):
            return figure.kind == other.kind
        return other.kind == figure.kind and other.unit.partition("/")[0] == unit

    return same


def _any_name(_: Figure) -> bool:
    return False


def _context(at: int, segments: Sequence[Segment], family: Callable[[Figure], bool]) -> dict[str, float]:
    """Return what stands around segment `at`: its own anchors, and those of neighbours without such a figure."""
    around: dict[str, float] = {}
    for step, share in ((-1, _BEFORE), (1, _AFTER)):
        i = at + step
        while 0 <= i < len(segments) and not any(family(f) for f in segments[i].figures):
            if family is _any_name and segments[i].names:
                break
            for key, weight in segments[i].weights.items():
                around[key] = max(around.get(key, 0.0), weight * share)
            i += step
    return around | dict(segments[at].weights)


def _fit(wanted: Mapping[str, float], found: Mapping[str, float]) -> float:
    return sum(min(weight, found[key]) for key, weight in wanted.items() if key in found)


def _parts(segment: Segment) -> set[str]:
    return {part for name in segment.names for part in name.parts}


def _names(key: str, parts: set[str]) -> bool:
    return key.lstrip("@") in parts


def _unfolded(assertion: Assertion) -> Sequence[Segment]:
    """Return the segments; "A and B cost x and y respectively" as A with x and B with y."""
    segments = assertion.segments
    if not _RESPECTIVELY.search(plain(assertion.text)):
        return segments
    holders = [s for s in segments if s.names and not s.figures]
    figures = [f for s in segments for f in s.figures]
    mixed = [s for s in segments if s.names and s.figures]
    holders += mixed[:1]
    kinds = {(f.kind, f.unit) for f in figures}
    if len(kinds) != 1 or len(holders) != len(figures):
        return segments
    holders.sort(key=lambda s: s.start)
    return [
        Segment(s.text, s.start, (f,), s.names,
                {k: w for k, w in s.weights.items() if not k.startswith("#")} | {f"#{'/'.join(f.key)}": 3.0})
        for s, f in zip(holders, figures, strict=True)
    ]  # fmt: skip
