"""A journal that several boxes share: PostgreSQL holds what is true, and each box has a copy in SQLite to search in.

The copy has the same rows under the same numbers, so all boxes rank alike. A reader asks for the newest commit and
takes over what came since; the one writer changes its copy, commits to PostgreSQL, and then to its copy. Killed in
between, it follows as any reader does.
"""

import math
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError, NotReadyError
from assistant.index import shared_tables, tables
from assistant.index.faults import faults, persist
from assistant.index.journal import Journal
from assistant.index.postgres import Postgres
from assistant.index.shared_tables import DOCUMENTS, PASSAGES, PLACES, Change, State
from assistant.settings import Settings
from assistant.text import tokens

if TYPE_CHECKING:
    from psycopg import Connection

FILE = "shared.sqlite"
# Seconds for which what PostgreSQL said of its newest commit holds: one question reads many times.
FRESH = 0.25
# Milliseconds to wait for another program that writes to the copy, before it is looked whether it still has to be
# written, and seconds between those looks: half a minute in all.
BUSY, TURNS = 250, (0.05,) * 100

# Triggers note what a transaction touches, whoever does it, so that just that is written to PostgreSQL.
_NOTED = """
CREATE TEMP TABLE touched (tbl TEXT, key, PRIMARY KEY (tbl, key)) WITHOUT ROWID;
CREATE TEMP TRIGGER document_in AFTER INSERT ON main.documents
  BEGIN INSERT OR IGNORE INTO touched VALUES ('documents', NEW.number); END;
CREATE TEMP TRIGGER document_out AFTER DELETE ON main.documents
  BEGIN INSERT OR IGNORE INTO touched VALUES ('documents', OLD.number); END;
CREATE TEMP TRIGGER place_in AFTER INSERT ON main.places
  BEGIN INSERT OR IGNORE INTO touched VALUES ('places', NEW.path); END;
CREATE TEMP TRIGGER place_out AFTER DELETE ON main.places
  BEGIN INSERT OR IGNORE INTO touched VALUES ('places', OLD.path); END
"""


def open_journal(folder: Path, settings: Settings, *, writable: bool = False) -> Journal:
    """Return the journal that the settings name, open: the file in `folder`, or a shared one with its copy there.

    Raises as `Journal` does; for a shared one also NotReadyError where its server can't be reached or, if `writable`,
    where another box writes, and UsageError where it doesn't let this one in.
    """
    if not settings.journal:
        return Journal(folder, writable=writable)
    return SharedJournal(folder, Postgres(settings.journal, settings.journal_password), writable=writable)


