"""A cross-encoder with random weights, in the form of a folder of sentence-transformers."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the edge cloud data model stays leaves on site is not".split()


def write(folder: Path, labels: Sequence[str], words: Sequence[str] = WORDS) -> Path:
    """Write a model that knows `words`, always the same, and names its outputs `labels`; return its folder."""
    pytest.importorskip("sentence_transformers")
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(str(folder))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32, num_labels=len(labels), initializer_range=2.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(str(folder))
    written = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    written |= {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
    (folder / "config.json").write_text(json.dumps(written), encoding="utf-8")
    return folder
