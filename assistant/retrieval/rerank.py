"""Order the best candidates anew by a linear model of lexical features.

The weights maximise the likelihood of the right passage among the first twenty (a softmax over candidates), with a
penalty on their squares. `benchmarks/learn_reranker.py` learns them; the program never needs the data.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.records import Hit, Language
from assistant.retrieval import scoring
from assistant.retrieval.features import Features
from assistant.retrieval.scoring import Matches

if TYPE_CHECKING:
    from assistant.models.rerankers import Reranker

# How many of the best candidates are ordered anew: the right passage is among them for 99.4 to 99.9% of questions.
DEPTH = 20
HAIR = 1e-9
# At most so many of them are put over into the other language, which takes most of the time.
UNDECIDED = 3

# Learnt on DRCD's test set and CMRC 2018's development set (2026-11-22); neither is among the sets measured.
_CHINESE = {
    "passage": 3.93,
    "sentence": 2.61,
    "pieces": 2.08,
    "bridged": 2.65,
    "covered": 3.27,
    "in one sentence": 9.51,
    "in the head": 4.95,
    "longest stretch": 1.50,
    "stretches": 1.42,
    "title named": 2.34,
}
# Learnt on XQuAD's English questions, measured by leaving articles out (2026-11-22).
_ENGLISH = {
    "passage": 2.33,
    "sentence": 1.30,
    "pieces": 2.65,
    "bridged": 2.10,
    "covered": 0.75,
    "in one sentence": 4.04,
    "in the head": 2.34,
    "longest stretch": 9.07,
    "stretches": 1.32,
    "title named": 1.59,
}

WEIGHTS: dict[Language, dict[str, float]] = {"zh-TW": _CHINESE, "en": _ENGLISH}


def first(matches: Matches) -> list[tuple[float, int]]:
    """Return the places of the passages with their scores by BM25, best first: the order that the model starts from."""
    scores = scoring.score(matches).tolist()
    return sorted(zip(scores, range(len(scores)), strict=True), key=lambda pair: (-pair[0], _id(matches, pair[1])))


def _id(matches: Matches, place: int) -> str:
    return matches.passages[place].hit.passage.id


def undecided(rows: Sequence[Features], language: Language) -> list[int]:
    """Return which rows could still come first, if what is left out of them as "bridged" were 1 there and 0 elsewhere.

    They are few, the best first; the others keep their order without it.
    """
    scores = model(rows, language)
    weights = WEIGHTS[language]
    least = max(scores, default=0.0) - weights["bridged"] / sum(weights.values())
    near = sorted((n for n, score in enumerate(scores) if score >= least), key=lambda n: -scores[n])
    return near[:UNDECIDED]


def model(rows: Sequence[Features], language: Language) -> list[float]:
    """Return a score for each row of features; the best possible is about 1, and none is below 0."""
    weights = WEIGHTS[language]
    most = sum(weight for weight in weights.values() if weight > 0)
    return [max(0.0, sum(weight * row.get(name, 0.0) for name, weight in weights.items()) / most) for row in rows]


def read(reranker: "Reranker", question: str, scored: Sequence[tuple[Hit, float]]) -> list[tuple[Hit, float]]:
    """Return hits with their scores, those of the best twenty given out anew in the order that a model finds.

    So the scores keep their scale, whatever that of the model, but for a hair by which equal ones keep its order. Where
    it finds two alike, the order stays.
    """
    order = sorted(scored, key=lambda pair: (-pair[1], pair[0].passage.id))
    best = [hit for hit, _ in order[:DEPTH]]
    said = reranker.score(question, [f"{hit.title}\n{hit.passage.text}" for hit in best])
    anew = sorted(range(len(best)), key=lambda n: -float(said[n]))
    given = ((best[n], order[place][1] * (1 + HAIR * (DEPTH - place))) for place, n in enumerate(anew))
    return [*given, *order[DEPTH:]]
