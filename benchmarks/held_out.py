"""Retrieval on what nothing was learnt from or chosen on.

    python -m benchmarks.held_out --data DIR [--sets NAME …] [--folds N] [--across A B]

The first table orders the candidates of each question in five ways: by BM25 alone, by the weights that the program has,
by weights learnt on other articles of the same set (--folds), and by weights learnt on the other sets alone, of its
language and of the other. nDCG@10 with what each adds to BM25. Needs scipy.

--across asks two parallel sets of each other's passages. What was chosen for that on such sets (how many letters make
two English words one, what a name that is heard weighs) is chosen anew on half of the articles, and R@1 is that of the
other half; then the halves are exchanged.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import mean
from unittest.mock import patch

import numpy as np

from assistant.corpus.glossary import Glossary
from assistant.index import dictionary as dictionaries
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import HashEmbedder
from assistant.records import Language
from assistant.research import retrieval_sets
from assistant.research.retrieval_sets import QuestionSet
from assistant.retrieval import bridge, rerank
from assistant.text import language
from benchmarks.learn_reranker import Example, Values, examples_of, gain, learn
from benchmarks.learning import left_out
from benchmarks.retrieval import across

# What was chosen among: the letters, then the weight (docs/LOG.md).
LETTERS, WEIGHTS = (4, 5, 6, 8), (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Asked:
    """A set's name and language, and an example for each of its questions."""

    name: str
    language: Language
    examples: Sequence[Example]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--across", nargs=2, metavar=("A", "B"))
    args = parser.parse_args()
    dictionary = Dictionary(None)
    _orders(args.data, retrieval_sets.names(args.data) if args.sets is None else args.sets, args.folds, dictionary)
    if args.across:
        one, other = (retrieval_sets.read(args.data, name) for name in args.across)
        _halves((across(one, other), across(other, one)))
    return 0


def _orders(data: Path, names: Sequence[str], folds: int, dictionary: Dictionary) -> None:
    named: list[str] = []
    sets = []
    for name in names:
        questions = retrieval_sets.read(data, name)
        examples = examples_of(questions, bridge.Bridge(dictionary), named)
        sets.append(Asked(name, language.detect(questions.passages[0]["text"]), examples))
    learnt = {asked.name: learn(asked.examples) for asked in sets} if len(sets) > 1 else {}
    for asked in sets:
        shipped = np.array([rerank.WEIGHTS[asked.language][name] for name in named])
        base = mean(1 / np.log2(e.right + 2) if 0 <= e.right < retrieval_sets.DEPTH else 0.0 for e in asked.examples)
        _print(asked.name, "BM25", base, base)
        _print(asked.name, "shipped weights", _mean(asked.examples, shipped), base)
        parts = left_out(asked.examples, lambda example: example.article, folds)
        gains = [gain(example, weights) for known, held in parts for weights in [learn(known)] for example in held]
        _print(asked.name, "articles left out", mean(gains), base)
        for other in sets:
            if other is not asked:
                _print(asked.name, f"learnt on {other.name}", _mean(asked.examples, learnt[other.name]), base)


def _mean(examples: Iterable[Example], weights: Values) -> float:
    return mean(gain(example, weights) for example in examples)


def _print(name: str, method: str, value: float, base: float) -> None:
    print(f"{name:<22} {method:<24} {value:>8.4f} {value - base:>+8.4f}", flush=True)


def _halves(directions: Sequence[QuestionSet]) -> None:
    """Print R@1 of each direction and half, as chosen on the other half and as the program has it."""
    settings = [*((letters, 1.0) for letters in LETTERS), *((6, weight) for weight in WEIGHTS if weight != 1.0)]
    for questions in directions:
        found = {setting: _right(questions, *setting) for setting in settings}
        for half in (0, 1):
            kept, rest = _half(questions, half), _half(questions, 1 - half)
            chosen = max(settings, key=lambda setting: _recall(found[setting], rest))
            now, own = _recall(found[chosen], kept), _recall(found[6, 1.0], kept)
            print(
                f"{questions.name:<22} half {half + 1} ({len(kept)}): R@1 {now:.4f} with {chosen[0]} letters and"
                f" weight {chosen[1]}, chosen on the other half; {own:.4f} as the program has it",
                flush=True,
            )


@cache
def _dictionary(letters: int) -> Dictionary:
    with patch.object(dictionaries, "SAME_BEGINNING", letters):
        return Dictionary(None)


def _right(questions: QuestionSet, letters: int, weight: float) -> Mapping[str, bool]:
    """Return for each question whether its passage comes first."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(dictionaries, "SAME_BEGINNING", letters),
        patch.object(bridge, "HEARD_WEIGHT", weight),
    ):
        retriever = retrieval_sets.indexed(questions, Path(folder), HashEmbedder(), Glossary(), _dictionary(letters))
        search = retrieval_sets.search(retriever)
        return {query["text"]: search(query["text"])[:1] == [query["pid"]] for query in questions.queries}


def _half(questions: QuestionSet, half: int) -> list[str]:
    """Return the questions about every second article."""
    articles = sorted({row.get("art", row["pid"]) for row in questions.passages})
    kept = {row["pid"] for row in questions.passages if row.get("art", row["pid"]) in articles[half::2]}
    return [query["text"] for query in questions.queries if query["pid"] in kept]


def _recall(right: Mapping[str, bool], asked: Sequence[str]) -> float:
    return mean(right[text] for text in asked)


if __name__ == "__main__":
    sys.exit(main())
