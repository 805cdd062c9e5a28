"""What goes wrong below the index, in words that lead to the right remedy: room on the disk, or a fresh start."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from assistant.errors import AssistantError, FaultError

# How SQLite, Chroma and the system put it that a disk is full or closed to writing (sqlite.org/rescode.html).
_NO_ROOM = ("disk i/o", "is full", "no space", "readonly", "read-only", "unable to open", "permission", "too large")
_ROOM = "make the vectorstore folder writable, or free space on its disk; nothing was lost"
_LOCKED = "another program writes to it: run the same command again once that is done"
_FRESH = "delete the vectorstore folder and run: assistant refresh"
# Seconds between the tries of one call to a server, half a minute in all: one that is started again needs one to ten.
PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)

T = TypeVar("T")


def persist(call: Callable[[], T], may_pass: Callable[[Exception], bool], pauses: Iterable[float]) -> T:
    """Return what `call` does, tried again after each pause of so many seconds, as long as its errors may pass.

    Raises its last error.
    """
    for pause in pauses:
        try:
            return call()
        except Exception as error:
            if isinstance(error, AssistantError) or not may_pass(error):
                raise
        time.sleep(pause)
    return call()


def fault(what: str, where: Path, error: Exception) -> FaultError:
    """Return the fault that `error` means for the user."""
    said = str(error) or type(error).__name__
    no_room = any(words in said.lower() for words in _NO_ROOM)
    remedy = _ROOM if no_room else _LOCKED if "is locked" in said else _FRESH
    return FaultError(f"{what}: {said}", where=str(where), remedy=remedy)


@contextmanager
def faults(what: str, where: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Turn exceptions of `kinds` in the block into a FaultError; the program's own pass as they are."""
    try:
        yield
    except AssistantError:
        raise
    except kinds as error:
        raise fault(what, where, error) from error
