"""What a model keeps, against what llama.cpp allocates."""

import logging
import re
import threading
from pathlib import Path

import pytest

from assistant.models.catalogue import entries
from assistant.models.context import Context
from assistant.models.fit import PIECE, Plan
from assistant.models.gguf import inspect
from assistant.models.header import Header, Tensor, Value
from assistant.models.llama import LlamaModel
from assistant.models.native import Weights
from assistant.models.shape import Layers, shape_of
from assistant.records import Message
from assistant.settings import Settings
from tests.support import tiny_gguf

ALLOCATED = re.compile(r"size = +([\d.]+) MiB \( *\d+ cells")


def allocated(path: Path, window: int, caplog: pytest.LogCaptureFixture, *, whole: bool) -> float:
    """Return the MiB that llama.cpp says it allocates for keys and values."""
    weights = Weights(path)
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="assistant.models.native"):
        context = Context(weights, window=window, piece=PIECE, threads=1, whole=whole)
    context.close()
    weights.close()
    return sum(float(size) for size in ALLOCATED.findall(caplog.text))


@pytest.mark.parametrize("window", [256, 1000, 4096])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("make", [tiny_gguf.write, tiny_gguf.write_sliding])
def test_llama_cpp_allocates_what_the_header_promises(
    make: object, window: int, whole: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = make(tmp_path / "model.gguf", context=4096)  # type: ignore[operator]
    promised = inspect(path).shape.kept(window, PIECE, whole=whole) / 2**20
    assert promised == pytest.approx(allocated(path, window, caplog, whole=whole), abs=0.011)


def test_a_sliding_layer_keeps_less_unless_all_is_wanted(tmp_path: Path) -> None:
    shape = inspect(tiny_gguf.write_sliding(tmp_path / "model.gguf", layers=7, reach=256)).shape
    assert sorted(shape.layers, key=lambda each: each.count) == [Layers(1, 128, 0), Layers(6, 128, 256)]
    assert shape.slides
    assert shape.kept(4096, PIECE, whole=False) == (1 * 4096 + 6 * 512) * 128 * 2
    assert shape.kept(4096, PIECE, whole=True) == 7 * 4096 * 128 * 2


def header(architecture: str, tensors: tuple[Tensor, ...] = (), **metadata: Value) -> Header:
    named = {f"{architecture}.{key.replace('__', '.')}": value for key, value in metadata.items()}
    return Header({"general.architecture": architecture, **named}, {}, tensors, 0)


def test_layers_that_share_the_keys_of_others_keep_none() -> None:
    # Gemma 4 E2B, from its header: 35 layers of which the last 20 share, each fifth looks at all tokens.
    pattern = tuple((layer + 1) % 5 != 0 for layer in range(35))
    shape = shape_of(
        header(
            "gemma4", block_count=35, embedding_length=1536, attention__head_count=8, attention__head_count_kv=1,
            attention__key_length=512, attention__value_length=512, attention__key_length_swa=256,
            attention__value_length_swa=256, attention__sliding_window=512,
            attention__sliding_window_pattern=pattern, attention__shared_kv_layers=20,
        )
    )  # fmt: skip
    assert set(shape.layers) == set(next(entry for entry in entries() if entry.name == "gemma-4-e2b").shape.layers)


def test_a_recurrent_layer_keeps_a_state_and_no_tokens() -> None:
    # Qwen3.5-4B, from its config.json: each fourth of 32 layers is attention.
    shape = shape_of(
        header(
            "qwen35", block_count=32, embedding_length=2560, attention__head_count=16, attention__head_count_kv=4,
            attention__key_length=256, attention__value_length=256, full_attention_interval=4,
            ssm__conv_kernel=4, ssm__inner_size=4096, ssm__state_size=128, ssm__group_count=16,
        )
    )  # fmt: skip
    assert shape.layers == (Layers(8, 2048, 0),)
    assert shape.recurrent == 24 * 4 * (3 * (4096 + 2 * 16 * 128) + 128 * 4096)


def test_what_is_looked_up_or_idle_is_not_read() -> None:
    size = 100 * 4
    tensors = tuple(
        Tensor(name, (100,), 0, 0)
        for name in ("token_embd.weight", "output.weight", "blk.0.attn_q.weight", "blk.0.ffn_up_exps.weight")
    )
    shape = shape_of(header("some", tensors, block_count=1, expert_count=8, expert_used_count=2))
    assert shape.read == 2 * size + size // 4
    tied = shape_of(header("some", tensors[:1] + tensors[2:3], block_count=1))
    assert tied.read == 2 * size


@pytest.mark.parametrize("whole", [True, False])
def test_a_sliding_model_says_the_same_whatever_was_asked_before(tmp_path: Path, whole: bool) -> None:
    card = inspect(tiny_gguf.write_sliding(tmp_path / "model.gguf", reach=256))
    plan = Plan(window=4096, whole=whole, memory=0)

    def reply(model: LlamaModel, text: str) -> str:
        return "".join(model.stream([Message("user", text)], 12, threading.Event()))

    long = "edge " * 300
    fresh = LlamaModel(card, Settings(), plan)
    alone = reply(fresh, long[:700])
    fresh.close()
    used = LlamaModel(card, Settings(), plan)
    reply(used, long)
    again = reply(used, long[:700])
    used.close()
    assert alone == again
