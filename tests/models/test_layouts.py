import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.models.context import Context
from assistant.models.gguf import inspect
from assistant.models.layouts import UnknownLayoutError, rewrite
from assistant.models.llama import LlamaModel
from assistant.models.native import Weights
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf

TOKENS = [7, 9, 11] * 60


def plain(path: Path) -> Path:
    return tiny_gguf.write(path, says=None)


@pytest.fixture(params=[plain, tiny_gguf.write_sliding], ids=["plain", "sliding"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write: Callable[[Path], Path] = request.param
    return write(tmp_path / "tiny.gguf")


def test_a_state_goes_from_room_in_common_to_rooms_apart_and_back(path: Path) -> None:
    weights = Weights(path)
    common = Context(weights, window=512, piece=256, threads=1, sequences=3)
    apart = Context(weights, window=3 * 512, piece=256, threads=1, sequences=3, apart=True)
    common.decode(TOKENS, 0, 1)
    state, after = common.state(1), common.logits(len(TOKENS) - 1).copy()
    assert state is not None
    common.decode([5], len(TOKENS), 1)
    expected = common.logits(0).copy()
    assert apart.restore(1, state)
    assert apart.state(1) == state
    apart.decode([5], len(TOKENS), 1)
    np.testing.assert_array_equal(apart.logits(0), expected)
    apart.decode(TOKENS, 0, 0)
    np.testing.assert_array_equal(apart.logits(len(TOKENS) - 1), after)
    common.close()
    apart.close()
    weights.close()


def test_what_was_not_copied_yet_is_not_given_out(path: Path) -> None:
    weights = Weights(path)
    apart = Context(weights, window=2 * 512, piece=256, threads=1, sequences=2, apart=True)
    apart.decode(TOKENS, 0, 0)
    apart.copy(0, 1, len(TOKENS))
    assert apart.state(1) is None
    apart.decode([5], len(TOKENS), 1)
    assert apart.state(1) is not None
    apart.close()
    weights.close()


@pytest.mark.parametrize("harm", [slice(0, -1), slice(0, 20), slice(9, None)], ids=["cut", "short", "moved"])
def test_what_is_no_state_is_not_taken(path: Path, harm: slice) -> None:
    weights = Weights(path)
    apart = Context(weights, window=2 * 512, piece=256, threads=1, sequences=2, apart=True)
    apart.decode(TOKENS, 0)
    whole = apart.state(0)
    assert whole is not None
    state = whole[harm]
    with pytest.raises(UnknownLayoutError):
        rewrite(state, 2)
    assert not apart.restore(1, state)
    apart.close()
    weights.close()


def test_what_a_batch_kept_serves_a_single_reply_and_the_next_batch(path: Path, tmp_path: Path) -> None:
    card, settings = inspect(path), Settings(threads=1, temperature=1.5)
    asked = [[Message("system", "r" * 200), Message("user", f"{n}" * 100)] for n in range(3)]

    def reply(model: LlamaModel, n: int) -> str:
        return "".join(model.stream(asked[n], 20, threading.Event(), seed=n))

    def batch(model: LlamaModel) -> list[str]:
        with model.together(3) as workers, ThreadPoolExecutor(workers) as pool:
            assert workers == 3
            return list(pool.map(lambda n: reply(model, n), range(3)))

    first, second = (LlamaModel(card, settings, states=tmp_path / "states") for _ in range(2))
    fresh = LlamaModel(card, settings)
    written = batch(first)
    assert [reply(fresh, n) for n in range(3)] == written
    fresh.close()
    assert all(first.warm(chat, threading.Event()) for chat in asked)
    assert [reply(second, n) for n in range(3)] == written
    assert batch(second) == written
    first.close()
    second.close()
