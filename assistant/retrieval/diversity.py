"""Room for more than one document, and no passage twice in other words."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from assistant.records import Hit, Language
from assistant.text import tokens

# Two passages whose terms overlap more than this say the same, unless they differ in their figures.
SAME = 0.75
# A figure tells two statements apart better than a word does.
FIGURE_WEIGHT = 3.0
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
# Each passage that a document already has in the list costs its next one this factor.
CROWDED = 0.85


def diversify(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return at most `limit` of `hits` (best first), each new document before a document's many."""
    left = list(hits[: limit * 4])
    kept: list[Hit] = []
    said: list[tuple[set[str], frozenset[str]]] = []
    taken: Counter[str] = Counter()
    while left and len(kept) < limit:
        best = max(left, key=lambda hit: hit.score * CROWDED ** taken[hit.passage.document_id])
        left.remove(best)
        own, own_figures = set(tokens.terms(best.passage.text)), figures(best.passage.text)
        if any(overlap(own, other) > SAME and own_figures <= theirs for other, theirs in said):
            continue
        kept.append(best)
        said.append((own, own_figures))
        taken[best.passage.document_id] += 1
    return kept


def one_language_each(hits: Sequence[Hit], language: Language) -> list[Hit]:
    """Return `hits` without claims in the other language that stand there in the asker's own."""
    own = {hit.passage.claim for hit in hits if hit.passage.claim and hit.passage.language == language}
    return [hit for hit in hits if hit.passage.language == language or hit.passage.claim not in own]


def overlap(a: set[str], b: set[str]) -> float:
    """Return the share of the smaller set's terms that the larger has, 0 to 1."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def figures(text: str) -> frozenset[str]:
    """Return the figures of a text, as written."""
    return frozenset(_FIGURE.findall(text))


class Weights:
    """How much each term tells among the texts of one answer: what all of them are about tells nothing.

    Single Chinese characters don't count, their pairs do.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._terms = {text: telling(text) for text in dict.fromkeys(texts)}
        occurs = Counter(term for terms in self._terms.values() for term in terms)
        size = len(self._terms)
        self._weight = {
            term: math.log(1 + size / n) * (FIGURE_WEIGHT if _FIGURE.match(term) else 1.0) for term, n in occurs.items()
        }
        self._whole = {text: self._weigh(terms) for text, terms in self._terms.items()}

    def overlap(self, a: str, b: str) -> float:
        """Return the weighted share of the lighter text's terms that the other has, 0 to 1. Both have to be known."""
        lighter = min(self._whole[a], self._whole[b])
        return self._weigh(self._terms[a] & self._terms[b]) / lighter if lighter else 0.0

    def likeness(self, a: str, b: str) -> float:
        """Return the weight of the terms that both texts have over that of all they have, 0 to 1. Both are known."""
        ours, theirs = self._terms[a], self._terms[b]
        whole = self._weigh(ours | theirs)
        return self._weigh(ours & theirs) / whole if whole else 0.0

    def covered(self, wanted: str, text: str) -> float:
        """Return the weighted share of the terms of `wanted` that `text` has, 0 to 1. Both have to be known."""
        whole = self._whole[wanted]
        return self._weigh(self._terms[wanted] & self._terms[text]) / whole if whole else 0.0

    def central(self, text: str) -> float:
        """Return how much of the text's weight the other texts speak of as well, 0 to 1."""
        others = [self.overlap(text, other) for other in self._terms if other != text]
        return sum(others) / len(others) if others else 0.0

    def _weigh(self, terms: frozenset[str]) -> float:
        # The exact sum, which is the same in whatever order a set comes.
        return math.fsum(map(self._weight.__getitem__, terms))


def telling(text: str) -> frozenset[str]:
    """Return the terms of a text that tell it from others: its words and pairs of Chinese characters."""
    return frozenset(term for term in tokens.terms(text) if len(term) > 1 or not tokens.is_han(term))
