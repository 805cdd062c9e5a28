"""What tells the passage that answers from those that only share its words: a few lexical features."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from assistant.retrieval import counting, scoring
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.counting import Counts, Stream
from assistant.retrieval.scoring import Analysed, Bag, Statistics, Tally
from assistant.text import tokens
from assistant.text.normalize import fold, index_form, strip_accents

_LATIN = re.compile(r"[a-z0-9]+")
_SPACE = re.compile(r"\s+")
# Pieces of this many letters meet where a word is spelled or inflected in another way.
_PIECE = 4

Features = dict[str, float]


def features(text: str, query: Bag, passages: Sequence[Analysed], statistics: Statistics) -> list[Features]:
    """Return the features of each passage for the question `text` with its weighted terms, by name.

    All go from 0 to 1; BM25 is over the best of `passages`. What costs most is left to `bridge_over`.
    """
    weights, tally = scoring.weigh(query, statistics), Tally.of(query, passages)
    columns = {
        "passage": scoring.scaled(tally.by_passage(weights, statistics.mean_length)),
        "sentence": scoring.scaled(tally.best(tally.by_sentence(weights))),
        # Spelling variants.
        "pieces": scoring.scaled(_piecewise(text, passages)),
        # Which shares of the question's weight the passage, its best sentence and its head have.
        "covered": covered(weights, tally.passages),
        "in one sentence": tally.best(covered(weights, tally.sentences)),
        "in the head": covered(weights, tally.heads),
    }
    question = plain(text)
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    return [
        {**dict(zip(columns, row, strict=True)), **_stretches(question, passage)}
        for row, passage in zip(rows, passages, strict=True)
    ]


def bridge_over(rows: Sequence[Features], translated: Bag, passages: Sequence[Analysed], bridge: Bridge) -> None:
    """Add to the features of each passage how like the question it is when both are put into the other language.

    Synonyms meet there. `translated` has the terms of the question in the other language.
    """
    # The best of them has 1, and a single one is the best.
    values = scoring.scaled(bridge.likeness(translated, passages)).tolist() if len(passages) > 1 else [1.0]
    for row, value in zip(rows, values, strict=False):
        row["bridged"] = value


def covered(weights: Counts, counts: Counts) -> Counts:
    """Return which share of the question's weight the terms have that each row has."""
    shares: Counts = np.einsum("rt,t->r", counts > 0, weights) / (weights.sum() or 1.0)
    return shares


def plain(question: str) -> str:
    """Return a question as the index sees it, without its mark."""
    return _SPACE.sub(" ", index_form(question)).strip(" ?？")


def stretches(question: str, text: str) -> float:
    """Return which share of the question stands in the text in stretches of at least two letters. Both are folded."""
    return sum(_runs(question, text)) / max(1, len(question))


def _stretches(question: str, passage: Analysed) -> Features:
    """Return how much of the question stands in the passage letter by letter, and whether it names the title."""
    runs = list(_runs(question, passage.parts.folded))
    title = index_form(passage.hit.title)
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


def _piecewise(text: str, passages: Sequence[Analysed]) -> Counts:
    """Return the BM25 of each passage on pieces of its Latin words."""
    wanted = dict.fromkeys(_pieces(text), 1.0)
    if not wanted:
        return np.zeros(len(passages))
    streams = [_pieces_of(p.hit.title + "\n" + p.hit.passage.text) for p in passages]
    counts = counting.count(counting.of_words(wanted), streams)
    sizes = np.array([len(stream.terms) for stream in streams], dtype=np.float64)
    return scoring.bm25(scoring.weigh_among(wanted, counts), counts, sizes / scoring.mean_or_one(sizes))


@lru_cache(maxsize=4096)
def _pieces_of(text: str) -> Stream:
    numbers = counting.of_words(_pieces(text))
    return Stream(numbers, np.zeros(len(numbers), dtype=np.int32), 1)


def _pieces(text: str) -> Iterator[str]:
    for word in _LATIN.findall(strip_accents(fold(text))):
        if word not in tokens.STOP_WORDS:
            marked = f"_{word}_"
            yield from (marked[i : i + _PIECE] for i in range(max(1, len(marked) - _PIECE + 1)))
