"""Whether just one of a statement and a passage negates what both speak of."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from assistant.answering.assertions import Assertion, Segment
from assistant.answering.opposites import CHANGES, Pole
from assistant.answering.windows import Window
from assistant.text.figures import plain

Kind = Literal["flat", "alone", "waived", "unsaid"]

# "Without a fan" in one word.
_WITHOUT = re.compile(r"\w{3,}less\b|\w-free\b")


def differs(statement: Assertion, segment: Segment, nearest: Sequence[Segment], window: Window) -> Kind | None:
    """Return how a segment of the statement, or what comes `nearest` to it in the window, negates the other alone.

    None where neither does. `flat` is an opposite told and denied, `alone` a negation of the statement's own, `waived`
    one said in passing ("without"), `unsaid` one that the statement leaves out.
    """
    theirs = [s for s in nearest if s.polarity.negated]
    settled = _by_opposites(statement, segment, nearest, theirs, window)
    if settled is not None:
        return "flat" if settled else None
    across = statement.language != window.said.language
    if segment.polarity.negated and not theirs:
        alone = _alone_across(nearest, window) if across else _alone(segment, nearest, window)
        return "alone" if alone else None
    if segment.polarity.waived and not (across and window.said.polarity.hinted):
        spoken = any(window.has(key) for key in scope(segment, segment.polarity.waived, 3))
        whole = window.said.polarity
        told = whole.negated or whole.waived or _WITHOUT.search(plain(window.said.text))
        return "waived" if spoken and not told else None
    if theirs and not statement.polarity.negated:
        unsaid = (_unsaid_across if across else _unsaid)(statement, segment, nearest, theirs)
        return "unsaid" if unsaid else None
    return None


def hints(said: Assertion, *, across: bool) -> bool:
    """Say whether a text has a word that may stand for a negation: "fails", "-free", 禁止."""
    told = said.polarity
    return told.hinted if across else told.contrasts or bool(_WITHOUT.search(plain(said.text)))


def _by_opposites(
    statement: Assertion, segment: Segment, nearest: Sequence[Segment], theirs: Sequence[Segment], window: Window
) -> bool | None:
    """Return what negated opposites tell, or None: "didn't cut" isn't "cut", "can't leave" is as good as "stays"."""
    denied, whole = segment.polarity.denied, window.said.polarity
    flat = {pole for pole in denied if pole[0] in CHANGES}
    if any(flat & (s.polarity.poles - s.polarity.denied) for s in nearest):
        return True
    same = denied & whole.denied or _opposite(denied) & (whole.poles - whole.denied)
    same = same or _opposite(pole for s in theirs for pole in s.polarity.denied) & statement.polarity.poles
    return False if same else None


def _opposite(poles: Iterable[Pole]) -> set[Pole]:
    return {(axis, 1 - side) for axis, side in poles}


def _alone_across(nearest: Sequence[Segment], window: Window) -> bool:
    whole = window.said.polarity
    return not (whole.negated or whole.waived or any(s.polarity.hinted for s in nearest))


def _alone(segment: Segment, nearest: Sequence[Segment], window: Window) -> bool:
    """Say whether the statement negates what the passage doesn't.

    A negation elsewhere in the passage excuses this one only if it negates the same; a contrast in its words only if
    what this one negates isn't said there.
    """
    about = scope(segment, segment.polarity.negated, 12)
    if not about:
        # "The cloud can't": what is negated stands before.
        return not window.said.polarity.negated
    if any(about & scope(s, (*s.polarity.negated, *s.polarity.waived)) for s in window.said.segments):
        return False
    said = scope(segment, segment.polarity.negated, 2) & window.said.weights.keys()
    return bool(said) or not any(s.polarity.contrasts for s in nearest)


def _unsaid_across(
    statement: Assertion, segment: Segment, nearest: Sequence[Segment], theirs: Sequence[Segment]
) -> bool:
    ours = statement.polarity
    return nearest[0] in theirs and not (ours.waived or ours.hinted or ours.contrasts)


def _unsaid(statement: Assertion, segment: Segment, nearest: Sequence[Segment], theirs: Sequence[Segment]) -> bool:
    """Say whether the passage negates what the statement doesn't.

    What the passage denies here and affirms where it comes nearest isn't what it denies of the statement.
    """
    affirmed = {key for s in nearest if s not in theirs for key in s.weights} if nearest[0] not in theirs else set()
    denied = any((scope(s, s.polarity.negated, 2) - affirmed) & statement.weights.keys() for s in theirs)
    return denied and not segment.polarity.contrasts


def scope(segment: Segment, cues: Iterable[int], most: int = 4) -> set[str]:
    """Return the first anchors after each cue, at most `most` each: what the negation is about."""
    found: set[str] = set()
    for at in cues:
        found |= {mark.key for mark in [m for m in segment.marks if m.start >= segment.start + at][:most]}
    return found
