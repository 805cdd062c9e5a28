"""Everything an index says, in a form that two indexes can be compared by."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.corpus import reading, sources, splitting
from assistant.corpus.framework import Framework
from assistant.index import tables
from assistant.index.chroma import chroma
from assistant.index.embedders import HashEmbedder, embedded_text
from assistant.index.journal import FILE, Journal, Place
from assistant.index.lexical import BLOCK_BITS
from assistant.index.shared import open_journal
from assistant.index.vector_work import DEFERRED
from assistant.index.vectors import Vectors
from assistant.settings import Settings
from assistant.workspace import Workspace

Row = tuple[object, ...]
WORDS = f"SELECT array >> {BLOCK_BITS}, sum(length(entries)) FROM postings GROUP BY 1 ORDER BY 1"
VectorsById = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Snapshot:
    """The live documents, passages, places and words. Numbers and times, by which nothing is found, are left out."""

    documents: tuple[Row, ...]
    passages: tuple[Row, ...]
    places: tuple[Row, ...]
    words: tuple[Row, ...]


def snapshot(workspace: Workspace, file: str = FILE) -> Snapshot:
    """Return what the journal has committed."""
    db = sqlite3.connect(f"{(workspace.vectorstore / file).as_uri()}?mode=ro", uri=True)
    try:
        db.execute("BEGIN")
        taken = Snapshot(
            *(
                tuple(db.execute(sql).fetchall())
                for sql in (
                    "SELECT id, title, language, axis, topics, reference, headings, blocks, remarks FROM documents"
                    " ORDER BY id",
                    f'SELECT p.id, d.id, start, "end", kind, page, {tables.HEADINGS}, claim, "references", length, text'
                    " FROM passages p LEFT JOIN documents d ON d.number = document LEFT JOIN texts USING (number)"
                    " ORDER BY p.id",
                    "SELECT path, digest, document_id, reason FROM places ORDER BY path",
                    WORDS,
                )
            )
        )
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return taken
    finally:
        db.close()


def vectors(workspace: Workspace, settings: Settings = Settings()) -> VectorsById:  # noqa: B008  (frozen)
    """Return the vectors by passage id: those in Chroma, and what is deferred as Chroma will take it."""
    journal = open_journal(workspace.vectorstore, settings)
    place = chroma(workspace.vectorstore, settings, journal.meta("index") or "")
    found = Vectors(place, HashEmbedder().fingerprint)._collection.get(include=["embeddings"])
    embeddings = found["embeddings"]
    assert embeddings is not None
    there = {i: np.asarray(row) for i, row in zip(found["ids"], embeddings, strict=True)}
    deferred: list[str] = json.loads(journal.meta(DEFERRED) or "[]")
    live = {i: hit.passage for i, hit in journal.hits_by_id(deferred).items()}
    journal.close()
    kept = {i: row for i, row in there.items() if i not in deferred}
    return kept | {i: HashEmbedder().passages([embedded_text(passage)])[0] for i, passage in live.items()}


def oracle(corpus: Path, folder: Path) -> tuple[Snapshot, VectorsById]:
    """Return what an index made from nothing has to say, made here without refresh, workers or Chroma."""
    journal = Journal(folder / "vectorstore", writable=True)
    embedder, vectors = HashEmbedder(), {}
    found, _ = sources.find(corpus)
    with journal.transaction():
        for source in found:
            digest = sources.digest(corpus / source.path)
            document = reading.read(corpus / source.path, source.path, digest, Framework())
            passages = splitting.split(document, Settings().passage_tokens)
            if journal.document(document.id) is None:
                journal.add(document, passages)
            journal.put(Place(source.path, source.size, source.mtime_ns, digest, document.id))
            for passage in passages:
                if passage.kind != "heading":
                    vectors[passage.id] = embedder.passages([embedded_text(passage)])[0]
    journal.close()
    return snapshot(Workspace(folder)), vectors


def alike(here: VectorsById, there: VectorsById) -> bool:
    """Say whether two stores hold the same vectors under the same ids. Chroma scales them to length 1 once more."""
    return here.keys() == there.keys() and all(np.allclose(here[i], there[i], atol=1e-5) for i in here)
