import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from assistant.answering.answer import Event, Stage, Token
from assistant.research.together import Together, each


class Desk:
    """Answers whose searching and checking notices company, and whose writing waits for it."""

    def __init__(self, writers: int) -> None:
        self._writers = threading.Barrier(writers)
        self._alone = threading.Lock()
        self.stops: list[threading.Event | None] = []

    def events(self, question: str, *, stop: threading.Event | None = None) -> Iterator[Event]:
        self.stops.append(stop)
        assert self._alone.acquire(blocking=False), "two are searching"
        yield Stage("searching")
        self._alone.release()
        yield Stage("writing")
        self._writers.wait(60)
        yield Token(question)
        yield Stage("checking")
        assert self._alone.acquire(blocking=False), "two are checking"
        self._alone.release()


def test_writing_goes_together_and_all_else_in_turns() -> None:
    desk = Together(Desk(4))
    found = list(each("abcd", lambda question: list(desk.events(question)), 4, desk.halt))
    assert {events[2] for events in found} == {Token(letter) for letter in "abcd"}


def test_an_error_halts_the_others() -> None:
    halt, begun = threading.Event(), threading.Barrier(2)

    def answer(number: int) -> int:
        begun.wait(60)
        if number == 0:
            raise ValueError("broken")
        assert halt.wait(60)
        return number

    with pytest.raises(ValueError, match="broken"):
        list(each(range(8), answer, 2, halt))


def test_a_halted_answer_is_none() -> None:
    asked = Together(Desk(1))
    events = asked.events("a")
    next(events)
    asked.halt.set()
    with pytest.raises(CancelledError):
        list(events)
    assert asked.answerer.stops == [asked.halt]  # type: ignore[attr-defined]


def test_one_worker_asks_in_this_thread() -> None:
    found = list(each("ab", lambda _: threading.get_ident(), 1, threading.Event()))
    assert found == [threading.get_ident()] * 2
