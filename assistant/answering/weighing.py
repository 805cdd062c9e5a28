"""How likely it is, from all signs together, that a statement says otherwise than the passage it was held against.

A logistic model with few weights, none of which may speak the wrong way: no sign speaks for a statement. It is learnt
by `benchmarks/learn_suspicions.py` on statements of which nothing was tuned before they were measured, counted more
than those that the rules were written on: there a rule looks surer than it is. Each sign counts less where the
statement is worded freely, since there it is more often mistaken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.answering.assertions import Assertion
from assistant.answering.suspicions import Sign, signs
from assistant.answering.windows import Window

# From which odds (natural logarithm) a statement fails. Chosen on claims left out of the learning: docs/LOG.md has the
# curve.
LEAST_ODDS = 0.5

# Signs that free wording makes less sure, by the name of what it takes from them.
LOOSENED: Mapping[str, frozenset[str]] = {
    "free × moved": frozenset(("crossed", "transposed", "party", "party, plainly")),
    "free × gained": frozenset(f"{what} {kind}" for what in ("joint", "inside") for kind in ("figure", "name", "word")),
    "free × negated": frozenset(
        ("alone", "alone, hinted", "alone, others negated", "flat", "unsaid", "waived"),
    ),
}  # fmt: skip
# A figure that both give to a party in so many words, and to different ones, is what must never pass: it decides nearly
# alone, whatever its share of the examples. Unseen, it suspected 2 of 298 true statements and 12 of 93 swapped ones.
LEAST_WEIGHT: Mapping[str, float] = {"party, plainly": 2.5}
# What may weigh either way. All else weighs for a failure, or, where free wording takes from it, against.
EITHER_WAY = frozenset(("bias", "fewer", "dropped in part"))

# In the passage's language (False) and in the other one (True).
WEIGHTS: Mapping[bool, Mapping[str, float]] = {
    False: {
        "alone": 4.48, "alone, hinted": 3.26, "alone, others negated": 3.09, "backwards": 0.62, "below": 2.91,
        "bias": -1.44, "bound": 0.60, "certainty": 4.57, "certainty, borne": 1.83, "crossed": 2.45,
        "displaced figure": 0.29, "displaced name": 0.09, "dropped": 2.25, "dropped in part": 0.57,
        "elimination": 4.03, "elimination, borne": 0.19, "fewer": 0.56, "flat": 4.42, "free × gained": -3.69,
        "free × moved": -2.21, "free × negated": -4.16, "happened": 1.98, "in passing": 0.94, "inside figure": 0.18,
        "joint figure": 1.05, "joint name": 0.08, "joint word": 0.73, "none there": 1.08, "party": 0.51,
        "party, plainly": 2.50, "place": 1.78, "pointed": 4.21, "possible": 2.17, "replaced figure": 0.36,
        "replaced name": 0.46, "roles": 3.79, "sides": 3.08, "subject": 1.28, "superlative": 3.91,
        "superlative, borne": 1.91, "term": 0.82, "transposed": 2.75, "universal": 3.89, "universal, borne": 2.63,
        "unsaid": 1.00, "waived": 2.95,
    },
    True: {
        "alone": 3.78, "alone, hinted": 3.84, "below": 1.71, "bias": -1.03, "bound": 0.26, "certainty": 3.73,
        "certainty, borne": 1.17, "crossed": 2.86, "displaced figure": 0.11, "displaced name": 0.21, "dropped": 1.81,
        "dropped in part": 1.46, "elimination": 3.53, "fewer": 0.67, "flat": 3.03, "free × gained": -0.19,
        "free × moved": -0.94, "happened": 1.54, "in passing": 0.92, "inside figure": 0.61, "inside word": 0.20,
        "joint figure": 0.34, "joint name": 0.28, "none there": 0.78, "party": 0.56, "party, plainly": 2.50,
        "place": 1.59, "pointed": 3.92, "possible": 0.84, "replaced figure": 0.34, "replaced name": 0.30,
        "roles": 3.69, "sides": 3.09, "subject": 1.00, "superlative": 3.57, "term": 0.11, "transposed": 0.84,
        "universal": 3.97, "universal, borne": 2.25, "waived": 2.06,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """The odds (natural logarithm) that a statement says otherwise, and the sign that weighs most."""

    odds: float
    heaviest: Sign | None


def weigh(statement: Assertion, window: Window, share: float) -> Weighed:
    """Return what the signs against a statement weigh; `share` (0 to 1) is what the window has of it."""
    across = statement.language != window.said.language
    found = list(signs(statement, window))
    weights = WEIGHTS[across]
    odds = sum(weights.get(name, 0.0) * value for name, value in features(found, share).items())
    heaviest = max(found, key=lambda sign: weights.get(sign.name, 0.0) * sign.strength, default=None)
    return Weighed(odds, heaviest)


def features(found: Iterable[Sign], share: float) -> dict[str, float]:
    """Return what is weighed, by name: each sign at its strongest, and what free wording takes from them.

    `share` (0 to 1) is what the passage has of the statement; what it lacks is worded freely.
    """
    values: dict[str, float] = {}
    for sign in found:
        values[sign.name] = max(sign.strength, values.get(sign.name, 0.0))
    free = 1 - share
    for name, loosened in LOOSENED.items():
        values[name] = free * max((values.get(each, 0.0) for each in loosened), default=0.0)
    return values | {"bias": 1.0}
