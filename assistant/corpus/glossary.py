"""The glossary: what the field's things are called in Chinese and in English."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant import tables
from assistant.corpus.terms import Found, Terms
from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing and its names in each language, the preferred one first."""

    id: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True)
class Glossary:
    """All entries, in the order of the file."""

    entries: tuple[Entry, ...] = ()

    def find(self, text: str) -> list[Found]:
        """Return where terms of the glossary stand in `text`, in order; where they overlap, the longest."""
        return self._terms.find(text)

    def equivalents(self, text: str, language: Language | None = None) -> dict[str, tuple[str, ...]]:
        """Return the other names of each glossary term in `text`, keyed by the term as it stands there.

        Where terms overlap the longest counts. With `language`, the language of the text, names in the other
        language come first.
        """
        found: dict[str, tuple[str, ...]] = {}
        for place in self._terms.find(text):
            others = [name for entry in self._by_name[place.term] for name in _names(entry, language)]
            found[text[place.start : place.end]] = tuple(n for n in dict.fromkeys(others) if n != place.term)
        return found

    def expand(self, text: str, language: Language | None = None) -> list[str]:
        """Return the names that `text` could have used as well: equivalents in the other language and synonyms.

        `language` is that of the text; equivalents in the other one come first. Names that stand in the text
        are not among them.
        """
        said = {place.term for place in self._terms.find(text)}
        names = [name for others in self.equivalents(text, language).values() for name in others]
        return [name for name in dict.fromkeys(names) if name not in said]

    @cached_property
    def _by_name(self) -> dict[str, list[Entry]]:
        entries = defaultdict(list)
        for entry in self.entries:
            for name in dict.fromkeys((*entry.zh, *entry.en)):
                entries[name].append(entry)
        return dict(entries)

    @cached_property
    def _terms(self) -> Terms:
        return Terms(self._by_name)


def _names(entry: Entry, language: Language | None) -> tuple[str, ...]:
    return (*entry.zh, *entry.en) if language == "en" else (*entry.en, *entry.zh)


def load(path: Path) -> Glossary:
    """Return the glossary in `path`, an empty one where there is no file.

    Raises RefusedError, naming the file and the entry, for a file that can't be read.
    """
    where = str(path)
    found = tables.entries(tables.read_if_there(path), "term", where)
    return Glossary(
        tuple(
            Entry(tables.text(e, "id", where, default=""), tables.texts(e, "zh", where), tables.texts(e, "en", where))
            for e in found
        )
    )
