"""Forgetting for good: an index without a free page of what was taken out, and a look for what is left.

A deleted row stays on SQLite's free pages and in its log, a deleted vector in Chroma's files. So the index is wiped and
made anew instead of being mended. What the disk itself keeps of deleted files is beyond a program; encrypt the disk.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import FaultError, NotReadyError
from assistant.index.refresh import LOCK

KEPT = (LOCK, "README.md")
LEAST = 12
"""Characters of the shortest line that is looked for; shorter ones stand in many texts by chance."""

CHUNK = 1 << 20


def marks(text: str, others: Iterable[str]) -> list[str]:
    """Return the lines of `text` by which it can be recognised: long enough, and in none of `others`."""
    lines = {line.strip() for line in text.splitlines()}
    long_enough = {line for line in lines if len(line) >= LEAST}
    for other in others:
        long_enough -= {line for line in long_enough if line in other}
    return sorted(long_enough)


def traces(folders: Iterable[Path], marks: Sequence[str]) -> list[Path]:
    """Return the files in `folders` whose bytes hold one of `marks`, as UTF-8, as UTF-16 or escaped as in JSON."""
    wanted = {
        form for mark in marks for form in (mark.encode(), mark.encode("utf-16-le"), json.dumps(mark)[1:-1].encode())
    }
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if _holds(path, wanted)]


def _holds(path: Path, wanted: set[bytes]) -> bool:
    overlap = max(map(len, wanted), default=1) - 1
    before = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            window = before + chunk
            if any(form in window for form in wanted):
                return True
            before = window[-overlap:] if overlap else b""
    return False


def wipe(vectorstore: Path) -> None:
    """Delete the index. Raises NotReadyError while a refresh is at work, FaultError where a file can't be deleted."""
    try:
        with FileLock(vectorstore / LOCK, blocking=False):
            for path in vectorstore.iterdir():
                if path.name not in KEPT:
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    except Timeout:
        raise NotReadyError("a refresh is at work on this workspace", remedy="wait until it is done") from None
    except OSError as error:
        raise FaultError(
            f"the index can't be deleted: {error.strerror}",
            where=str(error.filename or vectorstore),
            remedy="end what has it open (the chat), then run the same command again",
        ) from error
