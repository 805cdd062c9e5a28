"""Where Chroma runs: in this process on a folder of the workspace, or as a server that several boxes share."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

from assistant.errors import AssistantError, FaultError, NotReadyError, UsageError
from assistant.index.faults import PAUSES, faults, persist
from assistant.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

FOLDER = "chroma"
# Room worth giving back: a fifth of the file, and at least 256 KiB.
FREE_SHARE, FREE_PAGES = 0.2, 64
# Seconds for which a server may be silent within one try; a batch of vectors is written in well under one.
SILENCE = 60.0
# Statuses of a proxy whose server may answer later.
BUSY = (429, 502, 503, 504)

T = TypeVar("T")


class Chroma(Protocol):
    """A Chroma that holds vectors. `prefix` begins the names of the collections that are this index's own."""

    prefix: str
    batch: int

    def client(self) -> "ClientAPI":
        """Return the open client. Raises whatever Chroma does."""

    def attempt(self, what: str, call: Callable[[], T]) -> T:
        """Return what `call` does. Raises an AssistantError that begins with `what` where it can't be done."""

    def give_back(self) -> None:
        """Give room on the disk back, where there is much."""


class Embedded:
    """Chroma in this process."""

    prefix = "passages-"
    # Chroma takes this many at once at most in its embedded form (its SQLite's variable limit).
    batch = 2000

    def __init__(self, folder: Path) -> None:
        """Keep the vectors in a folder of `folder`."""
        self._folder = folder / FOLDER

    def client(self) -> "ClientAPI":
        """Return the client."""
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        return chromadb.PersistentClient(str(self._folder), settings=ChromaSettings(anonymized_telemetry=False))

    def attempt(self, what: str, call: Callable[[], T]) -> T:
        """Return what `call` does. Raises FaultError."""
        with faults(what, self._folder, Exception):
            return call()

    def give_back(self) -> None:
        """Make Chroma's table of ids smaller where a good part of it is free: all vectors pass through it once."""
        # Where another process is at it, the next refresh will do.
        file = self._folder / "chroma.sqlite3"
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file, timeout=1)) as db:
            (pages,), (free,) = (db.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "freelist_count"))
            if free > max(pages * FREE_SHARE, FREE_PAGES):
                db.execute("VACUUM")


class Server:
    """Chroma as a server. Its calls may all be repeated, so one that didn't come through is tried again."""

    # Below the 40 MiB that the server takes in one request, at 4,096 dimensions too.
    batch = 500

    def __init__(self, address: str, index: str, token: str = "") -> None:
        """Use the server at `address`; `index` tells this index from the others there.

        `token` goes along as a bearer token: Chroma 1.x asks for none itself, but a proxy before it may.
        """
        self.prefix = f"passages-{index}-"
        self._address = urlsplit(address)
        self._where = f"{self._address.scheme}://{self._address.netloc.rpartition('@')[2]}"
        self._token = token

    def client(self) -> "ClientAPI":
        """Return the client."""
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        secure = self._address.scheme == "https"
        made = chromadb.HttpClient(
            self._address.hostname or "",
            self._address.port or (443 if secure else 80),
            ssl=secure,
            headers={"Authorization": f"Bearer {self._token}"} if self._token else None,
            settings=ChromaSettings(anonymized_telemetry=False),
        )
        # Chroma's client waits for ever and has no setting for it.
        session = getattr(getattr(made, "_server", None), "_session", None)
        if session is not None:
            session.timeout = SILENCE
        return made

    def attempt(self, what: str, call: Callable[[], T]) -> T:
        """Return what `call` does, tried again while the server can't be reached or is busy.

        Raises NotReadyError where that lasts, UsageError for a token that isn't taken, FaultError for all else.
        """
        try:
            return persist(call, _may_pass, PAUSES)
        except AssistantError:
            raise
        except Exception as error:
            raise self._told(what, error) from error

    def give_back(self) -> None:
        """Leave the server's disk to the server (`chroma vacuum`)."""

    def _told(self, what: str, error: Exception) -> AssistantError:
        from chromadb.errors import NotFoundError

        said = " ".join(str(error).split())[:200] or type(error).__name__
        if _may_pass(error):
            remedy = "start it (chroma run), or mend the setting store; nothing was lost, so then just go on"
            return NotReadyError(
                f"{what}: the vector server can't be reached ({said})", where=self._where, remedy=remedy
            )
        if _status(error) in (401, 403):
            return UsageError(f"{what}: the vector server wants a token", where=self._where, remedy="set store_token")
        if isinstance(error, NotFoundError):
            return NotReadyError(
                f"{what}: the vector server no longer has this index",
                where=self._where,
                remedy="run: assistant refresh",
            )
        return FaultError(f"{what}: {said}", where=self._where, remedy="look into the log of the vector server")


def chroma(folder: Path, settings: Settings, index: str) -> Chroma:
    """Return where the vectors of an index are: by the settings a server, else in `folder`.

    `index` is the name that the journal keeps of the index; only a server, which may have many, asks for it.
    """
    return Server(settings.store, index, settings.store_token) if settings.store else Embedded(folder)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from: Chroma wraps those of the connection in others."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _may_pass(error: Exception) -> bool:
    """Say whether trying again may help."""
    import httpx

    return _status(error) in BUSY or any(isinstance(cause, httpx.TransportError) for cause in _chain(error))


def _status(error: Exception) -> int | None:
    """Return the HTTP status behind an error, None where there is none."""
    import httpx

    return next((e.response.status_code for e in _chain(error) if isinstance(e, httpx.HTTPStatusError)), None)
