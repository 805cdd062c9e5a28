"""What models answered, kept as it comes: a run that was cut short goes on, and nothing is asked twice.

A file for each model and way of asking, a line a reply. Replies are kept and not points, so that a better check
needs no model.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import FaultError


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, with what it took.

    `read` and `written` count tokens; `first` and `seconds` are from the question to the first and the last of them.
    `joules` is None where the machine doesn't tell. `likelihoods` are those of a choice's letters. `refused` says why
    there is no reply.
    """

    text: str
    read: int = 0
    written: int = 0
    first: float = 0.0
    seconds: float = 0.0
    joules: float | None = None
    likelihoods: tuple[float, ...] = ()
    refused: str = ""


class Replies:
    """The replies of one model. Without a `file` they are kept in memory only."""

    def __init__(self, file: Path | None, *, fresh: bool = False) -> None:
        self._file = file
        self._known: dict[str, Reply] = {}
        if file is None:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if fresh:
                file.unlink(missing_ok=True)
            text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
            if text and not text.endswith("\n"):  # the last line was cut short
                with file.open("a", encoding="utf-8") as stream:
                    stream.write("\n")
        except OSError as error:
            raise self._unwritable(error) from error
        for line in text.splitlines():
            try:
                digest, values = json.loads(line)
                self._known[digest] = Reply(**{**values, "likelihoods": tuple(values["likelihoods"])})
            except (ValueError, TypeError, KeyError):
                continue

    def get(self, digest: str) -> Reply | None:
        """Return the reply to the item with this digest, None where there is none yet."""
        return self._known.get(digest)

    def add(self, digest: str, reply: Reply) -> None:
        """Keep the reply to an item; it is on disk when this returns. Raises FaultError."""
        self._known[digest] = reply
        if self._file is None:
            return
        try:
            with self._file.open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(json.dumps([digest, asdict(reply)], ensure_ascii=False) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> FaultError:
        return FaultError(
            f"the replies can't be kept: {error.strerror}",
            where=str(self._file),
            remedy="make room there, and run the same command again: it goes on where it stopped",
        )
