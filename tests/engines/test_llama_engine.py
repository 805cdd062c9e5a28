import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.engines.base import Engine
from assistant.engines.llama import LlamaEngine, open_engine
from assistant.errors import NotReadyError, RefusedError
from assistant.models.files import sha256
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.records import Message, Prompt
from assistant.settings import Settings
from tests.contracts.engine_contract import EngineContract
from tests.support import tiny_gguf

# Of random weights, the seed of a draft that goes on beyond what tells its language.
SEED = 3
QUESTION = "為什麼要把模型放在現場？"
PROMPT = Prompt(
    question=QUESTION,
    language="zh-TW",
    parts=(QUESTION,),
    evidence=(),
    messages=(Message("system", "依證據回答。"), Message("user", QUESTION)),
    max_tokens=200,
)


class TestLlamaEngine(EngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        path = tiny_gguf.write(tmp_path / "tiny.gguf")
        engine = LlamaEngine(LlamaModel(inspect(path), Settings()))
        yield engine
        engine.close()

    @pytest.fixture
    def prompt(self) -> Prompt:
        return PROMPT


class TestLlamaEngineWithRandomWeights(TestLlamaEngine):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        path = tiny_gguf.write(tmp_path / "random.gguf", says=None)
        engine = LlamaEngine(LlamaModel(inspect(path), Settings(temperature=1.0, seed=SEED)))
        yield engine
        engine.close()


def test_writes_the_draft_and_names_the_file(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    engine = open_engine(tmp_path, Settings())
    assert "".join(engine.write(PROMPT, threading.Event())) == tiny_gguf.DRAFT
    assert (engine.info.name, engine.info.model, engine.info.sha256) == ("llama", "tiny.gguf", sha256(path))
    engine.close()


def test_takes_the_first_that_loads(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a-empty.gguf").touch()
    (tmp_path / "b-unknown.gguf").write_bytes(
        tiny_gguf.write(tmp_path / "z.gguf").read_bytes().replace(b"llama", b"lemma")
    )
    tiny_gguf.write_encoder(tmp_path / "c-encoder.gguf")
    engine = open_engine(tmp_path, Settings())
    assert engine.info.model == "z.gguf"
    assert "a-empty.gguf" in caplog.text
    assert "b-unknown.gguf" in caplog.text
    engine.close()


def test_a_named_model_is_the_one_or_none(tmp_path: Path) -> None:
    tiny_gguf.write(tmp_path / "good.gguf")
    (tmp_path / "bad.gguf").write_bytes(b"no model at all")
    with pytest.raises(RefusedError, match=r"bad\.gguf"):
        open_engine(tmp_path, Settings(model="bad.gguf"))
    with pytest.raises(NotReadyError, match=r"good\.gguf"):
        open_engine(tmp_path, Settings(model="other.gguf"))


def test_no_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError) as caught:
        open_engine(tmp_path / "models", Settings())
    assert "extractive" in caught.value.remedy


def test_only_models_that_do_not_load(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "z.gguf")
    path.write_bytes(path.read_bytes().replace(b"llama", b"lemma"))
    with pytest.raises(RefusedError, match="lemma"):
        open_engine(tmp_path, Settings())
