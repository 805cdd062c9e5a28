"""One worker process as the program sees it: started, asked, watched, and ended where a file got the better of it."""

import base64
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from assistant.corpus.isolation import frames
from assistant.corpus.isolation.frames import Json
from assistant.corpus.isolation.limits import Limits
from assistant.errors import FaultError, RefusedError
from assistant.records import Document, Passage

# A worker starts anew after so many files, or once it has had so much memory: what libraries keep is given back.
FILES_PER_WORKER = 5000
MEMORY_AT_REST = 400 << 20
_START_SECONDS = 60.0
# The reply to a file that was read may be as large as its text; the one to a start is small.
_MOST_HELLO = 1 << 16
# Requests sent ahead of their replies. All of them fit into an empty pipe (16 KiB on macOS), so sending never waits.
_REQUEST_BYTES = 12 << 10
# Replies that a worker can hand over before it has to wait for the program to take them.
_REPLY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read: where it is, its path in the corpus, the SHA-256 it is known by, its size in bytes."""

    file: Path
    path: str
    digest: str
    size: int
    passage_tokens: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a PDF to draw: where the file is, its path in the corpus, its SHA-256, the page's number from 1."""

    file: Path
    path: str
    digest: str
    page: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read. `attempts` is how often its reader tried to leave the machine, in vain."""

    document: Document
    passages: list[Passage]
    attempts: int = 0


class _Died(Exception):  # noqa: N818  (says what happened)
    """A worker ended in the middle of a file; the text says why."""


class Process:
    """One worker process, started anew whenever it has ended."""

    def __init__(self, module: str, framework: Path, limits: Limits, languages: str = "") -> None:
        self._module = module
        self._setup: Json = {"framework": str(framework), "limits": asdict(limits), "languages": languages}
        self._limits = limits
        self._running: _Running | None = None
        self._files = 0

    def read(self, jobs: Sequence[Job]) -> list[Reading | RefusedError]:
        """Return for each file, in order, what is read of it or why it can't be. Raises FaultError as `Workers.read`.

        When the process ends in the middle of a file, that file is refused and the rest goes to a new process.
        """
        results: list[Reading | RefusedError] = []
        while len(results) < len(jobs):
            self._read_some(jobs[len(results) :], results)
        return results

    def draw(self, sheet: Sheet) -> bytes:
        """Return the page as PNG. Raises RefusedError where it can't be drawn, FaultError as `Workers.read`."""
        running = self._start()
        running.send([{**asdict(sheet), "file": str(sheet.file)}])
        try:
            reply = running.receive(self._limits.seconds, self._limits.output)
        except _Died as died:
            self.end()
            raise RefusedError(str(died), where=sheet.path, remedy="print the PDF into a new one") from None
        if "refused" in reply:
            what, remedy = reply["refused"]
            raise RefusedError(what, where=sheet.path, remedy=remedy)
        return base64.b64decode(str(reply["png"]))

    def _read_some(self, jobs: Sequence[Job], results: list[Reading | RefusedError]) -> None:
        """Add the results of the first of `jobs`: as many as fit into one sending and one life of the process."""
        running = self._start()
        requests: list[Json] = [{**asdict(job), "file": str(job.file)} for job in jobs]
        sent = running.send(requests)
        for job in jobs[:sent]:
            try:
                reply = running.receive(self._limits.seconds, self._limits.output)
            except _Died as died:
                self.end()
                results.append(RefusedError(str(died), where=job.path, remedy="take it out of the corpus, or mend it"))
                return
            results.append(_result(job, reply))
            self._files += 1
            if self._files >= FILES_PER_WORKER or reply["memory"] > MEMORY_AT_REST:
                self.end()
                return

    def end(self) -> None:
        """End the process, whatever it is at."""
        running, self._running = self._running, None
        if running is not None:
            running.end()

    def begin(self) -> None:
        """Start the process and don't wait until it is up. Raises FaultError where it can't be started."""
        if self._running is not None and self._running.alive:
            return
        self.end()
        self._files = 0
        self._running = _Running(self._module, longest=min(_START_SECONDS, self._limits.seconds))
        self._running.send([self._setup])

    def _start(self) -> "_Running":
        """Return the process, started and confined. Raises FaultError where it doesn't come up."""
        self.begin()
        running = self._running
        assert running is not None
        try:
            running.greet()
        except _Died as died:
            self.end()
            raise FaultError(
                f"the process that reads files can't be started: {died}",
                where=f"python -m {self._module}",
                remedy="run that line by hand and see what it says",
            ) from None
        return running


