"""Which statements of two answers say the same thing, whatever their words and their place.

A statement is read as the grounding check reads it: terms of the glossary, names, words, each with its weight, times
how much it tells the statements at hand apart (idf). Figures don't count towards likeness, because a figure that moved
is what a comparison looks for; they are compared afterwards.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.answering.assertions import Assertion, Reader, family
from assistant.answering.opposites import opposed
from assistant.text.figures import Figure, plain

# Dice's coefficient (shared weight twice over the sum of both) from which two statements speak of the same thing;
# tests/golden/meaning.toml has the pairs that they were set on.
SAME, SAME_CLAIM = 0.6, 0.3
# From here on a statement only reads differently: its words are another choice, its content is not. Statements from
# two claims that are both still there are two statements, unless they have this much in common.
ONLY_REWORDED = 0.8
# The most that texts which are not equal can have in common.
_NEARLY = 0.99


@dataclass(frozen=True, slots=True)
class Said:
    """A statement to be compared, the claims that its sources are or overtake, and whether those stand in both runs."""

    text: str
    claims: frozenset[str] = frozenset()
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements, by index, that speak of the same thing. `likeness` goes from 0 to 1."""

    before: int
    after: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure or a date that is another one now, as both are written; empty where one side has none."""

    before: str
    after: str
    is_date: bool


def match(before: Sequence[Said], after: Sequence[Said], reader: Reader) -> list[Pair]:
    """Return the pairs that belong together, each statement in one pair at most, the likest first.

    Equal texts always belong together; statements from the same claim do with little in common, others only with much
    and without naming different things.
    """
    read = {said.text: reader.read(said.text) for said in (*before, *after)}
    rarity = _rarity(read.values())
    pairs = [
        Pair(i, j, likeness)
        for i, old in enumerate(before)
        for j, new in enumerate(after)
        if (likeness := _belong(old, new, read, rarity)) > 0
    ]
    pairs.sort(key=lambda pair: (-pair.likeness, abs(pair.before - pair.after), pair.before, pair.after))
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    chosen = []
    for pair in pairs:
        if pair.before not in taken_before and pair.after not in taken_after:
            taken_before.add(pair.before)
            taken_after.add(pair.after)
            chosen.append(pair)
    return chosen


def moved(before: str, after: str, reader: Reader) -> tuple[Moved, ...]:
    """Return the figures and dates of two statements that differ, those of a kind facing each other in order."""
    old, new = reader.read(before), reader.read(after)
    gone = _without(old.figures, new.figures)
    come = _without(new.figures, old.figures)
    found = []
    for figure in gone:
        partner = next((f for f in come if family(f) == family(figure)), None)
        if partner:
            come.remove(partner)
        after_text = _written(after, partner) if partner else ""
        found.append(Moved(_written(before, figure), after_text, figure.kind == "date"))
    return (*found, *(Moved("", _written(after, figure), figure.kind == "date") for figure in come))


def turned(before: str, after: str, reader: Reader) -> bool:
    """Say whether two statements point in opposite directions."""
    one, other = reader.read(before).polarity, reader.read(after).polarity
    return bool(one.negated) != bool(other.negated) or bool(opposed(one.poles, other.poles, frozenset()))


def likeness(one: str, other: str, reader: Reader) -> float:
    """Return how much two texts have in common, 0 to 1, every term counting by its own weight only."""
    read = (reader.read(one), reader.read(other))
    return _dice(_terms(read[0]), _terms(read[1]), {})


def _belong(old: Said, new: Said, read: Mapping[str, Assertion], rarity: Mapping[str, float]) -> float:
    """Return the likeness of two statements, 0 where they don't belong together."""
    if plain(old.text) == plain(new.text):
        return 1.0
    one, other = read[old.text], read[new.text]
    common = min(_dice(_terms(one), _terms(other), rarity), _NEARLY)
    if old.claims & new.claims:
        return common if common >= SAME_CLAIM else 0.0
    least = ONLY_REWORDED if old.lasting or new.lasting else SAME
    return common if common >= least and not _name_apart(one, other) else 0.0


def _terms(read: Assertion) -> dict[str, float]:
    return {key: weight for key, weight in read.weights.items() if not key.startswith("#")}


def _rarity(read: Iterable[Assertion]) -> dict[str, float]:
    """Return for each term how much it tells these statements apart."""
    texts = list(read)
    occurs = Counter(key for one in texts for key in _terms(one))
    return {key: math.log1p(len(texts) / n) for key, n in occurs.items()}


def _dice(one: Mapping[str, float], other: Mapping[str, float], rarity: Mapping[str, float]) -> float:
    def total(terms: Iterable[str]) -> float:
        return sum(max(one.get(t, 0.0), other.get(t, 0.0)) * rarity.get(t, 1.0) for t in terms)

    every = total(one) + total(other)
    return round(2 * total(one.keys() & other.keys()) / every, 4) if every else 0.0


def _name_apart(one: Assertion, other: Assertion) -> bool:
    """Say whether each names something that the other doesn't."""
    ours = {part for name in one.names for part in name.parts}
    theirs = {part for name in other.names for part in name.parts}
    return bool(ours - other.parts) and bool(theirs - one.parts)


def _without(figures: Sequence[Figure], others: Sequence[Figure]) -> list[Figure]:
    """Return the figures, each once, that the others don't state."""
    known = {figure.key for figure in others}
    once = {figure.key: figure for figure in reversed(figures) if figure.key not in known}
    return sorted(once.values(), key=lambda figure: figure.start)


def _written(text: str, figure: Figure) -> str:
    return " ".join(text[figure.start : figure.end].split())
