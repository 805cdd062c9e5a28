"""Vectors in Chroma, keyed by passage id. Nothing else is stored there; what is live the journal says."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.index.chroma import Chroma, Embedded
from assistant.records import content_id

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

# Against brute force, 8,000 vectors of 384 dimensions: recall@20 stays 1.0 with 40 candidates while the index is built
# instead of Chroma's 100, in 60% of the time (docs/LOG.md).
HNSW: "CreateHNSWConfiguration" = {"space": "cosine", "ef_construction": 40}
# Ids asked for at once.
PAGE = 100_000


class Vectors:
    """A Chroma collection of one vector a passage. Every method raises an AssistantError where Chroma can't do it."""

    def __init__(self, place: Path | Chroma, embedder: str) -> None:
        """Open, or make, the collection of the embedder with this fingerprint, in a folder or wherever Chroma is.

        Each embedder has a collection of its own, so vectors of two models, even of equal length, never mix,
        and the old ones answer until the new ones are committed.
        """
        self._chroma = Embedded(place) if isinstance(place, Path) else place
        self._client = self._chroma.attempt("the vector store can't be opened", self._chroma.client)
        name = self._chroma.prefix + content_id(embedder)
        # No embedding function: the program gives the vectors, so Chroma has no reason to fetch a model.
        self._collection: Collection = self._chroma.attempt(
            "the vector store can't be opened",
            lambda: self._client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": HNSW}),
        )

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Write a row of `vectors` (n, dimensions) for each id; an id that is there already is overwritten."""

        def write(some: slice) -> None:
            self._collection.upsert(ids=list(ids[some]), embeddings=vectors[some])

        for some in self._slices(len(ids)):
            self._chroma.attempt("the vectors can't be written", partial(write, some))

    def remove(self, ids: Sequence[str]) -> None:
        """Take ids out; an id that is not there is no error."""

        def delete(some: slice) -> None:
            self._collection.delete(ids=list(ids[some]))

        for some in self._slices(len(ids)):
            self._chroma.attempt("the vectors can't be written", partial(delete, some))

    def _slices(self, count: int) -> list[slice]:
        size = self._chroma.batch
        return [slice(start, start + size) for start in range(0, count, size)]

    def give_back(self) -> None:
        """Give back room on the disk that is no longer needed, where there is much."""
        self._chroma.give_back()

    def drop_others(self) -> None:
        """Delete this index's collections of other embedders."""
        self._drop(keep=self._collection.name)

    def drop(self) -> None:
        """Delete all collections of this index. Afterwards nothing can be done with this object."""
        self._drop(keep=None)

    def _drop(self, keep: str | None) -> None:
        def drop() -> None:
            for other in self._client.list_collections():
                if other.name.startswith(self._chroma.prefix) and other.name != keep:
                    self._client.delete_collection(other.name)

        self._chroma.attempt("old vectors can't be deleted", drop)

    def ids(self) -> set[str]:
        """Return all ids."""
        found: set[str] = set()

        def page(start: int) -> list[str]:
            return self._collection.get(include=[], limit=PAGE, offset=start)["ids"]

        for start in range(0, len(self), PAGE):
            found |= set(self._chroma.attempt("the vectors can't be read", partial(page, start)))
        return found

    def __len__(self) -> int:
        return self._chroma.attempt("the vectors can't be read", self._collection.count)

    def search(self, vector: NDArray[np.float32], limit: int) -> list[tuple[str, float]]:
        """Return (id, cosine similarity) of the nearest vectors, nearest first; equal ones by id."""
        count = len(self)
        if count == 0:
            return []
        found = self._chroma.attempt(
            "the vectors can't be read",
            lambda: self._collection.query(
                query_embeddings=vector[np.newaxis, :], n_results=min(limit, count), include=["distances"]
            ),
        )
        distances = (found["distances"] or [[]])[0]
        pairs = [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], distances, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
