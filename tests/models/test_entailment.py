"""A cross-encoder made by the test itself: its labels are read from its own configuration, whatever their order."""

from itertools import permutations
from pathlib import Path

import pytest

from assistant.errors import NotReadyError, RefusedError
from assistant.models.entailment import FolderEntailment, open_entailment
from assistant.settings import Settings
from tests.support import tiny_cross_encoder

PAIRS = [("the data stays on site", "the data leaves"), ("the edge is not the cloud", "the model stays")]


@pytest.mark.neural
def test_labels_are_told_by_their_names(tmp_path: Path) -> None:
    said = {}
    for number, order in enumerate(permutations(("entailment", "NEUTRAL", "Contradiction"))):
        model = FolderEntailment(tiny_cross_encoder.write(tmp_path / str(number), order))
        first, second = model.judge(PAIRS)
        assert first.entailed + first.neutral + first.contradicted == pytest.approx(1)
        assert first != second
        by_name = {"entailment": first.entailed, "NEUTRAL": first.neutral, "Contradiction": first.contradicted}
        said[order] = [by_name[label] for label in order]
    # The same weights: output for output they say the same, whatever the outputs are called.
    assert all(chances == pytest.approx(said[order]) for chances in said.values() for order in said)
    assert model.judge([]) == []


@pytest.mark.neural
@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "not_entailment"), ("score",)])
def test_other_labels_are_refused(tmp_path: Path, labels: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as caught:
        FolderEntailment(tiny_cross_encoder.write(tmp_path / "model", labels))
    assert str(caught.value.where).endswith("config.json")


@pytest.mark.neural
def test_a_text_beyond_the_window_and_a_broken_folder(tmp_path: Path) -> None:
    folder = tiny_cross_encoder.write(tmp_path / "model", ("contradiction", "entailment", "neutral"))
    (said,) = open_entailment(tmp_path, Settings(nli="model")).judge([("the data " * 100, "stays " * 100)])
    assert 0 <= said.entailed <= 1
    (folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(RefusedError):
        FolderEntailment(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError) as caught:
        open_entailment(tmp_path, Settings(nli="missing"))
    assert "nli" in caught.value.remedy
