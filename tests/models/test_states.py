import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.models.context import Context, Run
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.models.states import Kept, States
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf

ASKED = [Message("system", "r" * 300), Message("user", "q" * 100)]


def kept(*tokens: int, size: int = 1000) -> Kept:
    return Kept(list(tokens), bytes(size), np.arange(4, dtype=np.float32))


@pytest.fixture
def states(tmp_path: Path) -> States:
    return States(tmp_path / "states", "a model")


def test_gives_back_what_was_saved(states: States) -> None:
    states.save(kept(1, 2, 3))
    again = States(states.folder, "a model")
    found = again.find([1, 2, 9], 1)
    assert found is not None
    assert (list(found.tokens), found.state) == ([1, 2, 3], bytes(1000))
    np.testing.assert_array_equal(found.after, np.arange(4))
    assert again.find([1, 2, 9], 2) is None
    assert again.has([1, 2, 3])
    assert not again.has([1, 2])


def test_the_longest_in_common_is_found(states: States) -> None:
    for tokens in ((1, 2), (1, 2, 3, 4), (5,)):
        states.save(kept(*tokens))
    found = states.find([1, 2, 3, 9], 0)
    assert found is not None
    assert list(found.tokens) == [1, 2, 3, 4]


def test_files_are_private(states: States) -> None:
    states.save(kept(1))
    (file,) = states.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(states.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("harm", ["cut", "flip", "text", "empty", "foreign"])
def test_what_is_not_ours_is_dropped(states: States, harm: str) -> None:
    states.save(kept(1, 2, 3))
    (file,) = states.folder.iterdir()
    content = file.read_bytes()
    harmed = {
        "cut": content[:-1],
        "flip": content[:-1] + b"\x01",
        "text": b"no state at all\n",
        "empty": b"",
        "foreign": content.replace(b"a model", b"b model"),
    }
    file.write_bytes(harmed[harm])
    assert States(states.folder, "a model").find([1, 2, 3], 0) is None
    assert list(states.folder.iterdir()) == []


def test_the_longest_unused_make_way(states: States) -> None:
    states.most = 4 * 1100
    for n in range(5):
        states.save(kept(n, 7, 8))
        states.find([0, 7, 8], 0)
    assert [n for n in range(5) if states.has([n, 7, 8])] == [0, 3, 4]
    states.save(kept(9, size=9000))
    assert not states.has([9])


def test_only_what_is_wanted_stays(states: States) -> None:
    states.save(kept(1))
    states.save(kept(2))
    States(states.folder, "another").keep_only([])
    assert list(states.folder.iterdir()) == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tiny_gguf.write(tmp_path / "tiny.gguf", says=None, context=2048)


def reply(model: LlamaModel, messages: list[Message]) -> str:
    return "".join(model.stream(messages, 12, threading.Event()))


def test_a_warmed_prompt_is_not_read_again_after_a_restart(path: Path, tmp_path: Path, steps: list[int]) -> None:
    card, settings = inspect(path), Settings(threads=1, temperature=1.0)
    cold = LlamaModel(card, settings)
    expected, changed = reply(cold, ASKED), reply(cold, [*ASKED, Message("user", "more")])
    cold.close()
    first = LlamaModel(card, settings, states=tmp_path / "states")
    assert first.warm(ASKED, threading.Event())
    first.close()
    second = LlamaModel(card, settings, states=tmp_path / "states")
    steps.clear()
    assert second.warm(ASKED, threading.Event())
    assert not steps
    assert reply(second, ASKED) == expected
    assert steps == [1] * 11
    steps.clear()
    assert reply(second, [*ASKED, Message("user", "more")]) == changed
    assert sum(steps) < 200
    second.cool([])
    assert not list((tmp_path / "states").iterdir())
    second.close()


def test_another_models_states_are_not_taken(path: Path, tmp_path: Path, steps: list[int]) -> None:
    first = LlamaModel(inspect(path), Settings(), states=tmp_path / "states")
    first.warm(ASKED, threading.Event())
    first.close()
    other = inspect(tiny_gguf.write(tmp_path / "other.gguf", says=None, context=2048, seed=8))
    second, fresh = LlamaModel(other, Settings(), states=tmp_path / "states"), LlamaModel(other, Settings())
    assert reply(second, ASKED) == reply(fresh, ASKED)
    second.close()
    fresh.close()


def test_warming_gives_way_to_a_reply(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, fresh = LlamaModel(inspect(path), Settings(threads=1)), LlamaModel(inspect(path), Settings(threads=1))
    asked = [Message("user", "a" * 1500)]
    expected = reply(fresh, asked)
    fresh.close()
    found: list[str] = []
    answering = threading.Thread(target=lambda: found.append(reply(model, asked)))
    run = Context.run

    def begin_to_ask(context: Context, runs: list[Run]) -> bool:
        if answering.ident is None:
            answering.start()
        return run(context, runs)

    monkeypatch.setattr(Context, "run", begin_to_ask)
    # The two do not fit into the window together.
    model.warm([Message("user", "b" * 1900)], threading.Event())
    answering.join(60)
    assert found == [expected]
    model.close()
