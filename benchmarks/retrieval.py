"""Retrieval over public question sets, beside baselines in the same run.

    python benchmarks/retrieval.py --data DIR [--sets drcd_dev xquad_zht xquad_en] [--limit N]

DIR holds NAME.passages.jsonl (pid, title, text) and NAME.queries.jsonl (pid of the one relevant passage, text).
Baselines: bm25s with its own tokenizer, and the journal's FTS5 ranking before the program's own scoring.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal, Place
from assistant.records import Block, Document, Passage
from assistant.retrieval.retriever import Retriever
from assistant.text import language, tokens

DEPTH = 10
Search = Callable[[str], Sequence[str]]


def main() -> int:
    """Measure and print one row a set and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=["drcd_dev", "xquad_zht", "xquad_en"])
    parser.add_argument("--limit", type=int, default=None, help="only the first N questions of a set")
    args = parser.parse_args()
    if not args.data.is_dir():
        sys.stderr.write(f"error: no such folder\n  where: {args.data}\n  remedy: name the folder with the sets\n")
        return 3
    print(f"{'set':<10} {'method':<22} {'nDCG@10':>8} {'R@1':>7} {'R@10':>7} {'ms':>7}")
    for name in args.sets:
        passages = _read(args.data / f"{name}.passages.jsonl")
        queries = _read(args.data / f"{name}.queries.jsonl")[: args.limit]
        with tempfile.TemporaryDirectory() as folder:
            journal = _index(Path(folder), passages)
            methods: dict[str, Search] = {
                "bm25s": _bm25s(passages),
                "fts5": _fts5(journal),
                "assistant": _assistant(journal),
            }
            for method, search in methods.items():
                print(f"{name:<10} {method:<22} {_measure(search, queries)}", flush=True)
            journal.close()
    return 0


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _index(folder: Path, passages: Sequence[dict[str, Any]]) -> Journal:
    journal = Journal(folder, writable=True)
    with journal.transaction():
        for row in passages:
            document = Document(
                row["pid"], row["title"], language.detect(row["text"]), row["text"], (Block(0, len(row["text"])),)
            )
            passage = Passage(row["pid"], row["pid"], 0, len(row["text"]), row["text"], document.language)
            journal.add(document, [passage])
            journal.put(Place(row["pid"], 0, 0, row["pid"], row["pid"]))
    return journal


def _bm25s(passages: Sequence[dict[str, Any]]) -> Search:
    import bm25s

    retriever = bm25s.BM25()
    texts = [f"{row['title']}\n{row['text']}" for row in passages]
    retriever.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def search(question: str) -> list[str]:
        found, _ = retriever.retrieve(bm25s.tokenize(question, show_progress=False), k=DEPTH, show_progress=False)
        return [passages[i]["pid"] for i in found[0]]

    return search


def _fts5(journal: Journal) -> Search:
    def search(question: str) -> list[str]:
        numbers = [n for n, _ in journal.search(tokens.terms(question), DEPTH)]
        hits = journal.hits(numbers)
        return [hits[n].passage.id for n in numbers]

    return search


def _assistant(journal: Journal) -> Search:
    retriever = Retriever(journal, None, HashEmbedder())
    return lambda question: [hit.passage.id for hit in retriever.search(question, limit=DEPTH)]


def _measure(search: Search, queries: Sequence[dict[str, Any]]) -> str:
    gains, firsts, tens, seconds = [], [], [], []
    for query in queries:
        started = time.perf_counter()
        found = list(search(query["text"]))
        seconds.append(time.perf_counter() - started)
        place = found.index(query["pid"]) if query["pid"] in found else None
        gains.append(0.0 if place is None else 1 / math.log2(place + 2))
        firsts.append(place == 0)
        tens.append(place is not None)
    means = f"{statistics.mean(gains):>8.4f} {statistics.mean(firsts):>7.4f} {statistics.mean(tens):>7.4f}"
    return f"{means} {statistics.median(seconds) * 1000:>7.1f}"


if __name__ == "__main__":
    sys.exit(main())
