import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from assistant.models.batch import SUFFIX
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf

RULES = Message("system", "r" * 200)
ASKED = [[RULES, Message("user", f"question {n}")] for n in range(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tiny_gguf.write(tmp_path / "tiny.gguf", says=None, context=1024)


def batch(
    path: Path, states: Path | None, asked: list[list[Message]], *, seed: int = 1, most: int = 12, fresh: bool = False
) -> list[str]:
    settings = Settings(threads=1, temperature=1.5, seed=seed)
    model = LlamaModel(inspect(path), settings, states=states)
    with closing(model), model.together(len(asked), fresh=fresh) as workers, ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda each: "".join(model.stream(each, most, threading.Event())), asked))


def test_only_what_changed_is_written_again(path: Path, tmp_path: Path, steps: list[int]) -> None:
    first = batch(path, tmp_path / "states", ASKED)
    assert first == batch(path, None, ASKED)
    steps.clear()
    assert batch(path, tmp_path / "states", ASKED) == first
    assert steps == []
    changed = [[RULES, Message("user", "another question")], *ASKED[1:]]
    again = batch(path, tmp_path / "states", changed)
    assert again[1:] == first[1:]
    assert steps
    assert all(size == 1 for size in steps[1:])  # one reply alone
    assert again[:1] == batch(path, None, changed[:1])


@pytest.mark.parametrize("other", [{"seed": 2}, {"most": 20}])
def test_asked_in_another_way_all_is_written_again(path: Path, tmp_path: Path, other: dict[str, int]) -> None:
    first = batch(path, tmp_path / "states", ASKED)
    again = batch(path, tmp_path / "states", ASKED, **other)
    assert again == batch(path, None, ASKED, **other)
    assert again != first


def test_all_is_written_again_where_it_is_to_be_fresh(path: Path, tmp_path: Path, steps: list[int]) -> None:
    first = batch(path, tmp_path / "states", ASKED)
    steps.clear()
    assert batch(path, tmp_path / "states", ASKED, fresh=True) == first
    assert steps


def test_replies_to_prompts_of_no_batch_any_more_go(path: Path, tmp_path: Path) -> None:
    batch(path, tmp_path / "states", ASKED)
    batch(path, tmp_path / "states", ASKED[:1])
    assert len(list((tmp_path / "states").glob(f"*{SUFFIX}"))) == 1


def test_a_file_that_is_broken_is_no_reply(path: Path, tmp_path: Path) -> None:
    first = batch(path, tmp_path / "states", ASKED)
    for n, file in enumerate(sorted((tmp_path / "states").glob(f"*{SUFFIX}"))):
        file.write_bytes([b"", b"\xff{", b'{"asked": 1}'][n])
    assert batch(path, tmp_path / "states", ASKED) == first


def test_a_reply_that_was_stopped_is_not_kept(path: Path, tmp_path: Path) -> None:
    model = LlamaModel(inspect(path), Settings(threads=1), states=tmp_path / "states")
    with closing(model), model.together(1):
        stop = threading.Event()
        stream = model.stream(ASKED[0], 200, stop)
        next(stream)
        stop.set()
        list(stream)
    assert not list((tmp_path / "states").glob(f"*{SUFFIX}"))


def test_a_question_beside_a_batch_is_written_for_itself(path: Path, tmp_path: Path, steps: list[int]) -> None:
    expected = batch(path, tmp_path / "states", ASKED[:1])
    settings = Settings(threads=1, temperature=1.5, seed=1)
    with closing(LlamaModel(inspect(path), settings, states=tmp_path / "states")) as model:
        steps.clear()
        assert ["".join(model.stream(ASKED[0], 12, threading.Event()))] == expected
        assert len(steps) > 1
        model.cool([])
    assert not list((tmp_path / "states").iterdir())
