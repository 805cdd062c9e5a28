"""A run: the questions that were asked, what they were answered from, and the answers, in a folder of its own.

reports/<UTC time>-<fingerprint>/run.json            what was asked, of what, when
reports/<UTC time>-<fingerprint>/answers/<id>.json   each answer, whole, written as soon as it exists
reports/<UTC time>-<fingerprint>/evidence/<id>.json  what each answer was written from (evidence.py)
reports/<UTC time>-<fingerprint>/documents.json      the documents that were live (evidence.py)
reports/<UTC time>-<fingerprint>/tables.json         the tables of facts (fact_tables.py)
reports/<UTC time>-<fingerprint>/changes.json        what changed since the run before it (changes.py)
reports/<UTC time>-<fingerprint>/attestation.json    what `prove` found, where it made the run
reports/latest.txt                                   the name of the newest finished run's folder
"""

import itertools
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import assistant
from assistant.errors import FaultError, NotReadyError, RefusedError
from assistant.records import Answer, CorpusInfo, Egress, EngineInfo
from assistant.research.questions import Question, QuestionList, Remark
from assistant.settings import Settings

VERSION = 1
ATTESTATION = "attestation.json"
SHAPING = (
    "model", "context", "max_tokens", "seed", "temperature", "embedder", "passage_tokens", "evidence", "length",
    "answer_threshold", "whole_threshold",
)  # fmt: skip
"""Settings that an answer depends on, beside the corpus and the engine."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the answers of a run are made from: with another basis, an answer is another answer."""

    corpus: CorpusInfo
    engine: EngineInfo
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, corpus: CorpusInfo, engine: EngineInfo, settings: Settings) -> "Basis":
        """Return the basis with those settings that shape an answer, and the version of the program."""
        return cls(
            corpus, engine, {"program": assistant.__version__} | {name: getattr(settings, name) for name in SHAPING}
        )


@dataclass(frozen=True, slots=True)
class Session:
    """One stretch of work on a run, from its start to its end or interruption. Times are ISO 8601 in UTC."""

    started: str
    finished: str | None
    egress: Egress


@dataclass(frozen=True, slots=True)
class Entry:
    """A question of a run with its answer, or with why there is none."""

    number: int
    question: Question
    answer: Answer | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A batch and all it produced. `finished` is None as long as questions are open.

    `axes` has the title of each axis that the questions name by its id. `attestation` is what `prove` found, if it
    made the run.
    """

    folder: Path
    started: str
    finished: str | None
    basis: Basis
    entries: tuple[Entry, ...]
    sessions: tuple[Session, ...]
    warnings: tuple[Remark, ...] = ()
    axes: Mapping[str, str] = field(default_factory=dict)
    show_unsupported: bool = False
    attestation: Mapping[str, Any] | None = None

    @property
    def egress(self) -> Egress:
        """The weakest enforcement of all sessions, and the attempts and reachable hosts of all of them together."""
        seccomp = bool(self.sessions) and all(s.egress.enforcement == "seccomp" for s in self.sessions)
        attempts = sum(session.egress.attempts for session in self.sessions)
        hosts = {host for session in self.sessions for host in session.egress.hosts}
        return Egress("seccomp" if seccomp else "audit-hook", attempts, tuple(sorted(hosts)))

    @property
    def open(self) -> tuple[Entry, ...]:
        """The questions that have neither an answer nor a failure."""
        return tuple(entry for entry in self.entries if entry.answer is None and entry.failure is None)


def now() -> str:
    """Return the present time as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def start(out: Path, basis: Basis, questions: QuestionList) -> Run:
    """Make a folder for a new run in `out` and return the run. Raises FaultError where nothing can be written."""
    started = now()
    name = f"{started.replace('-', '').replace(':', '')}-{basis.corpus.fingerprint[:8]}"
    for attempt in itertools.count(1):
        folder = out / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            out.mkdir(parents=True, exist_ok=True)
            (folder / "answers").mkdir(parents=True)
            break
        except FileExistsError:
            if not out.is_dir():
                raise _unwritable(out, "a file stands where the reports go") from None
        except OSError as error:
            raise _unwritable(folder, error.strerror) from error
    run = Run(folder, started, None, basis, _entries(questions), (), questions.warnings)
    save(run)
    return run


def resumable(out: Path, basis: Basis, questions: QuestionList) -> Run | None:
    """Return the newest unfinished run in `out` with this basis, or None.

    It carries the questions of now, each with its answer if that was given to the same words on the same basis.
    """
    for folder in _folders(out):
        try:
            run = load(folder)
        except (NotReadyError, RefusedError):
            continue
        if run.finished is None and run.basis == basis:
            kept = {(e.question.id, e.question.text): e.answer for e in run.entries if _stands_on(e.answer, basis)}
            entries = tuple(replace(e, answer=kept.get((e.question.id, e.question.text))) for e in _entries(questions))
            return replace(run, entries=entries, warnings=questions.warnings)
    return None


