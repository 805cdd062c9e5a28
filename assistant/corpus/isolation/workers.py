"""The program's side of the workers: starts them, hands them files, ends those that take too much.

Not concurrent.futures' process pool: when one of its processes dies, it gives up all work in hand, and it can't end
a task that takes too long.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from assistant.corpus.isolation import frames
from assistant.corpus.isolation.limits import Limits
from assistant.errors import FaultError, RefusedError
from assistant.records import Document, Passage

WORKER = "assistant.corpus.isolation.worker"
# A worker starts anew after so many files, or once it has had so much memory: what libraries keep is given back.
FILES_PER_WORKER = 500
MEMORY_AT_REST = 400 << 20
# Read ahead of the file whose turn it is: enough that no worker waits while passages are embedded and written,
# in files and in their bytes.
_FILES_AHEAD, _BYTES_AHEAD = 256, 16 << 20
_START_SECONDS = 60.0
# The reply to a file that was read may be as large as its text; the one to a start is small.
_MOST_HELLO = 1 << 16


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read: where it is, its path in the corpus, the SHA-256 it is known by, its size in bytes."""

    file: Path
    path: str
    digest: str
    size: int
    passage_tokens: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read. `attempts` is how often its reader tried to leave the machine, in vain."""

    document: Document
    passages: list[Passage]
    attempts: int = 0


class _Died(Exception):  # noqa: N818  (says what happened)
    """A worker ended in the middle of a file; the text says why."""


class Workers:
    """A few workers that read files of one corpus. Use it in a `with`, which ends them."""

    def __init__(self, framework: Path, *, count: int = 0, limits: Limits | None = None, module: str = WORKER) -> None:
        """Prepare up to `count` workers, by default one for each core up to 4; each is started when it is needed.

        `framework` is the file under which documents are filed, `module` what a worker runs.
        """
        self.count = count or min(os.cpu_count() or 1, 4)
        self._module = module
        self._framework = framework
        self._limits = limits or Limits()
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._all: list[_Worker] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._all:
            worker.end()

    def read(self, job: Job) -> Reading:
        """Return what is read of one file.

        Raises RefusedError, with the reason, where it can't be read or takes too much; FaultError where
        no worker can be started.
        """
        worker = self._take()
        try:
            return worker.read(job)
        finally:
            self._idle.put(worker)

    def read_all(self, jobs: Iterable[Job]) -> Iterator[Reading | RefusedError]:
        """Yield for each job, in their order, what is read or why it can't be; a few are read ahead.

        Raises FaultError where no worker can be started.
        """
        waiting: deque[tuple[int, Future[Reading | RefusedError]]] = deque()
        with ThreadPoolExecutor(self.count, thread_name_prefix="read") as pool:
            try:
                for job in jobs:
                    waiting.append((job.size, pool.submit(self._try, job)))
                    while len(waiting) > _FILES_AHEAD or sum(size for size, _ in waiting) > _BYTES_AHEAD:
                        yield waiting.popleft()[1].result()
                while waiting:
                    yield waiting.popleft()[1].result()
            finally:
                # Left early (an error, Ctrl-C): what is in hand is not waited for.
                for _, future in waiting:
                    future.cancel()
                if waiting:
                    self.__exit__(None, None, None)

    def _try(self, job: Job) -> Reading | RefusedError:
        try:
            return self.read(job)
        except RefusedError as error:
            return error

    def _take(self) -> "_Worker":
        """Return an idle worker, or a new one as long as there may be more."""
        with self._lock:
            with suppress(queue.Empty):
                return self._idle.get_nowait()
            if len(self._all) < self.count:
                self._all.append(_Worker(self._module, self._framework, self._limits))
                return self._all[-1]
        return self._idle.get()


class _Worker:
    """One worker process, started anew whenever it has ended."""

    def __init__(self, module: str, framework: Path, limits: Limits) -> None:
        self._module = module
        self._setup = {"framework": str(framework), "limits": asdict(limits)}
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def read(self, job: Job) -> Reading:
        """Return what is read of a file. Raises RefusedError or FaultError, as `Workers.read`."""
        request = {**asdict(job), "file": str(job.file)}
        try:
            reply = self._ask(self._running(), request, self._limits.seconds, self._limits.output)
        except _Died as died:
            raise RefusedError(str(died), where=job.path, remedy="take it out of the corpus, or mend it") from None
        self._files += 1
        if self._files >= FILES_PER_WORKER or reply["memory"] > MEMORY_AT_REST:
            self.end()
        if "refused" in reply:
            what, remedy = reply["refused"]
            raise RefusedError(what, where=job.path, remedy=remedy)
        try:
            document, passages = frames.unpack(reply)
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"its reader gave no document ({type(error).__name__})", where=job.path) from error
        return Reading(document, passages, int(reply["attempts"]))

    def end(self) -> None:
        """End the process, whatever it is at."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()

    def _running(self) -> "subprocess.Popen[bytes]":
        """Return the process, started and confined. Raises FaultError where it doesn't come up."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.end()
        self._files = 0
        self._process = _start(self._module)
        try:
            self._ask(self._process, self._setup, _START_SECONDS, _MOST_HELLO)
        except _Died as died:
            raise FaultError(
                f"the process that reads files can't be started: {died}",
                where=f"python -m {self._module}",
                remedy="run that line by hand and see what it says",
            ) from None
        return self._process

    def _ask(
        self, process: "subprocess.Popen[bytes]", request: dict[str, Any], seconds: float, most: int
    ) -> dict[str, Any]:
        """Return the worker's reply. Raises _Died, the process gone, where there is none in time or it is too large."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(seconds, give_up)
        watch.daemon = True
        watch.start()
        try:
            reply = _exchange(process, request, most)
        except frames.TooLargeError:
            self.end()
            raise _Died(f"it unfolds to more than {most >> 20} MiB of text") from None
        finally:
            watch.cancel()
        if reply is None:
            code = process.wait()
            self.end()
            raise _Died(f"reading it takes longer than {seconds:.0f} s" if late.is_set() else _cause(code))
        return reply


def _exchange(process: "subprocess.Popen[bytes]", request: dict[str, Any], most: int) -> dict[str, Any] | None:
    """Return the reply to a request, None where the process ended instead."""
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None
    try:
        frames.send(stdin, request)
        return frames.receive(stdout, most)
    except json.JSONDecodeError:
        process.kill()
        return None
    except OSError:
        return None


def _start(module: str) -> "subprocess.Popen[bytes]":
    """Start a worker with the modules that this process sees. Raises FaultError where it can't be."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUTF8": "1"}
    pipe: IO[bytes] | int = subprocess.PIPE
    try:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environ,
        )  # fmt: skip
    except OSError as error:
        raise FaultError(
            f"the process that reads files can't be started: {error.strerror}",
            where=sys.executable,
            remedy="see that this Python can be run, and that there is memory for it",
        ) from error


def _cause(code: int) -> str:
    """Return what ended a worker, by its exit code."""
    if sys.platform != "win32" and code == -signal.SIGXCPU:
        return "reading it takes more computing than a file may have"
    if sys.platform != "win32" and code == -signal.SIGKILL:
        return "its reader was ended by the system, which was probably out of memory"
    if code < 0:
        return f"its reader crashed ({signal.Signals(-code).name})"
    return f"its reader ended without a word (exit code {code})"
