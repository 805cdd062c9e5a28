"""From one language to the other by a dictionary, where question and passage share no words.

The question is put into the passage's language, and the passage into the question's; each way finds what the other
misses, and the sum of both finds more than either (docs/LOG.md). Of a passage only the
terms that the question wants are counted (Darwish & Oard 2003, "Probabilistic Structured Query Methods"). Names that
no dictionary has are recognised by their sound.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from assistant.index import dictionary
from assistant.index.dictionary import Dictionary
from assistant.retrieval import scoring
from assistant.retrieval.keeping import Kept
from assistant.retrieval.scoring import Analysed, Bag, Matches, Statistics
from assistant.text import counting, sentences, sounds, tokens
from assistant.text.counting import Counts, Stream

# So many of the passages that the translated question finds are put into its language: most of the time goes there.
DEPTH = 30
# What the best sentence adds to the passage across languages.
SENTENCE_WEIGHT = 0.5
# A name that is heard weighs as much as a term.
HEARD_WEIGHT = 1.0
# Marks a name that is heard among the terms that are weighed.
_HEARD = "♪"

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
        self._whole = Kept(self._put_over, 2048)
        self._sentences = Kept(self._take_apart, 2048)

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
        (row,) = _count(list(wanted), self._whole([text]))
        return {term for term, count in zip(wanted, row.tolist(), strict=True) if count}

    def likeness(self, translated: Bag, passages: Sequence[Analysed]) -> Counts:
        """Return the BM25 of question and passages of one language, both put into the other: synonyms meet there."""
        counts = _count(translated, self._whole([p.hit.passage.text for p in passages]))
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
        there = [said.stream for said in self._sentences([p.hit.passage.text for p in passages])]
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
        there = self._sentences([p.hit.passage.text for p in passages])
        streams = [t.stream for t in there]
        heard = [_heard(names, said) for t in there for said in t.names]
        rows = np.hstack((_count(query, streams), np.array(heard).reshape(len(heard), len(names))))
        heads = self._whole(["\n".join((p.hit.title, *p.hit.passage.headings)) for p in passages])
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

    def _take_apart(self, texts: Sequence[str]) -> list[_There]:
        split = [[text[a:b] for a, b in sentences.spans(text)] or [""] for text in texts]
        streams = self._dictionary.put_over(list(chain.from_iterable(split))).split(list(map(len, split)))
        return [_There(stream, tuple(map(self._names, own))) for stream, own in zip(streams, split, strict=True)]

    def _put_over(self, texts: Sequence[str]) -> list[Stream]:
        return self._dictionary.put_over(texts).split([1] * len(texts))

    def _names(self, text: str) -> Names:
        """Return what can be a foreign name in a text of either language."""
        return [*sounds.names(text), *self._dictionary.stretches(text)]


def _count(wanted: Iterable[str], streams: Sequence[Stream]) -> Counts:
    """Return how often each wanted term is said in each line."""
    keys, place = np.unique(dictionary.keys(list(wanted)), return_inverse=True)
    return counting.count(keys, streams)[:, place]


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
