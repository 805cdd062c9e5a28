import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.models.markers import Markers
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf

TOKENS = ["x", "[", "9", "1", "]", "[9]", "[1]", "12", ", 3", "】"]


def chosen(before: str, token: str, likely: list[str], numbers: tuple[int, ...] = (1, 2, 10)) -> str:
    markers = Markers(numbers)
    markers.took(before)
    logits = np.zeros(len(TOKENS), np.float32)
    for worth, text in enumerate(reversed([token, *likely]), 1):
        logits[TOKENS.index(text)] = worth
    return TOKENS[markers.choose(TOKENS.index(token), logits, TOKENS.__getitem__)]


@pytest.mark.parametrize(
    ("before", "token", "likely", "expected"),
    [
        ("edge ", "x", ["1"], "x"),
        ("edge [", "9", ["x", "1"], "x"),
        ("edge [", "9", ["12", "1"], "1"),
        ("edge ", "[9]", ["[1]"], "[1]"),
        ("edge [1", "]", [], "]"),
        ("edge [1", "12", ["]"], "]"),
        ("edge [1", ", 3", ["]"], "]"),
        ("edge 【1", "】", [], "】"),
        ("[9 months", "]", [], "]"),
        ("in 19", "9", [], "9"),
    ],
)
def test_only_numbers_that_exist(before: str, token: str, likely: list[str], expected: str) -> None:
    assert chosen(before, token, likely) == expected


def test_without_numbers_everything_goes() -> None:
    assert chosen("edge [", "9", ["1"], ()) == "9"


def test_a_model_cites_only_what_there_is(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf", says=["資料", " [", "7", "] 完"])
    model = LlamaModel(inspect(path), Settings())
    asked = [Message("user", "?")]
    free = "".join(model.stream(asked, 20, threading.Event()))
    bound = "".join(model.stream(asked, 20, threading.Event(), citable=(1, 2)))
    assert free == "資料 [7] 完"
    assert "[7" not in bound
    assert bound.startswith("資料 [")
    model.close()
