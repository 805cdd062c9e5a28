"""Answering the question list from the page: one batch at a time, in the background, stopped and resumed at will."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answering.answer import Event
from assistant.corpus import glossary as glossaries
from assistant.errors import AssistantError, FaultError, NotReadyError, RefusedError
from assistant.records import Answer
from assistant.research import batch, evidence, fact_tables, runs, view
from assistant.research import outlook as outlooks
from assistant.research.fact_tables import Laid
from assistant.research.outlook import Outlook
from assistant.research.progress import Silent
from assistant.research.questions import Question, QuestionList
from assistant.research.runs import Basis, Entry, Run

if TYPE_CHECKING:
    from assistant.answering.answer import Answerer
    from assistant.ui.desk import Desk

logger = logging.getLogger(__name__)

SINGLE = "single"
"""The folder in reports/ for answers to one question: they are no run of the list, which runs are compared by."""

MOST_RUNS = 12
"""Runs that are looked through for the newest answers."""


class HaltedError(Exception):
    """The batch was asked to end. The question at hand stays open."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a batch is: questions with an answer of all there are, the one at hand, seconds since it began.

    `begun` is how many had an answer when it began. `error` is why it ended before its time, if it did.
    """

    total: int = 0
    done: int = 0
    begun: int = 0
    at_hand: str = ""
    started: float = 0.0
    stopping: bool = False
    over: bool = False
    error: AssistantError | None = None

    @property
    def mark(self) -> str:
        """What changes whenever the list is to be shown anew."""
        return f"{self.started}.{self.done}.{self.over}"

    def left(self, now: float | None = None) -> float | None:
        """Return the seconds that are left at the pace so far, None before the first answer."""
        answered = self.done - self.begun
        if not answered:
            return None
        elapsed = (time.monotonic() if now is None else now) - self.started
        return max(0.0, elapsed / answered * (self.total - self.done))


@dataclass(frozen=True, slots=True)
class Latest:
    """A question with its newest answer, when that was given, and whether the corpus has changed since."""

    question: Question
    answer: Answer | None = None
    when: str = ""
    stale: bool = False


class Batches(Silent):
    """The batch that runs or ran last. It hears of its own progress from the batch."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.advance: Advance | None = None

    @property
    def busy(self) -> bool:
        """Whether a batch is at work."""
        return self.advance is not None and not self.advance.over

    @property
    def reports(self) -> Path:
        """The folder of the runs."""
        return self._desk.assistant.workspace.reports

    def start(self, only: str | None = None, *, resume: bool = False) -> bool:
        """Begin to answer all questions, or the one with the id `only`; False while a batch is at work."""
        with self._lock:
            if self.busy:
                return False
            self._stop = threading.Event()
            self.advance = Advance(started=time.monotonic())
        threading.Thread(target=self._work, args=(only, resume), name="batch", daemon=True).start()
        return True

    def halt(self) -> None:
        """Ask the batch to end; the answers it has so far are kept."""
        self._stop.set()
        self._note(stopping=True)

    def resumable(self, listed: QuestionList) -> int:
        """Return how many questions the newest run that was cut short has left, 0 where there is none."""
        try:
            found = runs.resumable(self.reports, self._basis(), listed)
        except AssistantError:
            return 0
        return len(found.open) if found else 0

    def latest(self, listed: QuestionList) -> list[Latest]:
        """Return the questions with their newest answers, from whichever run."""
        newest: dict[str, tuple[Answer, str]] = {}
        wanted = {question.text for question in listed.questions}
        for run in (*_newest(self.reports / SINGLE), *_newest(self.reports)):
            for entry in run.entries:
                if entry.answer is None or entry.question.text not in wanted:
                    continue
                if newest.get(entry.question.text, (None, ""))[1] < run.started:
                    newest[entry.question.text] = (entry.answer, run.started)
        try:
            fingerprint = self._desk.assistant.journal.info().fingerprint
        except AssistantError:
            fingerprint = ""
        found = []
        for question in listed.questions:
            answer, when = newest.get(question.text, (None, ""))
            stale = answer is not None and answer.corpus.fingerprint != fingerprint
            found.append(Latest(question, answer, when, stale))
        return found

    # ------------------------------------------------------------ the work

    def _basis(self) -> Basis:
        answerer = _reporting(self._desk)
        return Basis.of(answerer.corpus(), answerer.engine.info, answerer.settings)

    def _work(self, only: str | None, resume: bool) -> None:
        error: AssistantError | None = None
        try:
            self._run(only, resume)
        except HaltedError:
            pass
        except AssistantError as raised:
            error = raised
        except Exception as raised:
            logger.exception("a batch failed")
            error = FaultError(f"{type(raised).__name__}: {raised}", remedy="a fault of the program: report it")
        self._note(over=True, error=error)

    def _run(self, only: str | None, resume: bool) -> None:
        assistant = self._desk.assistant
        listed = assistant.questions()
        if only is not None:
            listed = _one(listed, only)
        witness = evidence.Witness(_Interruptible(self._desk, self._stop))
        batch.run(
            listed,
            witness,
            self.reports / SINGLE if only is not None else self.reports,
            basis=self._basis(),
            resume=resume,
            progress=self,
            axes=self._axes(),
            show_unsupported=assistant.settings.show_unsupported,
            witness=witness,
            documents=evidence.documents(assistant.journal),
            glossary=glossaries.load(assistant.workspace.glossary),
            tables=self._tables(listed) if only is None else (),
            outlook=self.outlook(listed) if only is None else None,
        )

    def outlook(self, listed: QuestionList) -> Outlook:
        """Return what the evidence covers now. Raises AssistantError."""
        assistant, answerer = self._desk.assistant, self._desk.answerer()
        glossary = glossaries.load(assistant.workspace.glossary)
        return outlooks.look(listed.questions, answerer.retriever, assistant.journal, self._desk.framework(), glossary)

    def _tables(self, listed: QuestionList) -> tuple[Laid, ...]:
        assistant = self._desk.assistant
        language = view.language_of([question.text for question in listed.questions])
        return fact_tables.lay(assistant.workspace.corpus, assistant.journal, language)

    def _axes(self) -> Mapping[str, str]:
        return {axis.id: axis.name("zh-TW") for axis in self._desk.framework().axes}

    def _note(self, **values: object) -> None:
        with self._lock:
            if self.advance is not None:
                self.advance = replace(self.advance, **values)  # type: ignore[arg-type]

    def begin(self, total: int, kept: int) -> None:
        """Hear how much there is to do."""
        self._note(total=total, done=kept, begun=kept)

    def asking(self, entry: Entry, total: int) -> None:
        """Hear which question is next."""
        self._note(at_hand=entry.question.text)

    def done(self, entry: Entry, total: int) -> None:
        """Count one more; a stop takes effect before the next."""
        if self.advance is not None:
            self._note(done=self.advance.done + 1)


