"""The program's side of the workers: a few processes, the files dealt out to them, the results in order.

Not concurrent.futures' process pool: when one of its processes dies, it gives up all work in hand, and it can't end
a task that takes too long.
"""

import os
import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.corpus.isolation.limits import RECOGNISING, Limits
from assistant.corpus.isolation.process import Job, Process, Reading, Sheet
from assistant.errors import RefusedError

WORKER = "assistant.corpus.isolation.worker"
# Files are handed out by the handful, so that a worker goes on while the program is busy; the first ones one by one,
# so that every worker has something to do at once. A large file goes alone.
_HANDFUL, _HANDFUL_BYTES = 32, 256 << 10
# Read ahead of the file whose turn it is: enough that no worker waits while passages are embedded and written,
# in files and in their bytes.
_FILES_AHEAD, _BYTES_AHEAD = 512, 16 << 20

Handful = list[Job]
Results = list[Reading | RefusedError]


class Workers:
    """A few workers that read files of one corpus. Use it in a `with`, which ends them."""

    def __init__(
        self,
        framework: Path,
        *,
        count: int = 0,
        limits: Limits | None = None,
        languages: str = "",
        module: str = WORKER,
    ) -> None:
        """Prepare up to `count` workers, by default one for each core up to 4; each is started when it is needed.

        `framework` is the file under which documents are filed, `languages` are those in which scanned pages are
        recognised (none: they aren't), `module` is what a worker runs.
        """
        self.count = count or min(os.cpu_count() or 1, 4)
        self._module = module
        self._framework = framework
        self._limits = limits or (RECOGNISING if languages else Limits())
        self._languages = languages
        self._idle: queue.SimpleQueue[Process] = queue.SimpleQueue()
        self._all: list[Process] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._all:
            process.end()

    def begin(self) -> None:
        """Start a first worker, so that it is up when there is something to read.

        Raises FaultError where it can't be started.
        """
        process = self._take()
        try:
            process.begin()
        finally:
            self._idle.put(process)

    def read(self, job: Job) -> Reading:
        """Return what is read of one file.

        Raises RefusedError, with the reason, where it can't be read or takes too much; FaultError where
        no worker can be started.
        """
        (result,) = self._read([job])
        if isinstance(result, RefusedError):
            raise result
        return result

    def draw(self, sheet: Sheet) -> bytes:
        """Return a page of a PDF as PNG.

        Raises RefusedError, with the reason, where it can't be drawn or takes too much; FaultError where
        no worker can be started.
        """
        process = self._take()
        try:
            return process.draw(sheet)
        finally:
            self._idle.put(process)

    def read_all(self, jobs: Iterable[Job]) -> Iterator[Reading | RefusedError]:
        """Yield for each job, in their order, what is read or why it can't be; a few are read ahead.

        Raises FaultError where no worker can be started.
        """
        waiting: deque[tuple[Handful, Future[Results]]] = deque()
        files = size = 0
        with ThreadPoolExecutor(self.count, thread_name_prefix="read") as pool:
            try:
                for handful in _handfuls(jobs, self.count):
                    waiting.append((handful, pool.submit(self._read, handful)))
                    files, size = files + len(handful), size + _bytes(handful)
                    while files > _FILES_AHEAD or size > _BYTES_AHEAD:
                        first, future = waiting.popleft()
                        files, size = files - len(first), size - _bytes(first)
                        yield from future.result()
                while waiting:
                    yield from waiting.popleft()[1].result()
            finally:
                # Left early (an error, Ctrl-C): what is in hand is not waited for.
                for _, future in waiting:
                    future.cancel()
                if waiting:
                    self.__exit__(None, None, None)

    def _read(self, handful: Sequence[Job]) -> Results:
        process = self._take()
        try:
            return process.read(handful)
        finally:
            self._idle.put(process)

    def _take(self) -> Process:
        """Return an idle worker, or a new one as long as there may be more."""
        with self._lock:
            with suppress(queue.Empty):
                return self._idle.get_nowait()
            if len(self._all) < self.count:
                self._all.append(Process(self._module, self._framework, self._limits, self._languages))
                return self._all[-1]
        return self._idle.get()


def _handfuls(jobs: Iterable[Job], workers: int) -> Iterator[Handful]:
    """Yield the jobs in order, few at a time at first and then up to `_HANDFUL`."""
    handful: Handful = []
    most, given = 1, 0
    for job in jobs:
        if handful and (len(handful) >= most or _bytes(handful) + job.size > _HANDFUL_BYTES):
            yield handful
            handful, given = [], given + 1
            if given % workers == 0:
                most = min(most * 2, _HANDFUL)
        handful.append(job)
    if handful:
        yield handful


def _bytes(handful: Handful) -> int:
    return sum(job.size for job in handful)
