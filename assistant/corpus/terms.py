"""Finds the terms of a list in a text, as a reader would: whatever the case, the script or the spacing."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.text.language import HAN
from assistant.text.normalize import fold, simplify

_GAP = r"[\s\-_\u2010-\u2015]"
_LETTER = r"[0-9a-z\u00df-\u024f]"
_CHUNK = re.compile(rf"[{HAN}]+|(?:(?!{_GAP})[^{HAN}])+")
_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Found:
    """A term found in a text: `text[start:end]` is how it stands there."""

    term: str
    start: int
    end: int


class Terms:
    """A list of terms, ready to be looked for.

    Case, width and Traditional or Simplified script make no difference; nor does a space or a hyphen between words,
    or a space between Chinese and Latin script. A Latin term is a whole word, in singular or plural.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        candidates = defaultdict(list)
        for term in dict.fromkeys(terms):
            flat = _flat(term).strip()
            if chunks := _CHUNK.findall(flat):
                candidates[chunks[0][:2]].append((len(flat), term, _pattern(chunks, flat)))
        # The longest term that begins at a place is the one that is meant there.
        self._candidates = {
            key: [(term, pattern) for _, term, pattern in sorted(found, key=lambda c: -c[0])]
            for key, found in candidates.items()
        }

    def find(self, text: str) -> list[Found]:
        """Return the terms in `text` in order, without overlap, as often as they occur."""
        if not self._candidates:
            return []
        flat = _flat(text)
        found: list[Found] = []
        end = 0
        for start in range(len(flat)):
            if start < end:
                continue
            both = (self._candidates.get(flat[start : start + 2], ()), self._candidates.get(flat[start], ()))
            for term, pattern in (c for candidates in both for c in candidates):
                if match := _compiled(pattern).match(flat, start):
                    end = match.end()
                    found.append(Found(term, start, end))
                    break
        return found


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a term's expression when a text first begins like it: most of a glossary's never are in a run."""
    return re.compile(pattern)


def _pattern(chunks: list[str], flat: str) -> str:
    """Return the expression that matches a term, given as its chunks of one script without gaps."""
    pattern = re.escape(chunks[0])
    place = len(chunks[0])
    for before, chunk in pairwise(chunks):
        at = flat.index(chunk, place)
        # Between Chinese and Latin script a space is a matter of taste.
        optional = bool(_HAN.match(before)) != bool(_HAN.match(chunk)) or at == place
        pattern += f"{_GAP}{{{0 if optional else 1},3}}" + re.escape(chunk)
        place = at + len(chunk)
    if re.match(_LETTER, flat[0]):
        pattern = f"(?<!{_LETTER}){pattern}"
    if re.match(_LETTER, flat[-1]):
        # "Gemma 3" is neither in "Gemma 3n" nor in "Gemma 3.1".
        pattern += rf"(?!{_LETTER}|\.\d)" if flat[-1].isdigit() else f"(?:e?s)?(?!{_LETTER})"
    return pattern


def _flat(text: str) -> str:
    """Return `text` folded and simplified character by character, so that offsets stay."""
    return text.lower() if text.isascii() else simplify("".join(map(_flat_character, text)))


@lru_cache(maxsize=65536)
def _flat_character(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character
