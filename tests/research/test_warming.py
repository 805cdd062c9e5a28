import threading
from collections.abc import Iterator, Sequence

import pytest

from assistant.answering.answer import Event, Found, Stage
from assistant.engines.extractive import ExtractiveEngine
from assistant.errors import RefusedError
from assistant.records import Message, Prompt
from assistant.research import warming


class Reader(ExtractiveEngine):
    """An engine that reads ahead, and has to try twice."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.kept: list[str] = []

    def warm(self, prompt: Prompt, stop: threading.Event) -> bool:
        self.tried.append(prompt.question)
        return self.tried.count(prompt.question) > 1

    def cool(self, wanted: Sequence[Prompt]) -> None:
        self.kept = [prompt.question for prompt in wanted]


def ask(question: str) -> Iterator[Event]:
    yield Stage("searching")
    if question == "refused":
        raise RefusedError("too long")
    if question != "unknown":
        yield Found(Prompt(question, "en", (question,), (), (Message("user", question),), 100))
        pytest.fail("nothing is written")


def test_all_prompts_are_read_and_the_others_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "AGAIN_S", 0)
    engine = Reader()
    assert warming.warm(engine, ask, ["a", "unknown", "refused", "b"], threading.Event()) == 2
    assert engine.tried == ["a", "a", "b", "b"]
    assert engine.kept == ["a", "b"]


def test_ends_when_stopped() -> None:
    stop = threading.Event()
    stop.set()
    engine = Reader()
    assert warming.warm(engine, ask, ["a", "b"], stop) == 0
    assert engine.tried == ["a"]


def test_an_engine_that_reads_nothing_ahead() -> None:
    assert warming.warm(ExtractiveEngine(), ask, ["a"], threading.Event()) == 0
