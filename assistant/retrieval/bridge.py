"""From one language to the other by a dictionary, where question and passage share no words.

The question is put into the passage's language, and the passage into the question's; each way finds what the other
misses, and the sum of both finds more than either (docs/LOG.md). Of a passage only the
terms that the question wants are counted (Darwish & Oard 2003, "Probabilistic Structured Query Methods"). Names that
no dictionary has are recognised by their sound.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.index.dictionary import Dictionary
from assistant.retrieval import scoring
from assistant.retrieval.scoring import Analysed, Bag, Statistics
from assistant.text import sentences, sounds, tokens

# So many of the passages that the translated question finds are put into its language: most of the time goes there.
DEPTH = 30
# What the best sentence adds to the passage across languages.
SENTENCE_WEIGHT = 0.5
# A name that is heard weighs as much as a term.
HEARD_WEIGHT = 1.0
# English words that begin with the same letters are taken for one: a dictionary says "colony", a question "colonial".
_SAME_BEGINNING = 6
# Marks a name that is heard among the terms that are read.
_HEARD = "♪"

Names = Sequence[tuple[str, str]]
"""Names as they are written, each with its sound."""
Units = Sequence[tuple[str, int]]
"""What of a text is looked up, each with how often it occurs."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a passage: what of it is looked up, and the names that can be heard in it."""

    units: Units
    names: Names


class Bridge:
    """Puts questions and passages into the other language."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        # Some 5 kB a passage; the same ones come up again and again.
        self._sentences = lru_cache(maxsize=4096)(self._take_apart)
        self._units = lru_cache(maxsize=4096)(self._count)
        self._meanings = lru_cache(maxsize=1 << 15)(self._mean)

    def words(self, text: str) -> list[str]:
        """Return the Chinese words of `text`, folded as the index has them."""
        return self._dictionary.words(text)

    def question(self, query: Bag, text: str) -> dict[str, float]:
        """Return the terms of a question in the other language, weighted; names and figures keep their weight."""
        translated: Counter[str] = Counter()
        for gloss in self._dictionary.glosses(text):
            translated.update(gloss)
        kept = {term: weight for term, weight in query.items() if not tokens.is_han(term)}
        return {**translated, **{term: max(weight, translated.get(term, 0.0)) for term, weight in kept.items()}}

    def passage(self, text: str, wanted: Collection[str]) -> dict[str, float]:
        """Return how often the terms of `wanted` occur in a passage that is put into the other language."""
        return _Wanted(wanted, self._meanings).count(self._units(text))

    def likeness(self, translated: Bag, passages: Sequence[Analysed]) -> list[float]:
        """Return the BM25 of question and passages of one language, both put into the other: synonyms meet there."""
        wanted = _Wanted(translated, self._meanings)
        bags = [wanted.count(self._units(p.hit.passage.text)) for p in passages]
        weighted = scoring.idf_among(translated, bags)
        mean = _mean_length(passages)
        return [scoring.bm25(weighted, bag, p.length / mean) for bag, p in zip(bags, passages, strict=True)]

    def sentences(self, query: Bag, translated: Bag, passages: Sequence[Analysed]) -> list[list[float]]:
        """Return how like the question the sentences of each passage are in the other language, each 0 to 1.

        A passage in the other language is put into the question's.
        """
        here, there = _Wanted(query, self._meanings), _Wanted(translated, self._meanings)
        # The question's own words are Chinese where most of it is.
        chinese = sum(map(tokens.is_han, query)) * 2 > len(query)
        bags = [
            [(there if (p.hit.passage.language == "zh-TW") == chinese else here).count(s.units) for s in split]
            for p in passages
            for split in (self._sentences(p.hit.passage.text),)
        ]
        weighted = scoring.idf_among({**query, **translated}, [bag for of in bags for bag in of])
        sizes = [size for p in passages for size in p.sizes]
        mean = sum(sizes) / max(1, len(sizes)) or 1.0
        scores = [
            [scoring.bm25(weighted, bag, size / mean, scoring.SENTENCE_K1, scoring.SENTENCE_B)
             for bag, size in zip(of, p.sizes, strict=True)]
            for of, p in zip(bags, passages, strict=True)
        ]  # fmt: skip
        most = max((score for of in scores for score in of), default=0.0) or 1.0
        return [[score / most for score in of] for of in scores]

    def score(
        self, text: str, query: Bag, translated: Bag, passages: Sequence[Analysed], statistics: Statistics
    ) -> list[float]:
        """Return for each passage in the other language a score of 0 to 1."""
        there = scoring.score(translated, passages, statistics)
        order = sorted(range(len(passages)), key=lambda k: -there[k])[:DEPTH]
        whole, best = self._put_here(text, query, [passages[k] for k in order])
        total = list(there)
        for k, w, s in zip(order, whole, best, strict=True):
            total[k] += w + SENTENCE_WEIGHT * s
        return scoring.scaled(total)

    def _put_here(self, text: str, query: Bag, passages: Sequence[Analysed]) -> tuple[list[float], list[float]]:
        """Return the scaled scores of the passages, and of their best sentences, put into the question's language."""
        wanted, names = _Wanted(query, self._meanings), self._names(text)
        query = {**query, **{_HEARD + name: HEARD_WEIGHT for name, _ in names}}
        split = [self._sentences(p.hit.passage.text) for p in passages]
        bags = [[wanted.count(s.units) | _heard(names, s.names) for s in of] for of in split]
        heads = [wanted.count(self._units("\n".join((p.hit.title, *p.hit.passage.headings)))) for p in passages]
        joined = [_sum((*b, head)) for b, head in zip(bags, heads, strict=True)]
        weighted = scoring.idf_among(query, joined)
        mean = _mean_length(passages)
        size = mean / max(1.0, sum(map(len, split)) / max(1, len(split)))
        whole = [scoring.bm25(weighted, bag, p.length / mean) for bag, p in zip(joined, passages, strict=True)]
        best = [
            max((scoring.bm25(weighted, bag, own / size, scoring.SENTENCE_K1, scoring.SENTENCE_B)
                 for bag, own in zip(b, p.sizes, strict=False)), default=0.0)
            for b, p in zip(bags, passages, strict=True)
        ]  # fmt: skip
        return scoring.scaled(whole), scoring.scaled(best)

    def _take_apart(self, text: str) -> tuple[_Sentence, ...]:
        return tuple(
            _Sentence(self._count(sentence), self._names(sentence))
            for sentence in (text[a:b] for a, b in sentences.spans(text))
        )

    def _count(self, text: str) -> Units:
        return tuple(Counter(self._dictionary.units(text)).items())

    def _mean(self, unit: str) -> dict[str, float]:
        """Return the keys of a unit's terms in the other language; a stem also stands for itself."""
        itself = () if tokens.is_han(unit) else ((stem, 1.0) for stem in unit.split())
        found: dict[str, float] = {}
        for term, weight in (*itself, *self._dictionary.gloss(unit).items()):
            found[_key(term)] = found.get(_key(term), 0.0) + weight
        return found

    def _names(self, text: str) -> Names:
        """Return what can be a foreign name in a text of either language."""
        return [*sounds.names(text), *self._dictionary.stretches(text)]