class SharedJournal(Journal):
    """A box's copy of the shared journal."""

    file = FILE

    def __init__(self, folder: Path, server: Postgres, *, writable: bool = False) -> None:
        """Open the copy in `folder`, making it where there is none, and bring it up to date."""
        self._server = server
        self._writable = writable
        self._due, self._failed = math.inf, -math.inf
        self._failure: AssistantError | None = None
        try:
            if writable:
                server.lock()
                server.attempt("the journal can't be opened", self._prepare)
            server.attempt("the journal can't be read", self._newest)
            super().__init__(folder, writable=True)
            self._db.execute(f"PRAGMA busy_timeout = {BUSY}")
            # What another box had forgotten must not stay in the copy's free pages.
            self._db.execute("PRAGMA secure_delete = ON")
            self._follow()
            if writable:
                self._db.execute("PRAGMA busy_timeout = 30000")
                self._db.executescript(_NOTED)
        except BaseException:
            server.close()
            raise

    def close(self) -> None:
        """Let go of the file, the connection and the writer's lock."""
        with self._lock:
            self._server.close()
            super().close()

    def generation(self) -> int:
        """Return a number that changes whenever this copy has taken over a commit."""
        return int(self._state().mark or "0", 16)

    def _prepare(self, server: "Connection[tables.Row]") -> None:
        with server.transaction():
            if shared_tables.version(server) < tables.VERSION:
                shared_tables.create(server)

    def _newest(self, server: "Connection[tables.Row]") -> State:
        """Return the newest commit. Raises NotReadyError where there is no journal of this version."""
        found, newest = shared_tables.newest(server)
        if found == 0:
            raise NotReadyError(
                "the corpus is not indexed yet", where=self._server.where, remedy="run: assistant refresh"
            )
        if found != tables.VERSION:
            raise NotReadyError(
                f"the index has version {found}, and this program reads version {tables.VERSION}",
                where=self._server.where,
                remedy="run: assistant refresh (it reads the corpus again)"
                if found < tables.VERSION
                else "use the newer program that made it, on every box",
            )
        return newest

    # ------------------------------------------------------------ following

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        """Yield the copy, brought up to date where that is due, to one thread at a time."""
        asked = time.monotonic()
        with self._lock:
            if asked < self._failed and self._failure is not None:
                # Whoever waited while the server was called in vain needn't call it again.
                raise self._failure
            if time.monotonic() >= self._due:
                self._follow()
            yield self._db

    def _follow(self) -> None:
        """Take over what was committed since. Raises NotReadyError where the server can't be reached."""
        self._due, due = math.inf, 0.0
        try:
            with faults("the copy of the journal can't be written", self.path, sqlite3.DatabaseError):
                newest = self._server.attempt("the journal can't be read", self._newest)
                persist(lambda: self._take_over(newest), _busy, TURNS)
            # Nobody but the writer commits while it is open.
            due = math.inf if self._writable else time.monotonic() + FRESH
        except AssistantError as error:
            self._failed, self._failure = time.monotonic(), error
            raise
        finally:
            self._due = due

    def _take_over(self, newest: State) -> None:
        # A refresh on this box holds the copy while it works. Its last commit is the newest, and there already.
        if newest != self._state():
            self._server.attempt("the journal can't be read", self._catch_up)

    def _catch_up(self, server: "Connection[tables.Row]") -> None:
        """Make the copy what the newest commit says."""
        with self._atomic() as db, server.transaction():
            server.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            newest, mine = self._newest(server), self._state()
            # Its lexical index is made here, so it depends on this program's tokens too.
            same = self._one("PRAGMA user_version") == (tokens.VERSION,)
            goes_on = same and shared_tables.led_here(server, mine)
            if not goes_on:
                tables.clear(db, self._words)
                db.execute(f"PRAGMA user_version = {tokens.VERSION}")
            since = mine.generation if goes_on else -1
            self._take_documents(server, since)
            self._take_places(server, since)
            db.execute("DELETE FROM meta")
            self.set_meta({**dict(shared_tables.meta(server)), **_noted(newest)})
        if not goes_on:
            # What was deleted also stands in SQLite's log, until that is begun anew.
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _take_documents(self, server: "Connection[tables.Row]", since: int) -> None:
        new = shared_tables.newer(server, since)
        here: dict[int, str] = dict(self._all("SELECT number, id FROM documents"))
        # A number is given again once its document is gone, so what stands under a new one is an old document.
        gone = here.keys() & set(new)
        if len(here.keys() | set(new)) != shared_tables.count(server, "documents"):
            gone |= here.keys() - shared_tables.keys(server, "documents", "number")
        for number in gone:
            self.remove(here[number])
        for document, passages in shared_tables.documents(server, new):
            tables.insert(self._db, self._words, document, passages)

    def _take_places(self, server: "Connection[tables.Row]", since: int) -> None:
        new = shared_tables.places(server, since)
        self._db.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?, ?)", new)
        here = {path for (path,) in self._all("SELECT path FROM places")}
        if len(here) != shared_tables.count(server, "places"):
            for path in here - shared_tables.keys(server, "places", "path"):
                self.drop(path)

    def _state(self) -> State:
        return State(int(self.meta("generation") or 0), self.meta("mark") or "")

    # ------------------------------------------------------------ writing

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit what the block did to PostgreSQL, then to the copy, all of it or nothing.

        Raises NotReadyError where the server can't be reached, or another box has committed meanwhile.
        """
        if not self._writable:
            raise NotReadyError("this journal was opened for reading", where=str(self.path))
        with self._atomic() as db:
            db.execute("DELETE FROM touched")
            before = self._state()
            commit = before.next()
            yield db
            self.set_meta(_noted(commit))
            self._server.attempt("the journal can't be written", lambda server: self._commit(server, before, commit))

    def _commit(self, server: "Connection[tables.Row]", before: State, commit: State) -> None:
        with server.transaction():
            newest = shared_tables.lock(server)
            if newest == commit:
                return  # It came through the last time, only the reply didn't.
            if newest != before:
                raise NotReadyError(
                    "another refresh has changed the journal meanwhile",
                    where=self._server.where,
                    remedy="run the same command again",
                )
            shared_tables.write(server, self._change(), commit)

    def _change(self) -> Change:
        """Return what the open transaction has changed; rows come one by one, for they may be the whole corpus."""
        numbers, paths = (f"SELECT key FROM touched WHERE tbl = '{table}'" for table in ("documents", "places"))
        rows = self._db.execute
        return Change(
            [number for (number,) in rows(numbers)],
            [path for (path,) in rows(paths)],
            rows(f"SELECT {DOCUMENTS} FROM documents WHERE number IN ({numbers})"),
            rows(f"SELECT {PASSAGES} FROM passages JOIN texts USING (number) WHERE document IN ({numbers})"),
            rows(f"SELECT {PLACES} FROM places WHERE path IN ({paths})"),
            rows("SELECT key, value FROM meta WHERE key NOT IN ('generation', 'mark')"),
        )

    def erase(self) -> None:
        """Leave nothing in the database of what was written; this copy is only good for closing afterwards."""

        def erase(server: "Connection[tables.Row]") -> None:
            with server.transaction():
                shared_tables.erase(server)

        self._server.attempt("the journal can't be emptied", erase)


def _noted(state: State) -> dict[str, str]:
    return {"generation": str(state.generation), "mark": state.mark}


def _busy(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY
