"""All that speaks against a statement whose figures, names and words a passage has, each sign by itself.

No sign is sure: a rule that sees what changed places, points the other way or claims too much also sees it in some
statements that are only worded otherwise. What the signs weigh together says `weighing.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.answering import crossing, negation, polarity, wording
from assistant.answering.assertions import Assertion, Segment
from assistant.answering.pairs import Pairs
from assistant.answering.parties import misplaced
from assistant.answering.roles import other_subject, turned_round
from assistant.answering.sides import exchanged
from assistant.answering.transposed import replaced, transposed
from assistant.answering.windows import Window
from assistant.text.figures import plain

Check = Literal["attribution", "negation", "direction", "strength"]

# Axes of opposites by how they are named: pointedly, or in passing.
_POINTED = ("direction", "leave", "trade", "order", "speed", "goal")
_APART = ("bound", "place")
# Strengths that are rare alone are weighed together.
_TOGETHER = {"any": "universal", "multitude": "elimination", "sole": "elimination"}
# "Nearly all" is as good as "almost every".
_AS_MANY = frozenset(("universal", "multitude"))
# How far behind a negation the strength stands that it denies: "no guarantee".
_DENIES = 12
# More than this much gained says no more.
_MOST_INSIDE, _MOST_JOINT = 2.0, 3.0


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign against a statement: what it is called, to which check it belongs, how strong, and what it is about."""

    name: str
    check: Check
    strength: float
    about: str


def signs(statement: Assertion, window: Window) -> Iterator[Sign]:
    """Yield the signs against a statement. Two of a name may come, of which the stronger counts."""
    yield from _attribution(statement, window)
    yield from _turned(statement, window)
    yield from _negated(statement, window)
    yield from _strength(statement, window)


def _attribution(statement: Assertion, window: Window) -> Iterator[Sign]:
    said = window.said
    paired = Pairs(statement, said)
    found = {
        "crossed": paired.crossed,
        "transposed": transposed(statement, said, paired.straight),
        "roles": turned_round(statement, said),
        "sides": exchanged(statement, said),
        "subject": other_subject(statement, window.sentences),
        "term": replaced(statement, said, window.context),
    }
    yield from (Sign(name, "attribution", 1.0, about) for name, about in found.items() if about)
    figure, plainly = misplaced(statement, said)
    if figure:
        yield Sign("party, plainly" if plainly else "party", "attribution", 1.0, figure)
    for kind, gain in crossing.gains(statement, said).items():
        about = " / ".join(thing.lstrip("#@=") for thing in gain.things if thing)
        yield Sign(f"joint {kind}", "attribution", min(_MOST_JOINT, gain.joint), about)
        yield Sign(f"inside {kind}", "attribution", min(_MOST_INSIDE, gain.inside), about)
        yield Sign(f"replaced {kind}", "attribution", min(_MOST_JOINT, gain.replaced), about)
        yield Sign(f"displaced {kind}", "attribution", gain.displaced, about)


def _turned(statement: Assertion, window: Window) -> Iterator[Sign]:
    backwards = wording.backwards(statement)
    if backwards:
        yield Sign("backwards", "direction", 1.0, backwards)
    if wording.below(statement, window):
        yield Sign("below", "direction", 1.0, statement.text)
    for segment, nearest in _held(statement, window):
        axis = wording.opposed_axis(segment, nearest, window)
        if axis:
            name = axis if axis in _APART else "pointed" if axis in _POINTED else "in passing"
            yield Sign(name, "direction", 1.0, segment.text.strip())


def _negated(statement: Assertion, window: Window) -> Iterator[Sign]:
    theirs, ours = window.said.polarity, statement.polarity
    for segment, nearest in _held(statement, window):
        kind = negation.differs(statement, segment, nearest, window)
        if kind:
            yield Sign(_alone(theirs) if kind == "alone" else kind, "negation", 1.0, segment.text.strip())
    here, there = (len(p.negated) + len(p.waived) for p in (ours, theirs))
    across = statement.language != window.said.language
    if here and not there and not ours.denied and not negation.hints(window.said, across=across) and not theirs.hinted:
        yield Sign("none there", "negation", 1.0, statement.text)
    if negation.hints(statement, across=across):
        return
    if there > here:
        yield Sign("fewer", "negation", min(2, there - here), statement.text)
    if not here:
        yield from (Sign(*found) for found in _dropped(statement, window.said))


def _alone(theirs: polarity.Polarity) -> str:
    """Return how a negation of the statement's own is called: the passage may negate otherwise, or only hint at it."""
    if theirs.negated or theirs.waived:
        return "alone, others negated"
    return "alone, hinted" if theirs.hinted or theirs.contrasts else "alone"


def _dropped(statement: Assertion, said: Assertion) -> Iterator[tuple[str, Check, float, str]]:
    """Yield what the passage negates and the statement says flatly: wholly, or in part."""
    for segment in said.segments:
        scope = negation.scope(segment, (*segment.polarity.negated, *segment.polarity.waived), 2)
        if scope and scope <= statement.weights.keys():
            yield "dropped", "negation", 1.0, segment.text.strip()
        elif scope & statement.weights.keys():
            yield "dropped in part", "negation", 1.0, segment.text.strip()


def _strength(statement: Assertion, window: Window) -> Iterator[Sign]:
    for segment, nearest in _held(statement, window):
        stronger = wording.stronger(segment, nearest, statement, window)
        if stronger:
            yield Sign("happened" if stronger == "happened" else "possible", "strength", 1.0, stronger)
    over = wording.overstated(statement, window)
    if over:
        theirs, above = window.said.polarity, window.context.polarity
        borne = over in theirs.bears | above.bears or (over in _AS_MANY and _AS_MANY & (theirs.bears | theirs.strong))
        name = _TOGETHER.get(over, over)
        yield Sign(f"{name}, borne" if borne or _denied(over, statement) else name, "strength", 1.0, over)


def _denied(strength: str, statement: Assertion) -> bool:
    """Say whether the statement itself denies the strength: "no guarantee", 不保證."""
    claims = [m.start() for m in re.finditer(polarity.STRENGTH[strength][0], plain(statement.text))]
    return any(0 <= at - end <= _DENIES for end in statement.polarity.negated for at in claims)


def _held(statement: Assertion, window: Window) -> Iterator[tuple[Segment, list[Segment]]]:
    """Yield each segment of the statement with what of the window speaks of the same, where anything does."""
    across = statement.language != window.said.language
    for segment in statement.segments:
        nearest = wording.nearest(segment, window.said, across=across)
        if nearest:
            yield segment, nearest
