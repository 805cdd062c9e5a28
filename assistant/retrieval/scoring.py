"""BM25 over weighted terms, for a passage and for its sentences.

In the form of Lucene (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), in which idf is never
negative. The passage says whether the subject is right, the best sentence whether the answer stands together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from assistant.index.lexical import K1, B, idf
from assistant.records import Hit
from assistant.retrieval.keeping import Kept
from assistant.text import counting, sentences, tokens
from assistant.text.counting import Counts, Stream
from assistant.text.normalize import index_form

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
        return idf(self.passages, self.frequencies.get(term, 0))


@dataclass(frozen=True, slots=True)
class Parts:
    """A text taken apart once: its terms by sentence (each a line), those above it, the whole as the index sees it.

    `sizes` is how many terms each sentence has.
    """

    body: Stream
    sizes: Counts
    head: Stream
    folded: str


@dataclass(frozen=True)
class Analysed:
    """A passage with its terms, to be scored for every part of a question."""

    hit: Hit
    parts: Parts

    @property
    def length(self) -> int:
        """How many terms the body has."""
        return len(self.parts.body.terms)

    @cached_property
    def terms(self) -> set[str]:
        """All terms of the passage, its title and its headings."""
        return set(tokens.terms("\n".join((self.hit.passage.text, self.hit.title, *self.hit.passage.headings))))


def analyse(hits: Iterable[Hit]) -> list[Analysed]:
    """Return the terms of each hit's body, head and sentences. The same passages come up again and again."""
    wanted = list(hits)
    texts = [(h.passage.text, " ".join(dict.fromkeys((h.title, *h.passage.headings)))) for h in wanted]
    return list(map(Analysed, wanted, _parts(texts)))


def _take_apart(texts: Sequence[tuple[str, str]]) -> list[Parts]:
    """Return the parts of texts, each with what stands above it: all are read as one, which is several times faster."""
    by_sentence = [[text[a:b] for a, b in sentences.spans(text)] or [""] for text, _ in texts]
    whole, heads = ([part.replace("\n", " ") for part in parts] for parts in zip(*texts, strict=True))
    folded = index_form("\n".join((*chain.from_iterable(by_sentence), *heads, *whole))).split("\n")
    sizes = [*map(len, by_sentence), *(1 for _ in heads)]
    streams = counting.read("\n".join(folded[: -len(texts)])).split(sizes)
    read = zip(streams, streams[len(texts) :], folded[-len(texts) :], strict=False)
    return [Parts(body, body.sizes, head, text) for body, head, text in read]


_parts = Kept(_take_apart, 4096)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the terms of a query occur in passages.

    `sentences` has a row for each sentence, `heads` and `passages` one for each passage; a column is a term. `first` is
    each passage's first row in `sentences`, `sizes` and `lengths` how many terms a sentence and a body have.
    """

    sentences: Counts
    heads: Counts
    first: counting.Numbers
    sizes: Counts
    lengths: Counts

    @classmethod
    def of(cls, query: Iterable[str], passages: Sequence[Analysed]) -> "Tally":
        """Count the terms of a query in passages."""
        wanted = counting.of_terms(query)
        bodies = [p.parts.body for p in passages]
        return cls(
            counting.count(wanted, bodies),
            counting.count(wanted, [p.parts.head for p in passages]),
            first_lines(bodies),
            np.concatenate([p.parts.sizes for p in passages]) if passages else np.zeros(0),
            np.array([p.length for p in passages], dtype=np.float64),
        )

    @property
    def passages(self) -> Counts:
        """How often each term occurs in each passage, its head included."""
        return self.summed(self.sentences) + HEAD_WEIGHT * self.heads

    def only(self, places: Sequence[int]) -> "Tally":
        """Return what was counted in the passages at `places`, in that order."""
        ends = [*self.first[1:].tolist(), len(self.sizes)]
        spans = [(int(self.first[place]), ends[place]) for place in places]
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *(np.arange(*span) for span in spans)])
        first = np.cumsum([0, *(end - start for start, end in spans[:-1])])[: len(spans)]
        chosen = np.array(places, dtype=np.int64)
        return Tally(self.sentences[rows], self.heads[chosen], first, self.sizes[rows], self.lengths[chosen])

    def summed(self, rows: Counts) -> Counts:
        """Return the sums over the sentences of each passage."""
        return np.add.reduceat(rows, self.first, axis=0) if len(self.first) else self.heads

    def best(self, rows: Counts) -> Counts:
        """Return the highest over the sentences of each passage."""
        return np.maximum.reduceat(rows, self.first) if len(self.first) else np.zeros(0)

    def by_passage(self, weights: Counts, mean_length: float) -> Counts:
        """Return the BM25 of each passage, for the weights of the query's terms times their idf."""
        return bm25(weights, self.passages, self.lengths / mean_length)

    def by_sentence(self, weights: Counts) -> Counts:
        """Return the BM25 of each sentence."""
        mean = mean_or_one(self.sizes)
        return bm25(weights, self.sentences, self.sizes / mean, SENTENCE_K1, SENTENCE_B)