def finished(out: Path) -> list[Run]:
    """Return the finished runs in `out`, newest first. What can't be read as a run is passed over."""
    found = []
    for folder in _folders(out):
        with suppress(NotReadyError, RefusedError):
            found.append(load(folder))
    return [run for run in found if run.finished is not None]


def named(out: Path, name: str) -> Run:
    """Return the run whose folder in `out` begins with `name`, or the one that `name` is the path of.

    Raises NotReadyError where there is none, RefusedError where several begin so.
    """
    if Path(name).is_dir():
        return load(Path(name))
    folders = [folder for folder in _folders(out) if folder.name.startswith(name)]
    exact = [folder for folder in folders if folder.name == name]
    if not folders:
        raise NotReadyError(f"no run is called {name!r}", where=str(out), remedy="see: assistant runs")
    if len(folders) > 1 and not exact:
        names = ", ".join(folder.name for folder in folders)
        raise RefusedError(
            f"several runs begin with {name!r}: {names}", where=str(out), remedy="write more of the name"
        )
    return load((exact or folders)[0])


def save(run: Run) -> None:
    """Write `run.json`. The answers have files of their own. Raises FaultError."""
    data = {
        "version": VERSION,
        "started": run.started,
        "finished": run.finished,
        "corpus": asdict(run.basis.corpus),
        "engine": asdict(run.basis.engine),
        "settings": dict(run.basis.settings),
        "axes": dict(run.axes),
        "show_unsupported": run.show_unsupported,
        "questions": [asdict(entry.question) for entry in run.entries],
        "failures": {entry.question.id: entry.failure for entry in run.entries if entry.failure is not None},
        "warnings": [asdict(warning) for warning in run.warnings],
        "sessions": [asdict(session) for session in run.sessions],
    }
    write(run.folder / "run.json", as_json(data))


def save_attestation(run: Run, attestation: Mapping[str, Any]) -> Run:
    """Write what `prove` found beside the run and return the run with it. Raises FaultError."""
    write(run.folder / ATTESTATION, as_json(dict(attestation)))
    return replace(run, attestation=attestation)


def save_answer(run: Run, question: Question, answer: Answer) -> None:
    """Write one answer. Raises FaultError."""
    write(_answer_file(run.folder, question), as_json(answer.to_json()))


def load(folder: Path) -> Run:
    """Return the run in `folder`. An answer whose file is broken is as if it had not been written.

    Raises NotReadyError where there is no run, RefusedError where `run.json` is not one.
    """
    file = folder / "run.json"
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        questions = [Question(**question) for question in data["questions"]]
        return Run(
            folder=folder,
            started=data["started"],
            finished=data["finished"],
            basis=Basis(CorpusInfo(**data["corpus"]), EngineInfo(**data["engine"]), data["settings"]),
            entries=tuple(
                Entry(number, question, _load_answer(folder, question), data["failures"].get(question.id))
                for number, question in enumerate(questions, start=1)
            ),
            sessions=tuple(
                Session(s["started"], s["finished"], Egress.from_json(s["egress"])) for s in data["sessions"]
            ),
            warnings=tuple(Remark(**warning) for warning in data["warnings"]),
            axes=data["axes"],
            show_unsupported=bool(data["show_unsupported"]),
            attestation=_load_attestation(folder),
        )
    except OSError as error:
        raise NotReadyError("there is no run here", where=str(file), remedy="make one with: batch") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedError(
            f"this is not the record of a run: {error}", where=str(file), remedy="make a new one with: batch"
        ) from error


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then into its place. Raises FaultError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # A lone surrogate (some PDFs yield them) becomes an escape instead of an error.
        with beside.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise _unwritable(path, error.strerror) from error


def as_json(data: object) -> str:
    """Return `data` as readable JSON text, Chinese as it is."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _entries(questions: QuestionList) -> tuple[Entry, ...]:
    return tuple(Entry(number, question) for number, question in enumerate(questions.questions, start=1))


def _stands_on(answer: Answer | None, basis: Basis) -> bool:
    """Say whether an answer was made from `basis`; the corpus may have changed while the run went on."""
    return (
        answer is not None and answer.corpus.fingerprint == basis.corpus.fingerprint and answer.engine == basis.engine
    )


def _folders(out: Path) -> list[Path]:
    """Return the folders of the runs in `out`, newest first."""
    try:
        return sorted((folder for folder in out.iterdir() if (folder / "run.json").is_file()), reverse=True)
    except OSError:
        return []


def _answer_file(folder: Path, question: Question) -> Path:
    return folder / "answers" / f"{question.id}.json"


def _load_answer(folder: Path, question: Question) -> Answer | None:
    try:
        answer = Answer.from_json(json.loads(_answer_file(folder, question).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return answer if answer.question == question.text else None


def _load_attestation(folder: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((folder / ATTESTATION).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _unwritable(path: Path, why: str | None) -> FaultError:
    return FaultError(
        f"the report can't be written: {why or 'unknown reason'}",
        where=str(path),
        remedy="make room or choose another folder with --out; answers written so far stay, batch --resume goes on",
    )
