"""One box's connection to a PostgreSQL database, which breaks at times, and the lock of the one who writes."""

import socket
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from assistant.errors import AssistantError, FaultError, NotReadyError, UsageError
from assistant.index.faults import PAUSES, persist
from assistant.index.tables import Row

if TYPE_CHECKING:
    from psycopg import Connection, Error

T = TypeVar("T")

# The number of the one lock that a writer holds, any that no other program takes in this database.
LOCK = 0x45646765
# A peer that is gone is noticed within these seconds, on both sides; so the lock of a box without power comes free.
IDLE, BETWEEN, PROBES = 30, 10, 3
# Seconds to wait for a connection, and for a table that another program has locked.
PATIENCE, LOCKED = 10, 60
# Errors that another try may not meet: the server stops or starts, or has no connection left (SQLSTATE).
PASSING = ("08", "57P", "53300")
# What PostgreSQL says before it lets someone in has no SQLSTATE. The words are those of a server that speaks English;
# what another says is tried again like a server that is away, and then shown.
DENIED = ("authentication failed", "no password supplied", "pg_hba.conf")
FORBIDDEN = "permission denied"
ABSENT = "does not exist"
INSECURE = ("does not support SSL", "certificate")


class Postgres:
    """One box's connection. Use it from one thread at a time."""

    def __init__(self, address: str, password: str = "") -> None:
        """Use the database at `address`, postgresql://user@host:port/database; it is connected to when needed."""
        self._address = urlsplit(address)
        self.where = f"{self._address.hostname}:{self._address.port or 5432}{self._address.path}"
        self._password = password
        self._connection: Connection[Row] | None = None
        self._writes = False

    def close(self) -> None:
        """Let go of the connection, and with it of the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def lock(self) -> None:
        """Be the one writer from the next connection on, until `close`."""
        self.close()
        self._writes = True

    def attempt(self, what: str, call: "Callable[[Connection[Row]], T]") -> T:
        """Return what `call` does with the connection, tried again for half a minute while there is none.

        A connection that broke is made anew, and with it the writer's lock taken again. Raises NotReadyError where the
        server stays away or another box has the lock, UsageError where it lets this one not in, FaultError for all
        else.
        """
        psycopg = _psycopg()
        try:
            return persist(lambda: call(self._open()), _may_pass, PAUSES)
        except (psycopg.Error, OSError) as error:
            raise self._told(what, error) from error

    def _open(self) -> "Connection[Row]":
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
            if self._writes:
                self._take_lock(self._connection)
        return self._connection

    def _take_lock(self, connection: "Connection[Row]") -> None:
        taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if taken != (True,):
            self.close()
            raise NotReadyError(
                "another refresh is at work on this journal",
                where=self.where,
                remedy="wait until it is done; what was indexed before can be asked meanwhile",
            )

    def _connect(self) -> "Connection[Row]":
        """Connect to an address that was looked up and judged here: libpq is native code, which the guard can't see.

        Whatever variables of the environment could lead elsewhere (PGHOSTADDR) is said here too, and so overruled.
        """
        import psycopg

        host, port = self._address.hostname or "", self._address.port or 5432
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, _, _, _, address in found:
            # As if Python connected: whoever listens to such events, the guard above all, has a say.
            sys.audit("socket.connect", SimpleNamespace(family=family), address)
        numeric = list(dict.fromkeys(str(address[4][0]) for address in found))
        options = {
            "tcp_keepalives_idle": IDLE,
            "tcp_keepalives_interval": BETWEEN,
            "tcp_keepalives_count": PROBES,
            "lock_timeout": LOCKED * 1000,
        }
        return psycopg.connect(
            host=",".join([host] * len(numeric)), hostaddr=",".join(numeric), port=port,
            dbname=unquote(self._address.path.strip("/")), user=unquote(self._address.username or "") or None,
            password=self._password or None, connect_timeout=PATIENCE, application_name="assistant",
            client_encoding="UTF8", autocommit=True, prepare_threshold=None, gssencmode="disable",
            options=" ".join(f"-c {name}={value}" for name, value in options.items()),
            keepalives_idle=IDLE, keepalives_interval=BETWEEN, keepalives_count=PROBES,
            **dict[str, Any](parse_qsl(self._address.query)),
        )  # fmt: skip

    def _told(self, what: str, error: "Error | OSError") -> AssistantError:
        """Return the error in words that lead to its remedy. None has the password: PostgreSQL never says it."""
        said = " ".join(str(error).split())[:300] or type(error).__name__
        state = getattr(error, "sqlstate", None)
        if any(words in said for words in DENIED) or state == "28P01":
            remedy = "set journal_password, or mend the user in the setting journal"
            return UsageError(f"{what}: the database doesn't let this user in", where=self.where, remedy=remedy)
        if FORBIDDEN in said or state == "42501":
            remedy = "let an administrator give this user its rights (docs/scaling.md)"
            return UsageError(f"{what}: this user may not do that in the database", where=self.where, remedy=remedy)
        if ABSENT in said and state in (None, "3D000", "28000"):
            remedy = "make the database and its user (docs/scaling.md), or mend the setting journal"
            return UsageError(f"{what}: {said}", where=self.where, remedy=remedy)
        if isinstance(error, OSError):
            remedy = "mend the setting journal, or the network's names"
            return NotReadyError(f"{what}: {said}", where=self.where, remedy=remedy)
        if _may_pass(error):
            remedy = "start it, or mend the setting journal; nothing was lost, so then just go on"
            return NotReadyError(
                f"{what}: the journal's server can't be reached ({said})", where=self.where, remedy=remedy
            )
        return FaultError(f"{what}: {said}", where=self.where, remedy="look into the log of PostgreSQL")


def _psycopg() -> Any:  # noqa: ANN401  (a module)
    try:
        import psycopg
    except ImportError as error:
        raise NotReadyError(
            "the package psycopg is missing",
            where="journal = postgresql://…",
            remedy="run: pip install --require-hashes -r requirements-postgres.lock",
        ) from error
    return psycopg


def _may_pass(error: Exception) -> bool:
    """Say whether trying again may help: the connection broke or couldn't be made."""
    import psycopg

    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    if error.sqlstate is not None:
        return error.sqlstate.startswith(PASSING)
    return not any(words in str(error) for words in (*DENIED, *INSECURE, FORBIDDEN, ABSENT))
