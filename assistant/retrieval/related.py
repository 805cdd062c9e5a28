"""Passages that speak of the same as one passage: what a reader of a citation may want to look at next."""

from collections.abc import Iterable
from dataclasses import replace

from assistant.index.embedders import Embedder, embedded_text
from assistant.index.journal import Journal
from assistant.index.vectors import Vectors
from assistant.records import Hit
from assistant.retrieval.diversity import Weights, one_language_each, telling

# So many are looked at from each side: the nearest vectors, and those that share the passage's rarest terms.
NEAREST, SHARING, RAREST = 40, 80, 24
# Below this share of common weight two passages only happen to share words (docs/LOG.md).
LEAST = 0.1


class Related:
    """Finds passages related to one of the index. Safe to use from several threads."""

    def __init__(self, journal: Journal, vectors: Vectors, embedder: Embedder) -> None:
        """`vectors` are those that `embedder` made of the passages of the journal."""
        self._journal = journal
        self._vectors = vectors
        self._embedder = embedder

    def to(self, hit: Hit, limit: int = 5) -> list[Hit]:
        """Return at most `limit` passages that speak of the same, the most alike first; none where nothing does.

        Their score is the share of weight that both have of what either says, 0 to 1, plus the cosine of an embedder
        that knows meanings. The same claim in another language is not among them, and no claim in two.
        """
        passage = hit.passage
        near = dict(self._vectors.search(self._embedder.passages([embedded_text(passage)])[0], NEAREST + 1))
        found = {**self._journal.hits_by_id(list(near)), **self._sharing(telling(passage.text))}
        others = [other for other in found.values() if not _same(other, hit)]
        weights = Weights([passage.text, *(other.passage.text for other in others)])
        scored = []
        for other in others:
            meaning = max(0.0, near.get(other.passage.id, 0.0)) if self._embedder.semantic else 0.0
            scored.append(replace(other, score=weights.likeness(passage.text, other.passage.text) + meaning))
        best = sorted((s for s in scored if s.score >= LEAST), key=lambda s: (-s.score, s.passage.id))
        return one_language_each(best, passage.language)[:limit]

    def _sharing(self, terms: Iterable[str]) -> dict[str, Hit]:
        """Return the passages that share the rarest of the terms, by id."""
        occurring = self._journal.frequencies(terms)
        rarest = sorted(occurring, key=lambda term: (occurring[term], term))[:RAREST]
        hits = self._journal.hits([number for number, _ in self._journal.search(rarest, SHARING + 1)])
        return {hit.passage.id: hit for hit in hits.values()}


def _same(one: Hit, other: Hit) -> bool:
    a, b = one.passage, other.passage
    return a.id == b.id or (a.claim is not None and a.claim == b.claim)
