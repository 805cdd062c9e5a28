"""What one browser tab has asked and been answered, kept in this process for as long as the tab is open."""

import datetime
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.answering.answer import Done, Event, Found, Stage, Token
from assistant.errors import AssistantError
from assistant.records import Answer, Citation, Language, Length, Passage
from assistant.research.assess.application import Application
from assistant.retrieval.filters import Filters
from assistant.ui.waiting import Place

Phase = Literal["waiting", "searching", "writing", "checking", "done", "failed"]
MOST_CONVERSATIONS = 200
"""Tabs that close without a word (a laptop that sleeps) must not fill the memory; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an answer may be written from, and how long it is: an axis, the last `months` (0 for all), a length."""

    axis: str | None = None
    months: int = 0
    length: Length | None = None

    @property
    def narrow(self) -> bool:
        """Whether a part of the corpus is left out."""
        return bool(self.axis or self.months)

    def filters(self, today: datetime.date | None = None) -> Filters:
        """Return the filters of retrieval; a month counts 30.44 days."""
        if not self.months:
            return Filters(self.axis)
        since = (today or datetime.date.today()) - datetime.timedelta(days=round(30.44 * self.months))
        return Filters(self.axis, since.isoformat())


@dataclass(frozen=True, slots=True)
class Load:
    """What an answer asked of a model: tokens of the prompt, of its window, written ones, and seconds of writing."""

    prompt: int
    window: int
    written: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Near:
    """Questions about what lies nearest to one that found no evidence; the corpus can answer each."""

    questions: tuple[str, ...]


Heard = Event | Load | Near


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with what has become of it so far. `passages` are those the prompt offered, by id.

    `meant` is what was understood, where the question leans on the one before. A turn that is done has its answer, or
    was stopped before a word was written. `load` is None without a model.
    """

    id: int
    question: str
    scope: Scope = Scope()
    phase: Phase = "waiting"
    stopped: bool = False
    parts: tuple[str, ...] = ()
    draft: str = ""
    passages: Mapping[str, Passage] = field(default_factory=dict)
    load: Load | None = None
    near: tuple[str, ...] = ()
    meant: str = ""
    answer: Answer | None = None
    error: AssistantError | None = None

    @property
    def open(self) -> bool:
        """Whether the answer is still on its way."""
        return self.phase not in ("done", "failed")

    def after(self, event: Heard) -> "Turn":
        """Return the turn as it stands after an event of its answer."""
        match event:
            case Stage(name):
                return replace(self, phase=name)
            case Found(prompt):
                passages = {e.hit.passage.id: e.hit.passage for e in prompt.evidence}
                return replace(self, parts=prompt.parts, passages=passages)
            case Token(text):
                return replace(self, draft=self.draft + text)
            case Load():
                return replace(self, load=event)
            case Near(questions):
                return replace(self, near=questions)
            case Done(answer):
                return replace(self, phase="done", answer=answer)

    def failed(self, error: AssistantError) -> "Turn":
        """Return the turn as it stands after an error."""
        return replace(self, phase="failed", error=error)

    def citation(self, n: int) -> Citation | None:
        """Return the answer's citation with number `n`, None where there is none."""
        return next((c for c in self.answer.citations if c.n == n), None) if self.answer else None


