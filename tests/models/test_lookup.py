import threading
from pathlib import Path

import pytest

from assistant.models.context import Context, Run
from assistant.models.files import remember
from assistant.models.fit import GUESSING
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.models.lookup import GUESSES, Lookup
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf


def test_guesses_what_followed_before() -> None:
    lookup = Lookup([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3], 2.0)
    assert lookup.guess() == []
    lookup.took(4)
    assert lookup.guess() == [5, 6, 7]


def test_the_latest_place_counts_and_the_reply_is_one_too() -> None:
    lookup = Lookup([1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 9, 9, 9], 2.0)
    for token in (1, 2, 3, 4):
        lookup.took(token)
    assert lookup.guess() == [9, 9, 9]


def test_guesses_that_do_not_pay_end() -> None:
    lookup = Lookup([1, 2, 3, 4, 5, 6, 7] * 2, 2.0)
    for n in range(40):
        for token in (1, 2, 3, 4):
            lookup.took(token)
        lookup.guess()
        lookup.took(100 + n)
    assert lookup.brings < 2.0
    for token in (1, 2, 3, 4):
        lookup.took(token)
    assert lookup.guess() == []


def test_guesses_that_come_true_go_on() -> None:
    lookup = Lookup([1, 2, 3, 4, 5], 2.0)
    right = 0
    for n in range(100):
        guess = lookup.guess() if n % 4 == 0 else []
        right += list(guess) == [(n + k) % 5 + 1 for k in range(GUESSES)]
        lookup.took(n % 5 + 1)
    assert right > 20
    assert lookup.brings > 3.9


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_the_reply_is_the_same_with_fewer_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temperature: float
) -> None:
    script = "邊緣運算把資料留在本機，延遲也比較短。"
    path = tiny_gguf.write(tmp_path / "tiny.gguf", says=script if temperature == 0 else None, context=1024)
    asked = [Message("user", f"{script}{script} {script}")]

    def reply() -> str:
        model = LlamaModel(inspect(path), Settings(threads=1, temperature=temperature))
        try:
            return "".join(model.stream(asked, 200, threading.Event()))
        finally:
            model.close()

    plain = reply()
    remember(path, GUESSING, "1.00")
    sizes: list[int] = []
    run = Context.run

    def recorded(context: Context, runs: list[Run]) -> bool:
        sizes.append(len(runs[0].tokens))
        return run(context, runs)

    monkeypatch.setattr(Context, "run", recorded)
    assert reply() == plain
    if temperature == 0:
        assert plain == script
        assert 1 + GUESSES in sizes
