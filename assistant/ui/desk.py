"""What the page needs of the assistant: answers as they grow, example questions, and how things stand."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from assistant.answering import follow_ups
from assistant.answering.answer import Answerer, Done, Event, Found, Token
from assistant.corpus.framework import Framework
from assistant.errors import AssistantError, FaultError
from assistant.library import Workspace
from assistant.offline.guard import Attempt
from assistant.records import Answer, CorpusInfo, Egress, EngineInfo, Hit, Passage, Prompt
from assistant.research import warming
from assistant.research.questions import Group
from assistant.ui.batches import Batches
from assistant.ui.conversation import Conversation, Conversations, Heard, Load, Near, Turn
from assistant.ui.history import History
from assistant.ui.library import Library
from assistant.ui.pictures import Pictures
from assistant.ui.waiting import Line
from assistant.wiring import Assistant

logger = logging.getLogger(__name__)

NEAREST = 20
"""Passages among which the topics nearest to an unanswered question are looked for."""

LEAST_NEAR = 0.35
"""Strength of evidence below which nothing in the corpus is near: questions of other fields reach up to 0.21."""

PATIENCE = 5
"""Seconds that an engine is given to notice a stop when the program ends."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: the engine and the corpus, or the error that keeps them from being ready.

    `notices` is what the user should know, such as a model file that can't be used.
    """

    egress: Egress
    attempts: tuple[Attempt, ...]
    notices: tuple[str, ...] = ()
    engine: EngineInfo | None = None
    corpus: CorpusInfo | None = None
    error: AssistantError | None = None


class Desk:
    """One assistant, shared by all tabs. Answers are written one at a time, in the order of the `line`.

    `latest` is the standing as it was last asked for, None before that.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.conversations = Conversations()
        self.batches = Batches(self)
        self.library = Library(self)
        self.pictures = Pictures(assistant)
        self._notices: list[str] = []
        self._notify = assistant.notify
        assistant.notify = self._notice
        self.latest: Standing | None = None
        self._opening = threading.Lock()
        self._warming = threading.Event()
        self.line = Line()
        self.history = History(assistant.workspace.reports, on=assistant.settings.history)

    def answerer(self) -> Answerer:
        """Return what answers questions, opening index and model at the first call. Raises AssistantError."""
        with self._opening:
            return self.assistant.answerer

    def warm(self) -> None:
        """Open index and model in the background, and let the model read what the standing questions will need.

        So the first question need not wait for it. A call ends the one before.
        """
        self._warming.set()
        self._warming = stop = threading.Event()

        def ask(question: str) -> Iterator[Event]:
            with self.line.place() as place:
                if place.wait(stop):
                    yield from self.answerer().events(question, stop=stop)

        def open_all() -> None:
            # Whoever asks meets the same error, and is told.
            with suppress(Exception):
                engine = self.answerer().engine
                texts = [question.text for question in self.assistant.questions().questions]
                warming.warm(engine, ask, texts, stop)

        threading.Thread(target=open_all, name="warm", daemon=True).start()

    def close(self) -> None:
        """Stop all answers, and wait a little for the engine: native code must not run on while Python ends."""
        self._warming.set()
        self.conversations.halt()
        self.batches.halt()
        self.line.empty(timeout=PATIENCE)

    def _notice(self, text: str) -> None:
        if text not in self._notices:
            self._notices.append(text)
        self._notify(text)

    def questions(self) -> tuple[tuple[Group, ...], AssistantError | None]:
        """Return the groups of the question list, or why there are none."""
        try:
            return self.assistant.questions().groups, None
        except AssistantError as error:
            return (), error

    def framework(self) -> Framework:
        """Return the axes, none where their file can't be read: that is told where the index is opened."""
        try:
            return self.assistant.framework
        except AssistantError:
            return Framework()

    def related(self, passage_id: str) -> tuple[Hit, ...]:
        """Return the passages that speak of the same as one that is cited; none where that can't be told any more."""
        try:
            self.answerer()
            return tuple(Workspace.of(self.assistant).related(passage_id))
        except AssistantError:
            return ()

    def standing(self) -> Standing:
        """Return how things stand now. The first call may wait for a model to be read."""
        self.latest = self._examine()
        return self.latest

    def _examine(self) -> Standing:
        guard = self.assistant.guard
        try:
            with self._opening:
                engine, corpus = self.assistant.engine.info, self.assistant.journal.info()
        except AssistantError as error:
            return Standing(guard.record(), guard.attempts, tuple(self._notices), error=error)
        except Exception as error:
            return Standing(guard.record(), guard.attempts, tuple(self._notices), error=_fault(error))
        return Standing(guard.record(), guard.attempts, tuple(self._notices), engine, corpus)

    def begin(self, conversation: Conversation) -> None:
        """Have the open turn of a conversation answered, in a thread of its own: a stop shows at once."""
        turn = conversation.last
        if turn is not None and turn.open:
            threading.Thread(
                target=self._work, args=(conversation, turn, conversation.stop), name="answer", daemon=True
            ).start()

    def _work(self, conversation: Conversation, turn: Turn, stop: threading.Event) -> None:
        try:
            with self.line.place() as place:
                conversation.waits(turn, place)
                if not place.wait(stop):
                    return
                answerer = self.answerer()
                for event in _heard(answerer, turn, stop):
                    turn = turn.after(event)
                    conversation.put(turn)
            self._keep(conversation)
        except AssistantError as error:
            conversation.put(turn.failed(error))
        except Exception as error:
            logger.exception("an answer failed")
            conversation.put(turn.failed(_fault(error)))

    def _keep(self, conversation: Conversation) -> None:
        """Write the conversation into the history; where that can't be done, say so once and go on."""
        conversation.kept = conversation.kept or self.history.new()
        try:
            self.history.save(conversation.kept, conversation.turns)
        except AssistantError as error:
            self._notice(str(error))

    def reopen(self, conversation: Conversation, name: str) -> None:
        """Put a kept conversation in the place of the tab's. Raises AssistantError without an index."""
        journal = self.assistant.journal

        def passages(answer: Answer) -> dict[str, Passage]:
            hits = journal.hits_by_id([citation.passage_id for citation in answer.citations])
            return {name: hit.passage for name, hit in hits.items()}

        conversation.restart(self.history.load(name, passages), name)


