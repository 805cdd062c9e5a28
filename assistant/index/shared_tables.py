"""The journal's tables in PostgreSQL: what several boxes hold to be true.

Each commit has a number, its generation, and documents and places carry that of the commit which wrote them: whoever
knows one generation can ask for what came later. What is gone is gone; no row says that it ever was there.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.index.tables import VERSION, Row

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

# The columns are those of the tables in SQLite, apart from `generation` and a passage's text, which stands in its row.
DOCUMENTS = "number, id, title, language, axis, topics, reference, headings, blocks, remarks"
PASSAGES = 'number, id, document, start, "end", kind, page, headings, claim, "references", length, text'
PLACES = "path, size, mtime_ns, digest, document_id, reason, ctime_ns"
SCHEMA = """
CREATE TABLE assistant.meta (key text PRIMARY KEY, value text NOT NULL);
CREATE TABLE assistant.commits (generation bigint PRIMARY KEY, mark text NOT NULL);
CREATE TABLE assistant.documents (
  number bigint PRIMARY KEY, id text NOT NULL UNIQUE, title text NOT NULL, language text NOT NULL, axis text,
  topics text NOT NULL, reference text, headings text NOT NULL, blocks bytea NOT NULL, remarks text NOT NULL,
  generation bigint NOT NULL
);
CREATE INDEX ON assistant.documents (generation);
CREATE TABLE assistant.passages (
  number bigint PRIMARY KEY, id text NOT NULL, document bigint NOT NULL REFERENCES assistant.documents (number),
  start bigint NOT NULL, "end" bigint NOT NULL, kind text NOT NULL, page bigint, headings bigint NOT NULL, claim text,
  "references" text NOT NULL, length bigint NOT NULL, text text NOT NULL
);
CREATE INDEX ON assistant.passages (document);
CREATE TABLE assistant.places (
  path text PRIMARY KEY, size bigint NOT NULL, mtime_ns bigint NOT NULL, digest text NOT NULL, document_id text,
  reason text, ctime_ns bigint NOT NULL, generation bigint NOT NULL
);
CREATE INDEX ON assistant.places (generation)
"""
TABLES = ("meta", "commits", "passages", "documents", "places")
# Documents whose passages are fetched at once.
BATCH = 500
# So many commits are remembered; a box that missed more takes everything over anew.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class State:
    """A commit: how many came before it, and a mark drawn at random, which no other commit of any journal has."""

    generation: int = 0
    mark: str = ""

    def next(self) -> "State":
        """Return the state after one more commit."""
        return State(self.generation + 1, secrets.token_hex(8))


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit changes: what goes, what comes, and all of `meta` as it is to be.

    `numbers` and `paths` are those of all documents and places concerned, the rows those that are there afterwards.
    """

    numbers: Sequence[int]
    paths: Sequence[str]
    documents: Iterable[Row]
    passages: Iterable[Row]
    places: Iterable[Row]
    meta: Iterable[Row]


def run(db: "Connection[Row]", sql: str, values: Sequence[object] | None = None) -> "Cursor[Row]":
    """Return the cursor of a statement that was carried out."""
    return db.execute(sql.encode(), values)


def version(db: "Connection[Row]") -> int:
    """Return the version of the tables, 0 where there are none."""
    if run(db, "SELECT to_regclass('assistant.meta')").fetchone() == (None,):
        return 0
    row = run(db, "SELECT value FROM assistant.meta WHERE key = 'version'").fetchone()
    return int(row[0]) if row else 0


def create(db: "Connection[Row]") -> None:
    """Make the tables, in place of older ones. A schema that an administrator has made is taken as it is."""
    if version(db):
        run(db, "DROP TABLE IF EXISTS " + ", ".join(f"assistant.{table}" for table in TABLES))
    elif run(db, "SELECT to_regnamespace('assistant')").fetchone() == (None,):
        run(db, "CREATE SCHEMA assistant")
    for statement in SCHEMA.split(";"):
        run(db, statement)
    _begin(db)


def erase(db: "Connection[Row]") -> None:
    """Leave no row of what was written: afterwards it is another journal, and who followed it begins anew."""
    # Not DELETE, which leaves the rows in the files until a VACUUM.
    run(db, "TRUNCATE " + ", ".join(f"assistant.{table}" for table in TABLES))
    _begin(db)


def _begin(db: "Connection[Row]") -> None:
    _insert(db, "meta", [("version", str(VERSION))])
    _note(db, State().next())