class _Running:
    """A process that runs, and the thread that ends it when a reply is late."""

    def __init__(self, module: str, *, longest: float) -> None:
        self._process = _spawn(module)
        self._due = math.inf
        self._late = False
        self._up = False
        self._ended = threading.Event()
        # One thread for all files: one for each would cost more than a small file does.
        threading.Thread(target=self._watch, args=(longest,), daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def greet(self) -> None:
        """Wait until it is up, if it isn't yet. Raises _Died where it doesn't come up."""
        if not self._up:
            self.receive(_START_SECONDS, _MOST_HELLO)
            self._up = True

    def send(self, requests: Sequence[Json]) -> int:
        """Send the first of `requests`, at least one and as many as a pipe holds; return how many."""
        data, sent = b"", 0
        for request in requests:
            frame = frames.encode(request)
            if sent and len(data) + len(frame) > _REQUEST_BYTES:
                break
            data, sent = data + frame, sent + 1
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended; its reply is missing too, and says why
            self._process.stdin.write(data)
            self._process.stdin.flush()
        return sent

    def receive(self, seconds: float, most: int) -> Json:
        """Return the next reply. Raises _Died where there is none in time, or one of more than `most` bytes."""
        assert self._process.stdout is not None
        self._due = time.monotonic() + seconds
        try:
            reply = frames.receive(self._process.stdout, most)
        except frames.TooLargeError:
            raise _Died(f"it unfolds to more than {most >> 20} MiB of text") from None
        except (json.JSONDecodeError, UnicodeDecodeError, OSError):
            self._process.kill()
            reply = None
        finally:
            self._due = math.inf
        if reply is None:
            code = self._process.wait()
            raise _Died(f"reading it takes longer than {seconds:.0f} s" if self._late else _cause(code))
        return reply

    def end(self) -> None:
        """End it, whatever it is at."""
        self._ended.set()
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _watch(self, longest: float) -> None:
        """Kill the process once a reply is late. No reply may take less than `longest` seconds, so no look is late."""
        while not self._ended.wait(min(longest, max(self._due - time.monotonic(), 0.0))):
            if self._due <= time.monotonic():
                self._late = True
                self._process.kill()
                return


def _result(job: Job, reply: Json) -> Reading | RefusedError:
    if "refused" in reply:
        what, remedy = reply["refused"]
        return RefusedError(what, where=job.path, remedy=remedy)
    try:
        document, passages = frames.unpack(reply)
    except (KeyError, TypeError, ValueError) as error:
        return RefusedError(
            f"its reader gave no document ({type(error).__name__}: {error})"[:300],
            where=job.path,
            remedy="take it out of the corpus, or mend it",
        )
    return Reading(document, passages, int(reply["attempts"]))


def _spawn(module: str) -> "subprocess.Popen[bytes]":
    """Start a worker with the modules that this process sees. Raises FaultError where it can't be."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUTF8": "1"}
    pipe: IO[bytes] | int = subprocess.PIPE
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environ, bufsize=_REPLY_BYTES,
        )  # fmt: skip
    except OSError as error:
        raise FaultError(
            f"the process that reads files can't be started: {error.strerror}",
            where=sys.executable,
            remedy="see that this Python can be run, and that there is memory for it",
        ) from error
    if sys.platform == "linux":
        import fcntl

        assert process.stdout is not None
        with suppress(OSError):  # an administrator may allow less
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _REPLY_BYTES)
    return process


def _cause(code: int) -> str:
    """Return what ended a worker, by its exit code."""
    if sys.platform != "win32" and code == -signal.SIGXCPU:
        return "reading it takes more computing than a file may have"
    if sys.platform != "win32" and code == -signal.SIGKILL:
        return "its reader was ended by the system, which was probably out of memory"
    if code < 0:
        return f"its reader crashed ({signal.Signals(-code).name})"
    return f"its reader ended without a word (exit code {code})"
