"""Two figures of a kind in a statement, each with what is said of it alone, held against the passage in the same way.

What both have tells neither apart; what only one has stands in the passage with the same figure, or with the other one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.answering.assertions import Assertion, Segment, family, figure_key
from assistant.text.figures import Figure, plain

# What tells two figures apart has to fit the other way round by this much, and by this factor.
PAIRED, PAIRED_FACTOR = 1.5, 2.0
# As near as this, two figures are one list ("10 datasets and 5 LLMs").
CLOSE = 16
_JOINED = re.compile(r"\s*(?:and|or|[、与和及]|以及)\s*")


class Pairs:
    """Two figures of a kind, each held with what is said of it alone: what both have tells neither apart.

    `crossed` has two figures whose words stand in the passage with the other one; `straight` the keys of those whose
    words stand with their own.
    """

    def __init__(self, statement: Assertion, window: Assertion) -> None:
        self.crossed = ""
        self.straight: dict[str, set[str]] = {}
        ours, theirs = _groups(statement), _groups(window)
        self.joined = frozenset(key for group in (*ours, *theirs) if group.joined for key in group.keys)
        across = statement.language != window.language
        homes = [next((g for g in theirs if g.kind == one.kind and g.keys & one.keys), None) for one in ours]
        for (one, home), (other, away) in combinations(zip(ours, homes, strict=True), 2):
            if one.kind != other.kind or home is None or away is None or home is away:
                continue
            if across and (one.joined or other.joined or home.joined or away.joined):
                continue  # "10 datasets and 5 LLMs": each language puts the rest beside another one of them
            straight, crossed = _fits_apart(one, other, home, away, topics=False)
            if crossed - straight >= PAIRED and crossed >= PAIRED_FACTOR * straight:
                self.crossed = f"{one.written} / {other.written}"
            straight, crossed = _fits_apart(one, other, home, away, topics=True)
            if straight - crossed >= PAIRED and straight >= PAIRED_FACTOR * crossed:
                for mine, others in ((one.keys, other.keys), (other.keys, one.keys)):
                    for key in mine:
                        self.straight.setdefault(key, set()).update(others)


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
    for at, segment in enumerate(said.segments):
        for kind in dict.fromkeys(family(f) for f in segment.figures):
            mine = [f for f in segment.figures if family(f) == kind]
            keys = frozenset(figure_key(f) for f in mine)
            about = {mark.key: mark.weight for mark in segment.marks if mark.key not in keys}
            i = at
            # "Administration and workflow scored 0.53": what leads up to the figure without one of its own.
            while i > 0 and _coordinated(said, i) and not holds(said.segments[i - 1], kind):
                i -= 1
                about |= {mark.key: mark.weight for mark in said.segments[i].marks if mark.key not in about}
            written = said.text[mine[0].start : mine[-1].end]
            joined = any(
                family(f) == kind and _coordinated(said, max(i, at)) and _gap(f, mine) <= CLOSE
                for i in (at - 1, at + 1)
                if 0 <= i < len(said.segments)
                for f in said.segments[i].figures
            )
            found.append(_Group(kind, keys, about, written, joined))
    return found


def _gap(figure: Figure, others: Sequence[Figure]) -> int:
    """Return how many characters lie between a figure and the nearest of others."""
    return min(max(other.start - figure.end, figure.start - other.end) for other in others)


def _coordinated(said: Assertion, at: int) -> bool:
    """Say whether a segment is joined to the one before by "and" alone."""
    before = said.segments[at - 1]
    between = plain(said.text[before.start + len(before.text) : said.segments[at].start])
    return bool(_JOINED.fullmatch(between))


def _fits_apart(one: _Group, other: _Group, home: _Group, away: _Group, *, topics: bool) -> tuple[float, float]:
    """Return how much of what tells two figures apart here tells them apart there, straight and crossed.

    A name that only one of the two has may be the topic of both; it counts only with `topics`.
    """
    mine, yours = one.about.keys() - other.about.keys(), other.about.keys() - one.about.keys()
    here, there = home.about.keys() - away.about.keys(), away.about.keys() - home.about.keys()
    if not topics and not all(any(key[0] == "@" for key in side) for side in (mine, yours)):
        mine, yours = ({key for key in side if key[0] != "@"} for side in (mine, yours))
    straight = sum(one.about[k] for k in mine & here) + sum(other.about[k] for k in yours & there)
    crossed = sum(one.about[k] for k in mine & there) + sum(other.about[k] for k in yours & here)
    return straight, crossed


def holds(segment: Segment, kind: str) -> bool:
    """Say whether a segment has a figure of this kind."""
    return any(family(f) == kind for f in segment.figures)


def fit(wanted: Mapping[str, float], found: Mapping[str, float], apart: Mapping[str, float] | None = None) -> float:
    """Return the weight of what is wanted and found, beyond what stands `apart` as well."""
    apart = apart or {}
    return sum(
        max(0.0, min(weight, found[key]) - apart.get(key, 0.0)) for key, weight in wanted.items() if key in found
    )