class _Wanted:
    """The terms that a question looks for, and what each unit of the other language says of them."""

    def __init__(self, terms: Iterable[str], meanings: Callable[[str], Mapping[str, float]]) -> None:
        """`meanings` gives the keys of a unit's terms in the other language with their weights."""
        self._meanings = meanings
        self._terms: dict[str, list[str]] = {}
        for term in terms:
            self._terms.setdefault(_key(term), []).append(term)
        self._said: dict[str, list[tuple[str, float]]] = {}

    def count(self, units: Units) -> dict[str, float]:
        """Return how often each wanted term occurs in units that are put into its language."""
        counts: dict[str, float] = {}
        for unit, times in units:
            said = self._said.get(unit)
            if said is None:
                said = self._said[unit] = self._says(unit)
            for term, weight in said:
                counts[term] = counts.get(term, 0.0) + weight * times
        return counts

    def _says(self, unit: str) -> list[tuple[str, float]]:
        meanings = self._meanings(unit)
        # Most units say nothing of a question.
        if self._terms.keys().isdisjoint(meanings):
            return []
        return [(term, weight) for key, weight in meanings.items() for term in self._terms.get(key, ())]


def _key(term: str) -> str:
    return term[:_SAME_BEGINNING] if term.isascii() and term.isalpha() else term


def _heard(asked: Names, said: Names) -> dict[str, float]:
    """Return how well the names of a question can be heard among those of a sentence in the other language."""
    found: dict[str, float] = {}
    for name, sound in asked:
        chinese = tokens.is_han(name)
        for other, spoken in said:
            if tokens.is_han(other) == chinese:
                continue
            # A Chinese stretch can hold more than the one name: only what is covered of it counts.
            likeness = (
                sounds.within(spoken, sound) * min(1.0, len(spoken) / len(sound))
                if chinese
                else sounds.within(sound, spoken)
            )
            if likeness > found.get(_HEARD + name, 0.0):
                found[_HEARD + name] = likeness
    return found


def _mean_length(passages: Sequence[Analysed]) -> float:
    return sum(p.length for p in passages) / max(1, len(passages)) or 1.0


def _sum(bags: Sequence[Bag]) -> dict[str, float]:
    """Return all bags together."""
    total: dict[str, float] = {}
    for bag in bags:
        for term, count in bag.items():
            total[term] = total.get(term, 0.0) + count
    return total
