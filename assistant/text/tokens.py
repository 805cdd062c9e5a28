"""Lexical tokens for text that mixes Chinese and Latin script.

Chinese has no spaces, and a word list would miss the names that matter here, so a run of Chinese characters
is indexed by its single characters and its overlapping pairs. Latin words are stripped of accents and stemmed.
A compound such as "Gemma-3-27B" or "14.1" stands whole and in its parts.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import chain
from operator import add

from assistant.text.language import HAN
from assistant.text.normalize import index_form, simplify, strip_accents

# Raised whenever the same text would give other terms: an index made with another version is rebuilt.
VERSION = 2

# Kana and Hangul are written without spaces, or with endings glued on: they are indexed as Chinese is.
_RUN = f"{HAN}\u3040-\u30ff\uac00-\ud7af"
RUN_BLOCKS = tuple((ord(block[0]), ord(block[2])) for block in re.findall(r"(?s).-.", _RUN))
"""The first and last characters of what is indexed by its characters and their pairs."""
_LATIN = rf"[^\W_{_RUN}]+(?:[.\-_/+'][^\W_{_RUN}]+)*"
# Units that are written against their figure or apart from it: "8GB" and "8 GB" are one token.
_UNITS = "[kmgtp]?b|[kmgt]ib|[kmgt]bps|[gtp]ops|[gtp]flops|k|m|[mk]?wh?|mah|[kmg]?hz|v|[nmck]m|k?g|ms|fps|inch"
_FIGURE = rf"[0-9]+(?:\.[0-9]+)*[ -]?(?i:{_UNITS})(?![A-Za-z0-9])"
_TOKEN = re.compile(rf"[{_RUN}]+|{_FIGURE}|{_LATIN}")
_RUNS, _LATIN_RUNS = re.compile(f"[{_RUN}]+"), re.compile(_LATIN)
_WORDS = re.compile(rf"{_FIGURE}|{_LATIN}")
# The same for what is ASCII, and much faster.
_ASCII_WORDS = re.compile(rf"{_FIGURE}|[a-z0-9]+(?:[.\-_/+'][a-z0-9]+)*")
_ASCII_LATIN = re.compile(r"[A-Za-z0-9]+(?:[.\-_/+'][A-Za-z0-9]+)*")
_ASCII_NO_MARKS = bytes(c for c in range(128) if chr(c).isalnum() or chr(c).isspace())
_IS_RUN = re.compile(f"[{_RUN}]")
_MARK = re.compile(r"[^\w\s]|_")
_JOINT = re.compile(r"[.\-_/+]")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")
_FIGURE_AND_UNIT = re.compile(r"([0-9]+(?:\.[0-9]+)*)[ -]?([a-z]+)")
_NOT_LATIN = re.compile(r"[^a-z']")

# Function words of English that say nothing about what a question is after.
STOP_WORDS = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have he her his how i if in into is
    it its may me my no not of on or our she should so than that the their them then there these they this those
    to was we were what when where which while who whom whose why will with would you your
    """.split()
)
# Particles and question words of Chinese: a pair with one of them names no subject.
_PARTICLES = re.compile("[的了嗎吗呢吧啊是在和與与及或等之哪些什麼么為为何各將将對对他們们其這这那]")

# The same and the other characters of which questions are made, folded as the index has them.
_FILLERS = re.compile("[的了吗呢吧啊是在和与及或等之哪些什么为何各将对他们其这那个谁多少几被有于以而也就]")


def terms(text: str) -> list[str]:
    """Return the index terms of `text` in order, repeated as often as they occur."""
    # No term goes over the end of a line.
    return list(chain.from_iterable(map(_terms, text.split("\n"))))


# A passage is asked for its terms, for their number, and with its headings for its vector; headings and titles come
# again with the next passage.
@lru_cache(maxsize=1024)
def _terms(text: str) -> tuple[str, ...]:
    folded = index_form(text).replace("’", "'")
    if folded.isascii():
        return tuple(chain.from_iterable(map(_latin_terms, _ASCII_WORDS.findall(folded))))
    found: list[str] = []
    for token in _TOKEN.findall(folded):
        if token.isascii() or not _IS_RUN.match(token):
            found += _latin_terms(token)
        else:
            found += token
            found += map(add, token, token[1:])
    return tuple(found)


