"""What changed between two runs: the records that a comparison (assistant.research.comparison) returns, and their file.

reports/<run>/changes.json   what changed since the finished run before it
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.records import Confidence
from assistant.research import runs
from assistant.research.meaning import Moved

FILE = "changes.json"
Kind = Literal["new", "gone", "figure", "date", "confidence", "direction", "wording"]
Standing = Literal["new document", "changed document", "removed document", "same document", "unknown"]
Reason = Literal["evidence", "selection", "writer", "unknown"]
State = Literal["same", "evidence", "changed", "new question", "gone question"]


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that a change rests on, and how its document stands to the other run."""

    document: str
    title: str
    claim: str | None
    passage_id: str
    standing: Standing
    date: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that is new, gone, or says something else. `kinds` has more than one where several things moved.

    `reason` is `evidence` where a source came, went or changed; `unknown` where a run kept no evidence; else `writer`
    where another engine, model or setting wrote, else `selection`: other evidence took or gave the room. `sources` are
    then the passages that did.
    """

    kinds: tuple[Kind, ...]
    before: str
    after: str
    moved: tuple[Moved, ...]
    confidence: tuple[Confidence | None, Confidence | None]
    reason: Reason
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question in both runs. `came` and `went` are the passages that its evidence gained and lost with the corpus.

    `chosen` are statements that only took or gave room: their own evidence stood there both times. They are no changes
    of what is known, and don't make a question changed.
    """

    id: str
    question: str
    state: State
    status: tuple[str, str]
    changes: tuple[Change, ...]
    came: tuple[Source, ...]
    went: tuple[Source, ...]
    chosen: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """Paths of the documents that came, changed and went."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Two runs compared. `documents` is None where a run kept no list of them.

    `writer` names what of engine and settings differs, each with both values as text.
    """

    before: str
    after: str
    corpus: tuple[str, str]
    documents: DocumentChanges | None
    writer: Mapping[str, tuple[str, str]]
    questions: tuple[QuestionChange, ...]

    @property
    def empty(self) -> bool:
        """Whether the runs differ in nothing."""
        return self.corpus[0] == self.corpus[1] and not self.writer and all(q.state == "same" for q in self.questions)


def to_json(diff: Diff) -> dict[str, Any]:
    """Return the comparison in the form that `diff --json` prints."""
    return {**asdict(diff), "empty": diff.empty}


def save(folder: Path, diff: Diff) -> None:
    """Write a comparison beside the run in `folder`. Raises FaultError."""
    runs.write(folder / FILE, runs.as_json(to_json(diff)))


def load(folder: Path) -> Diff | None:
    """Return the comparison that was written with the run in `folder`, None where there is none."""
    try:
        return _diff(json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _diff(data: Mapping[str, Any]) -> Diff:
    found = data["documents"]
    documents = found and DocumentChanges(**{name: tuple(paths) for name, paths in found.items()})
    writer = {name: (old, new) for name, (old, new) in data["writer"].items()}
    questions = tuple(map(_question, data["questions"]))
    return Diff(data["before"], data["after"], (data["corpus"][0], data["corpus"][1]), documents, writer, questions)


def _question(data: Mapping[str, Any]) -> QuestionChange:
    return QuestionChange(
        data["id"], data["question"], data["state"], (data["status"][0], data["status"][1]),
        tuple(map(_change, data["changes"])), _sources(data["came"]), _sources(data["went"]),
        tuple(map(_change, data["chosen"])),
    )  # fmt: skip


def _change(data: Mapping[str, Any]) -> Change:
    return Change(
        tuple(data["kinds"]), data["before"], data["after"], tuple(Moved(**moved) for moved in data["moved"]),
        (data["confidence"][0], data["confidence"][1]), data["reason"], _sources(data["sources"]),
    )  # fmt: skip


def _sources(data: list[dict[str, Any]]) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in data)
