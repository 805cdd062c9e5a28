"""Models of random weights in the shape of published ones: speed depends on shapes, not on what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt

from assistant.models.native import library

SPECIAL = ("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
Q4_0 = 2  # LLAMA_FTYPE_MOSTLY_Q4_0


@dataclass(frozen=True)
class Shape:
    """The sizes of a Qwen2 model, as its config.json names them."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    feed_forward: int
    vocabulary: int
    context: int


# huggingface.co/Qwen/Qwen2.5-0.5B-Instruct, config.json
QWEN_HALF_B = Shape(24, 896, 14, 2, 4864, 151_936, 32_768)


def make(path: Path, shape: Shape = QWEN_HALF_B) -> Path:
    """Write a model of `shape` with random weights to `path`, quantized to Q4_0 by llama.cpp itself, and return it."""
    plain = path.with_suffix(".f16.gguf")
    _write(plain, shape)
    llama = library()
    params = llama.llama_model_quantize_default_params()
    params.ftype = Q4_0
    if llama.llama_model_quantize(str(plain).encode(), str(path).encode(), params):
        raise RuntimeError("llama.cpp could not quantize the model")
    plain.unlink()
    return path


def _write(path: Path, shape: Shape) -> None:
    writer = gguf.GGUFWriter(str(path), "qwen2")
    writer.add_name("Random weights")
    writer.add_file_type(1)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    _add_tokenizer(writer, shape.vocabulary)
    for name, tensor in _tensors(shape):
        writer.add_tensor(f"{name}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(writer: gguf.GGUFWriter, size: int) -> None:
    """Add a vocabulary of bytes, ASCII and words that no text contains, so that a prompt has a token for each byte."""
    kinds = gguf.TokenType
    rows = [(text, kinds.UNKNOWN if text == "<unk>" else kinds.CONTROL) for text in SPECIAL]
    rows += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    rows += [("▁" if code == 32 else chr(code), kinds.NORMAL) for code in range(32, 127)]
    rows += [(f"▁word{n}", kinds.NORMAL) for n in range(size - len(rows))]
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _ in rows])
    writer.add_token_scores([0.0] * len(rows))
    writer.add_token_types([int(kind) for _, kind in rows])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def _tensors(shape: Shape) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
    generator = np.random.default_rng(7)
    kv = shape.width // shape.heads * shape.kv_heads
    wide, inner = shape.width, shape.feed_forward
    drawn = (generator.standard_normal(1 << 20) * 0.02).astype(np.float16)

    def noise(*extents: int) -> npt.NDArray[np.generic]:
        # A stretch drawn once and repeated from a random start: drawing every weight would take minutes.
        return np.resize(np.roll(drawn, int(generator.integers(len(drawn)))), extents)

    yield "token_embd.weight", noise(shape.vocabulary, wide)
    yield "output_norm.weight", np.ones(wide, np.float32)
    for block in (f"blk.{n}." for n in range(shape.layers)):
        yield f"{block}attn_norm.weight", np.ones(wide, np.float32)
        yield f"{block}ffn_norm.weight", np.ones(wide, np.float32)
        for name, extents in {
            "attn_q": (wide, wide),
            "attn_k": (kv, wide),
            "attn_v": (kv, wide),
            "attn_output": (wide, wide),
            "ffn_gate": (inner, wide),
            "ffn_up": (inner, wide),
            "ffn_down": (wide, inner),
        }.items():
            yield f"{block}{name}.weight", noise(*extents)
        for name, extent in {"attn_q": wide, "attn_k": kv, "attn_v": kv}.items():
            yield f"{block}{name}.bias", np.zeros(extent, np.float32)
