"""The promises of every engine: subclass, give an `engine` and a `prompt` fixture, inherit the tests."""

import threading
from dataclasses import replace

import pytest

from assistant.engines.base import Engine
from assistant.records import Message, Prompt


class EngineContract:
    """A subclass gives the fixtures `engine`, ready to write, and `prompt`, to which it writes several pieces."""

    @pytest.fixture
    def engine(self) -> Engine:
        raise NotImplementedError

    @pytest.fixture
    def prompt(self) -> Prompt:
        raise NotImplementedError

    def test_says_who_it_is(self, engine: Engine) -> None:
        assert engine.info.name
        # A model's file is known by its hash; one that is elsewhere, by where.
        assert (engine.info.model is None) == (engine.info.sha256 is None and engine.info.host is None)
        assert engine.window > 0

    def test_writes_in_pieces_of_text(self, engine: Engine, prompt: Prompt) -> None:
        pieces = list(engine.write(prompt, threading.Event()))
        assert len(pieces) > 1
        assert all(isinstance(piece, str) and piece for piece in pieces)
        assert "�" not in "".join(pieces)

    def test_the_same_prompt_gives_the_same_draft(self, engine: Engine, prompt: Prompt) -> None:
        first = "".join(engine.write(prompt, threading.Event()))
        other = replace(prompt, messages=(Message("user", "something else"),))
        list(engine.write(other, threading.Event()))
        assert "".join(engine.write(prompt, threading.Event())) == first

    def test_writes_nothing_when_stopped_before(self, engine: Engine, prompt: Prompt) -> None:
        stop = threading.Event()
        stop.set()
        assert list(engine.write(prompt, stop)) == []

    def test_ends_when_stopped_on_the_way(self, engine: Engine, prompt: Prompt) -> None:
        whole = list(engine.write(prompt, threading.Event()))
        stop = threading.Event()
        pieces = []
        for piece in engine.write(prompt, stop):
            pieces.append(piece)
            stop.set()
        assert pieces == whole[: len(pieces)]
        assert len(pieces) < len(whole)

    def test_writes_again_after_a_stop(self, engine: Engine, prompt: Prompt) -> None:
        whole = list(engine.write(prompt, threading.Event()))
        pieces = engine.write(prompt, threading.Event())
        assert next(iter(pieces)) == whole[0]
        getattr(pieces, "close", lambda: None)()
        assert list(engine.write(prompt, threading.Event())) == whole

    def test_two_callers_get_their_own_drafts(self, engine: Engine, prompt: Prompt) -> None:
        whole = "".join(engine.write(prompt, threading.Event()))
        drafts: dict[int, str] = {}

        def write(n: int) -> None:
            drafts[n] = "".join(engine.write(prompt, threading.Event()))

        threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert drafts == dict.fromkeys(range(3), whole)

    def test_counts_more_for_more_text(self, engine: Engine) -> None:
        short = engine.count([Message("user", "Why at the edge?")])
        longer = engine.count([Message("user", "Why at the edge? 為什麼要把模型放在現場？")])
        assert 0 < short < longer
        assert engine.count([Message("system", "Answer briefly."), Message("user", "Why at the edge?")]) > short
