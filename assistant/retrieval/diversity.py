"""Room for more than one document, and no passage twice in other words."""

from collections import Counter
from collections.abc import Sequence

from assistant.records import Hit
from assistant.text import tokens

# Two passages whose terms overlap more than this say the same (Jaccard, over the smaller of the two).
SAME = 0.75
# Each passage that a document already has in the list costs its next one this factor.
CROWDED = 0.85


def diversify(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return at most `limit` of `hits` (best first), each new document before a document's many."""
    left = list(hits[: limit * 4])
    kept: list[Hit] = []
    terms: list[set[str]] = []
    taken: Counter[str] = Counter()
    while left and len(kept) < limit:
        best = max(left, key=lambda hit: hit.score * CROWDED ** taken[hit.passage.document_id])
        left.remove(best)
        own = set(tokens.terms(best.passage.text))
        if any(overlap(own, other) > SAME for other in terms):
            continue
        kept.append(best)
        terms.append(own)
        taken[best.passage.document_id] += 1
    return kept


def overlap(a: set[str], b: set[str]) -> float:
    """Return the share of the smaller set's terms that the larger has, 0 to 1."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
