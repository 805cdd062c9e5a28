"""From one language to the other by a dictionary, where question and passage share no words.

The question is put into the passage's language, and the passage into the question's; each way finds what the other
misses, and the sum of both finds more than either (docs/LOG.md). Of a passage only the
terms that the question wants are counted (Darwish & Oard 2003, "Probabilistic Structured Query Methods").
"""

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

from assistant.index.dictionary import Dictionary
from assistant.retrieval import scoring
from assistant.retrieval.scoring import Analysed, Bag, Statistics
from assistant.text import sentences, tokens

# So many of the passages that the translated question finds are put into its language: most of the time goes there.
DEPTH = 30
# What the best sentence adds to the passage across languages.
SENTENCE_WEIGHT = 0.5


class Bridge:
    """Puts questions and passages into the other language."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        # Some 50 kB a passage; the same ones come up again and again.
        self._counts = lru_cache(maxsize=1024)(self._count)

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
        counts = self._counts(text)
        return {term: counts[term] for term in wanted if term in counts}

    def likeness(self, translated: Bag, passages: Sequence[Analysed]) -> list[float]:
        """Return the BM25 of question and passages of one language, both put into the other: synonyms meet there."""
        bags = [self.passage(p.hit.passage.text, translated) for p in passages]
        weighted = scoring.idf_among(translated, bags)
        mean = sum(p.length for p in passages) / max(1, len(passages)) or 1.0
        return [scoring.bm25(weighted, bag, p.length / mean) for bag, p in zip(bags, passages, strict=True)]

    def score(self, query: Bag, translated: Bag, passages: Sequence[Analysed], statistics: Statistics) -> list[float]:
        """Return for each passage in the other language a score of 0 to 1."""
        there = scoring.score(translated, passages, statistics)
        order = sorted(range(len(passages)), key=lambda k: -there[k])[:DEPTH]
        whole, best = self._put_here(query, [passages[k] for k in order])
        total = list(there)
        for k, w, s in zip(order, whole, best, strict=True):
            total[k] += w + SENTENCE_WEIGHT * s
        return scoring.scaled(total)

    def _put_here(self, query: Bag, passages: Sequence[Analysed]) -> tuple[list[float], list[float]]:
        """Return the scaled scores of the passages, and of their best sentences, put into the question's language."""
        split = [_sentences(p) for p in passages]
        bags = [[self.passage(text, query) for text in texts] for texts in split]
        heads = [self.passage("\n".join((p.hit.title, *p.hit.passage.headings)), query) for p in passages]
        joined = [_sum((*b, head)) for b, head in zip(bags, heads, strict=True)]
        weighted = scoring.idf_among(query, joined)
        mean = sum(p.length for p in passages) / max(1, len(passages)) or 1.0
        size = mean / max(1.0, sum(map(len, split)) / max(1, len(split)))
        whole = [scoring.bm25(weighted, bag, p.length / mean) for bag, p in zip(joined, passages, strict=True)]
        best = [
            max((scoring.bm25(weighted, bag, counts.total() / size, scoring.SENTENCE_K1, scoring.SENTENCE_B)
                 for bag, counts in zip(b, p.sentences, strict=False)), default=0.0)
            for b, p in zip(bags, passages, strict=True)
        ]  # fmt: skip
        return scoring.scaled(whole), scoring.scaled(best)

    def _count(self, text: str) -> dict[str, float]:
        counts: dict[str, float] = {}
        for gloss in self._dictionary.glosses(text):
            for term, weight in gloss.items():
                counts[term] = counts.get(term, 0.0) + weight
        return counts


def _sentences(passage: Analysed) -> list[str]:
    text = passage.hit.passage.text
    return [text[a:b] for a, b in sentences.spans(text)]


def _sum(bags: Sequence[Bag]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for bag in bags:
        total.update(bag)
    return dict(total)
