"""Whether a statement ties its figures and names to the same things as the passage does.

Several rules each see one sign that something changed places, and each also sees it in some statements that are only
worded otherwise. So what a rule suspects counts only where the learnt model of `exchanges.py` finds an exchange likely
enough: the less a rule can be relied upon, the likelier it has to be.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from assistant.answering import binding, exchanges
from assistant.answering.assertions import Assertion
from assistant.answering.pairs import Pairs
from assistant.answering.roles import turned_round
from assistant.answering.sides import exchanged
from assistant.answering.transposed import transposed
from assistant.answering.windows import Window

Rule = Literal["crossed", "moved", "exchanged", "transposed"]

# From which likelihood a suspicion counts, by the rule that has it. Chosen on the tuning part with likelihoods learnt
# on other claims: the rule of pairs (`crossed`) suspected no true statement, the others 13, 5 and 5 of 517.
LIKELY: Mapping[Rule, float] = {"crossed": 0.0, "moved": 0.73, "exchanged": 0.94, "transposed": 0.94}


def misattributed(statement: Assertion, window: Window) -> str:
    """Return what the statement ties to another thing than the passage does, as written there, or an empty string."""
    said = window.said
    likelihood = cache(lambda: exchanges.likelihood(statement, said))
    # The model knows nothing of "respectively".
    in_turn = binding.in_turn(statement, said)
    for rule, moved in _suspicions(statement, said):
        if in_turn or LIKELY[rule] == 0 or likelihood() >= LIKELY[rule]:
            return moved
    return (
        turned_round(statement, said)
        or exchanged(statement, said)
        or binding.other_subject(statement, window.sentences)
    )


def _suspicions(statement: Assertion, said: Assertion) -> Iterator[tuple[Rule, str]]:
    """Yield what each rule takes for moved."""
    paired = Pairs(statement, said)
    if paired.crossed:
        yield "crossed", paired.crossed
    moved = binding.moved(statement, said, paired)
    if moved:
        yield "moved", moved
    crossed = binding.exchanged(statement, said, paired)
    if crossed:
        yield "exchanged", crossed
    crossed = transposed(statement, said, paired.straight)
    if crossed:
        yield "transposed", crossed
