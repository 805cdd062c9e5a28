"""To which party a text gives each of its figures: the names in the figure's own clause, or those of the clause before.

A statement that gives a figure to one party, where the passage gives it to another and that party another figure of the
kind, has exchanged them, however both are worded and in whichever languages.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from assistant.answering.assertions import Assertion, Segment, family, sort
from assistant.text.figures import Figure, agrees


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure with the parts of the names that it belongs to; `plainly` if its own clause has them."""

    figure: Figure
    sort: str
    party: frozenset[str]
    plainly: bool


def misplaced(statement: Assertion, said: Assertion) -> tuple[str, bool]:
    """Return a figure that the statement gives to another party than the passage does, as written, or nothing.

    Beside it: whether both give it plainly, each in a clause that has the party's name.
    """
    found = ""
    ours, theirs = list(_bound(statement)), list(_bound(said))
    for one in ours:
        same = [b for b in theirs if b.sort == one.sort and family(b.figure) == family(one.figure)]
        homes = [b for b in same if agrees(one.figure, b.figure) or agrees(b.figure, one.figure)]
        away = [b for b in same if b not in homes and _is(one.party, b.party)]
        if not homes or any(one.party & b.party - _common(theirs) for b in homes):
            continue
        # What the statement itself gives to its party as well is no rival.
        rivals = [b for b in away if not any(agrees(o.figure, b.figure) and o.party == one.party for o in ours)]
        if rivals:
            found = statement.text[one.figure.start : one.figure.end]
            if all(b.plainly for b in (one, *homes, *rivals)):
                return found, True
    return found, False


def _is(one: Set[str], other: Set[str]) -> bool:
    """Say whether two parties are one, or short and long forms of one."""
    return one <= other or other <= one


def _common(bound: Sequence[Bound]) -> frozenset[str]:
    """Return the parts that several parties share: "Jetson" of Jetson Thor and Jetson Orin tells neither."""
    parties = {b.party for b in bound}
    parts = {part for party in parties for part in party}
    return frozenset(part for part in parts if sum(part in party for party in parties) > 1)


def _bound(said: Assertion) -> Iterator[Bound]:
    """Yield each figure with its party, for each sort of names in its clause or, without any, in the one before."""
    before: Segment | None = None
    for segment in said.segments:
        holder = segment if segment.names else None if segment.opens else before
        for figure in segment.figures if holder else ():
            assert holder is not None
            for each in dict.fromkeys(sort(name) for name in holder.names):
                names = [name for name in holder.names if sort(name) == each]
                party = frozenset(part for name in names for part in name.parts)
                yield Bound(figure, each, party, plainly=holder is segment)
        before = holder or before
