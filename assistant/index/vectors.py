"""Vectors in Chroma, keyed by passage id. Nothing else is stored there; what is live the journal says."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.index.faults import faults
from assistant.records import content_id

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

FOLDER = "chroma"
# Chroma takes this many at once at most in its embedded form (its SQLite's variable limit).
BATCH = 2000
# Against brute force, 8,000 vectors of 384 dimensions: recall@20 stays 1.0 with 40 candidates while the index is built
# instead of Chroma's 100, in 60% of the time (docs/LOG.md).
HNSW: "CreateHNSWConfiguration" = {"space": "cosine", "ef_construction": 40}
# Room worth giving back: a fifth of the file, and at least 256 KiB.
FREE_SHARE, FREE_PAGES = 0.2, 64


class Vectors:
    """A Chroma collection of one vector a passage."""

    def __init__(self, folder: Path, embedder: str) -> None:
        """Open, or make, the collection of the embedder with this fingerprint. Raises FaultError where Chroma can't.

        Each embedder has a collection of its own, so vectors of two models, even of equal length, never mix,
        and the old ones answer until the new ones are committed.
        """
        import chromadb
        from chromadb.config import Settings

        self._folder = folder / FOLDER
        with faults("the vector store can't be opened", self._folder, Exception):
            self._client: ClientAPI = chromadb.PersistentClient(
                str(self._folder), settings=Settings(anonymized_telemetry=False)
            )
            # No embedding function: the program gives the vectors, so Chroma has no reason to fetch a model.
            self._collection: Collection = self._client.get_or_create_collection(
                "passages-" + content_id(embedder), embedding_function=None, configuration={"hnsw": HNSW}
            )

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write a row of `vectors` (n, dimensions) for each id; an id that is there already is overwritten."""
        for start in range(0, len(ids), BATCH):
            some = slice(start, start + BATCH)
            with faults("the vectors can't be written", self._folder, Exception):
                self._collection.upsert(ids=list(ids[some]), embeddings=vectors[some])

    def remove(self, ids: Sequence[str]) -> None:
        """Take ids out; an id that is not there is no error."""
        for start in range(0, len(ids), BATCH):
            with faults("the vectors can't be written", self._folder, Exception):
                self._collection.delete(ids=list(ids[start : start + BATCH]))

    def give_back(self) -> None:
        """Make Chroma's table of ids smaller where a good part of it is free: all vectors pass through it once."""
        file = self._folder / "chroma.sqlite3"
        # Where another process is at it, the next refresh will do.
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file, timeout=1)) as db:
            (pages,), (free,) = (db.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "freelist_count"))
            if free > max(pages * FREE_SHARE, FREE_PAGES):
                db.execute("VACUUM")

    def drop_others(self) -> None:
        """Delete the collections of other embedders."""
        for other in self._client.list_collections():
            if other.name != self._collection.name:
                self._client.delete_collection(other.name)

    def ids(self) -> set[str]:
        """Return all ids."""
        return set(self._collection.get(include=[])["ids"])

    def __len__(self) -> int:
        return self._collection.count()

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """Return (id, cosine similarity) of the nearest vectors, nearest first; equal ones by id."""
        count = len(self)
        if count == 0:
            return []
        found = self._collection.query(
            query_embeddings=vector[np.newaxis, :], n_results=min(limit, count), include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        pairs = [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], distances, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