def first_lines(streams: Sequence[Stream]) -> counting.Numbers:
    """Return the number of each text's first line among the lines of all."""
    return np.cumsum([0, *(stream.lines for stream in streams[:-1])])[: len(streams)]


def bm25(weights: Counts, counts: Counts, length: Counts, k1: float = K1, b: float = B) -> Counts:
    """Return the BM25 of each row of `counts`, for a query whose terms weigh `weights`, their idf included.

    `length` is the size of each row's text over the mean size.
    """
    norm = k1 * (1 - b + b * length)
    # Not a product of matrices: that would wake a second thread for a tenth of a millisecond's work.
    scores: Counts = np.einsum("rt,t->r", counts / (counts + norm[:, np.newaxis]), weights)
    return scores


def weigh(query: Bag, statistics: Statistics) -> Counts:
    """Return the weights of a query's terms times their idf."""
    return np.array([weight * statistics.idf(term) for term, weight in query.items()])


def weigh_among(weights: Iterable[float], counts: Counts) -> Counts:
    """Return the weights of a query's terms times their idf among the rows: the collection is not known there."""
    occurs = np.count_nonzero(counts, axis=0)
    return np.array([w * idf(len(counts), n) for w, n in zip(weights, occurs.tolist(), strict=True)])


@dataclass(frozen=True, slots=True)
class Matches:
    """Passages with how often the terms of a query occur in them, and what each term weighs there, idf included."""

    passages: Sequence[Analysed]
    tally: Tally
    weights: Counts
    mean_length: float

    @classmethod
    def of(cls, query: Bag, passages: Sequence[Analysed], statistics: Statistics) -> "Matches":
        """Count the weighted terms of a query in passages."""
        return cls(passages, Tally.of(query, passages), weigh(query, statistics), statistics.mean_length)

    def only(self, places: Sequence[int]) -> "Matches":
        """Return the passages at `places` alone, in that order."""
        chosen = [self.passages[place] for place in places]
        return Matches(chosen, self.tally.only(places), self.weights, self.mean_length)

    @property
    def whole(self) -> Counts:
        """The BM25 of each passage over the best there is."""
        return scaled(self.tally.by_passage(self.weights, self.mean_length))

    @property
    def sentence(self) -> Counts:
        """The BM25 of each passage's best sentence over the best there is."""
        return scaled(self.tally.best(self.tally.by_sentence(self.weights)))


def score(matches: Matches) -> Counts:
    """Return a score for each passage: its own BM25 plus half its best sentence's, so at most 1.5."""
    return matches.whole + SENTENCE_WEIGHT * matches.sentence


def scaled(values: Counts) -> Counts:
    """Return `values` over the highest of them."""
    top = float(values.max(initial=0.0))
    return values / top if top > 0 else values


def mean_or_one(values: Counts) -> float:
    """Return the mean, 1 where it would be nothing to divide by."""
    return float(values.mean()) or 1.0 if len(values) else 1.0
