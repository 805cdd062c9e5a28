from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.errors import RefusedError
from assistant.models import fit, machine
from assistant.models.catalogue import entries
from assistant.models.files import remember
from assistant.models.gguf import inspect
from assistant.models.llama import load
from assistant.models.shape import Layers, Shape
from assistant.settings import Settings
from tests.support import tiny_gguf

GB = 10**9


PLAIN = Shape((Layers(30, 2048),), 0, 2 * GB)


@dataclass(frozen=True)
class Model:
    size: int = 2 * GB
    shape: Shape = PLAIN
    name: str = "a model"
    vocabulary: int = 100_000
    context_length: int = 32_768


SLIDING = Model(shape=Shape((Layers(25, 2048, 1024), Layers(5, 2048)), 0, 2 * GB))


def room(model: Model, window: int, *, whole: bool = True) -> int:
    return fit.resident(model, window, whole=whole) + fit.RESERVE


def window(model: Model, available: int, wanted: int = 0) -> int:
    plan = fit.plan(model, available, wanted)
    return plan.window if plan else 0


def test_the_window_is_the_largest_that_fits() -> None:
    model = Model()
    assert window(model, room(model, 8192)) == 8192
    assert window(model, room(model, 8192) - 1) == 4096
    assert window(model, room(model, 2048)) == 2048
    assert fit.plan(model, room(model, 2048) - 1) is None


def test_sliding_layers_go_back_to_sliding_before_the_window_shrinks() -> None:
    plan = fit.plan(SLIDING, room(SLIDING, 8192) - 1)
    assert plan == fit.Plan(8192, whole=False, memory=fit.resident(SLIDING, 8192, whole=False))


def test_a_wanted_window_is_not_made_smaller_but_for_the_trained_one() -> None:
    model = Model()
    assert fit.plan(model, room(model, 20_000) - 1, wanted=20_000) is None
    assert window(model, 0, 99_999) == model.context_length


def test_unknown_memory_refuses_nothing() -> None:
    assert fit.plan(Model(size=900 * GB), 0) is not None


def test_the_speed_is_the_bandwidth_over_what_is_read() -> None:
    judged = fit.judge(Model(), 64 * GB, bandwidth=20e9)
    read = 2 * GB + 30 * 2048 * 2 * 4096
    assert judged.speed == pytest.approx(fit.EFFICIENCY * 20e9 / read)
    assert not judged.measured


def test_what_was_measured_of_a_file_counts(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    remember(path, fit.NOTE, "0.25")
    card = inspect(path)
    judged = fit.judge(card, 0, bandwidth=1e9)
    assert judged.measured
    assert judged.speed == pytest.approx(0.25e9 / (card.shape.read + card.shape.kept(256, fit.PIECE, whole=False)))


def test_a_load_that_cannot_fit_is_refused_and_says_what_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = inspect(tiny_gguf.write(tmp_path / "small.gguf", context=8192))
    large = inspect(tiny_gguf.write_sliding(tmp_path / "large.gguf", layers=60, context=65_536))
    available = fit.resident(small, 8192) + fit.RESERVE + (48 << 20)
    here = machine.Machine(available, available, 2, ())
    monkeypatch.setattr(fit, "examine", lambda: here)
    with pytest.raises(RefusedError) as refused:
        load(large, Settings(context=65_536))
    assert "set model to small.gguf" in refused.value.remedy
    assert "set context to" in refused.value.remedy
    load(small, Settings()).close()


def test_the_least_entry_of_the_catalogue_fits_a_box_of_two_gigabytes_and_none_fits_nothing() -> None:
    assert fit.plan(entries()[0], 2 * GB)
    assert not any(fit.plan(entry, GB // 2) for entry in entries())


def test_the_catalogue_names_sources_and_files_that_can_be_pulled() -> None:
    for entry in entries():
        assert entry.source == f"https://huggingface.co/{entry.repository}"
        assert entry.file.endswith(".gguf")
        assert entry.shape.read <= entry.size
    assert len({entry.name for entry in entries()}) == len(entries())


def test_this_machine_is_measured() -> None:
    here = machine.examine()
    assert 0 < here.available <= here.memory
    assert here.cores >= 1
    assert 1e8 < machine.bandwidth(1, seconds=0) < 1e13


def test_a_control_group_bounds_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_limits", lambda: iter([(GB, GB // 4)]))
    here = machine.examine()
    assert (here.memory, here.available) == (GB, GB - GB // 4)
