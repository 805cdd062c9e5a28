"""Learn the weights of `assistant/answering/weighing.py` and print them.

    python -m benchmarks.learn_suspicions --data tests/golden/grounding --sets tune calibrate [--folds N]

The last set named counts most: nothing was tuned on it before it was measured, so its true statements are rejected as
often as new ones are. Of the others true statements count least, since the rules were changed until these passed.
Each statement is also held against its passage in the other language.
What has a figure, a name or words that the passage lacks fails before anything is weighed, and is left out. Needs
scipy. With --folds the claims are left out in turn, and what is printed is how many true statements of the last set are
kept and how many false ones are caught, at several odds.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assistant.answering import weighing
from assistant.answering.grounding import Grounder, nearest
from assistant.answering.suspicions import signs
from assistant.answering.weighing import EITHER_WAY, LEAST_WEIGHT, LOOSENED
from assistant.answering.wording import quoted
from assistant.corpus import glossary
from assistant.index.dictionary import Dictionary
from assistant.records import Hit, Passage, content_id
from assistant.research import grounding_sets
from assistant.research.grounding_sets import ACROSS, FALSE, Pair
from assistant.text.language import detect
from benchmarks.learning import Values, arguments, left_out

# Weight of the squares of the weights against the log likelihood, and of an example of the last set, a false one and a
# true one of the others.
PENALTY, LAST, FALSE_BEFORE, TRUE_BEFORE = 0.3, 3.0, 1.0, 0.3
# How often the window is chosen anew that speaks least against a statement.
ROUNDS = 3
ODDS = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


@dataclass(frozen=True)
class Example:
    """A statement held against a passage: what speaks against it in each window, or that it fails or passes before."""

    claim: str
    kind: str
    across: bool
    false: bool
    weight: float
    last: bool
    windows: tuple[dict[str, float], ...]
    settled: float | None


def main() -> int:
    """Learn and print."""
    args = arguments(__doc__ or "")
    grounder = Grounder(glossary.load(Path("corpus/glossary.toml")), Dictionary(None))
    examples = [e for name in args.sets for e in _examples(args.data, name, grounder, last=name == args.sets[-1])]
    for across in (False, True):
        some = [e for e in examples if e.across == across]
        names = sorted({name for e in some for window in e.windows for name in window})
        print(f"across {across}: {len(some)} examples")
        if args.folds:
            _report(some, names, args.folds)
        weights = learn(some, names)
        told = (f'"{n}": {w:.2f}' for n, w in zip(names, weights, strict=True) if abs(w) >= 0.005)
        print("   ", ", ".join(told))
    return 0


def _examples(folder: Path, name: str, grounder: Grounder, *, last: bool) -> Iterator[Example]:
    """Yield each statement against its passage, and against the same passage in the other language."""
    twins, seen = _twins(folder), set()
    for pair in grounding_sets.read(folder, name):
        number = (pair.carried_by or pair.citations or (0,))[0]
        if number not in pair.evidence or (pair.carried_by is None and pair.kind not in (*FALSE, ACROSS)):
            continue
        passage = pair.evidence[number].hit.passage
        for shown in (passage, twins.get(passage.text)):
            key = (pair.statement, shown.text if shown else "")
            if shown is not None and key not in seen:
                seen.add(key)
                yield _example(pair, replace(pair.evidence[number].hit, passage=shown), grounder, last=last)


def _twins(folder: Path) -> dict[str, Passage]:
    """Return, by the text of a passage, the same passage in the other language."""
    rows = (folder / grounding_sets.PASSAGES).read_text(encoding="utf-8").splitlines()
    texts = {row["id"]: row["text"] for row in map(json.loads, rows)}
    found = {}
    for key, text in texts.items():
        claim, _, language = key.rpartition("-")
        twin = texts.get(f"{claim}-{'en' if language == 'zh' else 'zh'}")
        if twin:
            found[text] = Passage(content_id(twin), "set", 0, len(twin), twin, detect(twin), kind="claim")
    return found


def _example(pair: Pair, hit: Hit, grounder: Grounder, *, last: bool) -> Example:
    false = pair.carried_by is None
    windows, settled = [], None
    if quoted(pair.statement, hit.passage.text):
        settled = -np.inf
    else:
        told = grounder.reader.read(pair.statement)
        for share, window in nearest(told, grounder.windows.of(hit)):
            statement, met = grounder.meet(told, window)
            if grounder.lacks(statement, met, share)[0] is None:
                windows.append(weighing.features(signs(statement, met), share))
        settled = None if windows else np.inf
    weight = LAST if last else FALSE_BEFORE if false else TRUE_BEFORE
    claim = re.sub(r"-(?:zh|en)-.*", "", pair.id)
    across = pair.language != hit.passage.language
    return Example(claim, pair.kind, across, false, weight, last, tuple(windows), settled)


def learn(examples: Sequence[Example], names: Sequence[str]) -> Values:
    """Return the weights of the named features that make the examples most likely, each window the mildest."""
    used = [(_matrix(e, names), e) for e in examples if e.settled is None]
    signed = np.array([1.0 if e.false else -1.0 for _, e in used])
    counts = np.array([e.weight for _, e in used])
    weights = np.ones(len(names))
    for _ in range(ROUNDS):
        rows = np.stack([matrix[int(np.argmin(matrix @ weights))] for matrix, _ in used])
        weights = _bounded(_cost(rows, signed, counts, names), names)
    return weights


def _cost(
    rows: Values, signed: Values, counts: Values, names: Sequence[str]
) -> Callable[[Values], tuple[float, Values]]:
    penalty = np.array([0.0 if name == "bias" else PENALTY for name in names])

    def cost(weights: Values) -> tuple[float, Values]:
        margin = signed * (rows @ weights)
        slope = -counts * signed / (1 + np.exp(np.clip(margin, -500, 500)))
        loss = float(counts @ np.logaddexp(0, -margin) + penalty @ weights**2)
        return loss, rows.T @ slope + 2 * penalty * weights

    return cost


def _bounded(cost: Callable[[Values], tuple[float, Values]], names: Sequence[str]) -> Values:
    from scipy.optimize import minimize

    bounds = [
        (None, None) if name in EITHER_WAY else (None, 0.0) if name in LOOSENED else (LEAST_WEIGHT.get(name, 0.0), None)
        for name in names
    ]
    found: Values = minimize(
        cost, np.array([LEAST_WEIGHT.get(name, 0.0) for name in names]), jac=True, method="L-BFGS-B", bounds=bounds
    ).x
    return found


def _matrix(example: Example, names: Sequence[str]) -> Values:
    return np.array([[window.get(name, 0.0) for name in names] for window in example.windows])


def _report(examples: Sequence[Example], names: Sequence[str], folds: int) -> None:
    odds: list[tuple[Example, float]] = []
    for known, held in left_out(examples, lambda e: e.claim, folds):
        weights = learn(known, names)
        odds += [(e, float((_matrix(e, names) @ weights).min()) if e.settled is None else e.settled)
                 for e in held if e.last and (e.kind != "verbatim" or e.across)]  # fmt: skip
    for least in ODDS:
        kept = [value < least for e, value in odds if not e.false]
        caught = {kind: [v >= least for e, v in odds if e.false and e.kind == kind] for kind in (*FALSE, ACROSS)}
        told = ", ".join(f"{kind} {sum(c)}/{len(c)}" for kind, c in caught.items() if c)
        print(f"    odds {least:+.1f}: kept {sum(kept)} of {len(kept)}; caught {told}")


if __name__ == "__main__":
    sys.exit(main())
