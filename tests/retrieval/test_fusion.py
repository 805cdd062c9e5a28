"""What an embedder of meanings adds to the words that are shared."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.corpus.glossary import Glossary
from assistant.index.embedders import Embedder
from assistant.records import Hit
from assistant.research import retrieval_sets
from assistant.research.retrieval_sets import QuestionSet
from assistant.retrieval.retriever import CANDIDATES

Matrix = NDArray[np.float32]

PASSAGES = tuple({"pid": f"p{n:02}", "text": f"Model {n:02} runs on the box."} for n in range(CANDIDATES + 20))
QUESTION = "Which model runs offline?"


class Numbered(Embedder):
    """Finds texts nearer the nearer the number in them is to 40; `common` is what all of its vectors have in common."""

    semantic = True

    def __init__(self, common: float) -> None:
        self._common, self.fingerprint = common, f"numbered-{common}"

    def passages(self, texts: list[str]) -> Matrix:
        apart = [abs(40 - int(text.split()[1])) / 100 for text in texts]
        return np.array([self._vector(angle) for angle in apart], dtype=np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        return self._vector(0.0)

    def _vector(self, angle: float) -> NDArray[np.float32]:
        own = (1 - self._common**2) ** 0.5
        return np.array([self._common, own * np.cos(angle), own * np.sin(angle)], dtype=np.float32)


def search(folder: Path, common: float) -> list[Hit]:
    questions = QuestionSet("numbered", PASSAGES, ())
    retriever = retrieval_sets.indexed(questions, folder, Numbered(common), Glossary(), None)
    return retriever.search(QUESTION, limit=len(PASSAGES))


def test_among_passages_with_the_same_words_the_nearest_in_meaning_comes_first(tmp_path: Path) -> None:
    found = search(tmp_path, 0.0)
    assert [hit.passage.id for hit in found[:1]] == ["p40"]
    assert {hit.passage.id for hit in found[1:3]} == {"p39", "p41"}


def test_a_model_whose_vectors_are_all_alike_says_as_much_as_one_that_spreads_them(tmp_path: Path) -> None:
    spread, alike = (search(tmp_path / str(common), common) for common in (0.0, 0.95))
    assert {hit.passage.id for hit in spread[:5]} == {hit.passage.id for hit in alike[:5]}
    scores = [{hit.passage.id: hit.score for hit in found} for found in (spread, alike)]
    for passage in (f"p{n:02}" for n in range(35, 46)):
        assert scores[1][passage] == pytest.approx(scores[0][passage], abs=0.01)
