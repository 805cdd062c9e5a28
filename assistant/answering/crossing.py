"""How much better a statement would fit a passage with two of its things exchanged, or one replaced by another.

What a thing is tied to shows in what stands around it. For two texts the nearness of all that both have is a matrix
each, and how well the surroundings of one thing here are those of another there is their product. Where two things fit
better crossed than straight, they may have changed places, whatever they are: figures, names or plain words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.answering.assertions import Assertion, family, figure_key, sort
from assistant.records import Language

Values = NDArray[np.float64]
Kind = Literal["figure", "name", "word"]
KINDS: tuple[Kind, ...] = ("figure", "name", "word")

# Characters at which what stands near counts half: a Chinese word has two, an English one six.
_HALF: Mapping[Language, float] = {"zh-TW": 6.0, "en": 14.0}
# How fast nearness falls, and what a segment's and a sentence's border add to a distance.
_DECAY, _BORDER, _SENTENCE = 1.5, 8, 40
# Nearer than this, two words are one expression, or neighbours in a list, whose order says little.
_APART: Mapping[Language, int] = {"zh-TW": 3, "en": 9}
# What an anchor counts for as surroundings: a name or a term tells what a thing belongs to, a word goes with many.
_WEIGHTS: Mapping[str, float] = {"#": 0.5, "@": 2.0, "=": 1.5}
_WORD = 0.7
# Beside this little fit a gain isn't all there is.
_LITTLE = 0.5


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better crossed places fit, at the two things that gain most; 0 where none does.

    `joint` counts what is near and what stands in the same segment, `inside` the latter alone; `replaced` counts both,
    for one thing in the place of another that the statement lacks, and `displaced` is its share (0 to 1) of all that
    fits. `things` are the keys of the two that gain most.
    """

    joint: float = 0.0
    inside: float = 0.0
    replaced: float = 0.0
    displaced: float = 0.0
    things: tuple[str, str] = ("", "")


def gains(statement: Assertion, said: Assertion) -> dict[Kind, Gain]:
    """Return, for each kind of thing that both texts have, how much better the statement would fit if it changed."""
    ours, theirs = _Places(statement), _Places(said)
    shared = [key for key in ours.index if key in theirs.index]
    if len(shared) < 2:
        return {}
    crossing = _Crossing(ours, theirs, shared)
    found: dict[Kind, Gain] = {}
    for each in dict.fromkeys(crossing.sorts):
        kind: Kind = "word" if each == "word" else "name" if each.startswith("name") else "figure"
        gain, known = crossing.gain(each), found.get(kind)
        if known is None or gain.joint + gain.replaced > known.joint + known.replaced:
            found[kind] = gain
    return found


class _Places:
    """The anchors of a text: where each stands, in which segment, and with what it could change places."""

    def __init__(self, said: Assertion) -> None:
        sorts = {figure_key(f): family(f) for f in said.figures}
        sorts |= {f"@{part}": sort(name) for name in said.names for part in name.parts}
        self.apart, self._half = _APART[said.language], _HALF[said.language]
        self.index: dict[str, int] = {}
        of, at, inside, border = [], [], [], 0
        for number, segment in enumerate(said.segments):
            border += _SENTENCE if segment.opens else _BORDER
            for mark in segment.marks:
                of.append(self.index.setdefault(mark.key, len(self.index)))
                at.append(mark.start + border)
                inside.append(number)
        self.sorts = [sorts.get(key, "word") for key in self.index]
        self._of, self._at, self._inside = np.array(of, int), np.array(at, float), np.array(inside, int)
        self.times = np.bincount(self._of, minlength=len(self.index)).astype(float)
        self.first = np.full(len(self.index), np.inf)
        np.minimum.at(self.first, self._of, self._at)

    def around(self) -> tuple[Values, Values]:
        """Return for each two anchors how near (0 to 1) they come, and whether they share a segment (0 or 1)."""
        distance = np.abs(self._at[:, None] - self._at[None, :])
        near = 1 / (1 + (distance / self._half) ** _DECAY)
        same = (self._inside[:, None] == self._inside[None, :]).astype(float)
        return self._by_anchor(near), self._by_anchor(same)

    def _by_anchor(self, values: Values) -> Values:
        whole = np.zeros((len(self.index), len(self.index)))
        np.maximum.at(whole, (self._of[:, None], self._of[None, :]), values)
        # What a thing is to itself tells nothing of its surroundings.
        np.fill_diagonal(whole, 0.0)
        return whole


