"""How well a passage answers a query: BM25 over weighted terms, for the passage and for its best sentence.

BM25 in the form of Lucene (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework"), in which idf is never
negative. The passage says whether the subject is right, the best sentence whether the answer stands together.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.records import Hit
from assistant.text import sentences, tokens

# Passage: k1 and b that did best on three public sets in both languages (docs/LOG.md); short passages saturate early.
K1, B = 0.9, 0.75
# Sentence: length matters less where everything is short.
SENTENCE_K1, SENTENCE_B = 1.2, 0.4
SENTENCE_WEIGHT = 0.5
# A term in the title or a heading counts as one of the body.
HEAD_WEIGHT = 1.0
# A Latin word says about as much as three Chinese characters.
WORD = 3


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


@dataclass(frozen=True, slots=True)
class Analysed:
    """A passage taken apart once, to be scored for every part of a question."""

    hit: Hit
    counts: Mapping[str, float]
    length: int
    sentences: tuple[Counter[str], ...]

    @property
    def terms(self) -> set[str]:
        """All terms of the passage, its title and its headings."""
        return set(self.counts)


@lru_cache(maxsize=4096)
def analyse(hit: Hit) -> Analysed:
    """Return the terms of a hit's body, head and sentences. The same passages come up again and again."""
    passage = hit.passage
    by_sentence = tuple(Counter(tokens.terms(passage.text[a:b])) for a, b in sentences.spans(passage.text))
    body: Counter[str] = Counter()
    for sentence in by_sentence:
        body.update(sentence)
    counts: dict[str, float] = dict(body)
    for term in tokens.terms(" ".join(dict.fromkeys((hit.title, *passage.headings)))):
        counts[term] = counts.get(term, 0.0) + HEAD_WEIGHT
    return Analysed(hit, counts, sum(body.values()), by_sentence)


def bm25(query: Mapping[str, float], counts: Mapping[str, float], length: float, k1: float, b: float) -> float:
    """Return the BM25 of a bag of terms, for a query of terms weighted with their idf.

    `length` is the bag's size over the mean size.
    """
    norm = k1 * (1 - b + b * length)
    return sum(weight * counts[term] / (counts[term] + norm) for term, weight in query.items() if term in counts)


def score(query: Mapping[str, float], passages: Sequence[Analysed], statistics: Statistics) -> list[float]:
    """Return a score for each passage: its own BM25 plus half its best sentence's, each over the best there is.

    `query` has a weight for each term. Both are scaled to 1 by the best of `passages`, so the sum is at most 1.5.
    """
    weighted = {term: weight * statistics.idf(term) for term, weight in query.items()}
    whole = [bm25(weighted, p.counts, p.length / statistics.mean_length, K1, B) for p in passages]
    sizes = [s.total() for p in passages for s in p.sentences]
    mean = sum(sizes) / len(sizes) if sum(sizes) else 1.0
    best = [
        max((bm25(weighted, s, s.total() / mean, SENTENCE_K1, SENTENCE_B) for s in p.sentences), default=0.0)
        for p in passages
    ]
    return [w + SENTENCE_WEIGHT * s for w, s in zip(_scaled(whole), _scaled(best), strict=True)]


def _scaled(values: list[float]) -> list[float]:
    top = max(values, default=0.0)
    return [value / top for value in values] if top > 0 else values


def content_terms(text: str) -> list[str]:
    """Return the different terms of a question that say what it is about."""
    return list(dict.fromkeys(term for _, terms in tokens.phrases(text) for term in terms))


def strength(question: str, equivalents: Mapping[str, Iterable[str]], found: set[str]) -> float:
    """Return how far the evidence carries a question, 0 to 1.

    That is the share of the question that the found terms cover, plus the share that the glossary knows: a question
    in the field's own words needs less of its wording to recur. `equivalents` are the question's glossary phrases
    with their other names; a phrase is covered when one of those was found. Of the measures tried it tells questions
    about the corpus from others best (docs/LOG.md).
    """
    known = set(found)
    for phrase, names in equivalents.items():
        if any(found.issuperset(tokens.terms(name)) for name in names):
            known.update(tokens.terms(phrase))
    covered = size = 0
    for phrase, terms in tokens.phrases(question):
        if tokens.is_han(phrase):
            # Pairs overlap, and those across two words occur nowhere: a character counts if any pair with it does.
            places = {place for i, term in enumerate(terms) if term in known for place in (i, i + 1)}
            covered, size = covered + len(places), size + len(phrase)
        else:
            covered, size = covered + WORD * any(term in known for term in terms), size + WORD
    familiar = sum(len(tokens.terms(phrase)) for phrase in equivalents) / max(1, len(tokens.terms(question)))
    return min(1.0, covered / size + familiar) if size else 0.0
