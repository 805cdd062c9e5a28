"""How often the terms of a question occur in the lines of many texts, all counted at once.

A text's terms are kept as numbers, one for each time a term occurs. Chinese characters and their pairs are numbers
already; taking a text apart to strings and counting those would cost ten times as much.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.text import tokens
from assistant.text.normalize import index_form

Numbers = NDArray[np.int64]
Counts = NDArray[np.float64]

# A character of Unicode has 21 bits, so a pair is less than this, which marks a word's hash.
_CHARACTER, _WORD = 21, 1 << 62
_UNICODE = 0x110000
_ANY_CHINESE = ord("一")
# Which of the numbers can be wanted is looked up by so many bits of them, mixed (Knuth's multiplicative hashing).
_BITS = 16
MIX = 0x9E3779B97F4A7C15 - (1 << 64)


@dataclass(frozen=True, slots=True)
class Stream:
    """What occurs in a text as numbers, each with the line it stands in and how much it counts there, 1 where None.

    `lines` is how many lines there are.
    """

    terms: Numbers
    at: NDArray[np.int32]
    lines: int
    weights: Counts | None = None

    @property
    def sizes(self) -> Counts:
        """How much occurs in each line."""
        return np.bincount(self.at, minlength=self.lines).astype(np.float64)

    def split(self, lines: Sequence[int]) -> "list[Stream]":
        """Return the streams of several texts, which have so many lines each of this one's."""
        order = np.argsort(self.at, kind="stable")
        at, terms = self.at[order], self.terms[order]
        weights = None if self.weights is None else self.weights[order]
        ends = np.cumsum(lines)
        places = [0, *np.searchsorted(at, ends).tolist()]
        # Copies, for a view would keep all of them.
        return [
            Stream(
                terms[a:b].copy(),
                at[a:b] - np.int32(end - own),
                own,
                weights if weights is None else weights[a:b].copy(),
            )
            for a, b, end, own in zip(places, places[1:], ends.tolist(), lines, strict=False)
        ]


def read(folded: str) -> Stream:
    """Return the terms of a text that is folded as the index has it, by line."""
    latin, at = words(folded)
    found = of_words(latin)
    if not folded.isascii():
        codes = codes_of(folded)
        line = np.cumsum(codes == ord("\n"), dtype=np.int32)
        han = _han()[codes]
        pair = np.flatnonzero(han[:-1] & han[1:])
        single = np.flatnonzero(han)
        wide = codes.astype(np.int64)
        found = np.concatenate((wide[single], wide[pair] << _CHARACTER | wide[pair + 1], found))
        at = np.concatenate((line[single], line[pair], at))
    return Stream(found, at, folded.count("\n") + 1)


def words(folded: str) -> tuple[list[str], NDArray[np.int32]]:
    """Return the terms of a folded text that are not Chinese, and the line of each."""
    if not folded.isascii():
        # Any character will do for a run of Chinese: so most of the text need not be searched, and lines are alike.
        codes = codes_of(folded)
        han = _han()[codes]
        kept = np.concatenate((np.ones(1, dtype=np.bool_), ~(han[1:] & han[:-1])))
        folded = np.where(han, np.uint32(_ANY_CHINESE), codes)[kept].tobytes().decode("utf-32-le", "surrogatepass")
    lines = list(map(_words, folded.split("\n")))
    at = np.repeat(np.arange(len(lines), dtype=np.int32), list(map(len, lines)))
    return [word for line in lines for word in line], at


@lru_cache(maxsize=4096)
def _words(line: str) -> tuple[str, ...]:
    return tuple(tokens.words(line))


def codes_of(text: str) -> NDArray[np.uint32]:
    """Return the numbers that Unicode gives the characters of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def terms(text: str) -> Numbers:
    """Return the numbers of all index terms of a text, repeated as often as they occur, in no certain order."""
    # No term goes over the end of a line.
    return np.concatenate([_terms(line) for line in text.split("\n")])


# Of a passage embedder and lexical index both want the terms; headings come again with the next one.
@lru_cache(maxsize=1024)
def _terms(line: str) -> Numbers:
    return read(index_form(line)).terms


def of_words(words: Iterable[str]) -> Numbers:
    """Return the numbers of words, or of whatever is told apart as a whole."""
    return np.array(list(map(_hash, words)), dtype=np.int64)


def of_terms(terms: Iterable[str]) -> Numbers:
    """Return the numbers of index terms."""
    return np.array([_number(term) for term in terms], dtype=np.int64)


def mixed(numbers: Numbers) -> Numbers:
    """Return for each number one of 63 bits that looks as if drawn at random (the finaliser of SplitMix64, Vigna)."""
    x = numbers.astype(np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ x >> np.uint64(shift)) * np.uint64(factor)
    drawn: Numbers = ((x ^ x >> np.uint64(31)) >> np.uint64(1)).astype(np.int64)
    return drawn


def count(wanted: Numbers, streams: Sequence[Stream]) -> Counts:
    """Return how often each of the wanted numbers, all different, occurs: a row for each line of all the texts."""
    rows, columns = sum(stream.lines for stream in streams), len(wanted)
    if not rows or not columns:
        return np.zeros((rows, columns))
    terms = np.concatenate([stream.terms for stream in streams])
    possible = np.zeros(1 << _BITS, dtype=np.bool_)
    possible[_bucket(wanted)] = True
    near = np.flatnonzero(possible[_bucket(terms)])
    order = np.argsort(wanted)
    column = order[np.minimum(np.searchsorted(wanted, terms[near], sorter=order), columns - 1)]
    right = wanted[column] == terms[near]
    near, column = near[right], column[right]
    first = np.cumsum([0, *(stream.lines for stream in streams[:-1])])
    row = np.concatenate([stream.at for stream in streams])[near]
    row = row + np.repeat(first, np.diff(np.searchsorted(near, _ends(streams)), prepend=0))
    weights = _weights(streams)
    cells = np.bincount(row * columns + column, None if weights is None else weights[near], minlength=rows * columns)
    return cells.reshape(rows, columns).astype(np.float64, copy=False)


def _ends(streams: Sequence[Stream]) -> Numbers:
    return np.cumsum([len(stream.terms) for stream in streams])


def _weights(streams: Sequence[Stream]) -> Counts | None:
    given = [stream.weights for stream in streams if stream.weights is not None]
    return np.concatenate(given) if given else None


@lru_cache(maxsize=1 << 17)
def _hash(word: str) -> int:
    # Python's own hash is another in each process, and an index is kept.
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 2 | _WORD


def _number(term: str) -> int:
    if not tokens.is_han(term):
        return _hash(term)
    first, *second = map(ord, term)
    return first << _CHARACTER | second[0] if second else first


def _bucket(numbers: Numbers) -> Numbers:
    return (numbers * np.int64(MIX)) >> (64 - _BITS) & ((1 << _BITS) - 1)


@cache
def _han() -> NDArray[np.bool_]:
    """Return for each character whether it is indexed by itself and in pairs."""
    table = np.zeros(_UNICODE, dtype=np.bool_)
    for first, last in tokens.RUN_BLOCKS:
        table[first : last + 1] = True
    return table
