"""Lexical search: BM25 over the program's own terms, from postings in the journal's file and transaction.

The postings of a term are an array for each block of passages: which passages of the block have it, and how often. To
search is to read the arrays of the question's terms and to add up all scores at once. A passage that comes or goes
changes the arrays of its own terms in its own block, so what that costs is bounded by the block, not by the index.
"""

import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.text import counting
from assistant.text.counting import Numbers

# An array's number is drawn from its term, with that of the block in its lowest bits. A key of two columns would stand
# in the inner nodes of SQLite's tree with the entries, and a search would read other terms' on its way.
SCHEMA = "CREATE TABLE postings (array INTEGER PRIMARY KEY, entries BLOB NOT NULL)"
BLOCK_BITS = 15
# All arrays of a term, whose first possible one is a `value` of a list in JSON.
_ARRAYS = f"postings WHERE array BETWEEN value AND value + {2**BLOCK_BITS - 1}"
# Passages whose postings of a term are one array: the longer, the fewer arrays a search reads and the more a change
# writes (docs/LOG.md). A place in a block has 16 bits.
BLOCK = 1 << 13
ENTRY = np.dtype([("place", "<u2"), ("times", "u1")])
MOST_TIMES = np.iinfo(np.uint8).max
# The scores of so many passages stand in for themselves by their highest.
STRETCH = 64
# What did best on three public sets in both languages (docs/LOG.md): short passages saturate early.
K1, B = 0.9, 0.75
# Arrays that are read at once when passages go.
AT_ONCE = 400
# So many postings wait to be written at most, some 13 bytes each.
MOST_WAITING = 1 << 20

Entries = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Collection:
    """How many passages there are, how many terms one has on average, and what BM25 makes of each one's by its number.

    `norms` is how often a term has to occur in a passage to count half.
    """

    passages: int
    norms: NDArray[np.float64]
    mean_length: float

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int]]) -> "Collection":
        """Return what is known of passages by their numbers and lengths."""
        numbers, lengths = np.fromiter(chain.from_iterable(rows), dtype=np.int32).reshape(-1, 2).T
        mean = float(lengths.sum()) / max(1, len(lengths)) or 1.0
        norms = np.ones(int(numbers.max(initial=-1)) + 1)
        norms[numbers] = K1 * (1 - B + B * lengths / mean)
        return cls(len(numbers), norms, mean)


