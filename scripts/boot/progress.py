"""Runs a long command and shows how far it is; its whole output goes to a log."""

import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from boot.errors import SetupError

# pip says one of these for each line of a lock.
PACKAGE = re.compile(r"^(?:Collecting|Processing|Requirement already satisfied:|Ignoring) (\S+)")
UNPACKING = re.compile(r"^Installing collected packages")
# ninja counts steps, make counts per cent.
COMPILED = re.compile(r"^\s*\[\s*(?:(\d+)/(\d+)|(\d+)%)\]")


class Progress:
    """One line on the terminal that is drawn over; elsewhere a line each quarter of the way."""

    def __init__(self, title: str, total: int = 0, *, stream: TextIO | None = None) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self._stream = stream or sys.stderr
        self._shown = ""
        self._quarter = 0
        self._began = time.monotonic()

    def __enter__(self) -> "Progress":
        """Say what begins."""
        self._write(self.title)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Say how long it took, or that it did not come to its end."""
        seconds = time.monotonic() - self._began
        self._write(f"{self.title}: {'done in' if kind is None else 'stopped after'} {seconds:.0f} s", last=True)

    def feed(self, line: str) -> None:
        """Take one line of the command's output; one that tells of progress moves the display."""
        if package := PACKAGE.match(line):
            self.done += 1
            self._step(self.done, self.total, re.split(r"[=;:]|-\d", Path(package[1]).name)[0])
        elif step := COMPILED.match(line):
            done, total = (int(step[3]), 100) if step[3] else (int(step[1]), int(step[2]))
            self._step(done, total, "")
        elif UNPACKING.match(line):
            self._write(f"{self.title}: unpacking")

    def _step(self, done: int, total: int, what: str) -> None:
        if not total:
            return
        share = min(done / total, 1.0)
        quarter = int(share * 4)
        if self._stream.isatty() or quarter > self._quarter:
            self._quarter = quarter
            self._write(f"{self.title}: {share:4.0%}  {what}".rstrip())

    def _write(self, text: str, *, last: bool = False) -> None:
        if self._stream.isatty():
            self._stream.write("\r" + text.ljust(len(self._shown)) + ("\n" if last else ""))
        elif text != self._shown:
            self._stream.write(text + "\n")
        self._shown = text
        self._stream.flush()


def run(
    command: Sequence[str],
    progress: Progress,
    *,
    log: Path,
    environ: Mapping[str, str],
    remedy: str,
    unpacking: Callable[[], None] = lambda: None,
) -> None:
    """Run `command`, feeding its output to `progress` and to `log`; call `unpacking` when pip begins to.

    Raises SetupError with the last lines that speak of an error where it fails. On Ctrl-C the command,
    which the terminal interrupts as well, is given ten seconds to leave before it is killed.
    """
    tail: deque[str] = deque(maxlen=400)
    with (
        log.open("a", encoding="utf-8", buffering=1) as file,
        subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            for line in process.stdout:
                file.write(line)
                tail.append(line.strip())
                progress.feed(line.strip())
                if UNPACKING.match(line):
                    unpacking()
        except BaseException:
            leave(process)
            raise
    if process.returncode:
        raise SetupError(
            f"{progress.title} failed: {reason(tail)}", where=f"the whole output is in {log}", remedy=remedy
        )


def reason(lines: Sequence[str]) -> str:
    """Return the line of a failed command's output that says most: an exception, pip's last ERROR, the last line."""
    for telling in (r"\w+(Error|Exception): ", r"ERROR: |error: ", r"."):
        if spoken := [line for line in lines if re.match(telling, line)]:
            return spoken[-1]
    return "it said nothing"


def leave(process: subprocess.Popen[str]) -> None:
    """Wait for an interrupted process to end by itself, and kill it after ten seconds."""
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
