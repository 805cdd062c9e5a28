"""Names by their sound: 傑克遜維爾 and Jacksonville share no letter, but their consonants.

A sound is a string of classes: P (b, p), T (d, t), K (g, k), J, S (all hissing), F, L (l, r), M, N, H, W. Chinese
writes foreign names syllable by syllable, and adds or drops vowels as it needs them; so both sides leave them out.
Which classes stand for each other, and what their exchange costs, was set by hand from names of CC-CEDICT.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.text import tokens
from assistant.text.normalize import strip_accents

# From here on two sounds are taken for the same name.
ALIKE = 0.75
# A sound of one consonant is in every name.
LEAST = 2

_NAME = re.compile(r"[A-Z][A-Za-z\u00c0-\u024f'-]{2,}")
_SPELLINGS = [
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("sch|tch|sh|ch|dg(?=[ei])", "S"),
        ("ph", "F"),
        ("th", "T"),
        ("^kn|gn$", "N"),
        ("^wr", "L"),
        ("ck|qu?", "K"),
        ("x", "KS"),
        ("c(?=[eiy])", "S"),
        ("ng", "N"),
        ("igh", ""),
        ("gh", "K"),
    )
]
_LETTERS = dict(zip("bpdtgkcfvszjlrmnhw", "PPTTKKKFFSSJLLMNHW", strict=True))
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?([a-z:]*)\d?")
_INITIALS = {"zh": "S", "ch": "S", "sh": "S"} | dict(zip("bpdtgkfhjqxzcsrlmnw", "PPTTKKFHJSSSSSLLMNW", strict=True))

_EXCHANGE: Mapping[str, float] = {
    "JS": 0.2, "JK": 0.2, "KS": 0.5, "ST": 0.5, "MN": 0.3, "FW": 0.1, "HW": 0.2, "FP": 0.6, "FH": 0.6, "HS": 0.4,
    "HK": 0.4, "LN": 0.7, "JT": 0.6,
}  # fmt: skip
_LEFT_OUT: Mapping[str, float] = {"H": 0.3, "W": 0.3, "L": 0.6, "N": 0.6, "M": 0.8, "F": 0.9}


@lru_cache(maxsize=1 << 15)
def latin(word: str) -> str:
    """Return the sound of a word in Latin script. An H counts only where the word begins."""
    spelled = strip_accents(word.lower())
    for pattern, sound in _SPELLINGS:
        spelled = pattern.sub(sound, spelled)
    found, before = "", ""
    for letter in spelled:
        sound = _LETTERS.get(letter, letter if letter.isupper() else "")
        if sound and sound != before:
            found += sound
        before = sound
    return found[:1] + found[1:].replace("H", "")


def syllable(pinyin: str) -> str:
    """Return the sound of a Chinese syllable, written in pinyin with or without its tone."""
    written = pinyin.lower()
    if written.startswith("er"):
        return "L"
    match = _SYLLABLE.fullmatch(written)
    if match is None:
        return ""
    return _INITIALS.get(match[1] or "", "") + ("N" if match[2].endswith(("n", "ng")) else "")


def names(text: str) -> list[tuple[str, str]]:
    """Return the capitalised words of a text that can be names, each with its sound."""
    words = dict.fromkeys(word.removesuffix("'s") for word in _NAME.findall(text))
    heard = ((word, latin(word)) for word in words if word.lower() not in tokens.STOP_WORDS)
    return [(word, sound) for word, sound in heard if len(sound) >= LEAST]


@lru_cache(maxsize=1 << 17)
def within(name: str, stretch: str) -> float:
    """Return how well the sound of a name can be heard anywhere in a longer one, 0 to 1; below `ALIKE` as 0."""
    # What has less than half of its consonants there can't be alike.
    if len(name) > len(stretch) + 1 or 2 * len(set(name) & set(stretch)) < len(set(name)):
        return 0.0
    likeness = 1 - _distance(name, stretch) / len(name)
    return likeness if likeness >= ALIKE else 0.0


def alike(one: str, other: str) -> float:
    """Return how much two whole sounds are alike, 0 to 1."""
    longer = max(len(one), len(other))
    return 1 - _distance(one, other, whole=True) / longer if longer else 0.0


def _distance(name: str, stretch: str, *, whole: bool = False) -> float:
    """Return what it costs to make one sound of the other (Levenshtein's distance, weighted).

    Unless `whole`, what stands before and after it in `stretch` costs nothing.
    """
    above = [0.0]
    for sound in stretch:
        above.append(above[-1] + _LEFT_OUT.get(sound, 1.0) if whole else 0.0)
    for sound in name:
        dropped = _LEFT_OUT.get(sound, 1.0)
        row = [above[0] + dropped]
        for place, other in enumerate(stretch):
            changed = above[place] + (0.0 if sound == other else _exchanged(sound, other))
            row.append(min(changed, above[place + 1] + dropped, row[place] + _LEFT_OUT.get(other, 1.0)))
        above = row
    return above[-1] if whole else min(above)


def _exchanged(one: str, other: str) -> float:
    return _EXCHANGE.get(one + other if one < other else other + one, 1.0)
