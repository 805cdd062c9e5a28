from pathlib import Path

from assistant.models import fit
from assistant.models.bench import WORTH, Speed, choose, measure
from assistant.models.files import recall
from assistant.models.gguf import inspect
from assistant.settings import Settings
from tests.support import tiny_gguf


def test_what_is_measured_is_noted_and_gone_by(tmp_path: Path) -> None:
    card = inspect(tiny_gguf.write(tmp_path / "tiny.gguf"))
    found = measure(card, Settings())
    assert all(min(speed.reading, speed.writing, speed.bandwidth) > 0 for speed in found.speeds)
    assert 0 < found.efficiency <= 1
    assert recall(card.path, fit.THREADS) == str(found.threads)
    assert fit.threads(card, Settings()) == found.threads
    assert fit.judge(card, 0, 1e9).measured


def test_what_is_set_counts_more_than_what_was_measured(tmp_path: Path) -> None:
    card = inspect(tiny_gguf.write(tmp_path / "tiny.gguf"))
    assert fit.threads(card, Settings(threads=7)) == 7


def test_a_further_thread_has_to_be_worth_its_core() -> None:
    one, same, better = (Speed(n, 1, writing, 1) for n, writing in ((1, 10), (2, 10 * WORTH), (4, 10 * WORTH + 1)))
    assert choose((one, same)) is one
    assert choose((one, same, better)) is better
