"""Questions asked at once: the answers are written together, and take turns at all else."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from assistant.answering.answer import Event, Stage

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


class Answers(Protocol):
    """What answers: assistant.answering.answer.Answerer."""

    def events(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        """Yield what happens until the answer stands."""


@dataclass(frozen=True, slots=True)
class Together:
    """An answerer that several threads may ask at once.

    Searching and checking is Python, of which one thread runs at a time anyway, on parts that are not made for more.
    `halt` ends all answers.
    """

    answerer: Answers
    halt: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def events(self, question: str) -> Iterator[Event]:
        """Yield the events of an answer. Raises CancelledError for one that was halted, so that it isn't kept."""
        with ExitStack() as turn:
            turn.enter_context(self._turn)
            for event in self.answerer.events(question, stop=self.halt):
                if self.halt.is_set():
                    raise CancelledError
                if event == Stage("writing"):
                    turn.close()
                elif event == Stage("checking"):
                    turn.enter_context(self._turn)
                yield event


def each(
    asked: Sequence[Asked], answer: Callable[[Asked], Answered], workers: int, halt: threading.Event
) -> Iterator[Answered]:
    """Yield what `answer` makes of each of `asked` as soon as it is there, up to `workers` at a time.

    One worker is this very thread. Whatever ends it sets `halt` and waits for the others. Raises what `answer` raises.
    """
    if workers < 2:
        yield from map(answer, asked)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="answer") as pool:
        futures = [pool.submit(answer, one) for one in asked]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            halt.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
