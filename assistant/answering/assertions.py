"""What a stretch of text asserts, in the form that statements and passages are compared in.

A text is cut into segments, the smallest stretches that say one thing ("int8 約 27 GB"), because a figure belongs to
what stands beside it. Each segment carries its anchors: figures, names, terms of the glossary, words.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from assistant.answering import polarity
from assistant.corpus.glossary import Glossary
from assistant.corpus.terms import Terms
from assistant.records import Language
from assistant.text import figures, language, names, tokens
from assistant.text.figures import Figure, plain
from assistant.text.names import Name

# How much an anchor weighs: a figure or a name says far more about what is meant than a word does.
FIGURE, NAME, CONCEPT, WORD, PAIR = 3.0, 3.0, 1.5, 1.0, 0.5
_CUT = re.compile(
    r"[，,](?!\d{3})|[；;：。！？!?\n()（）—]|、|(?<=\s)-(?=\s)|\.(?=\s|$)|:(?=\s)"
    r"|\s(?:and|while|whereas|against|versus|vs\.?|but|compared with|than)\s|(?:对照|相较于?|而(?!且)|至于|以及|及|与|和|则|并(?!非|未))"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_EMPTY_PAIR = re.compile(r"[的了吗呢吧啊是在和与及或等之也就而其为以于由把被让使向对从到约达有个]")


@dataclass(frozen=True)
class Segment:
    """One thing a text says. `start` is its offset in the text it was cut from."""

    text: str
    start: int
    figures: tuple[Figure, ...]
    names: tuple[Name, ...]
    weights: Mapping[str, float]

    @cached_property
    def polarity(self) -> polarity.Polarity:
        return polarity.read(self.text)


@dataclass(frozen=True)
class Assertion:
    """A text with what it asserts."""

    text: str
    language: Language
    segments: tuple[Segment, ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(f for segment in self.segments for f in segment.figures)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple(n for segment in self.segments for n in segment.names)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of all names, and all Latin words, which may be names written small."""
        words = (part for word in re.findall(r"[a-z][a-z0-9.+-]*", plain(self.text)) for part in names.parts(word))
        return frozenset((*words, *(part for name in self.names for part in name.parts)))

    @cached_property
    def weights(self) -> dict[str, float]:
        merged: dict[str, float] = {}
        for segment in self.segments:
            merged.update(segment.weights)
        return merged

    @cached_property
    def polarity(self) -> polarity.Polarity:
        return polarity.read(self.text)


class Reader:
    """Reads what texts assert, with the glossary's names and terms. Reads each text once."""

    _MOST_KEPT = 20000

    def __init__(self, glossary: Glossary) -> None:
        ids: dict[str, str] = {}
        known: dict[str, str] = {}
        for entry in glossary.entries:
            for name in (*entry.zh, *entry.en):
                ids.setdefault(name, entry.id)
                if entry.en and _is_name(entry.en[0]):
                    known.setdefault(plain(name), entry.en[0])
        self._concepts = ids
        self._terms = Terms(ids)
        self._known = known
        self._read: dict[str, Assertion] = {}

    def read(self, text: str) -> Assertion:
        """Return what `text` asserts."""
        if text not in self._read:
            if len(self._read) >= self._MOST_KEPT:
                self._read.clear()
            self._read[text] = Assertion(text, language.detect(text), tuple(self._segments(text)))
        return self._read[text]

    def _segments(self, text: str) -> Iterable[Segment]:
        found_figures, found_names = figures.find(text), names.find(text, self._known)
        concepts = [(self._concepts[place.term], place.start, place.end) for place in self._terms.find(text)]
        whole = [(f.start, f.end) for f in found_figures] + [(n.start, n.end) for n in found_names]
        for start, end in _cuts(text, whole):
            piece = text[start:end]
            inside = [f for f in found_figures if start <= f.start < end]
            named = [n for n in found_names if start <= n.start < end]
            spoken = [concept for concept, at, _ in concepts if start <= at < end]
            yield Segment(piece, start, tuple(inside), tuple(named), _weigh(piece, inside, named, spoken))


def weigh_words(text: str) -> dict[str, float]:
    """Return the words and character pairs of `text` in order, with their weights."""
    weights: dict[str, float] = {}
    for term in tokens.terms(text):
        if _HAN.match(term):
            if len(term) == 2 and not _EMPTY_PAIR.search(term):
                weights[term] = PAIR
        elif not term[0].isdigit() and len(term) > 1:
            weights[term] = WORD
    return weights


def _weigh(text: str, found: list[Figure], named: list[Name], concepts: list[str]) -> dict[str, float]:
    """Return the anchors of a segment with their weights. A key's first letter says of what kind it is."""
    weights = weigh_words(text)
    weights.update({f"={concept}": CONCEPT for concept in concepts})
    weights.update({f"@{part}": NAME for name in named for part in name.parts})
    weights.update({f"#{'/'.join(figure.key)}": FIGURE for figure in found})
    return weights


def _cuts(text: str, whole: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans of the segments; a figure or a name is never cut."""
    spans, start = [], 0
    for cut in _CUT.finditer(plain(text)):
        if any(begin < cut.end() and cut.start() < end for begin, end in whole):
            continue
        spans.append((start, cut.start()))
        start = cut.end()
    spans.append((start, len(text)))
    return [(s, e) for s, e in spans if text[s:e].strip()]


def _is_name(term: str) -> bool:
    """Say whether a glossary term names one thing (NVIDIA, Jetson Orin) rather than a kind of thing (edge server)."""
    found = names.find(f"the {term}")
    covered = sum(name.end - name.start for name in found)
    return bool(found) and covered >= len(term.replace(" ", "")) - 1
