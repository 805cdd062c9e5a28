"""What tells the passage that answers from those that only share its words: a few lexical features."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.retrieval import scoring
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.scoring import Analysed, Bag, Statistics
from assistant.text import tokens
from assistant.text.normalize import fold, simplify, strip_accents

_LATIN = re.compile(r"[a-z0-9]+")
_SPACE = re.compile(r"\s+")
# Pieces of this many letters meet where a word is spelled or inflected in another way.
_PIECE = 4

Features = dict[str, float]


def features(text: str, query: Bag, passages: Sequence[Analysed], statistics: Statistics) -> list[Features]:
    """Return the features of each passage for the question `text` with its weighted terms, by name.

    All go from 0 to 1; BM25 is over the best of `passages`. What costs most is left to `bridge_over`.
    """
    weighted = scoring.weigh(query, statistics)
    rows: list[Features] = [{} for _ in passages]
    columns = {
        "passage": scoring.whole(weighted, passages, statistics.mean_length),
        "sentence": scoring.best_sentence(weighted, passages),
        # Spelling variants.
        "pieces": _piecewise(text, passages),
    }
    for name, values in columns.items():
        for row, value in zip(rows, scoring.scaled(values), strict=True):
            row[name] = value
    question = plain(text)
    for row, passage in zip(rows, passages, strict=True):
        row.update(_shares(weighted, passage))
        row.update(_stretches(question, passage))
    return rows


def bridge_over(rows: Sequence[Features], translated: Bag, passages: Sequence[Analysed], bridge: Bridge) -> None:
    """Add to the features of each passage how like the question it is when both are put into the other language.

    Synonyms meet there. `translated` has the terms of the question in the other language.
    """
    # The best of them has 1, and a single one is the best.
    values = bridge.likeness(translated, passages) if len(passages) > 1 else [1.0]
    for row, value in zip(rows, scoring.scaled(values), strict=False):
        row["bridged"] = value


def plain(question: str) -> str:
    """Return a question as the index sees it, without its mark."""
    return _SPACE.sub(" ", simplify(fold(question))).strip(" ?？")


def stretches(question: str, text: str) -> float:
    """Return which share of the question stands in the text in stretches of at least two letters. Both are folded."""
    return sum(_runs(question, text)) / max(1, len(question))


def _shares(weighted: Bag, passage: Analysed) -> Features:
    """Return which shares of the question's weight the passage, its head and its sentences have."""
    total = sum(weighted.values()) or 1.0
    known = {t: w for t, w in weighted.items() if t in passage.counts}
    by_sentence = [0.0] * len(passage.sizes)
    for term, weight in known.items():
        for number, _ in passage.places(term):
            by_sentence[number] += weight
    return {
        "covered": sum(known.values()) / total,
        "in one sentence": max(by_sentence, default=0.0) / total,
        "in the head": sum(w for t, w in known.items() if t in passage.head) / total,
    }


def _stretches(question: str, passage: Analysed) -> Features:
    """Return how much of the question stands in the passage letter by letter, and whether it names the title."""
    runs = list(_runs(question, passage.folded))
    title = simplify(fold(passage.hit.title))
    return {
        "longest stretch": max(runs, default=0) / max(1, len(question)),
        "stretches": sum(runs) / max(1, len(question)),
        "title named": float(len(title) > 1 and title in question),
    }


def _runs(question: str, text: str) -> Iterator[int]:
    """Yield the lengths of the stretches of at least two letters that both have, the longest at each place."""
    start = 0
    while start < len(question):
        size = 0
        while start + size < len(question) and question[start : start + size + 1] in text:
            size += 1
        if size > 1:
            yield size
        start += max(1, size)


def _piecewise(text: str, passages: Sequence[Analysed]) -> list[float]:
    """Return the BM25 of each passage on pieces of its Latin words."""
    wanted = dict.fromkeys(_pieces(text), 1.0)
    if not wanted:
        return [0.0] * len(passages)
    bags = [_pieces_of(p.hit.title + "\n" + p.hit.passage.text) for p in passages]
    mean = sum(b.total() for b in bags) / max(1, len(bags)) or 1.0
    weighted = scoring.idf_among(wanted, bags)
    return [scoring.bm25(weighted, bag, bag.total() / mean) for bag in bags]


@lru_cache(maxsize=2048)
def _pieces_of(text: str) -> Counter[str]:
    return Counter(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    for word in _LATIN.findall(strip_accents(fold(text))):
        if word not in tokens.STOP_WORDS:
            marked = f"_{word}_"
            yield from (marked[i : i + _PIECE] for i in range(max(1, len(marked) - _PIECE + 1)))
