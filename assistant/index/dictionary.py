"""A Chinese-English dictionary as a bridge: what a word of one language can be called in the other.

The entries (`entries.py`) are taken apart once, into arrays that are kept in a file of the workspace. A unit, which is
what is looked up as one, stands in them as a number made of its characters or its stems, so that all units of a text
are found at once.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.index import entries
from assistant.index.entries import MOST_STEMS, Gloss
from assistant.text import counting, sounds, tokens
from assistant.text.counting import Numbers, Stream
from assistant.text.normalize import index_form

# Raised whenever the same dictionary would be taken apart in another way.
VERSION = 4
FILE = f"dictionary-{VERSION}-{tokens.VERSION}.npz"

# The longest Chinese word that is looked up.
_LONGEST = 8
# English words that begin with the same letters are taken for one: a dictionary says "colony", a question "colonial".
SAME_BEGINNING = 6
# A unit's number is the polynomial of 1 and its characters or stems in this, modulo 2^64.
_FACTOR = counting.MIX
# The units stand by so many bits of their numbers, mixed: to halve an array of them again and again takes longer.
_BITS = 20

Arrays = Mapping[str, NDArray[Any]]


class Dictionary:
    """The open dictionary. Safe to use from several threads. Terms are those of `assistant.text.tokens`."""

    def __init__(self, folder: Path | None) -> None:
        """Open the dictionary of the workspace, taking it apart where that was not done yet (some seconds).

        It is held in memory where `folder` is None or can't be written. Raises NotReadyError where the library
        with the entries is missing.
        """
        arrays = _open(folder)
        self._units, self._ends = arrays["units"], arrays["ends"]
        self._terms, self._weights, self._keys = arrays["terms"], arrays["weights"], arrays["keys"]
        self._written, self._heard = arrays["written"], arrays["sounds"]
        of_units = _bucket(self._units)
        self._first = np.full(1 << _BITS, -1, dtype=np.int32)
        self._first[of_units[::-1]] = np.arange(len(of_units), dtype=np.int32)[::-1]
        self._entry = lru_cache(maxsize=1 << 13)(self._read)

    def glosses(self, text: str) -> Iterator[Gloss]:
        """Yield, for each word of `text` in either language, its terms in the other with a weight of 0 to 1.

        A term that is not Chinese stands for itself too: names and figures are the same in both languages.
        """
        folded = index_form(text)
        _, _, chinese = self._chinese(counting.codes_of(folded))
        yield from map(self._entry, chinese.tolist())
        stems = tokens.words(folded)
        for place, size, unit in zip(*(a.tolist() for a in self._phrases(counting.of_words(stems))), strict=True):
            yield from ({stem: 1.0} for stem in stems[place : place + size])
            yield self._entry(unit)

    def gloss(self, unit: str) -> Gloss:
        """Return the terms of a unit in the other language, each with a weight of 0 to 1; none without an entry."""
        found = self._look_up(_numbers([unit]))[1].tolist()
        return self._entry(found[0] if found else -1)

    def _read(self, place: int) -> Gloss:
        """Return the gloss of the unit at a place, none at -1."""
        own = slice(self._ends[place - 1] if place > 0 else 0, self._ends[place] if place >= 0 else 0)
        terms = map(self._vocabulary.__getitem__, self._terms[own].tolist())
        return dict(zip(terms, self._weights[own].tolist(), strict=True))

    def words(self, text: str) -> list[str]:
        """Return the Chinese words of `text` that have an entry, the longest at each place, in order."""
        folded = index_form(text)
        places, sizes, _ = self._chinese(counting.codes_of(folded))
        return [folded[a : a + size] for a, size in zip(places.tolist(), sizes.tolist(), strict=True)]

    def put_over(self, lines: Sequence[str]) -> Stream:
        """Return what lines say in the other language: the keys of the terms, each with its weight.

        A stem stands for itself too. A key may come more than once in a line: its weights are to be summed.
        """
        folded = index_form("\n".join(line.replace("\n", " ") for line in lines))
        codes = counting.codes_of(folded)
        places, _, chinese = self._chinese(codes)
        line = np.cumsum(codes == ord("\n"), dtype=np.int32)[places]
        stems, of_stem = counting.words(folded)
        # No phrase goes over the end of a line: nothing has the number 0, which stands between two.
        spaced = np.zeros(len(stems) + len(lines), dtype=np.int64)
        spaced[np.arange(len(stems)) + of_stem] = counting.of_words(stems)
        places, _, english = self._phrases(spaced)
        places, english = places[english >= 0], english[english >= 0]
        ends = np.flatnonzero(spaced == 0)
        units, at = np.concatenate((chinese, english)), np.concatenate((line, np.searchsorted(ends, places)))
        first = np.where(units, self._ends[units - 1], 0)
        sizes = self._ends[units] - first
        own = np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        return Stream(
            np.concatenate((self._keys[self._terms[own]], keys(stems))),
            np.concatenate((np.repeat(at, sizes), of_stem)),
            len(lines),
            np.concatenate((self._weights[own].astype(np.float64), np.ones(len(stems)))),
        )

    def stretches(self, text: str) -> list[tuple[str, str]]:
        """Return the stretches of Chinese that can be foreign names written by their sound, each with its sound."""
        runs = dict.fromkeys(self._spoken.findall(index_form(text)))
        heard = ((run, "".join(map(self._sounds.__getitem__, run))) for run in runs)
        return [(run, sound) for run, sound in heard if len(sound) >= sounds.LEAST]

    def _chinese(self, codes: NDArray[np.uint32]) -> tuple[Numbers, Numbers, Numbers]:
        """Return where the Chinese words begin that have an entry, their sizes and their places among the units."""
        sizes, units = self._longest(codes.astype(np.int64), _LONGEST)
        ends = np.arange(len(codes)) + sizes
        # What ends within a word before adds nothing, nor does a single character that it covers.
        covered = np.concatenate((np.zeros(1, dtype=np.int64), np.maximum.accumulate(ends)))[:-1]
        found = np.flatnonzero((sizes > 0) & (ends > covered))
        return found, sizes[found], units[found]

    def _phrases(self, stems: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return where the units of stems begin, phrases where they have an entry, their sizes and places.

        A place of -1 has no entry. A 0 among the stems is none and stands for itself.
        """
        sizes, units = self._longest(stems, MOST_STEMS)
        free = 0
        sizes = np.maximum(sizes, 1)
        taken = np.ones(len(stems), dtype=np.bool_)
        for place in np.flatnonzero(sizes > 1).tolist():
            if place >= free:
                free = place + int(sizes[place])
                taken[place + 1 : free] = False
        found = np.flatnonzero(taken)
        return found, sizes[found], units[found]

    def _longest(self, values: Numbers, most: int) -> tuple[Numbers, Numbers]:
        """Return the size of the longest unit that begins at each place, 0 where none does, and its place or -1."""
        count = len(values)
        numbers = np.zeros((most, count), dtype=np.int64)
        numbers[0] = values + np.int64(_FACTOR)
        for size in range(1, min(most, count)):
            numbers[size, : count - size] = numbers[size - 1, : count - size] * np.int64(_FACTOR) + values[size:]
        near, unit = self._look_up(numbers.ravel())
        sizes, units = np.zeros(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
        # The longer come later, and the last one stays.
        sizes[near % count], units[near % count] = near // count + 1, unit
        return sizes, units

    def _look_up(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the places of those numbers that are a unit's, in order, and which unit's."""
        units = self._first[_bucket(numbers)]
        found = np.flatnonzero(units >= 0)
        units, wanted = units[found].astype(np.int64), numbers[found]
        # Of a bucket the first is meant most often; who isn't met is compared with the next, to the bucket's end.
        open_ = np.flatnonzero(self._units[units] != wanted)
        while len(open_):
            units[open_] = (units[open_] + 1) % len(self._units)
            open_ = open_[self._units[units[open_]] != wanted[open_]]
            open_ = open_[_bucket(self._units[units[open_]]) == _bucket(wanted[open_])]
        met = self._units[units] == wanted
        return found[met], units[met]

    @cached_property
    def _vocabulary(self) -> list[str]:
        return _texts(self._written)

    @cached_property
    def _sounds(self) -> dict[str, str]:
        return {line[0]: line[1:] for line in _texts(self._heard)}

    @cached_property
    def _spoken(self) -> re.Pattern[str]:
        return re.compile(f"[{''.join(sorted(self._sounds))}]{{2,}}")


def keys(terms: Sequence[str]) -> Numbers:
    """Return the numbers under which terms meet: those of English words that begin alike are the same."""
    return counting.of_words(_key(term) for term in terms)


def _key(term: str) -> str:
    return term[:SAME_BEGINNING] if term.isascii() and term.isalpha() else term


def _open(folder: Path | None) -> Arrays:
    if folder is not None and (folder / FILE).exists():
        # One that was damaged is made anew.
        with suppress(OSError, ValueError, KeyError, zipfile.BadZipFile), np.load(folder / FILE) as kept:
            return dict(kept.items())
    arrays = _taken_apart()
    if folder is not None:
        _keep(arrays, folder)
    return arrays


def _taken_apart() -> Arrays:
    glosses = entries.glosses()
    units = _numbers(list(glosses))
    order = np.argsort(_bucket(units))
    said = [glosses[unit] for unit in np.array(list(glosses), dtype=object)[order]]
    vocabulary = {term: place for place, term in enumerate(dict.fromkeys(term for gloss in said for term in gloss))}
    return {
        "units": units[order],
        "ends": np.cumsum([len(gloss) for gloss in said]),
        "terms": np.array([vocabulary[term] for gloss in said for term in gloss], dtype=np.int32),
        "weights": np.array([weight for gloss in said for weight in gloss.values()], dtype=np.float32),
        "keys": keys(list(vocabulary)),
        "written": _bytes(vocabulary),
        "sounds": _bytes(map("".join, entries.spoken().items())),
    }


def _keep(arrays: Arrays, folder: Path) -> None:
    """Write the dictionary into `folder`, whole or not at all; a folder that can't be written is no error."""
    passing = folder / f"{FILE}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with passing.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        passing.replace(folder / FILE)
        for older in folder.glob("dictionary-*"):
            if older.name != FILE:
                older.unlink()
    except OSError:
        # What came of it would only take room on a disk that has none.
        with suppress(OSError):
            passing.unlink()


def _numbers(units: Sequence[str]) -> Numbers:
    """Return the numbers of units: of the characters of Chinese words, of the stems of all others."""
    found = []
    for unit in units:
        number = 1
        for value in map(ord, unit) if tokens.is_han(unit) else counting.of_words(unit.split()).tolist():
            number = (number * _FACTOR + value) % (1 << 64)
        found.append(number)
    return np.array(found, dtype=np.uint64).view(np.int64)


def _bucket(numbers: Numbers) -> Numbers:
    return (numbers * np.int64(_FACTOR)) >> (64 - _BITS) & ((1 << _BITS) - 1)


def _bytes(lines: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode("utf-8"), dtype=np.uint8)


def _texts(lines: NDArray[np.uint8]) -> list[str]:
    return lines.tobytes().decode("utf-8").split("\n")
