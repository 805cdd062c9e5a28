import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.models.context import Context, Run
from assistant.models.decoding import TOGETHER
from assistant.models.gguf import inspect
from assistant.models.llama import PIECE, LlamaModel
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf

RULES = "r" * (2 * PIECE)
Make = Callable[..., LlamaModel]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[LlamaModel] = []

    def build(context: int = 4096, **options: object) -> LlamaModel:
        path = tiny_gguf.write(tmp_path / "tiny.gguf", says=None, context=context, **options)  # type: ignore[arg-type]
        # A step's arithmetic is the same in any company on one thread only: llama.cpp shares out long attention.
        made.append(LlamaModel(inspect(path), Settings(threads=1, temperature=1.5)))
        return made[-1]

    yield build
    for model in made:
        model.close()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[list[Run]]:
    ran: list[list[Run]] = []
    run = Context.run

    def recorded(context: Context, runs: list[Run]) -> bool:
        ran.append(list(runs))
        return run(context, runs)

    monkeypatch.setattr(Context, "run", recorded)
    return ran


def prompt(n: int, *, length: int = 300) -> list[Message]:
    return [Message("system", RULES), Message("user", f"{n}" * length)]


def reply(model: LlamaModel, n: int, *, most: int = 40, length: int = 300) -> str:
    return "".join(model.stream(prompt(n, length=length), most, threading.Event(), seed=n))


def all_at_once(model: LlamaModel, count: int, *, most: int = 40, length: int = 300) -> list[str]:
    with model.together(count) as workers, ThreadPoolExecutor(max(workers, 2)) as pool:
        return list(pool.map(lambda n: reply(model, n, most=most, length=length), range(count)))


def test_together_is_as_alone(make: Make, steps: list[list[Run]]) -> None:
    alone = [reply(make(), n) for n in range(12)]
    assert len(set(alone)) == 12
    steps.clear()
    assert all_at_once(make(), 12) == alone
    assert max(len(step) for step in steps) > 1
    assert max(len(step) for step in steps) <= TOGETHER


def test_what_prompts_begin_with_is_read_once(make: Make, steps: list[list[Run]]) -> None:
    model = make()
    all_at_once(model, 6, most=4)
    read = sum(len(run.tokens) for step in steps for run in step if len(run.tokens) > 1)
    each = model.count_messages(prompt(0))
    first, second = (model._tokens(model.format.render(prompt(n))) for n in range(2))
    shared = next(n for n, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    assert shared > 2 * PIECE
    assert read == each + 5 * (each - shared)


def test_without_more_room_they_take_turns(make: Make) -> None:
    alone = [reply(make(), n, length=1200) for n in range(4)]
    model = make()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: reply(model, n, length=1200), range(4))) == alone


def test_what_is_held_makes_way(make: Make) -> None:
    model = make()
    alone = [reply(make(), n, length=1500) for n in range(4)]
    assert [reply(model, n, length=1500) for n in range(4)] == alone
    assert [reply(model, n, length=1500) for n in range(4)] == alone


def test_one_stops_and_the_others_go_on(make: Make) -> None:
    alone = [reply(make(), n) for n in range(3)]
    model, stop = make(), threading.Event()

    def stopped() -> list[str]:
        pieces = []
        for piece in model.stream(prompt(7), 4000, stop, seed=7):
            pieces.append(piece)
            stop.set()
        return pieces

    with model.together(4), ThreadPoolExecutor(4) as pool:
        first = pool.submit(stopped)
        assert list(pool.map(lambda n: reply(model, n), range(3))) == alone
        assert len(first.result()) < 10


def test_a_reply_that_is_left_gives_its_place_back(make: Make) -> None:
    model = make()
    with model.together(8):
        for n in range(3 * TOGETHER):
            left = model.stream(prompt(n), 40, threading.Event())
            next(left)
            left.close()  # type: ignore[attr-defined]
        assert reply(model, 1) == reply(make(), 1)


def test_a_slow_reader_keeps_nobody_waiting(make: Make) -> None:
    model = make()
    alone = reply(make(), 2)
    with model.together(2):
        slow = model.stream(prompt(1), 40, threading.Event(), seed=1)
        next(slow)
        assert reply(model, 2) == alone
        rest = "".join(slow)
    assert rest
    assert reply(make(), 1).endswith(rest)


def test_room_is_made_and_given_back(make: Make) -> None:
    model = make(context=2048)
    with model.together(4) as workers:
        assert workers == 4
        assert model._decoder.context.window == 4 * 2048
    assert model._decoder.context.window == 2048


def test_a_model_that_can_not_go_back_writes_one_after_the_other(tmp_path: Path) -> None:
    card = inspect(tiny_gguf.write_sliding(tmp_path / "sliding.gguf"))
    from assistant.models.fit import plans

    narrow = next(plan for plan in plans(card) if not plan.whole)
    model = LlamaModel(card, Settings(threads=1), narrow)
    with model.together(4) as workers:
        assert workers == 1
        with ThreadPoolExecutor(3) as pool:
            found = list(pool.map(lambda n: reply(model, n, length=600, most=8), range(3)))
    alone = []
    for n in range(3):
        fresh = LlamaModel(card, Settings(threads=1), narrow)
        alone.append(reply(fresh, n, length=600, most=8))
        fresh.close()
    assert found == alone
    model.close()


def _native_threads() -> int:
    time.sleep(0.01)
    python = {thread.native_id for thread in threading.enumerate()}
    return len({int(task.name) for task in Path("/proc/self/task").iterdir()} - python)


@pytest.mark.skipif(sys.platform != "linux", reason="the threads of a process are counted in /proc")
def test_whoever_asks_it_is_computed_by_the_same_threads(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf", says=None, context=2048)
    model = LlamaModel(inspect(path), Settings(threads=2))

    askers = [ThreadPoolExecutor(1) for _ in range(5)]

    def threads_after_a_reply(n: int) -> int:
        askers[n].submit(reply, model, n).result()
        return min(_native_threads() for _ in range(20))  # Python's own take a moment to end

    first = threads_after_a_reply(0)
    assert first
    assert [threads_after_a_reply(n) for n in range(1, 5)] == [first] * 4
    for asker in askers:
        asker.shutdown()
    model.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to a thread")
def test_after_ctrl_c_it_waits_for_what_runs_and_can_go_on(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    model, expected = make(), reply(make(), 2)
    run, main, ran = Context.run, threading.main_thread().ident, threading.Event()
    assert main is not None

    def long(*_: object) -> int:
        signal.pthread_kill(main, signal.SIGINT)
        time.sleep(0.2)
        ran.set()
        return 0

    def interrupted(context: Context, runs: list[Run]) -> bool:
        monkeypatch.setattr(Context, "run", run)
        return context._compute(long)

    monkeypatch.setattr(Context, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reply(model, 1)
    assert ran.is_set()
    assert reply(model, 2) == expected
