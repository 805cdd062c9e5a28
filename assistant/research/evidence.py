"""What a run was answered from: the passages shown to the writer for each question, and the documents that were live.

reports/<run>/evidence/<question id>.json   the passages that the answer was written from
reports/<run>/documents.json                every live document with the marks of its passages

Two runs can only be compared with this at hand: the index has moved on since the older one.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from assistant.answering.answer import Done, Event, Found
from assistant.errors import FaultError
from assistant.records import Answer, Citation, Confidence, Hit, content_id
from assistant.research import runs
from assistant.research.questions import Question
from assistant.text.normalize import fold

FOLDER, DOCUMENTS = "evidence", "documents.json"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage as a run saw it.

    `mark` is the same wherever the same claim or text stands with the same sources, in whichever version of a
    document; a passage's id changes with every edit of its file. `relevance` (0 to 1) is that for the part of the
    question which it fits best.
    """

    passage_id: str
    mark: str
    document: str
    title: str
    claim: str | None
    text: str
    date: str | None
    confidence: Confidence | None
    notes: tuple[str, ...] = ()
    relevance: float = 1.0


@dataclass(frozen=True, slots=True)
class Live:
    """A document that was live: its id, its title, and the marks and the claims of its passages."""

    id: str
    title: str
    marks: frozenset[str]
    claims: frozenset[str] = frozenset()


Documents = Mapping[str, Live]
"""Live documents by their path in the corpus folder."""


class Events(Protocol):
    """What tells how an answer comes about: assistant.answering.answer.Answerer."""

    def events(self, question: str) -> Iterator[Event]:
        """Yield what happens until the answer stands."""


class Index(Protocol):
    """What knows the live passages: assistant.index.journal.Journal."""

    def passage_ids(self) -> list[str]:
        """Return the ids of all live passages."""

    def hits_by_id(self, ids: list[str]) -> dict[str, Hit]:
        """Return live passages by id."""


@dataclass(slots=True)
class Witness:
    """Asks, and remembers what each answer was written from."""

    answerer: Events
    _seen: dict[str, tuple[Seen, ...]] = field(default_factory=dict)

    def __call__(self, question: str) -> Answer:
        """Return the answer to a question. Raises what the answerer raises."""
        for event in self.answerer.events(question):
            if isinstance(event, Found):
                self._seen[question] = tuple(
                    seen(evidence.hit, max(evidence.relevance, default=1.0)) for evidence in event.prompt.evidence
                )
            if isinstance(event, Done):
                return event.answer
        raise FaultError("an answer was begun and never finished", where=question)

    def of(self, question: str) -> tuple[Seen, ...]:
        """Return what the answer to a question was written from; nothing where the program abstained."""
        return self._seen.get(question, ())


Evidence = Callable[[str], tuple[Seen, ...]]


def seen(hit: Hit, relevance: float = 1.0) -> Seen:
    """Return a hit as a run keeps it."""
    passage, reference = hit.passage, hit.passage.reference
    return Seen(
        passage_id=passage.id,
        mark=_mark(hit),
        document=hit.path,
        title=reference.title if reference else hit.title,
        claim=passage.claim,
        text=passage.text.strip(),
        date=reference.date if reference else None,
        confidence=reference.confidence if reference else None,
        notes=reference.notes if reference else (),
        relevance=round(relevance, 4),
    )


def of_citation(citation: Citation) -> Seen:
    """Return what a citation tells of its passage, for a run that kept no evidence."""
    return Seen(
        citation.passage_id, content_id(fold(citation.quote)), citation.document, citation.title, None,
        citation.quote, citation.date, citation.confidence, citation.notes,
    )  # fmt: skip


def documents(index: Index) -> dict[str, Live]:
    """Return all live documents."""
    ids = index.passage_ids()
    found: dict[str, tuple[str, str, set[str], set[str]]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        for hit in index.hits_by_id(ids[start : start + _AT_ONCE]).values():
            _, _, marks, claims = found.setdefault(hit.path, (hit.passage.document_id, hit.title, set(), set()))
            marks.add(_mark(hit))
            claims |= {hit.passage.claim} if hit.passage.claim else set()
    return {path: Live(i, title, frozenset(m), frozenset(c)) for path, (i, title, m, c) in sorted(found.items())}


def save(folder: Path, question: Question, passages: Iterable[Seen]) -> None:
    """Write what one answer of the run in `folder` was written from. Raises FaultError."""
    with suppress(OSError):  # writing says what is wrong
        (folder / FOLDER).mkdir(exist_ok=True)
    runs.write(_file(folder, question.id), runs.as_json([asdict(passage) for passage in passages]))


def load(folder: Path, question_id: str) -> tuple[Seen, ...] | None:
    """Return what an answer was written from, None where the run kept nothing of it."""
    try:
        kept = json.loads(_file(folder, question_id).read_text(encoding="utf-8"))
        return tuple(Seen(**{**passage, "notes": tuple(passage["notes"])}) for passage in kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_documents(folder: Path, live: Documents) -> None:
    """Write which documents the run in `folder` stands on. Raises FaultError."""
    kept = {
        path: {"id": one.id, "title": one.title, "marks": sorted(one.marks), "claims": sorted(one.claims)}
        for path, one in live.items()
    }
    runs.write(folder / DOCUMENTS, json.dumps(kept, ensure_ascii=False) + "\n")


def load_documents(folder: Path) -> dict[str, Live] | None:
    """Return the documents that the run in `folder` stands on, None where it kept no list."""
    try:
        kept = json.loads((folder / DOCUMENTS).read_text(encoding="utf-8"))
        return {
            path: Live(one["id"], one["title"], frozenset(one["marks"]), frozenset(one["claims"]))
            for path, one in kept.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _mark(hit: Hit) -> str:
    passage = hit.passage
    sources = (f"{r.title}|{r.url}|{r.date}|{r.confidence}|{','.join(r.notes)}" for r in passage.references)
    return content_id(passage.claim or "", " ".join(fold(passage.text).split()), *sources)


def _file(folder: Path, question_id: str) -> Path:
    return folder / FOLDER / f"{question_id}.json"
