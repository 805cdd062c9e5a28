"""The journal's tables, and how records become rows and rows records again.

A document's text is stored once, passage by passage, for the passages are exactly its text: a hit is read without the
rest of its document. It stays as it is, not compressed, so that a look for traces of what was forgotten can see it.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

from assistant.index import lexical
from assistant.index.lexical import Writer
from assistant.records import Block, Document, Hit, Passage, Reference

# Raised whenever the tables change; a journal of another version is rebuilt, a newer one refused.
VERSION = 5

Row = tuple[Any, ...]

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, language TEXT NOT NULL, axis TEXT,
  topics TEXT NOT NULL, reference TEXT, headings TEXT NOT NULL, blocks BLOB NOT NULL, remarks TEXT NOT NULL
);
CREATE TABLE places (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, digest TEXT NOT NULL,
  document_id TEXT, reason TEXT, ctime_ns INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX places_by_document ON places (document_id);
CREATE TABLE passages (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL REFERENCES documents (number),
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, kind TEXT NOT NULL, page INTEGER, headings INTEGER NOT NULL,
  claim TEXT, "references" TEXT NOT NULL, length INTEGER NOT NULL
);
CREATE INDEX passages_by_document ON passages (document);
CREATE TABLE texts (number INTEGER PRIMARY KEY REFERENCES passages (number), text TEXT NOT NULL);
{lexical.SCHEMA}
"""

# Whatever a hit is made of, by the passage's number; `hit` knows the order. The headings of a passage are one of the
# lists of headings that its document has.
HEADINGS = "json_extract(d.headings, '$[' || p.headings || ']')"
HITS = (
    f'SELECT p.number, p.id, d.id, p.start, p."end", t.text, d.language, p.kind, p.page, {HEADINGS}, d.axis, d.topics,'
    ' p.claim, p."references", d.reference, d.title, (SELECT min(path) FROM places WHERE document_id = d.id)'
    " FROM passages p JOIN documents d ON d.number = p.document JOIN texts t ON t.number = p.number"
)
DOCUMENT = (
    "SELECT id, title, language, '', blocks, axis, topics, reference, remarks, headings FROM documents WHERE id = ?"
)
DOCUMENT_TEXT = (
    "SELECT t.text FROM passages p JOIN texts t ON t.number = p.number"
    " WHERE p.document = (SELECT number FROM documents WHERE id = ?) ORDER BY p.start"
)


def add(
    db: sqlite3.Connection, words: Writer, document: Document, passages: Sequence[Passage], lengths: Sequence[int]
) -> None:
    """Put a document in, and its passages with their `lengths` in terms.

    Raises ValueError where the passages together are not the document's text.
    """
    if "".join(passage.text for passage in passages) != document.text:
        raise ValueError(f"the passages of {document.id} are not its text")
    reference = _json(_fields(document.reference)) if document.reference else None
    lists = dict.fromkeys((*(b.headings for b in document.blocks), *(p.headings for p in passages)))
    headings = {words: n for n, words in enumerate(lists)}
    (owner,), (first,) = (
        db.execute(f"SELECT coalesce(max(number), 0) + 1 FROM {table}").fetchone()
        for table in ("documents", "passages")
    )
    row = (
        owner, document.id, document.title, document.language, document.axis, _json(document.topics), reference,
        _json(list(headings)), _packed(document.blocks, headings), _json(document.remarks),
    )  # fmt: skip
    insert(
        db,
        words,
        row,
        [
            (
                number, p.id, owner, p.start, p.end, p.kind, p.page, headings[p.headings], p.claim,
                _json([_fields(r) for r in p.references]), length, p.text,
            )
            for number, p, length in zip(count(first), passages, lengths, strict=False)
        ],
    )  # fmt: skip


def insert(db: sqlite3.Connection, words: Writer, document: Row, passages: Sequence[Row]) -> None:
    """Put in a row of `documents`, and the rows of its `passages`, each with its text at the end."""
    db.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", document)
    db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (row[:-1] for row in passages))
    db.executemany("INSERT INTO texts VALUES (?, ?)", ((row[0], row[-1]) for row in passages))
    title, headings = document[2], json.loads(document[7])
    for row in passages:
        if row[5] != "heading":
            words.add(row[0], title, headings[row[7]], row[-1])


def remove(db: sqlite3.Connection, words: Writer, document_id: str) -> list[str]:
    """Take a document out; return the ids of its passages."""
    hits = dict(map(hit, db.execute(f"{HITS} WHERE d.id = ? ORDER BY p.number", (document_id,)).fetchall()))
    for number, found in hits.items():
        if found.passage.kind != "heading":
            words.remove(number, found.title, found.passage.headings, found.passage.text)
    numbers = [(number,) for number in hits]
    db.executemany("DELETE FROM texts WHERE number = ?", numbers)
    db.executemany("DELETE FROM passages WHERE number = ?", numbers)
    db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return [found.passage.id for found in hits.values()]


def clear(db: sqlite3.Connection, words: Writer) -> None:
    """Take out everything that was read."""
    words.clear()
    for table in ("texts", "passages", "documents", "places"):
        db.execute(f"DELETE FROM {table}")


def hit(row: Row) -> tuple[int, Hit]:
    """Return the number and the hit of a row of `HITS`; a passage without references has its document's."""
    passage = Passage(
        id=row[1], document_id=row[2], start=row[3], end=row[4], text=row[5], language=row[6], kind=row[7], page=row[8],
        headings=_words(row[9]), axis=row[10], topics=_words(row[11]), claim=row[12],
        references=_references(row[13]) or (_references(f"[{row[14]}]") if row[14] else ()),
    )  # fmt: skip
    return row[0], Hit(passage, path=row[16] or "", title=row[15], score=0.0)


def document(row: Row, texts: Iterable[str]) -> Document:
    """Return the document of a row of `DOCUMENT` and the texts of its passages, in order."""
    reference = _reference(json.loads(row[7])) if row[7] else None
    topics, remarks = tuple(json.loads(row[6])), tuple(json.loads(row[8]))
    blocks = tuple(_unpacked(row[4], json.loads(row[9])))
    return Document(row[0], row[1], row[2], "".join(texts), blocks, row[5], topics, reference, remarks)


def _packed(blocks: Sequence[Block], headings: Mapping[tuple[str, ...], int]) -> bytes:
    """Return blocks in few bytes: they are much alike, and only read with the whole document."""
    rows = [
        [b.start, b.end, b.kind, b.page, headings[b.headings], b.claim, [_fields(r) for r in b.references]]
        for b in blocks
    ]
    # A window of 4 KiB: zlib's usual one takes longer to set up than a page's blocks to pack.
    packer = zlib.compressobj(wbits=12, memLevel=5)
    return packer.compress(_json(rows).encode("utf-8")) + packer.flush()


def _unpacked(data: bytes, headings: Sequence[Sequence[str]]) -> Iterator[Block]:
    for start, end, kind, page, n, claim, references in json.loads(zlib.decompress(data)):
        yield Block(start, end, kind, page, tuple(headings[n]), claim, tuple(map(_reference, references)))


# A question reads some thousand rows, most of them again and again, and few of their lists are different.
@lru_cache(4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(4096)
def _references(text: str) -> tuple[Reference, ...]:
    return tuple(map(_reference, json.loads(text)))


def _fields(reference: Reference) -> dict[str, Any]:
    return {name: getattr(reference, name) for name in Reference.__slots__}


def _reference(data: dict[str, Any]) -> Reference:
    return Reference(**{**data, "notes": tuple(data["notes"])})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
