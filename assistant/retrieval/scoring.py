"""BM25 over weighted terms, for a passage and for its sentences.

In the form of Lucene (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), in which idf is never
negative. The passage says whether the subject is right, the best sentence whether the answer stands together.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from assistant.records import Hit
from assistant.text import sentences, tokens
from assistant.text.normalize import fold, simplify

# Passage: k1 and b that did best on three public sets in both languages (docs/LOG.md); short passages saturate early.
K1, B = 0.9, 0.75
# Sentence: length matters less where everything is short.
SENTENCE_K1, SENTENCE_B = 1.2, 0.4
SENTENCE_WEIGHT = 0.5
# A term in the title or a heading counts as one of the body.
HEAD_WEIGHT = 1.0

Bag = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 knows of the collection: passages, mean terms a passage, and in how many passages a term occurs."""

    passages: int
    mean_length: float
    frequencies: Mapping[str, int]

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term; one that occurs nowhere has the highest."""
        occurs = self.frequencies.get(term, 0)
        return math.log(1 + (self.passages - occurs + 0.5) / (occurs + 0.5))


@dataclass(frozen=True)
class Analysed:
    """A passage taken apart once, to be scored for every part of a question.

    `sentences` has for each sentence how often each term occurs; `sizes` how many terms each sentence has.
    """

    hit: Hit
    counts: Bag
    length: int
    sentences: tuple[Mapping[str, int], ...]
    sizes: tuple[int, ...]
    head: frozenset[str]

    @property
    def terms(self) -> set[str]:
        """All terms of the passage, its title and its headings."""
        return set(self.counts)

    def places(self, term: str) -> list[tuple[int, int]]:
        """Return the sentences that a term stands in, by number, each with how often."""
        if term not in self.counts:
            return []
        return [(number, bag[term]) for number, bag in enumerate(self.sentences) if term in bag]

    @cached_property
    def folded(self) -> str:
        """The text as the index sees it."""
        return simplify(fold(self.hit.passage.text))


@lru_cache(maxsize=4096)
def analyse(hit: Hit) -> Analysed:
    """Return the terms of a hit's body, head and sentences. The same passages come up again and again."""
    passage = hit.passage
    by_sentence = [tokens.terms(passage.text[a:b]) for a, b in sentences.spans(passage.text)]
    head = tokens.terms(" ".join(dict.fromkeys((hit.title, *passage.headings))))
    # Plain mappings of plain values: the garbage collector needn't look through them, and thousands are kept.
    counts: dict[str, float] = dict(Counter(chain.from_iterable(by_sentence)))
    for term in head:
        counts[term] = counts.get(term, 0.0) + HEAD_WEIGHT
    sizes = tuple(map(len, by_sentence))
    bags = tuple(dict(Counter(terms)) for terms in by_sentence)
    return Analysed(hit, counts, sum(sizes), bags, sizes, frozenset(head))


def bm25(query: Bag, counts: Bag, length: float, k1: float = K1, b: float = B) -> float:
    """Return the BM25 of a bag of terms, for a query of terms weighted with their idf.

    `length` is the bag's size over the mean size.
    """
    norm = k1 * (1 - b + b * length)
    total = 0.0
    for term, weight in query.items():
        count = counts.get(term)
        if count:
            total += weight * count / (count + norm)
    return total


def weigh(query: Bag, statistics: Statistics) -> dict[str, float]:
    """Return the weights of a query's terms times their idf."""
    return {term: weight * statistics.idf(term) for term, weight in query.items()}


def whole(weighted: Bag, passages: Sequence[Analysed], mean_length: float) -> list[float]:
    """Return the BM25 of each passage."""
    return [bm25(weighted, p.counts, p.length / mean_length) for p in passages]


def best_sentence(weighted: Bag, passages: Sequence[Analysed]) -> list[float]:
    """Return the BM25 of the best sentence of each passage."""
    sizes = [size for p in passages for size in p.sizes]
    mean = sum(sizes) / len(sizes) if sum(sizes) else 1.0
    return [max(by_sentence(weighted, p, mean), default=0.0) for p in passages]


def by_sentence(weighted: Bag, passage: Analysed, mean: float) -> list[float]:
    """Return the BM25 of each sentence of a passage; `mean` is the mean size of a sentence."""
    norms = [SENTENCE_K1 * (1 - SENTENCE_B + SENTENCE_B * size / mean) for size in passage.sizes]
    known = [pair for pair in weighted.items() if pair[0] in passage.counts]
    scores = []
    for bag, norm in zip(passage.sentences, norms, strict=True):
        score = 0.0
        for term, weight in known:
            if term in bag:
                count = bag[term]
                score += weight * count / (count + norm)
        scores.append(score)
    return scores


def score(query: Bag, passages: Sequence[Analysed], statistics: Statistics) -> list[float]:
    """Return a score for each passage: its own BM25 plus half its best sentence's, each over the best there is.

    `query` has a weight for each term. Both are scaled to 1 by the best of `passages`, so the sum is at most 1.5.
    """
    weighted = weigh(query, statistics)
    passage, sentence = whole(weighted, passages, statistics.mean_length), best_sentence(weighted, passages)
    return [w + SENTENCE_WEIGHT * s for w, s in zip(scaled(passage), scaled(sentence), strict=True)]


def scaled(values: Sequence[float]) -> list[float]:
    """Return `values` over the highest of them."""
    top = max(values, default=0.0)
    return [value / top for value in values] if top > 0 else list(values)


def idf_among(query: Bag, bags: Iterable[Bag]) -> dict[str, float]:
    """Return the weights of a query's terms times their idf among `bags`: the collection is not known there."""
    found = list(bags)
    frequencies = Counter(term for bag in found for term in bag)
    return weigh(query, Statistics(len(found), 1.0, frequencies))
