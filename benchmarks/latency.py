"""How long a question takes among many passages, beside bm25s on the same tokens in the same run.

    python -m benchmarks.latency --data DIR [--sets NAME …] [--passages 1000 100000] [--questions 200] [--keep DIR]

DIR holds the sets in the form that `assistant eval retrieval` reads; the passages of a set are repeated with variation
up to each number. The questions are drawn at random (seed 1), and each is asked once: what earlier ones left in the
caches is part of it, as in use. Each method runs in a process of its own, whose largest memory is told; the indexes
are built in another. "lexical" is the program's first stage alone, which finds the candidates, and what compares with
bm25s. --keep leaves the indexes in a folder, and a second run only asks them: those of 100,000 passages take minutes.
"""

import argparse
import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from assistant.corpus.glossary import Glossary
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import FILE, Journal
from assistant.research import retrieval_sets
from assistant.research.retrieval_sets import DEPTH, QuestionSet, Search
from assistant.retrieval import expansion
from assistant.retrieval.parts import SubQuestion
from assistant.retrieval.retriever import POSTINGS, Retriever
from benchmarks import baselines
from benchmarks.retrieval import larger

# Questions before the clock runs: what is loaded at the first one isn't part of it.
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A set to be asked among so many passages, with the folder of the program's index."""

    data: Path
    name: str
    passages: int
    questions: int
    folder: Path

    def read(self) -> QuestionSet:
        """Return the set with all its passages."""
        return larger(retrieval_sets.read(self.data, self.name), self.passages)


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds a question, and the most memory the process had, in MB."""

    median: float
    ninth_tenth: float
    memory: float


def main() -> int:
    """Measure and print one row a set and number of passages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", nargs="+")
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="a folder for the indexes")
    args = parser.parse_args()
    print(f"{'set':<12} {'passages':>8} {'method':<10} {'median ms':>10} {'9 of 10':>8} {'MB':>6} {'to bm25s':>9}")
    for name in args.sets or retrieval_sets.names(args.data):
        for passages in args.passages:
            with tempfile.TemporaryDirectory() as passing:
                folder = args.keep / f"{name}-{passages}" if args.keep else Path(passing)
                task = Task(args.data, name, passages, args.questions, folder)
                _apart(build, task)
                found = {method.__name__: _apart(method, task) for method in (program, lexical, bm25s)}
            for method, times in found.items():
                row = f"{times.median:>10.1f} {times.ninth_tenth:>8.1f} {times.memory:>6.0f}"
                ratio = times.median / found["bm25s"].median
                print(f"{name:<12} {passages:>8} {method:<10} {row} {ratio:>9.2f}", flush=True)
    return 0


def build(task: Task) -> Times:
    """Make the indexes that are not there yet; say nothing of it."""
    if not (task.folder / FILE).exists():
        retrieval_sets.index(task.folder, task.read().passages).close()
    Dictionary(task.folder)
    baselines.bm25s_kept(task.folder, task.read)
    return Times(0, 0, 0)


def program(task: Task) -> Times:
    """Return how long the program's own search takes."""
    journal = Journal(task.folder)
    retriever = Retriever(journal, None, HashEmbedder(), Glossary(), dictionary=Dictionary(task.folder))
    return _timed(retrieval_sets.search(retriever), task)


def lexical(task: Task) -> Times:
    """Return how long the program's first stage takes: the question's terms, and the best passages by the rarest."""
    journal = Journal(task.folder)
    frequencies: dict[str, int] = {}

    def search(question: str) -> list[str]:
        query = expansion.query(SubQuestion(question, question), question, Glossary())
        frequencies.update(journal.frequencies([term for term in query if term not in frequencies]))
        return [str(number) for number, _ in journal.search(expansion.rarest(query, frequencies, POSTINGS), DEPTH)]

    return _timed(search, task)


def bm25s(task: Task) -> Times:
    """Return how long bm25s takes on the program's tokens."""
    return _timed(baselines.bm25s_kept(task.folder, task.read), task)


def _apart(measure: Callable[[Task], Times], task: Task) -> Times:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, task).result()


def _timed(search: Search, task: Task) -> Times:
    texts = [query["text"] for query in retrieval_sets.read(task.data, task.name).queries]
    asked = random.Random(1).sample(texts, min(len(texts), task.questions + WARM_UP))
    seconds = []
    for text in asked:
        started = time.perf_counter()
        search(text)
        seconds.append(time.perf_counter() - started)
    taken = sorted(1000 * s for s in seconds[WARM_UP:])
    # Linux gives the largest resident size in KiB.
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Times(statistics.median(taken), taken[len(taken) * 9 // 10], memory)


if __name__ == "__main__":
    sys.exit(main())