def words(folded: str) -> list[str]:
    """Return the index terms of a text that are not Chinese, in order. The text is folded as the index has it."""
    pattern = _ASCII_WORDS if folded.isascii() else _WORDS
    return [term for word in pattern.findall(folded.replace("’", "'")) for term in _latin_terms(word)]


def measures(text: str) -> list[str]:
    """Return the index terms of the figures with units in `text` ("8gb" for "8 GB"), in order."""
    folded = index_form(text)
    found = (_latin_terms(token)[:1] for token in _WORDS.findall(folded) if _FIGURE_AND_UNIT.fullmatch(token))
    return list(dict.fromkeys(chain.from_iterable(found)))


def is_han(term: str) -> bool:
    """Say whether a term is made of Chinese characters (or kana, or Hangul)."""
    return _IS_RUN.match(term) is not None


def is_filler(term: str) -> bool:
    """Say whether an index term has a character of which questions are made: it tells little of what is asked."""
    return _FILLERS.search(term) is not None


@lru_cache(maxsize=65536)
def _latin_terms(token: str) -> tuple[str, ...]:
    """Return a word's stem, or a compound whole and in its parts ("gemma-3-27b" also as gemma, 3, 27b, 27, b)."""
    plain = strip_accents(token)
    if plain in STOP_WORDS:
        return ()
    if figure := _FIGURE_AND_UNIT.fullmatch(plain):
        number, unit = figure.groups()
        return (_JOINT.sub("-", number) + unit, *_latin_terms(number), _stem()(unit))
    parts = [part for part in _JOINT.split(plain) if part]
    if len(parts) == 1:
        return (*_word_terms(plain),)
    whole = _JOINT.sub("-", plain)
    return (whole, *(term for part in parts for term in _word_terms(part)))


def _word_terms(word: str) -> list[str]:
    if not _NOT_LATIN.search(word):
        return [_stem()(word)]
    mixed = _LETTERS_OR_DIGITS.findall(word)
    return [word] if len(mixed) == 1 else [word, *mixed]


@cache
def _stem() -> Callable[[str], str]:
    """Return Snowball's English stemmer (Porter2, snowballstem.org)."""
    from snowballstemmer import stemmer

    stem: Callable[[str], str] = stemmer("english").stemWord
    return stem


def phrases(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the stretches of `text` that name something, each as it is written with its content terms.

    Those are words without function words, and pairs of Chinese characters; single characters occur everywhere,
    and a stretch of Chinese is cut at its particles, whose pairs ("的影", "是哪") name nothing.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).replace("’", "'")):
        token = match.group()
        if _IS_RUN.match(token):
            for stretch in _PARTICLES.split(token):
                run = simplify(stretch)
                found.append((stretch, tuple(run[i : i + 2] for i in range(len(run) - 1))))
        else:
            found.append((token, _latin_terms(token.lower())))
    return [(stretch, content) for stretch, content in found if content]


def count(text: str) -> int:
    """Return the size of `text` in tokens, near enough to what a model's tokenizer would say.

    A Chinese character counts 1; a Latin word 1 for each 5 letters begun, the usual yield of byte-pair vocabularies;
    a punctuation mark 1.
    """
    if text.isascii():
        marks = len(text.encode("ascii").translate(None, _ASCII_NO_MARKS))
        return marks + sum(map(_WORD_SIZES.__getitem__, map(len, _ASCII_LATIN.findall(text))))
    runs = sum(map(len, _RUNS.findall(text)))
    return runs + sum(map(_WORD_SIZES.__getitem__, map(len, _LATIN_RUNS.findall(text)))) + len(_MARK.findall(text))


class _Sizes(dict[int, int]):
    """The tokens of a word by its length, reckoned once for each."""

    def __missing__(self, length: int) -> int:
        self[length] = (length + 4) // 5
        return self[length]


_WORD_SIZES = _Sizes()
