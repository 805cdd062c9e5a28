"""Turns: so many work, so many wait, the rest is told to come back; and who leaves is no burden."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.api.errors import BusyError
from assistant.api.gate import Gate
from assistant.api.keys import Keys
from assistant.api.metrics import Metrics
from assistant.api.server import api
from assistant.api.work import Lanes, Work
from assistant.library import Workspace
from assistant.web.hosts import Hosts


def test_too_much_is_refused_with_429_and_then_it_recovers(root: Path) -> None:
    with Workspace(root, engine="extractive") as workspace:
        asyncio.run(_overload(workspace))


async def _overload(workspace: Workspace) -> None:
    work = Work(workers=2, most_waiting=3)
    lanes = Lanes(work, Work(workers=1, most_waiting=1))
    app = Gate(api(workspace, lanes, Metrics(workspace, lanes)), Hosts({"box"}), Keys([], 1))
    held, begun = threading.Event(), threading.Semaphore(0)

    def hold(stop: threading.Event) -> None:
        begun.release()
        assert held.wait(30)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://box", timeout=60) as client:
        holding = [asyncio.create_task(work.call(hold)) for _ in range(2)]
        for _ in holding:
            await asyncio.to_thread(begun.acquire)
        asked = [asyncio.create_task(client.post("/answers", json={"question": "privacy?"})) for _ in range(10)]
        refused, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        while len(refused) < 7:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            refused |= done
        assert {task.result().status_code for task in refused} == {429}
        assert {task.result().json()["error"]["code"] for task in refused} == {"busy"}
        assert all(int(task.result().headers["retry-after"]) >= 1 for task in refused)
        stream = {"model": "assistant", "messages": [{"role": "user", "content": "privacy?"}], "stream": True}
        assert (await client.post("/v1/chat/completions", json=stream)).status_code == 429
        assert (work.running, work.waiting) == (2, 3)
        assert (await client.get("/health")).status_code == 200, "watching needs no turn"
        assert (await client.post("/search", json={"query": "privacy"})).status_code == 200, "another lane"
        held.set()
        await asyncio.gather(*holding)
        assert [(await task).status_code for task in waiting] == [200] * 3
        assert (await client.post("/answers", json={"question": "privacy?"})).status_code == 200
        assert (work.running, work.waiting) == (0, 0)
    lanes.close()


def test_who_goes_away_stops_the_work() -> None:
    stopped = threading.Event()

    def write(stop: threading.Event) -> Iterator[int]:
        yield 1
        stopped.set() if stop.wait(30) else None
        yield 2

    async def run() -> None:
        work = Work(1, 0)
        pieces = work.each(write, beat=60)
        assert await anext(pieces) == 1
        await pieces.aclose()
        assert stopped.is_set()
        assert (work.running, work.waiting) == (0, 0)

        async def gone() -> bool:
            return True

        assert await work.call(lambda stop: stop.wait(30), gone)
        work.close()

    asyncio.run(run())


def test_silence_is_filled_and_errors_come_through() -> None:
    go = threading.Event()

    def write(stop: threading.Event) -> Iterator[int]:
        go.wait(30)
        yield 1
        raise ZeroDivisionError

    async def run() -> None:
        work = Work(1, 0)
        pieces = work.each(write, beat=0.01)
        assert await anext(pieces) is None
        go.set()
        with pytest.raises(ZeroDivisionError):
            assert {piece async for piece in pieces} <= {None, 1}
        with pytest.raises(ZeroDivisionError):
            await work.call(lambda stop: 1 // 0)
        work.close()

    asyncio.run(run())


def test_the_end_stops_what_runs() -> None:
    async def run() -> None:
        work = Work(1, 0)
        begun = threading.Event()

        def hold(stop: threading.Event) -> bool:
            begun.set()
            return stop.wait(30)

        held = asyncio.create_task(work.call(hold))
        await asyncio.to_thread(begun.wait)
        with pytest.raises(BusyError):
            await work.call(lambda stop: None)
        await asyncio.to_thread(work.close)
        assert await held

    asyncio.run(run())
