"""A cross-encoder made by the test itself: its labels are read from its own configuration, whatever their order."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from assistant.errors import NotReadyError, RefusedError
from assistant.models.entailment import FolderEntailment, open_entailment
from assistant.settings import Settings

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the edge cloud data model stays leaves on site is not".split()
PAIRS = [("the data stays on site", "the data leaves"), ("the edge is not the cloud", "the model stays")]


def tiny(folder: Path, labels: tuple[str, ...]) -> Path:
    """Write a cross-encoder of random weights, always the same, that names its outputs `labels`."""
    pytest.importorskip("sentence_transformers")
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(str(folder))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32, num_labels=len(labels), initializer_range=2.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(str(folder))
    written = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    written |= {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    (folder / "config.json").write_text(json.dumps(written), encoding="utf-8")
    return folder


@pytest.mark.neural
def test_labels_are_told_by_their_names(tmp_path: Path) -> None:
    said = {}
    for number, order in enumerate(permutations(("entailment", "NEUTRAL", "Contradiction"))):
        model = FolderEntailment(tiny(tmp_path / str(number), order))
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
        FolderEntailment(tiny(tmp_path / "model", labels))
    assert str(caught.value.where).endswith("config.json")


@pytest.mark.neural
def test_a_text_beyond_the_window_and_a_broken_folder(tmp_path: Path) -> None:
    folder = tiny(tmp_path / "model", ("contradiction", "entailment", "neutral"))
    (said,) = open_entailment(tmp_path, Settings(nli="model")).judge([("the data " * 100, "stays " * 100)])
    assert 0 <= said.entailed <= 1
    (folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(RefusedError):
        FolderEntailment(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError) as caught:
        open_entailment(tmp_path, Settings(nli="missing"))
    assert "nli" in caught.value.remedy
