"""What tells the passage that answers from those that only share its words: a few lexical features."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from assistant.retrieval import scoring
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.scoring import Analysed, Bag, Matches
from assistant.text import counting, tokens
from assistant.text.counting import Counts, Stream
from assistant.text.normalize import fold, index_form, strip_accents

_LATIN = re.compile(r"[a-z0-9]+")
_SPACE = re.compile(r"\s+")
# Pieces of this many letters meet where a word is spelled or inflected in another way.
_PIECE = 4

Features = dict[str, float]


def features(text: str, matches: Matches) -> list[Features]:
    """Return the features of each passage for the question `text` by name.

    All go from 0 to 1; BM25 is over the best of the passages. What costs most is left to `bridge_over`.
    """
    weights, tally, passages = matches.weights, matches.tally, matches.passages
    columns = {
        "passage": matches.whole,
        "sentence": matches.sentence,
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
    title = _folded(passage.hit.title)
    return {
        "longest stretch": max(runs, default=0) / max(1, len(question)),
        "stretches": sum(runs) / max(1, len(question)),
        "title named": float(len(title) > 1 and title in question),
    }


@lru_cache(maxsize=4096)
def _folded(title: str) -> str:
    return index_form(title)


def _runs(question: str, text: str) -> Iterator[int]:
    """Yield the lengths of the stretches of at least two letters that both have, the longest at each place."""
    start, end = 0, len(question)
    while start < end - 1:
        if question[start : start + 2] not in text:
            start += 1
            continue
        size = 2
        while start + size < end and question[start : start + size + 1] in text:
            size += 1
        yield size
        start += size


def _piecewise(text: str, passages: Sequence[Analysed]) -> Counts:
    """Return the BM25 of each passage on pieces of its Latin words."""
    wanted = np.unique(_pieces_of(text).terms)
    if not len(wanted):
        return np.zeros(len(passages))
    streams = [_pieces_of(p.hit.title + "\n" + p.hit.passage.text) for p in passages]
    counts = counting.count(wanted, streams)
    sizes = np.array([len(stream.terms) for stream in streams], dtype=np.float64)
    weights = scoring.weigh_among([1.0] * len(wanted), counts)
    return scoring.bm25(weights, counts, sizes / scoring.mean_or_one(sizes))


@lru_cache(maxsize=4096)
def _pieces_of(text: str) -> Stream:
    words = _LATIN.findall(strip_accents(fold(text)))
    numbers = np.array([n for word in words for n in _pieces(word)], dtype=np.int64)
    return Stream(numbers, np.zeros(len(numbers), dtype=np.int32), 1)


@lru_cache(maxsize=1 << 15)
def _pieces(word: str) -> tuple[int, ...]:
    """Return the numbers of a word's pieces; function words have none."""
    if word in tokens.STOP_WORDS:
        return ()
    marked = f"_{word}_"
    pieces = (marked[i : i + _PIECE] for i in range(max(1, len(marked) - _PIECE + 1)))
    return tuple(counting.of_words(pieces).tolist())
