import subprocess
from pathlib import Path

import pytest

from assistant.errors import RefusedError
from assistant.models import trial
from assistant.models.gguf import inspect
from assistant.models.header import read_header
from assistant.models.llama import load
from assistant.settings import Settings
from tests.support import tiny_gguf


def break_the_vocabulary(path: Path) -> Path:
    """Give two tokens one spelling: an assertion of llama.cpp, which ends the process that loads the file."""
    raw = path.read_bytes()
    start = read_header(path).data_start
    header = raw[:start].replace(b"<0x41>", b"<0x42>", 1)
    path.write_bytes(header + raw[start:])
    return path


def test_a_file_that_kills_its_process_is_named(tmp_path: Path) -> None:
    path = break_the_vocabulary(tiny_gguf.write(tmp_path / "broken.gguf"))
    card = inspect(path)
    with pytest.raises(RefusedError, match="crashes") as caught:
        load(card, Settings())
    assert caught.value.where == str(path)
    assert caught.value.remedy


def test_a_good_file_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    trial.try_out(path, 0)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("tried again"))
    trial.try_out(path, 0)


def test_a_changed_file_is_tried_again(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    trial.try_out(path, 0)
    break_the_vocabulary(path)
    with pytest.raises(RefusedError):
        trial.try_out(path, 0)


def test_an_error_that_llama_cpp_returns_is_left_to_the_load(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "unknown.gguf")
    path.write_bytes(path.read_bytes().replace(b"llama", b"lemma"))
    trial.try_out(path, 0)
    with pytest.raises(RefusedError, match="lemma"):
        load(inspect(path), Settings())