@dataclass
class Conversation:
    """The turns of one tab, in order; the last one may still be open. Handlers of several threads share it.

    `page` is the one that is open, `applications` are those that were assessed in this tab,
    `kept` is the id of the conversation in the history, empty before its first answer.
    """

    language: Language = "zh-TW"
    turns: list[Turn] = field(default_factory=list)
    scope: Scope = Scope()
    opened: tuple[int, int] | None = None
    page: str = "chat"
    kept: str = ""
    applications: tuple[Application, ...] = ()
    stop: threading.Event = field(default_factory=threading.Event)
    _changes: int = 0
    _place: tuple[int, Place] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def last(self) -> Turn | None:
        """The latest turn."""
        return self.turns[-1] if self.turns else None

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self.last is not None and self.last.open

    def ask(self, question: str, meant: str = "", *, length: Length | None = None) -> bool:
        """Begin a turn and return True; False for an empty question, or while an answer is on its way.

        `length` is that of this answer alone.
        """
        question = question.strip()
        with self._lock:
            if not question or self.busy:
                return False
            self.stop = threading.Event()
            scope = replace(self.scope, length=length or self.scope.length)
            self.turns.append(Turn(len(self.turns) + 1, question, scope, meant="" if meant == question else meant))
            self._changes += 1
            return True

    def recall(self, answer: Answer, passages: Mapping[str, Passage]) -> bool:
        """Add an answer that was given elsewhere; False while one is on its way."""
        with self._lock:
            if self.busy:
                return False
            number = len(self.turns) + 1
            self.turns.append(Turn(number, answer.question, phase="done", passages=passages, answer=answer))
            self._changes += 1
            return True

    def restart(self, turns: Sequence[Turn] = (), kept: str = "") -> None:
        """Begin anew, with the turns of a kept conversation where there are any; what is on its way is stopped."""
        with self._lock:
            self.stop.set()
            self.stop = threading.Event()
            self.turns, self.kept, self.opened = list(turns), kept, None
            self._changes += 1

    def waits(self, turn: Turn, place: Place) -> None:
        """Remember where a turn stands in the line."""
        self._place = turn.id, place

    @property
    def ahead(self) -> int:
        """How many answers of others come before the latest turn's."""
        last, place = self.last, self._place
        return place[1].ahead if last and last.open and place and place[0] == last.id else 0

    @property
    def mark(self) -> str:
        """What changes whenever something of the turns is to be shown anew; before the dot the number of turns."""
        return f"{len(self.turns)}.{self._changes}.{self.ahead}"

    def put(self, turn: Turn) -> Turn:
        """Keep a turn as it stands now, and return what is shown of it: one that was closed meanwhile stays so."""
        with self._lock:
            if turn.id > len(self.turns) or self.turns[turn.id - 1].question != turn.question:
                return turn  # the conversation has begun anew
            if self.turns[turn.id - 1].open:
                self.turns[turn.id - 1] = replace(turn, stopped=self.stop.is_set())
                self._changes += 1
            return self.turns[turn.id - 1]

    def halt(self) -> None:
        """Ask the answer that is on its way to end. One that has no word yet is over at once.

        What was written is still checked, which the turn waits for. Without a word there is nothing to wait for,
        whether the answer is queued, its model is being loaded, or the prompt is being read.
        """
        with self._lock:
            if self.turns and self.turns[-1].open:
                self.stop.set()
                last = self.turns[-1]
                self.turns[-1] = replace(last, stopped=True, phase=last.phase if last.draft else "done")
                self._changes += 1

    def turn(self, number: int) -> Turn | None:
        """Return the turn with this number, None where there is none."""
        return self.turns[number - 1] if 1 <= number <= len(self.turns) else None

    def show(self, turn: int, n: int) -> None:
        """Open citation `n` of a turn."""
        self.opened = (turn, n)

    def shown(self) -> tuple[Turn, Citation] | None:
        """Return the citation that is open, with its turn."""
        if self.opened is None or not 1 <= self.opened[0] <= len(self.turns):
            return None
        turn = self.turns[self.opened[0] - 1]
        citation = turn.citation(self.opened[1])
        return (turn, citation) if citation else None


class Conversations:
    """The conversations of all open tabs, by the tab's session."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Conversation] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: str | None, language: Language = "zh-TW") -> Conversation:
        """Return the conversation of a session, a new one in `language` at its first word, whatever that is about."""
        with self._lock:
            conversation = self._kept.setdefault(session or "", Conversation(language))
            self._kept.move_to_end(session or "")
            while len(self._kept) > MOST_CONVERSATIONS:
                self._kept.popitem(last=False)[1].halt()
            return conversation

    def forget(self, session: str | None) -> None:
        """Let a closed tab's conversation go, and stop what it was waiting for."""
        with self._lock:
            conversation = self._kept.pop(session or "", None)
        if conversation:
            conversation.halt()

    def halt(self) -> None:
        """Stop every answer that is on its way."""
        with self._lock:
            for conversation in self._kept.values():
                conversation.halt()
