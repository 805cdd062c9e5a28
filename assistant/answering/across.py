"""Two texts in different languages, brought to words they can share.

Figures, names and glossary terms are the same in both languages; other words are not. A dictionary says which Chinese
word can mean which word of the English text, and where it does, both have an anchor there. What the dictionary doesn't
know stays unmatched: it may be said in other words, so nothing follows from it.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from assistant.answering.assertions import WORD, Assertion, Mark, Segment
from assistant.index.dictionary import Dictionary
from assistant.text import names, tokens
from assistant.text.figures import plain

# A translation of several words says less of each of them: one of four counts half in the dictionary.
LEAST_GLOSS = 0.5
# The Chinese terms that an English word has in the dictionary; Walmart has 5, "compare" 29.
LEAST_ORDINARY = 12


class Across:
    """Gives the texts of two languages the anchors they share. Without a dictionary it changes nothing."""

    def __init__(self, dictionary: Dictionary | None) -> None:
        self._dictionary = dictionary
        self._words = lru_cache(maxsize=2048)(self._find)

    def meet(self, one: Assertion, other: Assertion) -> tuple[Assertion, Assertion]:
        """Return both, the Chinese one with the English words that its own can mean and the other has."""
        if self._dictionary is None or one.language == other.language:
            return one, other
        if one.language == "en":
            return one, self._put(other, one)
        return self._put(one, other), other

    def ordinary(self, word: str) -> bool:
        """Say whether an English word (in lower case) is one of the language, which the dictionary has many words for.

        The name of a firm or a place has one or two.
        """
        if self._dictionary is None or names.is_place(word) or word in names.WORDS_TOO:
            return False
        return any(len(self._dictionary.gloss(stem)) >= LEAST_ORDINARY for stem in tokens.terms(word)[:1])

    def _put(self, chinese: Assertion, english: Assertion) -> Assertion:
        meant = self._words(chinese.text)
        wanted = {key for key in english.weights if key[0] not in "#@=~"}
        wanted |= {stem for part in english.parts for stem in tokens.terms(part)[:1]}
        found = [
            (start, Mark(stem, start, WORD))
            for start, gloss in meant
            for stem in sorted(gloss.keys() & wanted)
            if gloss[stem] >= LEAST_GLOSS
        ]
        return replace(chinese, segments=tuple(_with(segment, found) for segment in chinese.segments))

    def _find(self, text: str) -> tuple[tuple[int, Mapping[str, float]], ...]:
        """Return the Chinese words of `text` that the dictionary knows: where each begins and what it can mean."""
        assert self._dictionary is not None
        folded, found, position = plain(text), [], 0
        for word in self._dictionary.words(text):
            at = folded.find(word, position)
            if at < 0:
                continue
            position = at + len(word)
            if len(word) > 1:
                gloss: dict[str, float] = {}
                for each in self._dictionary.glosses(word):
                    gloss |= each
                found.append((at, gloss))
        return tuple(found)


def _with(segment: Segment, found: list[tuple[int, Mark]]) -> Segment:
    end = segment.start + len(segment.text)
    taken = {mark.start for mark in segment.marks if mark.key[0] in "#@="}
    own = [mark for start, mark in found if segment.start <= start < end and start not in taken]
    kept = [mark for mark in segment.marks if mark.key[0] in "#@="]
    return replace(segment, marks=tuple(sorted((*kept, *own), key=lambda mark: mark.start)))