def _heard(answerer: Answerer, turn: Turn, stop: threading.Event) -> Iterator[Heard]:
    """Yield the events of an answer; before the last, what it asked of a model, or what lies near where it is none."""
    prompt: Prompt | None = None
    written, first, last = 0, 0.0, 0.0
    usual = answerer.at(answerer.settings.chat_length)
    for event in usual.events(
        turn.meant or turn.question, filters=turn.scope.filters(), stop=stop, length=turn.scope.length
    ):
        if isinstance(event, Found):
            prompt = event.prompt
        elif isinstance(event, Token):
            written, last = written + 1, time.perf_counter()
            first = first or last
        elif isinstance(event, Done):
            engine = answerer.engine
            if prompt is not None and engine.info.model:
                yield Load(engine.count(prompt.messages), engine.window, written, last - first)
            if event.answer.status == "abstained" and not stop.is_set():
                yield Near(_near(answerer, event.answer))
        yield event


def _near(answerer: Answerer, answer: Answer) -> tuple[str, ...]:
    if answerer.retriever.find(answer.question).strength < LEAST_NEAR:
        return ()
    found = answerer.retriever.search(answer.question, limit=NEAREST)
    least = answerer.settings.answer_threshold

    def answerable(question: str) -> bool:
        return answerer.retriever.find(question, limit=1).strength >= least

    return tuple(filter(answerable, follow_ups.of(found, set(), answer.language)))


def _fault(error: Exception) -> FaultError:
    return FaultError(
        f"{type(error).__name__}: {error}", remedy="a fault of the program: run ui again with --debug and report it"
    )
