"""How likely it is that a statement has two things of a passage exchanged, or one of them in another's place.

A small logistic model weighs what the rules of `attribution.py` suspect: for two things of a kind it is asked whether
what stands around them in the statement fits the passage better as it is, or with the two exchanged.
`benchmarks/learn_exchanges.py` learns it on statements that are true and on the same with two things exchanged.
"""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from assistant.answering import transposed
from assistant.answering.assertions import Assertion, family, figure_key, sort
from assistant.records import Language
from assistant.text.figures import plain

Sort = Literal["figure", "name", "term"]
Move = Literal["exchanged", "replaced"]

# Characters at which what stands near counts half; a Chinese word has two, an English one six.
_HALF: Mapping[Language, int] = {"zh-TW": 6, "en": 14}
_DECAY, _BORDER, _SENTENCE = 1.5, 8, 40
_KINDS = {"#": 0, "@": 1, "=": 2}
# "20 to 30%", "A and B": the order of neighbours in a list says little.
_LIST = re.compile(r"\s*(?:[-–—~,、/&(]|,?\s*and|to|or|到|至|与|和|及|或)?\s*(?:us\$|nt\$|eur|the)?\s*")
# How much better the exchanged places fit counts, by what fits: figures, names, terms and words near by, the same in
# one segment, tokens in the same order. Then what each kind of exchange counts for to begin with.
FEATURES = 9
_WEIGHTS: Mapping[bool, tuple[float, ...]] = {
    False: (0.48, 1.88, 2.06, 0.71, 1.20, 0.55, 0.16, 0.18, 1.25),
    True: (-0.19, 2.56, 1.32, 3.27, 1.63, 0.58, 0.72, 0.75, 1.49),
}
# A replaced term is never looked for across languages: the dictionary doesn't tell which of several words it was.
_PRIOR: Mapping[bool, Mapping[tuple[Move, Sort], float]] = {
    False: {
        ("exchanged", "figure"): 0.59, ("exchanged", "name"): 0.77, ("exchanged", "term"): 2.13,
        ("replaced", "figure"): 0.04, ("replaced", "name"): 0.06, ("replaced", "term"): 0.91,
    },
    True: {
        ("exchanged", "figure"): 0.42, ("exchanged", "name"): 0.66, ("exchanged", "term"): 0.85,
        ("replaced", "figure"): -0.01, ("replaced", "name"): 0.05, ("replaced", "term"): -5.0,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """A figure, a name or a term at its place. `sort` says with what it can change places."""

    start: int
    end: int
    keys: frozenset[str]
    sort: str
    segment: int
    position: int
    token: str

    @property
    def of(self) -> Sort:
        """Whether it is a figure, a name or a term."""
        return "name" if self.sort.startswith("name") else "term" if self.sort == "term" else "figure"


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two things of a kind that may be exchanged, and how much better (in FEATURES ways) they fit that way."""

    move: Move
    one: Thing
    other: Thing
    gains: tuple[float, ...]


def likelihood(statement: Assertion, window: Assertion) -> float:
    """Return how likely (0 to 1) it is that the statement exchanges something, 1 where nothing can be compared."""
    across = statement.language != window.language
    scores = [_score(exchange, across) for exchange in exchanges(statement, window)]
    return 1 / (1 + math.exp(-max(scores))) if scores else 1.0


def _score(exchange: Exchange, across: bool) -> float:
    prior = _PRIOR[across][exchange.move, exchange.one.of]
    return prior + sum(w * gain for w, gain in zip(_WEIGHTS[across], exchange.gains, strict=True))


def exchanges(statement: Assertion, window: Assertion) -> Iterator[Exchange]:
    """Yield the pairs of things of a statement that could be exchanged, and those another one could have replaced."""
    ours, theirs = _Places(statement), _Places(window)
    text = plain(statement.text)
    for one, other in combinations(sorted(ours.things, key=lambda thing: thing.start), 2):
        if one.sort != other.sort or _same(one, other) or _LIST.fullmatch(text[one.end : other.start]):
            continue
        homes, away = theirs.like(one), theirs.like(other)
        if homes and away and not any(thing in away for thing in homes):
            fit = _Fit(ours, theirs, one.keys | other.keys)
            crossed = zip(fit.best(one, away), fit.best(other, homes), strict=True)
            straight = zip(fit.best(one, homes), fit.best(other, away), strict=True)
            gains = tuple(sum(c) - sum(s) for c, s in zip(crossed, straight, strict=True))
            yield Exchange("exchanged", one, other, gains)
    said = {key for thing in ours.things for key in thing.keys}
    for one in ours.things:
        homes = theirs.like(one)
        for rivals in theirs.groups.values() if homes else ():
            if rivals[0].sort == one.sort and not rivals[0].keys & said:
                fit = _Fit(ours, theirs, one.keys | rivals[0].keys)
                there, here = fit.best(one, rivals), fit.best(one, homes)
                yield Exchange("replaced", one, rivals[0], tuple(t - h for t, h in zip(there, here, strict=True)))


def _same(one: Thing, other: Thing) -> bool:
    """Say whether two things are one, or short and long forms of one: Gemma 3 27B and Gemma 3, but not Gemma 2 27B."""
    return one.keys <= other.keys or other.keys <= one.keys


class _Places:
    """Where the anchors and the things of a text stand."""

    def __init__(self, said: Assertion) -> None:
        self.half = _HALF[said.language]
        self.at: dict[str, list[int]] = {}
        self.segments = [{mark.key for mark in segment.marks} for segment in said.segments]
        self.tokens = transposed.line(said)
        borders, border = [], 0
        for segment in said.segments:
            border += _SENTENCE if segment.opens else _BORDER
            borders.append((segment.start, border))
            for mark in segment.marks:
                self.at.setdefault(mark.key, []).append(mark.start + border)
        self.things: list[Thing] = []

        def add(start: int, end: int, keys: Collection[str], sort: str, token: str) -> None:
            i = max((i for i, (first, _) in enumerate(borders) if first <= start), default=0)
            self.things.append(Thing(start, end, frozenset(keys), sort, i, start + borders[i][1], token))

        for figure in said.figures:
            add(figure.start, figure.end, [figure_key(figure)], family(figure), figure_key(figure))
        for name in said.names:
            add(name.start, name.end, [f"@{part}" for part in name.parts], sort(name), "@" + "/".join(name.parts))
        for mark in (mark for segment in said.segments for mark in segment.marks if mark.key[0] == "="):
            add(mark.start, mark.start + mark.length, [mark.key], "term", mark.key)
        self.groups: dict[tuple[str, frozenset[str]], list[Thing]] = {}
        for thing in self.things:
            self.groups.setdefault((thing.sort, thing.keys), []).append(thing)

    def like(self, thing: Thing) -> list[Thing]:
        """Return the things that are the same, a name's short and long forms among them."""
        if thing.of == "name":
            return [other for other in self.things if other.sort == thing.sort and _same(other, thing)]
        return self.groups.get((thing.sort, thing.keys), [])

    def near(self, thing: Thing, key: str) -> float:
        """Return how near (0 to 1) an anchor stands to a thing."""
        distance = min(abs(thing.position - at) for at in self.at[key])
        return float(1 / (1 + (distance / self.half) ** _DECAY))


class _Fit:
    """How well what stands around a thing fits what stands around another one, apart from the two themselves."""

    def __init__(self, ours: _Places, theirs: _Places, apart: frozenset[str]) -> None:
        self._ours, self._theirs, self._apart = ours, theirs, apart

    def best(self, one: Thing, places: Sequence[Thing]) -> list[float]:
        """Return the best fit at any of several places, for each feature."""
        return [max(values) for values in zip(*(self._fit(one, place) for place in places), strict=True)]

    def _fit(self, one: Thing, place: Thing) -> list[float]:
        ours, theirs = self._ours, self._theirs
        fits = [0.0] * FEATURES
        for key in (ours.at.keys() & theirs.at.keys()) - self._apart:
            near = ours.near(one, key) * theirs.near(place, key)
            # What stands in several places tells none of them apart.
            fits[_KINDS.get(key[0], 3)] += near / len(theirs.at[key])
        for key in (ours.segments[one.segment] & theirs.segments[place.segment]) - self._apart:
            fits[4 + _KINDS.get(key[0], 3)] += 1 / len(theirs.at[key])
        fits[8] = transposed.alike(ours.tokens, one.token, theirs.tokens, place.token)
        return fits
