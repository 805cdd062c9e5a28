"""From one language to the other by a dictionary, where question and passage share no words.

The question is put into the passage's language, and the passage into the question's; each way finds what the other
misses, and the sum of both finds more than either (docs/LOG.md). Of a passage only the
terms that the question wants are counted (Darwish & Oard 2003, "Probabilistic Structured Query Methods"). Names that
no dictionary has are recognised by their sound.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.index.dictionary import Dictionary, Gloss
from assistant.retrieval import scoring
from assistant.retrieval.scoring import Analysed, Bag, Matches, Statistics
from assistant.text import counting, sentences, sounds, tokens
from assistant.text.counting import Counts, Numbers, Stream

# So many of the passages that the translated question finds are put into its language: most of the time goes there.
DEPTH = 30
# What the best sentence adds to the passage across languages.
SENTENCE_WEIGHT = 0.5
# A name that is heard weighs as much as a term.
HEARD_WEIGHT = 1.0
# Marks a name that is heard among the terms that are weighed.
_HEARD = "♪"
# Words of which is kept what they mean, some 400 bytes each.
MOST_MEANINGS = 1 << 15
# English words that begin with the same letters are taken for one: a dictionary says "colony", a question "colonial".
_SAME_BEGINNING = 6

Names = Sequence[tuple[str, str]]
"""Names as they are written, each with its sound."""


@dataclass(frozen=True, slots=True)
class _There:
    """What a text says in the other language, by its lines, and the names that can be heard in each."""

    stream: Stream
    names: tuple[Names, ...]


class Bridge:
    """Puts questions and passages into the other language."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        # Some 20 kB a passage; the same ones come up again and again.
        self._whole = lru_cache(maxsize=2048)(self._put_over)
        self._sentences = lru_cache(maxsize=2048)(self._take_apart)
        self._meanings: dict[str, tuple[Numbers, Counts]] = {}

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

    def passage(self, text: str, wanted: Collection[str]) -> set[str]:
        """Return which terms of `wanted` occur in a passage that is put into the other language."""
        (row,) = _count(list(wanted), [self._whole(text)])
        return {term for term, count in zip(wanted, row.tolist(), strict=True) if count}

    def likeness(self, translated: Bag, passages: Sequence[Analysed]) -> Counts:
        """Return the BM25 of question and passages of one language, both put into the other: synonyms meet there."""
        counts = _count(translated, [self._whole(p.hit.passage.text) for p in passages])
        lengths = np.array([p.length for p in passages], dtype=np.float64)
        return scoring.bm25(
            scoring.weigh_among(translated.values(), counts), counts, lengths / scoring.mean_or_one(lengths)
        )

    def sentences(self, query: Bag, translated: Bag, passages: Sequence[Analysed]) -> Counts:
        """Return how like the question each sentence is in the other language, 0 to 1, passage after passage.

        A passage in the other language is put into the question's.
        """
        if not passages:
            return np.zeros(0)
        wanted = {**query, **translated}
        # The question's own words are Chinese where most of it is.
        chinese = sum(map(tokens.is_han, query)) * 2 > len(query)
        there = [self._sentences(p.hit.passage.text).stream for p in passages]
        counts = _count(wanted, there)
        # Only what is asked in a passage's other language counts: the question's own words there, their glosses here.
        spoken = [(p.hit.passage.language == "zh-TW") == chinese for p in passages]
        own = np.repeat(spoken, [stream.lines for stream in there])
        counts *= np.where(own[:, np.newaxis], [t in translated for t in wanted], [t in query for t in wanted])
        sizes = np.concatenate([p.parts.sizes for p in passages])
        length = sizes / scoring.mean_or_one(sizes)
        weights = scoring.weigh_among(wanted.values(), counts)
        return scoring.scaled(scoring.bm25(weights, counts, length, scoring.SENTENCE_K1, scoring.SENTENCE_B))

    def score(
        self, text: str, query: Bag, translated: Bag, passages: Sequence[Analysed], statistics: Statistics
    ) -> Counts:
        """Return for each passage in the other language a score of 0 to 1."""
        total = scoring.score(Matches.of(translated, passages, statistics))
        order = np.argsort(-total, kind="stable")[:DEPTH]
        if len(order):
            total[order] += self._put_here(text, query, [passages[k] for k in order])
        return scoring.scaled(total)

    def _put_here(self, text: str, query: Bag, passages: Sequence[Analysed]) -> Counts:
        """Return the score of the passages, and of their best sentences, put into the question's language."""
        names = self._names(text)
        there = [self._sentences(p.hit.passage.text) for p in passages]
        streams = [t.stream for t in there]
        heard = [_heard(names, said) for t in there for said in t.names]
        rows = np.hstack((_count(query, streams), np.array(heard).reshape(len(heard), len(names))))
        heads = [self._whole("\n".join((p.hit.title, *p.hit.passage.headings))) for p in passages]
        head = np.pad(_count(query, heads), ((0, 0), (0, len(names))))
        joined = np.add.reduceat(rows, first := scoring.first_lines(streams), axis=0) + head
        weighted = {**query, **{_HEARD + name: HEARD_WEIGHT for name, _ in names}}
        weights = scoring.weigh_among(weighted.values(), joined)
        lengths = np.array([p.length for p in passages], dtype=np.float64)
        mean = scoring.mean_or_one(lengths)
        sizes = np.concatenate([p.parts.sizes for p in passages]) * len(rows) / len(passages) / mean
        best = scoring.bm25(weights, rows, sizes, scoring.SENTENCE_K1, scoring.SENTENCE_B)
        whole = scoring.scaled(scoring.bm25(weights, joined, lengths / mean))
        return whole + SENTENCE_WEIGHT * scoring.scaled(np.maximum.reduceat(best, first))

    def _take_apart(self, text: str) -> _There:
        split = [text[a:b] for a, b in sentences.spans(text)] or [""]
        return _There(self._stream(split), tuple(map(self._names, split)))

    def _put_over(self, text: str) -> Stream:
        return self._stream([text])

    def _stream(self, lines: Sequence[str]) -> Stream:
        """Return what lines say in the other language."""
        units = [Counter(self._dictionary.units(line)) for line in lines]
        meanings = self._mean({unit for line in units for unit in line})
        said = [meanings[unit] for line in units for unit in line]
        times = np.array([count for line in units for count in line.values()], dtype=np.float64)
        sizes = [len(keys) for keys, _ in said]
        at = np.repeat(np.arange(len(lines), dtype=np.int32), list(map(len, units)))
        keys = np.concatenate([np.zeros(0, dtype=np.int64), *(keys for keys, _ in said)])
        weights = np.concatenate([np.zeros(0), *(weights for _, weights in said)])
        return Stream(keys, np.repeat(at, sizes), len(lines), weights * np.repeat(times, sizes))

    def _mean(self, units: Collection[str]) -> dict[str, tuple[Numbers, Counts]]:
        """Return the keys of each unit's terms in the other language with their weights; those of others too."""
        known = self._meanings
        lacking = [unit for unit in units if unit not in known]
        if lacking and len(known) > MOST_MEANINGS:
            # Another thread may still be reading the old one.
            known, lacking = {}, list(units)
            self._meanings = known
        known.update(_meanings(lacking, self._dictionary.look_up(lacking)))
        return known

    def _names(self, text: str) -> Names:
        """Return what can be a foreign name in a text of either language."""
        return [*sounds.names(text), *self._dictionary.stretches(text)]


