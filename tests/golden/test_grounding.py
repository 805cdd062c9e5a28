"""The grounding check against statements written by hand over passages of our own field, in three parts.

The rules were written on `tune`, the weights learnt on both that and `calibrate`, which no rule was written on before
it was measured. What the check reaches on `held-out`, whose failures nobody looked at, is held here: it may rise, never
fall.
"""

from functools import cache
from pathlib import Path

import pytest

from assistant.answering.grounding import Grounder
from assistant.corpus import glossary
from assistant.index.dictionary import Dictionary
from assistant.research import grounding_sets
from assistant.research.grounding_sets import FALSE, Measures, Pair

FOLDER = Path(__file__).parent / "grounding"
LANGUAGES = ("en", "zh-TW")
# What is exchanged is caught worst, then a name that no list has: both are far from their target (docs/LOG.md).
LEAST = {"swapped": 0.58, "wrong entity": 0.68}


@cache
def pairs(name: str) -> tuple[Pair, ...]:
    return tuple(grounding_sets.read(FOLDER, name))


@cache
def measures() -> Measures:
    terms = glossary.load(FOLDER.parent.parent.parent / "corpus" / "glossary.toml")
    dictionary = Dictionary(None)
    return grounding_sets.measure(lambda: Grounder(terms, dictionary), pairs("held-out"))


def test_the_halves_share_no_claim() -> None:
    tuned, held = (*pairs("tune"), *pairs("calibrate")), pairs("held-out")
    assert len({pair.id for pair in (*tuned, *held)}) == len(tuned) + len(held) >= 400
    assert {p.kind for p in tuned} == {p.kind for p in held} >= set(FALSE)
    carriers = {p.evidence[1].hit.passage.text for p in tuned if 1 in p.evidence}
    assert not any(p.evidence[1].hit.passage.text in carriers for p in held if 1 in p.evidence)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FALSE)
def test_what_is_false_is_caught(kind: str, language: str) -> None:
    (share,) = [s for s in measures().shares if (s.kind, s.language, s.carried) == (kind, language, False)]
    assert share.right / share.of >= LEAST.get(kind, 0.85)


def test_on_the_whole() -> None:
    assert measures().caught >= 0.86
    assert measures().kept >= 0.87
    assert measures().kept_across >= 0.82
    assert measures().kept_across_named >= 0.84