# ------------------------------------------------------------ reading


def newest(db: "Connection[Row]") -> tuple[int, State]:
    """Return the version of the tables, 0 where there are none, and the newest commit."""
    from psycopg.errors import UndefinedTable

    try:
        row = run(
            db,
            "SELECT value, generation, mark FROM assistant.commits JOIN assistant.meta ON key = 'version'"
            " ORDER BY generation DESC LIMIT 1",
        ).fetchone()
    except UndefinedTable:
        return 0, State()
    return (int(row[0]), State(*row[1:])) if row else (0, State())


def led_here(db: "Connection[Row]", known: State) -> bool:
    """Say whether the journal came from `known` to where it is, and still has documents of that time.

    It did not where it is another one, or was set back to an older copy of the database and then changed.
    """
    of_known = run(
        db,
        "SELECT EXISTS (SELECT FROM assistant.commits WHERE generation = %s AND mark = %s)"
        " AND EXISTS (SELECT FROM assistant.documents WHERE generation <= %s)",
        (known.generation, known.mark, known.generation),
    )
    return of_known.fetchone() == (True,)


def newer(db: "Connection[Row]", generation: int) -> list[int]:
    """Return the numbers of the documents that were written after `generation`."""
    rows = run(db, "SELECT number FROM assistant.documents WHERE generation > %s", (generation,))
    return [number for (number,) in rows]


def count(db: "Connection[Row]", table: str) -> int:
    """Return how many rows a table has."""
    return int((run(db, f"SELECT count(*) FROM assistant.{table}").fetchone() or (0,))[0])


def keys(db: "Connection[Row]", table: str, column: str) -> set[Any]:
    """Return what stands in a column of a table."""
    return {row[0] for row in run(db, f"SELECT {column} FROM assistant.{table}")}


def documents(db: "Connection[Row]", numbers: Iterable[int]) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the documents with these numbers, each with its passages, in the order of their numbers."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), BATCH):
        some = (ordered[start : start + BATCH],)
        passages: dict[int, list[Row]] = {}
        for row in run(db, f"SELECT {PASSAGES} FROM assistant.passages WHERE document = ANY(%s) ORDER BY number", some):
            passages.setdefault(row[2], []).append(row)
        for row in run(db, f"SELECT {DOCUMENTS} FROM assistant.documents WHERE number = ANY(%s) ORDER BY number", some):
            yield row, passages.get(row[0], [])


def places(db: "Connection[Row]", generation: int) -> list[Row]:
    """Return the places that were written after `generation`."""
    return run(db, f"SELECT {PLACES} FROM assistant.places WHERE generation > %s", (generation,)).fetchall()


def meta(db: "Connection[Row]") -> list[Row]:
    """Return all notes as (key, value)."""
    return run(db, "SELECT key, value FROM assistant.meta").fetchall()


# ------------------------------------------------------------ writing


def lock(db: "Connection[Row]") -> State:
    """Keep others from committing until the end of this transaction; return the newest commit."""
    run(db, "LOCK TABLE assistant.commits IN EXCLUSIVE MODE")
    return newest(db)[1]


def write(db: "Connection[Row]", change: Change, commit: State) -> None:
    """Write a change as `commit`, within a transaction that has the lock."""
    run(db, "DELETE FROM assistant.passages WHERE document = ANY(%s)", (list(change.numbers),))
    run(db, "DELETE FROM assistant.documents WHERE number = ANY(%s)", (list(change.numbers),))
    run(db, "DELETE FROM assistant.places WHERE path = ANY(%s)", (list(change.paths),))
    run(db, "DELETE FROM assistant.meta")
    _insert(db, f"documents ({DOCUMENTS}, generation)", ((*row, commit.generation) for row in change.documents))
    _insert(db, f"passages ({PASSAGES})", change.passages)
    _insert(db, f"places ({PLACES}, generation)", ((*row, commit.generation) for row in change.places))
    _insert(db, "meta (key, value)", change.meta)
    _note(db, commit)


def _note(db: "Connection[Row]", commit: State) -> None:
    _insert(db, "commits", [(commit.generation, commit.mark)])
    run(db, "DELETE FROM assistant.commits WHERE generation <= %s", (commit.generation - REMEMBERED,))


def _insert(db: "Connection[Row]", table: str, rows: Iterable[Row]) -> None:
    with db.cursor() as cursor, cursor.copy(f"COPY assistant.{table} FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
