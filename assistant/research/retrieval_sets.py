"""Measure retrieval on a set of passages and questions.

A set is two files of JSON lines in a folder: NAME.passages.jsonl (pid, title, text) and NAME.queries.jsonl (pid of
the one relevant passage, text; optional answers, each with its text).
"""

import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.corpus.glossary import Glossary
from assistant.errors import NotReadyError, RefusedError
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import Embedder
from assistant.index.journal import Journal, Place
from assistant.index.vectors import Vectors
from assistant.records import Block, Document, Passage
from assistant.retrieval.retriever import Retriever
from assistant.text import language

DEPTH = 10
# Of so many passages so many sentences are chosen, where the sentences are measured.
EVIDENCE_PASSAGES, EVIDENCE_SENTENCES = 5, 3

Search = Callable[[str], Sequence[str]]
"""Gives the ids of the passages for a question, best first."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages and questions as the files have them, one mapping a line."""

    name: str
    passages: tuple[dict[str, Any], ...]
    queries: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over the questions of a set. nDCG and recall are 0 to 1, the median time is in milliseconds."""

    questions: int
    ndcg10: float
    recall1: float
    recall5: float
    recall10: float
    median_ms: float

    def to_json(self) -> dict[str, float]:
        """Return the measures by name."""
        return asdict(self)


def names(folder: Path) -> list[str]:
    """Return the names of the sets in `folder`. Raises NotReadyError where there is none."""
    found = sorted(file.name.removesuffix(".passages.jsonl") for file in folder.glob("*.passages.jsonl"))
    if not found:
        raise NotReadyError(
            "no set is there", where=str(folder), remedy="name a folder with NAME.passages.jsonl and NAME.queries.jsonl"
        )
    return found


def read(folder: Path, name: str, limit: int | None = None) -> QuestionSet:
    """Return a set, with its first `limit` questions.

    Raises NotReadyError for a missing file, RefusedError for a line that can't be read.
    """
    passages = _lines(folder / f"{name}.passages.jsonl", ("pid", "text"))
    queries = _lines(folder / f"{name}.queries.jsonl", ("pid", "text"))
    return QuestionSet(name, tuple(passages), tuple(queries[:limit]))


def _lines(file: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    if not file.is_file():
        raise NotReadyError("a file of the set is missing", where=str(file), remedy="see assistant eval retrieval -h")
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            if any(not isinstance(row[key], str) for key in needed):
                raise TypeError
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError(
                f"line {number} is no JSON object with {' and '.join(needed)}",
                where=str(file),
                remedy="write one object a line",
            ) from error
        rows.append(row)
    return rows


def index(folder: Path, passages: Sequence[dict[str, Any]]) -> Journal:
    """Return a journal in `folder` in which each passage is a document of its own."""
    journal = Journal(folder, writable=True)
    with journal.transaction():
        for row in passages:
            text, pid = row["text"], row["pid"]
            spoken = language.detect(text)
            document = Document(pid, row.get("title", ""), spoken, text, (Block(0, len(text)),))
            journal.add(document, [Passage(pid, pid, 0, len(text), text, spoken)])
            journal.put(Place(pid, 0, 0, pid, pid))
    return journal


def searcher(
    questions: QuestionSet, folder: Path, embedder: Embedder, glossary: Glossary, dictionary: Dictionary | None
) -> Search:
    """Index the passages of a set in `folder` and return the program's own search over them."""
    return search(indexed(questions, folder, embedder, glossary, dictionary))


def search(retriever: Retriever) -> Search:
    """Return the search of a retriever."""
    return lambda question: [hit.passage.id for hit in retriever.search(question, limit=DEPTH)]


def indexed(
    questions: QuestionSet, folder: Path, embedder: Embedder, glossary: Glossary, dictionary: Dictionary | None
) -> Retriever:
    """Index the passages of a set in `folder` and return the program's own retriever over them.

    An embedder sees the title as it sees the first heading of a document.
    """
    vectors = Vectors(folder, embedder.fingerprint) if embedder.semantic else None
    if vectors is not None:
        texts = ["\n".join(filter(None, (row.get("title"), row["text"].strip()))) for row in questions.passages]
        vectors.add([row["pid"] for row in questions.passages], embedder.passages(texts))
    return Retriever(index(folder, questions.passages), vectors, embedder, glossary, dictionary=dictionary)


def measure(search: Search, queries: Sequence[dict[str, Any]]) -> Measures:
    """Ask every question and return how well its passage was found."""
    gains, places, seconds = [], [], []
    for query in queries:
        started = time.perf_counter()
        found = list(search(query["text"]))[:DEPTH]
        seconds.append(time.perf_counter() - started)
        place = found.index(query["pid"]) if query["pid"] in found else DEPTH
        places.append(place)
        gains.append(1 / math.log2(place + 2) if place < DEPTH else 0.0)
    return Measures(
        questions=len(places),
        ndcg10=statistics.mean(gains),
        recall1=statistics.mean(place < 1 for place in places),
        recall5=statistics.mean(place < 5 for place in places),
        recall10=statistics.mean(place < DEPTH for place in places),
        median_ms=statistics.median(seconds) * 1000,
    )


def evidence(retriever: Retriever, queries: Sequence[dict[str, Any]]) -> float:
    """Return for how many of the questions a chosen sentence of the best passages holds the answer, 0 to 1.

    Three sentences are chosen from five passages. Only questions count whose first answer says where it starts.
    """
    held = []
    for query in queries:
        start = next((answer.get("start", -1) for answer in query.get("answers", ())), -1)
        if start < 0:
            continue
        hits = retriever.search(query["text"], limit=EVIDENCE_PASSAGES)
        chosen = retriever.sentences(query["text"], hits, limit=EVIDENCE_SENTENCES)
        held.append(any(s.hit.passage.id == query["pid"] and s.start <= start < s.end for s in chosen))
    return statistics.mean(held) if held else 0.0
