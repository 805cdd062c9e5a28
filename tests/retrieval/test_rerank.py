"""A model that reads the best passages once more changes their order, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import RefusedError
from assistant.index.embedders import HashEmbedder
from assistant.models.rerankers import GgufReranker, Reranker, Scores, open_reranker
from assistant.records import Hit, Passage
from assistant.research import retrieval_sets
from assistant.retrieval import rerank
from assistant.retrieval.retriever import Retriever
from assistant.settings import Settings
from tests.support import tiny_cross_encoder, tiny_gguf

ROWS = [{"pid": f"p{n:02}", "text": f"The edge model number {n} runs offline."} for n in range(30)]


class Shortest:
    """Finds short texts better."""

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        return np.array([-len(text) for text in texts], dtype=np.float32)


def hits(texts: Sequence[str]) -> list[tuple[Hit, float]]:
    size = len(texts)
    return [
        (Hit(Passage(f"p{n:02}", "d", 0, len(t), t, "en"), "", "", 0.0), (size - n) / size) for n, t in enumerate(texts)
    ]


def test_the_best_change_places_and_the_scores_stay() -> None:
    before = hits(["x" * (40 - n) for n in range(25)])
    after = rerank.read(Shortest(), "?", before)
    assert [score for _, score in after] == pytest.approx([score for _, score in before])
    assert [hit.passage.id for hit, _ in after] == [
        *(f"p{n:02}" for n in reversed(range(rerank.DEPTH))),
        *(f"p{n:02}" for n in range(rerank.DEPTH, 25)),
    ]


def test_what_the_model_finds_alike_keeps_its_order() -> None:
    before = hits(["same"] * 5)
    after = rerank.read(Shortest(), "?", before)
    assert [hit for hit, _ in after] == [hit for hit, _ in before]
    assert rerank.read(Shortest(), "?", []) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    retrieval_sets.index(tmp_path / "index", ROWS).close()
    return tmp_path


def ordered_by(model: Reranker, folder: Path) -> None:
    """Check that the model orders what the retriever found, always the same."""
    from assistant.index.journal import Journal

    journal = Journal(folder / "index")
    plain, read = Retriever(journal, None, HashEmbedder()), Retriever(journal, None, HashEmbedder(), reranker=model)
    question = "Which edge model runs offline?"
    before, after = plain.search(question, limit=30), read.search(question, limit=30)
    first = [hit.passage.id for hit in after[: rerank.DEPTH]]
    assert sorted(first) == sorted(hit.passage.id for hit in before[: rerank.DEPTH])
    said = model.score(question, [f"{hit.title}\n{hit.passage.text}" for hit in after[: rerank.DEPTH]])
    assert np.all(np.diff(said) <= 1e-4)
    assert np.ptp(said) > 1e-3
    assert first != [hit.passage.id for hit in before[: rerank.DEPTH]]
    assert [hit.passage.id for hit in read.search(question, limit=30)] == [hit.passage.id for hit in after]


def test_a_model_orders_what_the_retriever_found(folder: Path) -> None:
    model = GgufReranker(tiny_gguf.write_encoder(folder / "rank.gguf", pooling=tiny_gguf.RANK), Settings())
    ordered_by(model, folder)
    model.close()


@pytest.mark.neural
def test_so_does_a_cross_encoder_in_a_folder(folder: Path) -> None:
    words = [*tiny_cross_encoder.WORDS, "which", "runs", "offline", "number", ".", "?", *map(str, range(30))]
    tiny_cross_encoder.write(folder / "cross", ["score"], words)
    ordered_by(open_reranker(folder, Settings(reranker="sentence-transformers:cross")), folder)


@pytest.mark.neural
def test_a_folder_whose_model_gives_several_scores_is_refused(folder: Path) -> None:
    tiny_cross_encoder.write(folder / "three", ["entailment", "neutral", "contradiction"])
    with pytest.raises(RefusedError, match="3 scores"):
        open_reranker(folder, Settings(reranker="sentence-transformers:three"))
