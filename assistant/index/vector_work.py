"""The vectors' side of a refresh: what goes into Chroma before the commit, what leaves it after, and what may wait.

Vectors of an embedder that knows no meanings are read by no search; they help to find related passages, which are found
by their words as well. So a small change only notes, in the commit that makes it, of which passages Chroma lacks the
vectors or has them still: to open Chroma would take longer than all else (docs/LOG.md). A larger change, or many small
ones, bring Chroma up to date.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.index.embedders import Embedder, embedded_text
from assistant.index.journal import Journal
from assistant.index.vectors import Vectors
from assistant.records import Passage

Rows = NDArray[np.float32]

# Passages embedded at once: so few that their terms, which embedder and lexical index both ask for, are still at hand.
BATCH = 128
# Vectors that Chroma takes at once: by 1,024 they take half the computing that they take by 128 (docs/LOG.md).
AT_ONCE = 1024
# Passages whose vectors may wait. Chroma takes half a second to open and a tenth of that to take so many.
MOST_DEFERRED = 512
# What the journal notes them under.
DEFERRED, SETTLED = "deferred", "settled"


class VectorWork(Protocol):
    """What a refresh does about vectors. `add` and `commit` are called within the transaction of the journal."""

    def add(self, passages: Sequence[Passage], rows: Rows | None) -> None:
        """Take new passages; `rows` has a vector for each where they were embedded elsewhere."""

    def commit(self, stale: Iterable[str]) -> None:
        """Do what has to be done before the commit; `stale` are passages that were live and may be no more."""

    def settle(self) -> None:
        """Do what may only be done after the commit."""


def vector_work(
    journal: Journal, embedder: Embedder, open_vectors: Callable[[str], Vectors], *, few: bool
) -> AbstractContextManager[VectorWork]:
    """Return how a refresh treats its vectors, to be entered before its transaction.

    `few` says that it changes little; `open_vectors` opens those of the index with a name.
    """
    deferred = json.loads(journal.meta(DEFERRED) or "[]")
    if few and not embedder.semantic and is_settled(journal) and len(deferred) < MOST_DEFERRED:
        return nullcontext(_Deferred(journal, deferred))
    return _Written(journal, embedder, open_vectors, deferred)


def is_settled(journal: Journal) -> bool:
    """Say whether the last refresh came to its end; else Chroma may hold more or less than the journal knows."""
    return journal.meta(SETTLED) == "yes"


class _Deferred:
    """Vectors that wait: the one commit of the journal is all that is done."""

    def __init__(self, journal: Journal, deferred: list[str]) -> None:
        self._journal = journal
        self._ids = set(deferred)

    def add(self, passages: Sequence[Passage], rows: Rows | None) -> None:
        self._ids.update(passage.id for passage in passages)

    def commit(self, stale: Iterable[str]) -> None:
        self._journal.set_meta({DEFERRED: json.dumps(sorted(self._ids.union(stale)))})

    def settle(self) -> None:
        pass


class _Written:
    """Vectors that go into Chroma before the commit, stale ones that leave it after; a mark says if that isn't done."""

    def __init__(
        self, journal: Journal, embedder: Embedder, open_vectors: Callable[[str], Vectors], deferred: list[str]
    ) -> None:
        self._journal = journal
        self._embedder = embedder
        self._open = open_vectors
        self._deferred = deferred
        self._stale: list[str] = []
        self._ids: list[str] = []
        self._rows: list[Rows] = []

    def __enter__(self) -> "_Written":
        # What this index is called where many are kept.
        name = self._journal.meta("index") or secrets.token_hex(8)
        self._crashed = not is_settled(self._journal)
        with self._journal.transaction():
            self._journal.set_meta({SETTLED: "", "index": name})
        # Chroma takes a while to import: time enough to read the first files.
        self._opener = ThreadPoolExecutor(1)
        self._opening: Future[Vectors] = self._opener.submit(self._open, name)
        return self

    def __exit__(self, *error: object) -> None:
        self._opener.shutdown()

    def add(self, passages: Sequence[Passage], rows: Rows | None) -> None:
        self._ids += [passage.id for passage in passages]
        self._rows.append(self._embedder.passages(list(map(embedded_text, passages))) if rows is None else rows)
        if len(self._ids) >= AT_ONCE:
            self._flush()

    def commit(self, stale: Iterable[str]) -> None:
        self._stale = [*stale, *self._deferred]
        self._embed(sorted(self._journal.live(self._deferred)))
        self._flush()
        self._journal.set_meta({DEFERRED: "[]"})

    def settle(self) -> None:
        vectors = self._opening.result()
        vectors.remove(sorted(set(self._stale) - self._journal.live(self._stale)))
        if self._crashed or len(vectors) != self._journal.statistics()[0]:
            self._reconcile(vectors)
        vectors.drop_others()
        vectors.give_back()
        with self._journal.transaction():
            self._journal.set_meta({SETTLED: "yes"})

    def _reconcile(self, vectors: Vectors) -> None:
        """After a crash, or when vectors were lost: make the vectors exactly those of the live passages."""
        live, there = set(self._journal.passage_ids()), vectors.ids()
        vectors.remove(sorted(there - live))
        self._embed(sorted(live - there))
        self._flush()

    def _embed(self, ids: list[str]) -> None:
        """Add the vectors of live passages."""
        for start in range(0, len(ids), BATCH):
            hits = self._journal.hits_by_id(ids[start : start + BATCH]).values()
            self.add([hit.passage for hit in hits], None)

    def _flush(self) -> None:
        if self._ids:
            self._opening.result().add(self._ids, np.concatenate(self._rows))
        self._ids, self._rows = [], []