class Writer:
    """Takes passages into the index and out of it. What it took is written by `flush`, before the commit."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.forget()

    def forget(self) -> None:
        """Leave undone what was not written yet."""
        self._added: dict[int, tuple[Numbers, Numbers]] = {}
        self._removed: dict[int, Numbers] = {}
        self._waiting = 0

    def add(self, number: int, title: str, headings: Sequence[str], text: str) -> None:
        """Index a passage under its number, which no live passage has."""
        terms, times = np.unique(_terms(title, headings, text), return_counts=True)
        self._added[number] = terms, times
        self._wait(len(terms))

    def remove(self, number: int, title: str, headings: Sequence[str], text: str) -> None:
        """Take a passage out again. It has to be told what it was given, word for word."""
        if number in self._added:
            self.flush()
        terms = np.unique(_terms(title, headings, text))
        self._removed[number] = terms
        self._wait(len(terms))

    def clear(self) -> None:
        """Take out all passages."""
        self.forget()
        self._db.execute("DELETE FROM postings")

    def flush(self) -> None:
        """Write what was taken in and out: first out, for a number is given again."""
        self._write_removed()
        self._write_added()
        self.forget()

    def _wait(self, postings: int) -> None:
        self._waiting += postings
        if self._waiting > MOST_WAITING:
            self.flush()

    def _write_added(self) -> None:
        if not self._added:
            return
        sizes = [len(terms) for terms, _ in self._added.values()]
        blocks, places = np.divmod(np.repeat(np.array(list(self._added)), sizes), BLOCK)
        arrays = _first_arrays(np.concatenate([terms for terms, _ in self._added.values()])) + blocks
        times = np.concatenate([times for _, times in self._added.values()])
        order = np.lexsort((places, arrays))
        entries = np.empty(len(order), ENTRY)
        entries["place"], entries["times"] = places[order], np.minimum(times, MOST_TIMES)[order]
        self._db.executemany(
            "INSERT INTO postings VALUES (?, ?)"
            # Joined blobs are a text to SQLite.
            " ON CONFLICT (array) DO UPDATE SET entries = CAST(entries || excluded.entries AS BLOB)",
            _rows(arrays[order], entries),
        )

    def _write_removed(self) -> None:
        of_blocks: dict[int, dict[int, Numbers]] = defaultdict(dict)
        for number, terms in self._removed.items():
            of_blocks[number // BLOCK][number % BLOCK] = terms
        for block, passages in of_blocks.items():
            live = np.ones(BLOCK, dtype=np.bool_)
            live[list(passages)] = False
            arrays = (_first_arrays(np.unique(np.concatenate(list(passages.values())))) + block).tolist()
            for start in range(0, len(arrays), AT_ONCE):
                self._keep(arrays[start : start + AT_ONCE], live)

    def _keep(self, arrays: Sequence[int], live: NDArray[np.bool_]) -> None:
        """Leave in the arrays of a block what is of its live places."""
        wanted = "(SELECT value FROM json_each(?))"
        rows = self._db.execute(f"SELECT array, entries FROM postings WHERE array IN {wanted}", _in_json(arrays))
        before = [(array, np.frombuffer(data, ENTRY)) for array, data in rows.fetchall()]
        kept = [(entries[live[entries["place"]]].tobytes(), array) for array, entries in before]
        self._db.executemany("UPDATE postings SET entries = ? WHERE array = ?", filter(itemgetter(0), kept))
        gone = [array for data, array in kept if not data]
        self._db.execute(f"DELETE FROM postings WHERE array IN {wanted}", _in_json(gone))


def search(
    db: sqlite3.Connection, query: Mapping[str, float], collection: Collection, limit: int
) -> list[tuple[int, float]]:
    """Return (number, BM25) of passages with any of the weighted terms, best first; equal scores by number."""
    weights = dict(zip(_first_arrays(counting.of_terms(query)).tolist(), query.values(), strict=True))
    # CROSS JOIN leaves SQLite no choice but to go term by term.
    arrays = f"SELECT value, array - value, entries FROM json_each(?) CROSS JOIN {_ARRAYS}"
    rows = db.execute(arrays, _in_json(sorted(weights))).fetchall()
    if not rows:
        return []
    terms, blocks, data = zip(*rows, strict=True)
    sizes = [len(entries) // ENTRY.itemsize for entries in data]
    occurs: Counter[int] = Counter()
    for term, size in zip(terms, sizes, strict=True):
        occurs[term] += size
    of_term = {term: weights[term] * idf(collection.passages, times) for term, times in occurs.items()}
    weight = np.repeat(np.array(list(map(of_term.__getitem__, terms))), sizes)
    entries = np.frombuffer(b"".join(data), ENTRY)
    numbers = np.repeat(np.array(blocks) * BLOCK, sizes) + entries["place"]
    # A refresh may have committed since the lengths were read: what came with it is found by the next search.
    times = entries["times"].astype(np.float64)
    if numbers.max() >= len(collection.norms):
        known = numbers < len(collection.norms)
        numbers, weight, times = numbers[known], weight[known], times[known]
    return _best(np.bincount(numbers, weight * times / (times + collection.norms[numbers])), limit)


def _best(scores: NDArray[Any], limit: int) -> list[tuple[int, float]]:
    stretches = scores[: len(scores) // STRETCH * STRETCH].reshape(-1, STRETCH).max(axis=1)
    # So many stretches have a score as high as this, so that the best ones are all among those that do: few are left.
    least = np.partition(stretches, -limit)[-limit] if len(stretches) > limit else 0.0
    found = np.flatnonzero(scores >= least) if least else np.flatnonzero(scores)
    if len(found) > limit:
        found = found[scores[found] >= np.partition(scores[found], -limit)[-limit]]
    found = found[np.argsort(-scores[found], kind="stable")][:limit]
    return list(zip(found.tolist(), scores[found].tolist(), strict=True))


def frequencies(db: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """Return in how many passages each term occurs; terms that occur nowhere are left out."""
    asked = list(dict.fromkeys(terms))
    of = dict(zip(_first_arrays(counting.of_terms(asked)).tolist(), asked, strict=True))
    # SQLite knows how long a blob is without reading it.
    sizes = f"SELECT value, (SELECT sum(length(entries)) FROM {_ARRAYS}) FROM json_each(?)"
    return {of[term]: size // ENTRY.itemsize for term, size in db.execute(sizes, _in_json(list(of))) if size}


def idf(passages: int, occurs: float) -> float:
    """Return the inverse document frequency of what occurs in so many of the passages."""
    return math.log(1 + (passages - occurs + 0.5) / (occurs + 0.5))


def _terms(title: str, headings: Sequence[str], text: str) -> Numbers:
    """Return the numbers of a passage's terms, those of its title and headings once."""
    return counting.terms("\n".join((*dict.fromkeys((title, *headings)), text)))


def _first_arrays(terms: Numbers) -> Numbers:
    """Return for each term the number of its array in block 0."""
    return counting.mixed(terms) >> BLOCK_BITS << BLOCK_BITS


def _rows(arrays: Numbers, entries: Entries) -> Iterator[tuple[int, bytes]]:
    """Yield a row for each run of entries of one array."""
    first = np.concatenate((np.zeros(1, dtype=np.int64), np.flatnonzero(np.diff(arrays)) + 1))
    starts = (first * ENTRY.itemsize).tolist()
    data = entries.tobytes()
    runs = zip(starts, [*starts[1:], len(data)], strict=True)
    return zip(arrays[first].tolist(), (data[start:end] for start, end in runs), strict=True)


def _in_json(values: Sequence[int]) -> tuple[str]:
    return (json.dumps(values),)