class _Crossing:
    """Two texts held against each other by the anchors that both have."""

    def __init__(self, ours: _Places, theirs: _Places, shared: Sequence[str]) -> None:
        self._ours, self._theirs, self._shared = ours, theirs, shared
        self._mine = np.array([ours.index[key] for key in shared])
        self._there = np.array([theirs.index[key] for key in shared])
        self.sorts = [ours.sorts[i] for i in self._mine]
        # What stands in several places tells none of them apart.
        weights = np.array([_WEIGHTS.get(key[0], _WORD) for key in shared])
        self._weights = weights / theirs.times[self._there]
        self._around_ours = tuple(values[np.ix_(self._mine, self._mine)] for values in ours.around())
        self._around_theirs = tuple(values[:, self._there] for values in theirs.around())

    def gain(self, each: str) -> Gain:
        """Return what the things of a sort gain by changing places."""
        things = np.array([i for i, s in enumerate(self.sorts) if s == each])
        # A list of the like has an order of its own, which says nothing; words are beside words of all kinds.
        about = np.array([
            0.0 if s == each and each != "word" else w for s, w in zip(self.sorts, self._weights, strict=True)
        ])  # fmt: skip
        near, inside = (self._exchanged(things, about, i) for i in range(2))
        apart = self._apart(things)
        best = np.where(apart, near + inside, 0.0)
        at = np.unravel_index(np.argmax(best), best.shape)
        joint = max(0.0, float(best[at]))
        return Gain(
            joint,
            max(0.0, float(np.where(apart, inside, 0.0).max())),
            *self._replaced(things, about, each),
            (self._shared[things[at[0]]], self._shared[things[at[1]]]) if joint else ("", ""),
        )

    def _exchanged(self, things: NDArray[np.int_], about: Values, i: int) -> Values:
        """Return for each two things how much better they fit crossed, apart from what they are to each other."""
        ours, theirs = self._around_ours[i], self._around_theirs[i][self._there]
        fit = (ours[things] * about) @ theirs[things].T
        between = about[things][None, :] * ours[np.ix_(things, things)] * theirs[np.ix_(things, things)]
        straight = np.diag(fit)[:, None] - between
        gained: Values = fit + fit.T - straight - straight.T
        return gained

    def _apart(self, things: NDArray[np.int_]) -> NDArray[np.bool_]:
        apart = np.ones((len(things), len(things)), bool)
        for places, at in ((self._ours, self._mine), (self._theirs, self._there)):
            first = places.first[at[things]]
            apart &= np.abs(first[:, None] - first[None, :]) >= places.apart
        return apart

    def _replaced(self, things: NDArray[np.int_], about: Values, each: str) -> tuple[float, float]:
        """Return how much better a thing's surroundings fit one of its sort that the statement lacks, and its share."""
        rivals = [
            j for key, j in self._theirs.index.items() if self._theirs.sorts[j] == each and key not in self._ours.index
        ]
        if each == "word" or not rivals:
            return 0.0, 0.0
        fit, straight = np.zeros((len(things), len(rivals))), np.zeros((len(things), 1))
        for around, other in zip(self._around_ours, self._around_theirs, strict=True):
            ours = around[things] * about
            straight += np.einsum("ij,ij->i", ours, other[self._there[things]])[:, None]
            fit += ours @ other[rivals].T
        gained = fit - straight
        at = np.unravel_index(np.argmax(gained), gained.shape)
        gain = max(0.0, float(gained[at]))
        return gain, gain / (gain + float(straight[at[0], 0]) + _LITTLE)
