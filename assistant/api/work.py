"""What is asked waits its turn: a few threads work, some requests wait, and more are told to come back."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from assistant.api.errors import BusyError
from assistant.settings import Settings

T = TypeVar("T")

WORKERS = {"remote": 8}
"""Threads that answer, by engine: two, and more where a model server works on several replies at once."""

LONGEST_WAIT = 60.0
"""Seconds of the longest Retry-After."""

WATCH_S = 0.2
"""Seconds after which a client that went away is noticed."""

Gone = Callable[[], Awaitable[bool]]


class Work:
    """Turns to work. `running` and `waiting` are how many requests do."""

    def __init__(self, workers: int, most_waiting: int) -> None:
        self.workers = workers
        self.running = 0
        self.waiting = 0
        self._most_waiting = most_waiting
        self._free = asyncio.Semaphore(workers)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="api")
        self._stops: set[threading.Event] = set()
        self._mean = 1.0  # seconds of a request, counted on as they come

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[threading.Event]:
        """Wait for a turn and give what stops it. Raises BusyError where too many wait already."""
        if self._free.locked() and self.waiting >= self._most_waiting:
            raise BusyError(self._wait())
        self.waiting += 1
        try:
            await self._free.acquire()
        finally:
            self.waiting -= 1
        stop, started = threading.Event(), time.monotonic()
        self._stops.add(stop)
        self.running += 1
        try:
            yield stop
        finally:
            stop.set()
            self._stops.discard(stop)
            self.running -= 1
            self._mean += 0.1 * (time.monotonic() - started - self._mean)
            self._free.release()

    def _wait(self) -> float:
        """Return the seconds after which half of those who wait should be through."""
        return min(LONGEST_WAIT, max(1.0, self._mean * (self.waiting / 2 + 1) / self.workers))

    async def call(self, function: Callable[[threading.Event], T], gone: Gone | None = None) -> T:
        """Return what `function` does in a thread, in its turn; where the client is `gone`, it is stopped.

        Raises BusyError, and what the function raises.
        """
        async with self.turn() as stop:
            working = asyncio.get_running_loop().run_in_executor(self._threads, function, stop)
            try:
                while not (await asyncio.wait({working}, timeout=WATCH_S))[0]:
                    if gone is not None and await gone():
                        stop.set()
            finally:
                stop.set()
                with suppress(Exception):
                    # The thread is not free before its function has ended.
                    await asyncio.shield(asyncio.wait({working}))
            return working.result()

    async def each(
        self, function: Callable[[threading.Event], Iterator[T]], beat: float
    ) -> AsyncGenerator[T | None, None]:
        """Yield what `function` yields in a thread, in its turn, as it comes, and None after `beat` seconds of nothing.

        Whoever stops listening stops it. Raises BusyError, and what the function raises.
        """
        loop = asyncio.get_running_loop()
        came: asyncio.Queue[tuple[T] | None] = asyncio.Queue()

        def run(stop: threading.Event) -> None:
            try:
                for item in function(stop):
                    loop.call_soon_threadsafe(came.put_nowait, (item,))
            finally:
                loop.call_soon_threadsafe(came.put_nowait, None)

        async with self.turn() as stop:
            working = loop.run_in_executor(self._threads, run, stop)
            try:
                while True:
                    try:
                        item = await asyncio.wait_for(came.get(), beat)
                    except TimeoutError:
                        yield None
                        continue
                    if item is None:
                        break
                    yield item[0]
                await working
            finally:
                stop.set()
                with suppress(Exception):
                    await asyncio.shield(asyncio.wait({working}))

    def close(self) -> None:
        """Stop all that runs and wait for it: native code must not run on while Python ends."""
        for stop in self._stops:
            stop.set()
        self._threads.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Lanes:
    """Two queues, so that what takes a moment doesn't wait behind what takes long."""

    answers: Work
    lookups: Work

    @classmethod
    def of(cls, settings: Settings) -> "Lanes":
        """Return the lanes of a server."""
        return cls(Work(WORKERS.get(settings.engine, 2), settings.queue), Work(1, settings.queue))

    def close(self) -> None:
        """Stop all that runs and wait for it."""
        self.answers.close()
        self.lookups.close()