def _reporting(desk: "Desk") -> "Answerer":
    return desk.answerer().at(desk.assistant.settings.report_length)


@dataclass(frozen=True, slots=True)
class _Interruptible:
    """Asks the desk's answerer, between the answers of the chat, until it is told to stop."""

    desk: "Desk"
    stop: threading.Event

    def events(self, question: str) -> Iterator[Event]:
        """Yield the events of an answer. Raises HaltedError for one that was stopped, so that it isn't kept."""
        answerer = _reporting(self.desk)
        with self.desk.line.place() as place:
            for event in answerer.events(question, stop=self.stop) if place.wait(self.stop) else ():
                if self.stop.is_set():
                    break
                yield event
        if self.stop.is_set():
            raise HaltedError


def _one(listed: QuestionList, only: str) -> QuestionList:
    """Return the list with the question `only` alone. Raises NotReadyError where it is gone."""
    groups = tuple(
        replace(group, questions=(question,)) for group in listed.groups for question in group.questions
        if question.id == only
    )  # fmt: skip
    if not groups:
        raise NotReadyError("the question is not in the list any more", remedy="open the page again")
    return replace(listed, groups=groups[:1], warnings=())


def _newest(folder: Path) -> Iterator[Run]:
    """Yield the newest runs in a folder, finished or not; what can't be read is passed over."""
    try:
        names = sorted((path for path in folder.iterdir() if (path / "run.json").is_file()), reverse=True)
    except OSError:
        return
    for path in names[:MOST_RUNS]:
        try:
            yield runs.load(path)
        except (NotReadyError, RefusedError):
            continue
