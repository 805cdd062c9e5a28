"""What goes wrong below the index, in words that lead to the right remedy: room on the disk, or a fresh start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import AssistantError, FaultError

# How SQLite, Chroma and the system put it that a disk is full or closed to writing (sqlite.org/rescode.html).
_NO_ROOM = ("disk i/o", "is full", "no space", "readonly", "read-only", "unable to open", "permission", "too large")
_ROOM = "make the vectorstore folder writable, or free space on its disk; nothing was lost"
_FRESH = "delete the vectorstore folder and run: assistant refresh"


def fault(what: str, where: Path, error: Exception) -> FaultError:
    """Return the fault that `error` means for the user."""
    said = str(error) or type(error).__name__
    no_room = any(words in said.lower() for words in _NO_ROOM)
    return FaultError(f"{what}: {said}", where=str(where), remedy=_ROOM if no_room else _FRESH)


@contextmanager
def faults(what: str, where: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Turn exceptions of `kinds` in the block into a FaultError; the program's own pass as they are."""
    try:
        yield
    except AssistantError:
        raise
    except kinds as error:
        raise fault(what, where, error) from error
