"""Learn the weights of `assistant/answering/exchanges.py` and print them.

    python -m benchmarks.learn_exchanges --data tests/golden/grounding --sets tune [--folds N]

Learns from the statements of the sets that are carried. Each of their exchanges is an example of one that isn't there;
the statement with the two things exchanged in it gives the example of one that is. Needs scipy. With --folds the
claims are left out in turn, and what is printed is how many true statements look exchanged, and how many exchanges do.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.answering.across import Across
from assistant.answering.assertions import Assertion, Reader
from assistant.answering.exchanges import FEATURES, Exchange, exchanges
from assistant.answering.grounding import coverage
from assistant.answering.windows import Window, Windows
from assistant.corpus import glossary
from assistant.index.dictionary import Dictionary
from assistant.research import grounding_sets
from assistant.research.grounding_sets import ACROSS, Pair
from benchmarks.learning import Values, arguments, fit, left_out

KINDS = tuple((move, sort) for move in ("exchanged", "replaced") for sort in ("figure", "name", "term"))
# Weight of the squares of the weights against the log likelihood, and of an example from a sentence said word for word.
PENALTY, VERBATIM = 0.5, 0.3
# With --folds, from which likelihood an exchange counts.
LIKELY = 0.73


@dataclass(frozen=True)
class Example:
    """An exchange: its features with what kind it is, whether it is there, and where it comes from."""

    claim: str
    statement: str
    across: bool
    row: Values
    there: bool
    weight: float


def main() -> int:
    """Learn and print."""
    args = arguments(__doc__ or "")
    reading = Reading()
    examples = [e for name in args.sets for pair in _carried(args.data, name) for e in reading.examples(pair)]
    for across in (False, True):
        some = [e for e in examples if e.across == across]
        print(f"across {across}: {len(some)} examples")
        if args.folds:
            _report(some, args.folds)
        weights = learn(some)
        print("   ", ", ".join(f"{w:.2f}" for w in weights[:FEATURES]))
        print("   ", dict(zip(KINDS, weights[FEATURES:].round(2).tolist(), strict=True)))
    return 0


def _carried(folder: Path, name: str) -> Iterator[Pair]:
    seen = set()
    for pair in grounding_sets.read(folder, name):
        if pair.carried_by and pair.kind in ("verbatim", "reworded", ACROSS):
            key = (pair.statement, pair.evidence[pair.carried_by[0]].hit.passage.id)
            if key not in seen:
                seen.add(key)
                yield pair


class Reading:
    """Reads statements and passages as the check does."""

    def __init__(self) -> None:
        self._reader = Reader(glossary.load(Path("corpus/glossary.toml")))
        self._windows, self._across = Windows(self._reader), Across(Dictionary(None))

    def examples(self, pair: Pair) -> Iterator[Example]:
        """Yield, for each exchange that a true statement could hold, it as it isn't there and as it would be."""
        assert pair.carried_by
        windows = self._windows.of(pair.evidence[pair.carried_by[0]].hit)
        told = self._reader.read(pair.statement)
        window = max(windows, key=lambda w: (coverage(told, w), w.start - w.end))
        statement, said = self._across.meet(told, window.said)
        for exchange in exchanges(statement, said):
            yield self._example(pair, exchange, statement, there=False)
            changed = _changed(pair.statement, window, exchange, across=statement.language != said.language)
            read, met = self._across.meet(self._reader.read(changed), window.said) if changed else (told, said)
            found = exchanges(read, met) if changed else iter(())
            same = next((e for e in found if e.move == exchange.move and _same(e, exchange)), None)
            if same:
                yield self._example(pair, same, statement, there=True)

    def _example(self, pair: Pair, exchange: Exchange, statement: Assertion, *, there: bool) -> Example:
        kind = np.array([k == (exchange.move, exchange.one.of) for k in KINDS], dtype=float)
        row = np.concatenate([np.array(exchange.gains), kind])
        claim = re.sub(r"-(?:zh|en)-.*", "", pair.id)
        weight = VERBATIM if pair.kind == "verbatim" else 1.0
        return Example(claim, pair.id, pair.kind == ACROSS, row, there, weight)


def _changed(text: str, window: Window, exchange: Exchange, *, across: bool) -> str:
    """Return the statement with the exchange made in it, or an empty string where it can't be."""
    one, other = exchange.one, exchange.other
    if exchange.move == "replaced":
        written = window.said.text[other.start : other.end]
        return "" if across and one.of == "term" else text[: one.start] + written + text[one.end :]
    if one.end > other.start:
        return ""
    first, second = text[one.start : one.end], text[other.start : other.end]
    return text[: one.start] + second + text[one.end : other.start] + first + text[other.end :]


def _same(found: Exchange, made: Exchange) -> bool:
    if made.move == "exchanged":
        return {found.one.keys, found.other.keys} == {made.one.keys, made.other.keys}
    return bool(found.one.keys & made.other.keys and found.other.keys & made.one.keys)


def learn(examples: Sequence[Example]) -> Values:
    """Return the weights of the features and of the kinds that make the examples most likely."""
    rows = np.stack([e.row for e in examples])
    signs = np.array([1.0 if e.there else -1.0 for e in examples])
    counts = np.array([e.weight for e in examples])

    def cost(weights: Values) -> tuple[float, Values]:
        margin = signs * (rows @ weights)
        slope = -counts * signs / (1 + np.exp(np.clip(margin, -500, 500)))
        return float(
            counts @ np.logaddexp(0, -margin) + PENALTY * weights @ weights
        ), rows.T @ slope + 2 * PENALTY * weights

    return fit(cost, rows.shape[1])


def _report(examples: Sequence[Example], folds: int) -> None:
    likely: list[tuple[Example, bool]] = []
    bound = np.log(LIKELY / (1 - LIKELY))
    for known, held in left_out(examples, lambda e: e.claim, folds):
        weights = learn(known)
        likely += [(e, bool(e.row @ weights > bound)) for e in held]
    told = [(e, hit) for e, hit in likely if e.weight == 1.0]
    wrong = {e.statement for e, hit in told if hit and not e.there}
    there = [hit for e, hit in told if e.there]
    print(f"    true ones that look so: {len(wrong)} of {len({e.statement for e, _ in told})};", end=" ")
    print(f"exchanges that do: {np.mean(there):.1%}")


if __name__ == "__main__":
    sys.exit(main())
