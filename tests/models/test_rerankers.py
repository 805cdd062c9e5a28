from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import NotReadyError, RefusedError
from assistant.models.rerankers import GgufReranker, open_reranker
from assistant.settings import Settings
from tests.support import tiny_gguf

QUESTION = "edge privacy"
TEXTS = [f"{word} {n}" for n in range(20) for word in ("edge model", "cloud cost", "雲端運算", "privacy")]


@pytest.fixture
def reranker(tmp_path: Path) -> Iterator[GgufReranker]:
    made = GgufReranker(tiny_gguf.write_encoder(tmp_path / "rank.gguf", pooling=tiny_gguf.RANK), Settings())
    yield made
    made.close()


def test_a_score_for_each_text_whatever_the_company(reranker: GgufReranker) -> None:
    together = reranker.score(QUESTION, TEXTS)
    assert (together.shape, together.dtype) == ((len(TEXTS),), np.float32)
    assert len(set(together.tolist())) > len(TEXTS) / 2
    alone = np.concatenate([reranker.score(QUESTION, [text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_the_question_counts(reranker: GgufReranker) -> None:
    assert not np.allclose(reranker.score(QUESTION, TEXTS), reranker.score("cloud latency", TEXTS), atol=1e-3)


def test_no_text_and_one_beyond_the_window(reranker: GgufReranker) -> None:
    assert reranker.score(QUESTION, []).shape == (0,)
    assert np.isfinite(reranker.score("edge " * 400, ["", "cloud " * 5000])).all()


def test_question_and_text_are_parted(reranker: GgufReranker) -> None:
    weights = reranker._weights
    pair = reranker._pair("edge", "cloud")
    edge, cloud = (weights.tokenize(word) for word in ("edge", "cloud"))
    first = pair.index(edge[-1])
    assert pair[0] == weights.bos
    assert first < pair.index(cloud[-1]) - 1
    assert pair[-1] == weights.eos


def test_another_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="embedding"):
        GgufReranker(tiny_gguf.write_encoder(tmp_path / "encoder.gguf"), Settings())


def test_opens_what_the_settings_name(tmp_path: Path) -> None:
    tiny_gguf.write_encoder(tmp_path / "rank.gguf", pooling=tiny_gguf.RANK)
    opened = open_reranker(tmp_path, Settings(reranker="gguf:rank.gguf"))
    assert opened.score("edge", ["cloud"]).shape == (1,)
    with pytest.raises(NotReadyError, match=r"other\.gguf"):
        open_reranker(tmp_path, Settings(reranker="gguf:other.gguf"))
    with pytest.raises(RefusedError, match="not the name"):
        open_reranker(tmp_path, Settings(reranker="gguf:../rank.gguf"))


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RefusedError, match="can't be loaded"):
        open_reranker(tmp_path, Settings(reranker="sentence-transformers:empty"))
