"""Retrieval over public question sets, beside baselines in the same run.

    python -m benchmarks.retrieval --data DIR [--sets NAME …] [--limit N] [--across A B] [--passages N]

DIR holds the sets in the form that `assistant eval retrieval` reads. Each set is asked as it is, in Simplified Chinese
and with an error in each question. --across asks two parallel sets (passage k of one is passage k of the other) of
each other's passages. --passages repeats a set's passages with variation up to N, for the time that a question takes.
--methods leaves out all others; "sentences" says how often one of three sentences chosen from five passages holds the
answer. Times compare only within a run. A baseline that is not installed is left out, and said so.
"""

import argparse
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.corpus.glossary import Glossary
from assistant.errors import AssistantError, NotReadyError
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import HashEmbedder, ModelEmbedder
from assistant.models.encoders import FolderEncoder
from assistant.research import retrieval_sets
from assistant.research.retrieval_sets import QuestionSet, Search
from assistant.text.normalize import simplify
from benchmarks import baselines

WITH_MINILM = "program with MiniLM"


def main() -> int:
    """Measure and print one row a set and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+")
    parser.add_argument("--limit", type=int, default=None, help="only the first N questions of a set")
    parser.add_argument("--across", nargs=2, metavar=("A", "B"), help="two parallel sets in two languages")
    parser.add_argument("--methods", nargs="+", help="only these, by the names in the table's second column")
    parser.add_argument("--passages", type=int, help="so many passages, by repeating those of each set")
    args = parser.parse_args()
    print(f"{'set':<22} {'method':<20} {'nDCG@10':>8} {'R@1':>7} {'R@10':>7} {'ms':>7}")
    dictionary = Dictionary(None)
    try:
        for name in args.sets or retrieval_sets.names(args.data):
            questions = retrieval_sets.read(args.data, name, args.limit)
            questions = larger(questions, args.passages) if args.passages else questions
            _compare(questions, dictionary, args.methods)
        if args.across:
            one, other = (retrieval_sets.read(args.data, name, args.limit) for name in args.across)
            _across(across(one, other), dictionary)
            _across(across(other, one), dictionary)
    except AssistantError as error:
        sys.stderr.write(f"error: {error.what}\n  where: {error.where}\n  remedy: {error.remedy}\n")
        return error.exit_code
    return 0


def _compare(questions: QuestionSet, dictionary: Dictionary, methods: Collection[str] | None) -> None:
    for method, make in baselines.BASELINES.items():
        if methods and method not in methods:
            continue
        try:
            _print(questions, method, make(questions))
        except ImportError as error:
            print(f"{questions.name:<22} {method:<20} left out: {error}", flush=True)
    if not methods or WITH_MINILM in methods:
        _with_minilm(questions, dictionary)
    with tempfile.TemporaryDirectory() as folder:
        retriever = retrieval_sets.indexed(questions, Path(folder), HashEmbedder(), Glossary(), dictionary)
        for method, change in {"program": str, "Simplified": simplify, "one error": baselines.misspelt}.items():
            if not methods or method in methods:
                changed = tuple({**query, "text": change(query["text"])} for query in questions.queries)
                _print(replace(questions, queries=changed), method, retrieval_sets.search(retriever))
        if not methods or "sentences" in methods:
            held = retrieval_sets.evidence(retriever, questions.queries)
            print(f"{questions.name:<22} {'sentences':<20} {held:>8.4f}", flush=True)


def _with_minilm(questions: QuestionSet, dictionary: Dictionary) -> None:
    """Measure the program as it is with that model in models/ and `embedder` set to it."""
    try:
        embedder = ModelEmbedder(FolderEncoder(baselines.minilm_folder()))
    except (ImportError, NotReadyError) as error:
        print(f"{questions.name:<22} {WITH_MINILM:<20} left out: {error}", flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        retriever = retrieval_sets.indexed(questions, Path(folder), embedder, Glossary(), dictionary)
        _print(questions, WITH_MINILM, retrieval_sets.search(retriever))


def _across(questions: QuestionSet, dictionary: Dictionary) -> None:
    with tempfile.TemporaryDirectory() as folder:
        retriever = retrieval_sets.indexed(questions, Path(folder), HashEmbedder(), Glossary(), dictionary)
        _print(questions, "program", retrieval_sets.search(retriever))


def _print(questions: QuestionSet, method: str, search: Search) -> None:
    m = retrieval_sets.measure(search, questions.queries)
    figures = f"{m.ndcg10:>8.4f} {m.recall1:>7.4f} {m.recall10:>7.4f} {m.median_ms:>7.1f}"
    print(f"{questions.name:<22} {method:<20} {figures}", flush=True)


def across(of: QuestionSet, asked: QuestionSet) -> QuestionSet:
    """Return a set's passages with the questions of a parallel set, each with the passage here that answers it."""
    places = {row["pid"]: place for place, row in enumerate(asked.passages)}
    moved = tuple({**query, "pid": of.passages[places[query["pid"]]]["pid"]} for query in asked.queries)
    return replace(of, name=f"{asked.name}→{of.name}", queries=moved)


def larger(questions: QuestionSet, passages: int) -> QuestionSet:
    """Return a set of `passages` passages: its own, then each again with its end exchanged for another's."""
    rows: list[dict[str, Any]] = list(questions.passages)
    for number in range(len(rows), passages):
        row, other = (_at(questions.passages, n) for n in (number, number * 7 + number // len(questions.passages)))
        text = row["text"][: len(row["text"]) // 2] + other["text"][len(other["text"]) // 2 :]
        rows.append({**row, "pid": f"varied-{number}", "text": text})
    return replace(questions, passages=tuple(rows[:passages]))


def _at(rows: Sequence[dict[str, Any]], number: int) -> dict[str, Any]:
    return rows[number % len(rows)]


if __name__ == "__main__":
    sys.exit(main())
