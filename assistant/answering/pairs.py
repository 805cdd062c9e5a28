"""Two figures of a kind in a statement, each with what is said of it alone, held against the passage in the same way.

What both have tells neither apart; what only one has stands in the passage with the same figure, or with the other one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

from assistant.answering.assertions import Assertion, Segment, family, figure_key
from assistant.text import dates
from assistant.text.figures import Figure, plain

# What tells two figures apart has to fit the other way round by this much, and by this factor.
PAIRED, PAIRED_FACTOR, BOTH_WAYS = 1.5, 2.0, 0.5
# As near as this, two figures are one list ("10 datasets and 5 LLMs").
CLOSE = 16
_JOINED = re.compile(r"\s*(?:and|or|[、与和及]|以及)\s*")


class Pairs:
    """Two figures of a kind, each held with what is said of it alone: what both have tells neither apart.

    `crossed` has two figures whose words stand in the passage with the other one; `straight` the keys of those whose
    words stand with their own; `told` the anchors of names that stand with one of two figures alone, the right one.
    """

    def __init__(self, statement: Assertion, window: Assertion) -> None:
        self.crossed = ""
        self.straight: dict[str, set[str]] = {}
        self.told: set[str] = set()
        ours, theirs = _groups(statement), _groups(window)
        self.joined = frozenset(key for group in (*ours, *theirs) if group.joined for key in group.keys)
        across = statement.language != window.language
        homes = [_home(one, theirs) for one in ours]
        for (one, home), (other, away) in combinations(zip(ours, homes, strict=True), 2):
            if one.kind != other.kind or home is None or away is None or home is away:
                continue
            # "10 datasets and 5 LLMs": each language puts the rest beside another one of them.
            listed = across and (one.joined or other.joined or home.joined or away.joined)
            if listed:
                one, other, home, away = (_terms_alone(group) for group in (one, other, home, away))
            straight, crossed = _fits_apart(one, other, home, away, topics=False, both=not listed)
            if crossed - straight >= PAIRED and crossed >= PAIRED_FACTOR * straight:
                self.crossed = f"{one.written} / {other.written}"
            straight, crossed = _fits_apart(one, other, home, away, topics=True, both=False)
            if straight > crossed:
                told = (one.about.keys() - other.about.keys()) & (home.about.keys() - away.about.keys())
                told |= (other.about.keys() - one.about.keys()) & (away.about.keys() - home.about.keys())
                self.told |= {key for key in told if key[0] == "@"}
            if straight - crossed >= PAIRED and straight >= PAIRED_FACTOR * crossed:
                for mine, others in ((one.keys, other.keys), (other.keys, one.keys)):
                    for key in mine:
                        self.straight.setdefault(key, set()).update(others)


def _home(one: "_Group", theirs: "Sequence[_Group]") -> "_Group | None":
    """Return the group of the passage that has most of these figures, or None where none has any."""
    best = max(theirs, key=lambda group: len(group.keys & one.keys) if group.kind == one.kind else 0, default=None)
    return best if best is not None and best.kind == one.kind and best.keys & one.keys else None


@dataclass(frozen=True)
class _Group:
    """The figures of a kind in one segment, with the anchors that belong to them."""

    kind: str
    keys: frozenset[str]
    about: Mapping[str, float]
    written: str
    joined: bool


def _groups(said: Assertion) -> list[_Group]:
    found = []
    apart = _dates_apart(said)
    for at, segment in enumerate(said.segments):
        for kind in dict.fromkeys(family(f) for f in segment.figures):
            mine = [f for f in segment.figures if family(f) == kind and (kind != "date" or figure_key(f) in apart)]
            if not mine:
                continue
            keys = frozenset(figure_key(f) for f in mine)
            about = {mark.key: mark.weight for mark in segment.marks if mark.key not in keys}
            i = at
            # "Administration and workflow scored 0.53": what leads up to the figure without one of its own.
            while i > 0 and _coordinated(said, i) and not holds(said.segments[i - 1], kind):
                i -= 1
                about |= {mark.key: mark.weight for mark in said.segments[i].marks if mark.key not in about}
            about = {key: w for key, w in about.items() if not key.startswith("#date") or key in apart}
            written = said.text[mine[0].start : mine[-1].end]
            joined = any(
                family(f) == kind and _coordinated(said, max(i, at)) and _gap(f, mine) <= CLOSE
                for i in (at - 1, at + 1)
                if 0 <= i < len(said.segments)
                for f in said.segments[i].figures
            )
            found.append(_Group(kind, keys, about, written, joined))
    return found


def _terms_alone(group: _Group) -> _Group:
    """Return a group with nothing but terms and names about it."""
    return replace(group, about={key: weight for key, weight in group.about.items() if key[0] in "=@"})


def _dates_apart(said: Assertion) -> frozenset[str]:
    """Return the keys of the dates that are no part of one another: "mid-2026" doesn't stand against "2026"."""
    known = [f for f in said.figures if f.kind == "date"]
    nested = {
        figure_key(f)
        for f, other in permutations(known, 2)
        if f.value != other.value and (dates.entails(f.value, other.value) or dates.entails(other.value, f.value))
    }
    return frozenset({figure_key(f) for f in known} - nested)


def _gap(figure: Figure, others: Sequence[Figure]) -> int:
    """Return how many characters lie between a figure and the nearest of others."""
    return min(max(other.start - figure.end, figure.start - other.end) for other in others)


def _coordinated(said: Assertion, at: int) -> bool:
    """Say whether a segment is joined to the one before by "and" alone."""
    before = said.segments[at - 1]
    between = plain(said.text[before.start + len(before.text) : said.segments[at].start])
    return bool(_JOINED.fullmatch(between))


def _fits_apart(
    one: _Group, other: _Group, home: _Group, away: _Group, *, topics: bool, both: bool
) -> tuple[float, float]:
    """Return how much of what tells two figures apart here tells them apart there, straight and crossed.

    A name that only one of the two has may be the topic of both; it counts only with `topics`. With `both`,
    what crosses counts only where it does so both ways.
    """
    mine, yours = one.about.keys() - other.about.keys(), other.about.keys() - one.about.keys()
    here, there = home.about.keys() - away.about.keys(), away.about.keys() - home.about.keys()
    if not topics and not all(any(key[0] == "@" for key in side) for side in (mine, yours)):
        mine, yours = ({key for key in side if key[0] != "@"} for side in (mine, yours))
    straight = sum(one.about[k] for k in mine & here) + sum(other.about[k] for k in yours & there)
    crossed = sum(one.about[k] for k in mine & there), sum(other.about[k] for k in yours & here)
    # What is said first carries the topic: what crosses one way only may be just that.
    return straight, sum(crossed) if not both or min(crossed) >= BOTH_WAYS else 0.0


def holds(segment: Segment, kind: str) -> bool:
    """Say whether a segment has a figure of this kind."""
    return any(family(f) == kind for f in segment.figures)


def fit(wanted: Mapping[str, float], found: Mapping[str, float], apart: Mapping[str, float] | None = None) -> float:
    """Return the weight of what is wanted and found, beyond what stands `apart` as well."""
    apart = apart or {}
    return sum(
        max(0.0, min(weight, found[key]) - apart.get(key, 0.0)) for key, weight in wanted.items() if key in found
    )
