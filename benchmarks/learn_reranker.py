"""Learn the weights of `assistant/retrieval/rerank.py` and print them.

    python -m benchmarks.learn_reranker --data DIR --sets NAME … [--folds N]

DIR holds the sets in the form that `assistant eval retrieval` reads; learn on others than those you measure on. Needs
scipy. With --folds the articles of the sets are left out in turn, and nDCG@10 is that of questions never learnt from.
"""

import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.corpus.glossary import Glossary
from assistant.index.dictionary import Dictionary
from assistant.index.journal import Journal
from assistant.research import retrieval_sets
from assistant.research.retrieval_sets import QuestionSet
from assistant.retrieval import expansion, features, rerank, scoring
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.parts import SubQuestion
from assistant.retrieval.retriever import CANDIDATES
from benchmarks.learning import Values, arguments, fit, left_out

# Weight of the squares of the weights (in units of each feature's standard deviation) against the log likelihood.
PENALTY = 3.0


@dataclass(frozen=True)
class Example:
    """A question's best candidates: their features, and the place of the right one, -1 where it is not among them."""

    article: str
    rows: Values
    right: int


def main() -> int:
    """Learn and print."""
    args = arguments(__doc__ or "")
    bridge = Bridge(Dictionary(None))
    named: list[str] = []
    sets = [retrieval_sets.read(args.data, name) for name in args.sets]
    examples = [e for questions in sets for e in examples_of(questions, bridge, named)]
    if args.folds:
        gains = [
            gain(e, weights)
            for known, held in left_out(examples, lambda e: e.article, args.folds)
            for weights in [learn(known)]
            for e in held
        ]
        print(f"nDCG@10 of questions left out: {np.mean(gains):.4f}")
    for name, weight in zip(named, learn(examples), strict=True):
        print(f'    "{name}": {weight:.2f},')
    return 0


def examples_of(questions: QuestionSet, bridge: Bridge, named: list[str]) -> list[Example]:
    """Return an example for each question of a set; `named` is filled with the names of the features."""
    with tempfile.TemporaryDirectory() as folder:
        journal = retrieval_sets.index(Path(folder), questions.passages)
        found = [_example(journal, bridge, query, named) for query in questions.queries]
        journal.close()
    return found


def _example(journal: Journal, bridge: Bridge, question: dict[str, Any], named: list[str]) -> Example:
    text = question["text"]
    query = expansion.query(SubQuestion(text, text), text, Glossary())
    hits = journal.hits([n for n, _ in journal.search(query, CANDIDATES)]).values()
    statistics = scoring.Statistics(*journal.statistics(), journal.frequencies(query))
    matches = scoring.Matches.of(query, scoring.analyse(hits), statistics)
    closest = matches.only([place for _, place in rerank.first(matches)[: rerank.DEPTH]])
    rows, best = features.features(text, closest), closest.passages
    features.bridge_over(rows, bridge.question(query, text), best, bridge)
    named[:] = list(rows[0]) if rows else named
    ids = [passage.hit.passage.id for passage in best]
    right = ids.index(question["pid"]) if question["pid"] in ids else -1
    # A question that shares no word with any passage has no candidates.
    table = np.array([list(row.values()) for row in rows]).reshape(len(rows), len(rerank.WEIGHTS["en"]))
    return Example(question.get("art", question["pid"]), table, right)


def learn(examples: Sequence[Example]) -> Values:
    """Return the weights that make the right candidates likeliest."""
    used = [e for e in examples if e.right >= 0]
    spread = np.concatenate([e.rows for e in used]).std(axis=0) + 1e-9

    def loss(weights: Values) -> tuple[float, Values]:
        total, slope = PENALTY * weights @ weights, 2 * PENALTY * weights
        for example in used:
            rows = example.rows / spread
            scores = rows @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            total -= math.log(chances[example.right] + 1e-12)
            slope = slope + chances @ rows - rows[example.right]
        return total, slope

    return fit(loss, len(spread)) / spread


def gain(example: Example, weights: Values) -> float:
    """Return the nDCG@10 of one question whose candidates are ordered by `weights`."""
    order = np.argsort(-(example.rows @ weights), kind="stable")
    place = int(np.where(order == example.right)[0][0]) if example.right >= 0 else retrieval_sets.DEPTH
    return 1 / math.log2(place + 2) if place < retrieval_sets.DEPTH else 0.0


if __name__ == "__main__":
    sys.exit(main())