def _count(wanted: Iterable[str], streams: Sequence[Stream]) -> Counts:
    """Return how often each wanted term is said in each line."""
    terms = list(map(_key, wanted))
    keys = {key: place for place, key in enumerate(dict.fromkeys(terms))}
    return counting.count(counting.of_words(keys), streams)[:, [keys[term] for term in terms]]


def _meanings(units: Sequence[str], glosses: Mapping[str, Gloss]) -> Iterator[tuple[str, tuple[Numbers, Counts]]]:
    """Yield each unit with the keys of its terms in the other language and their weights; a stem stands for itself too.

    A key may come more than once: its weights are to be summed.
    """
    keys: list[str] = []
    weights: list[float] = []
    ends: list[int] = []
    for unit in units:
        itself = [] if tokens.is_han(unit) else unit.split()
        gloss = glosses.get(unit, {})
        keys += map(_key, itself)
        keys += map(_key, gloss)
        weights += [1.0] * len(itself)
        weights += gloss.values()
        ends.append(len(keys))
    numbers, values, start = counting.of_words(keys), np.array(weights, dtype=np.float64), 0
    for unit, end in zip(units, ends, strict=True):
        # Copies, for a view would keep all of them.
        yield unit, (numbers[start:end].copy(), values[start:end].copy())
        start = end


def _key(term: str) -> str:
    return term[:_SAME_BEGINNING] if term.isascii() and term.isalpha() else term


def _heard(asked: Names, said: Names) -> list[float]:
    """Return how well each name of a question can be heard among those of a sentence in the other language."""
    return [max((_alike(name, other) for other in said), default=0.0) for name in asked]


def _alike(asked: tuple[str, str], said: tuple[str, str]) -> float:
    (name, sound), (other, spoken) = asked, said
    if tokens.is_han(other) == tokens.is_han(name):
        return 0.0
    # A Chinese stretch can hold more than the one name: only what is covered of it counts.
    if tokens.is_han(name):
        return sounds.within(spoken, sound) * min(1.0, len(spoken) / len(sound))
    return sounds.within(sound, spoken)
