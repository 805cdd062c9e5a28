"""The journal: one SQLite file that says which documents and passages are live.

Everything a search returns is looked up here, so a vector whose passage is not live can't become a hit.
The lexical index is a table of the same file and changes in the same transaction.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import NotReadyError
from assistant.index import lexical, tables
from assistant.index.faults import faults
from assistant.index.tables import VERSION
from assistant.records import CorpusInfo, Document, Hit, Language, Passage, content_id
from assistant.text import counting

FILE = "journal.sqlite"

Row = tables.Row

# More passages than this under one heading are no longer one stretch of thought.
MOST_SIBLINGS = 16


@dataclass(frozen=True, slots=True)
class Place:
    """A file as the last refresh saw it. `document_id` is None where `reason` says why it can't be read."""

    path: str
    size: int
    mtime_ns: int
    digest: str
    document_id: str | None
    reason: str | None = None
    ctime_ns: int = 0


class Journal:
    """The open journal. Safe to use from several threads; one writer at a time."""

    file = FILE

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        """Open the journal in `folder`, making it when `writable`.

        An index of an older version is emptied when `writable`, for the refresh to fill. Raises NotReadyError where
        there is none to read, or one of another version; FaultError where it can't be opened.
        """
        self.path = folder / self.file
        self._lock = threading.RLock()
        self._known: tuple[int, lexical.Collection] | None = None
        if not writable and not self.path.exists():
            raise NotReadyError("the corpus is not indexed yet", where=str(folder), remedy="run: assistant refresh")
        with faults("the index can't be opened", self.path, sqlite3.DatabaseError):
            self._db = _open(self.path, writable=writable)
            self._words = lexical.Writer(self._db)
            if writable and self._version() < VERSION:
                self._create()
            self._check_version()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _version(self) -> int:
        """Return the version of the tables, 0 where there are none."""
        if self._one("SELECT 1 FROM sqlite_master WHERE name = 'meta'") is None:
            return 0
        return int(self.meta("version") or 0)

    def _create(self) -> None:
        """Make the tables, in place of older ones."""
        # A virtual table takes the tables that it is made of along.
        old = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE ? AND name NOT LIKE 'sqlite_%'"
        with self._atomic() as db:
            for kind in ("CREATE VIRTUAL TABLE %", "CREATE TABLE %"):
                for (name,) in self._all(old + " ORDER BY name DESC", (kind,)):
                    db.execute(f'DROP TABLE "{name}"')
            for statement in tables.SCHEMA.split(";"):
                db.execute(statement)
            db.execute("INSERT INTO meta VALUES ('version', ?)", (str(VERSION),))

    def _check_version(self) -> None:
        found = self._version()
        if found == VERSION:
            return
        older = found < VERSION
        raise NotReadyError(
            f"the index has version {found}, and this program reads version {VERSION}",
            where=str(self.path),
            remedy="run: assistant refresh (it reads the corpus again)"
            if older
            else "use the newer program that made it; or delete the vectorstore folder and run: assistant refresh",
        )

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """Commit what the block did, all of it or nothing."""
        return self._atomic()

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection to one thread at a time."""
        with self._lock:
            yield self._db

    @contextmanager
    def _atomic(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._words.flush()
            except BaseException:
                self._words.forget()
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
            self._known = None

    # ------------------------------------------------------------ what it says

    def meta(self, key: str) -> str | None:
        """Return what is noted under `key`, None where nothing is."""
        row = self._one("SELECT value FROM meta WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Note `values`, replacing what stood under the same keys."""
        with self._turn() as db:
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def places(self) -> dict[str, Place]:
        """Return the places by path, readable or not."""
        rows = self._all("SELECT path, size, mtime_ns, digest, document_id, reason, ctime_ns FROM places ORDER BY path")
        return {row[0]: Place(*row) for row in rows}

    def info(self) -> CorpusInfo:
        """Return how much is live, with the fingerprint of the corpus: equal contents give equal fingerprints."""
        documents = [row[0] for row in self._all("SELECT id FROM documents ORDER BY id")]
        passages = self._one("SELECT count(*) FROM passages")
        return CorpusInfo(content_id(*documents), len(documents), int(passages[0]) if passages else 0)

    def statistics(self) -> tuple[int, float]:
        """Return how many passages are searched and how many terms one has on average."""
        known = self._collection()
        return known.passages, known.mean_length

    def languages(self) -> frozenset[Language]:
        """Return the languages of the live documents."""
        return frozenset(row[0] for row in self._all("SELECT DISTINCT language FROM documents"))

    def generation(self) -> int:
        """Return a number that changes whenever another connection has committed to the journal."""
        row = self._one("PRAGMA data_version")
        return int(row[0]) if row else 0

    def passage_ids(self) -> list[str]:
        """Return the ids of all live passages that are searched, in the order of their numbers."""
        return [row[0] for row in self._all("SELECT id FROM passages WHERE kind != 'heading' ORDER BY number")]

    def live(self, ids: Sequence[str]) -> set[str]:
        """Return those of `ids` that are ids of live passages which are searched."""
        sql = "SELECT id FROM passages WHERE kind != 'heading' AND id IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._all(sql, (json.dumps(ids),))}

    def hits(self, numbers: Sequence[int]) -> dict[int, Hit]:
        """Return the live passages with these numbers as hits of score 0, by number."""
        return dict(self._hits("number", numbers))

    def hits_by_id(self, ids: Sequence[str]) -> dict[str, Hit]:
        """Return the live passages with these ids as hits of score 0, by id."""
        return {hit.passage.id: hit for _, hit in self._hits("id", ids)}

    def siblings(self, passage: Passage) -> list[Hit]:
        """Return the live passages under the same headings of the same document, in order, as hits of score 0."""
        rows = self._all(
            "SELECT p.number FROM passages p JOIN passages of ON p.document = of.document AND p.headings = of.headings"
            " WHERE of.id = ? AND p.kind != 'heading' AND p.id != of.id ORDER BY p.start LIMIT ?",
            (passage.id, MOST_SIBLINGS),
        )
        found = self.hits([row[0] for row in rows])
        return [found[row[0]] for row in rows]

    def translations(self, claims: Sequence[str], language: Language) -> dict[str, Hit]:
        """Return the live passages of these claims in `language` as hits of score 0, by claim."""
        marks = ",".join("?" * len(claims))
        rows = self._all(
            "SELECT p.number FROM passages p JOIN documents d ON d.number = p.document"
            f" WHERE d.language = ? AND p.claim IN ({marks}) ORDER BY p.number",
            (language, *claims),
        )
        found = self.hits([row[0] for row in rows])
        return {hit.passage.claim: hit for hit in found.values() if hit.passage.claim}

    def _hits(self, key: str, values: Sequence[int] | Sequence[str]) -> Iterator[tuple[int, Hit]]:
        marks = ",".join("?" * len(values))
        return map(tables.hit, self._all(f"{tables.HITS} WHERE p.{key} IN ({marks})", values))

    def document(self, document_id: str) -> Document | None:
        """Return a live document, None where it is not live."""
        # One after the other, but of one commit: a live document never changes.
        row = self._one(tables.DOCUMENT, (document_id,))
        texts = self._all(tables.DOCUMENT_TEXT, (document_id,))
        return None if row is None or not texts else tables.document(row, (text for (text,) in texts))

    def search(self, query: Mapping[str, float] | Iterable[str], limit: int) -> list[tuple[int, float]]:
        """Return (number, BM25) of the passages that share a term with the query, best first.

        Its terms weigh what it says, and alike where it doesn't.
        """
        weights = query if isinstance(query, Mapping) else dict.fromkeys(query, 1.0)
        known = self._collection()
        with self._turn() as db:
            return lexical.search(db, weights, known, limit)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages each of `terms` occurs; terms that occur nowhere are left out."""
        with self._turn() as db:
            return lexical.frequencies(db, terms)

    # ------------------------------------------------------------ what changes it

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Make a document and its passages live. Call it, as all below, in a `transaction`."""
        lengths = [len(counting.terms(p.text)) if p.kind != "heading" else 0 for p in passages]
        tables.add(self._db, self._words, document, passages, lengths)

    def remove(self, document_id: str) -> list[str]:
        """Take a document out; return the ids of its passages, whose vectors are now stale."""
        return tables.remove(self._db, self._words, document_id)

    def put(self, place: Place) -> None:
        """Note a file as it is now."""
        row = tuple(getattr(place, name) for name in Place.__slots__)
        self._db.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def drop(self, path: str) -> None:
        """Forget a file that is gone."""
        self._db.execute("DELETE FROM places WHERE path = ?", (path,))

    def remarks(self) -> list[tuple[str, str]]:
        """Return (path, remark) for all that had to be left out of documents that are live."""
        rows = self._all(
            "SELECT path, remarks FROM places JOIN documents ON id = document_id WHERE remarks != '[]' ORDER BY path"
        )
        return [(path, remark) for path, remarks in rows for remark in json.loads(remarks)]

    def orphans(self) -> list[str]:
        """Return the ids of documents that no place holds any more."""
        return [row[0] for row in self._all(
            "SELECT id FROM documents WHERE id NOT IN (SELECT document_id FROM places WHERE document_id IS NOT NULL)"
        )]  # fmt: skip

    def clear(self) -> None:
        """Take out everything that was read, for a rebuild."""
        tables.clear(self._db, self._words)

    def _collection(self) -> lexical.Collection:
        """Return what a search has to know of all passages, which is read anew only when the index has changed."""
        known, generation = self._known, self.generation()
        if known is None or known[0] != generation:
            rows = self._all("SELECT number, length FROM passages WHERE kind != 'heading'")
            self._known = known = generation, lexical.Collection.of(rows)
        return known[1]

    def _one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        with self._turn() as db:
            row: Row | None = db.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._turn() as db:
            return db.execute(sql, values).fetchall()


def _open(path: Path, *, writable: bool) -> sqlite3.Connection:
    """Open the database; one that can't be written (a read-only disk) is read without locks."""
    if writable:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        # Twice SQLite's own choice: rows of some 600 bytes fill a page better.
        db.execute("PRAGMA page_size = 8192")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA foreign_keys = ON")
        return db
    try:
        db = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, check_same_thread=False, timeout=30)
        db.isolation_level = None
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        db.isolation_level = None
    return db
