"""Real GGUF files of a few hundred kilobytes, made on the spot.

A tiny writing model is a llama with random weights whose attention and feed-forward layers add next to
nothing, so that the next token depends on the last one alone: the output row of a token points at the embedding of
the token before it in a script. Such a model writes its script after any prompt, token by token, through the
whole of llama.cpp. Without a script it writes what its random weights say.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

WIDTH = 128
HEADS = 4
FEED_FORWARD = 64
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
NO_SYSTEM = (
    "{% for message in messages %}"
    "{% if message.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
OPENS_THINKING = CHATML.replace("assistant\n{% endif %}", "assistant\n<think>\n{% endif %}")
SPECIAL = ("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|channel|>", "<|message|>")
DRAFT = (
    "邊緣運算把資料留在本機，延遲也比較短 [1][2]。\n\n## 重點\n- 資料不必離開現場，隱私風險因此降低 [1]。\n"
    "- 本地推論省下雲端的傳輸費用 [2]。\n"
)


@dataclass(frozen=True)
class Vocabulary:
    """Token texts with their types and scores, as `tokenizer.ggml.*` holds them."""

    tokens: tuple[str, ...]
    types: tuple[int, ...]
    scores: tuple[float, ...]

    def id(self, token: str) -> int:
        return self.tokens.index(token)


def write(
    path: Path,
    *,
    says: str | Sequence[str] | None = DRAFT,
    loops: bool = False,
    template: str | None = CHATML,
    context: int = 512,
    special: Sequence[str] = SPECIAL,
    metadata: Mapping[str, Any] | None = None,
    seed: int = 7,
) -> Path:
    """Write a tiny llama to `path` and return it.

    `says` is the script, as a text or as its pieces; None leaves the weights random. A script that `loops`
    begins again instead of ending. `template` None leaves the chat template out. `metadata` adds pairs.
    """
    pieces = list(_pieces(says)) if isinstance(says, str) else list(says or ())
    vocabulary = _vocabulary(pieces, special)
    generator = np.random.default_rng(seed)
    embedding, output = _weights(generator, vocabulary, pieces, loops)
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("Tiny")
    writer.add_file_type(1)
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS // 2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(vocabulary.tokens))
    _add_tokenizer(writer, vocabulary, template)
    for key, value in (metadata or {}).items():
        writer.add_string(key, value) if isinstance(value, str) else writer.add_uint32(key, value)
    writer.add_tensor("token_embd.weight", embedding.astype(np.float16))
    writer.add_tensor("output.weight", output.astype(np.float16))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for name, tensor in _llama_block(generator):
        writer.add_tensor(f"blk.0.{name}.weight", tensor)
    return _finish(writer, path)


def _pieces(script: str) -> Iterator[str]:
    """Cut a script into tokens of which none comes twice: pieces of two characters or more, as it takes."""
    seen: list[str] = []
    rest = script
    while rest:
        size = next((n for n in range(2, len(rest)) if rest[:n] not in seen), len(rest))
        if rest[:size] in seen:
            seen[-1] += rest
            break
        seen.append(rest[:size])
        rest = rest[size:]
    return iter(seen)


def _vocabulary(pieces: Sequence[str], special: Sequence[str]) -> Vocabulary:
    """Return special tokens, all 256 bytes, printable ASCII, and the pieces; a byte piece is spelled <0xE9>."""
    kinds = gguf.TokenType
    rows = [(text, kinds.UNKNOWN if text == "<unk>" else kinds.CONTROL, 0.0) for text in special]
    rows += [(f"<0x{byte:02X}>", kinds.BYTE, 0.0) for byte in range(256)]
    rows += [("▁" if code == 32 else chr(code), kinds.NORMAL, -1.0) for code in range(32, 127)]
    known = {text for text, _, _ in rows}
    spelled = (piece.replace(" ", "▁") for piece in pieces)
    rows += [(piece, kinds.USER_DEFINED if piece in MARKERS else kinds.NORMAL, -50.0)
             for piece in dict.fromkeys(spelled) if piece not in known]  # fmt: skip
    texts, types, scores = zip(*rows, strict=True)
    return Vocabulary(texts, tuple(int(kind) for kind in types), scores)


MARKERS = ("<think>", "</think>")


def _weights(
    generator: np.random.Generator, vocabulary: Vocabulary, pieces: Sequence[str], loops: bool
) -> tuple[Array, Array]:
    """Return the embedding and the output rows, those of the script set so that each token calls for the next.

    The tokens outside the script share one direction of their embeddings, which calls for the script's first:
    whatever a prompt ends with, the script begins.
    """
    shape = (len(vocabulary.tokens), WIDTH)
    embedding = generator.standard_normal(shape).astype(np.float32)
    if not pieces:
        return embedding, generator.standard_normal(shape).astype(np.float32) / WIDTH
    script = [vocabulary.id(piece.replace(" ", "▁")) for piece in pieces]
    assert len(set(script)) == len(script), "a token can't come twice in a script"
    embedding[:, 0] = WIDTH**0.5
    embedding[script, 0] = 0
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    output = np.zeros_like(embedding)
    output[script[0], 0] = 2
    output[script[1:]] = embedding[script[:-1]]
    output[script[0] if loops else vocabulary.id("</s>")] += embedding[script[-1]]
    return embedding, output


def _llama_block(generator: np.random.Generator) -> Iterator[tuple[str, Array]]:
    """Yield the tensors of one layer: real arithmetic with a contribution of about a thousandth."""
    key_width = WIDTH // 2
    yield "attn_norm", np.ones(WIDTH, np.float32)
    yield "ffn_norm", np.ones(WIDTH, np.float32)
    shapes = {
        "attn_q": (WIDTH, WIDTH),
        "attn_k": (key_width, WIDTH),
        "attn_v": (key_width, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (FEED_FORWARD, WIDTH),
        "ffn_up": (FEED_FORWARD, WIDTH),
        "ffn_down": (WIDTH, FEED_FORWARD),
    }
    for name, shape in shapes.items():
        scale = 1e-4 if name in ("attn_output", "ffn_down") else 1e-1
        yield name, (generator.standard_normal(shape) * scale).astype(np.float32)


def _add_tokenizer(writer: gguf.GGUFWriter, vocabulary: Vocabulary, template: str | None) -> None:
    writer.add_tokenizer_model("llama")
    writer.add_token_list(list(vocabulary.tokens))
    writer.add_token_scores(list(vocabulary.scores))
    writer.add_token_types(list(vocabulary.types))
    writer.add_bos_token_id(vocabulary.id("<s>"))
    writer.add_eos_token_id(vocabulary.id("</s>"))
    writer.add_unk_token_id(vocabulary.id("<unk>"))
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    if template is not None:
        writer.add_chat_template(template)


def _finish(writer: gguf.GGUFWriter, path: Path) -> Path:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_sliding(path: Path, *, layers: int = 7, reach: int = 256, context: int = 4096, seed: int = 7) -> Path:
    """Write a tiny Gemma 3 with random weights, of whose layers each sixth is no sliding one, and return `path`."""
    generator = np.random.default_rng(seed)
    vocabulary = _vocabulary([], SPECIAL)
    head = WIDTH // HEADS
    writer = gguf.GGUFWriter(str(path), "gemma3")
    writer.add_name("Tiny, sliding")
    writer.add_file_type(0)
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS // 2)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_sliding_window(reach)
    writer.add_layer_norm_rms_eps(1e-6)
    _add_tokenizer(writer, vocabulary, CHATML)
    embedding = generator.standard_normal((len(vocabulary.tokens), WIDTH)).astype(np.float32)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    for block in range(layers):
        for name, tensor in _llama_block(generator):
            writer.add_tensor(f"blk.{block}.{name}.weight", tensor)
        for name, width in (
            ("post_attention_norm", WIDTH),
            ("post_ffw_norm", WIDTH),
            ("attn_q_norm", head),
            ("attn_k_norm", head),
        ):
            writer.add_tensor(f"blk.{block}.{name}.weight", np.ones(width, np.float32))
    return _finish(writer, path)


RANK = 4


def write_encoder(path: Path, *, pooling: int = 1, seed: int = 7, name: str = "Tiny encoder") -> Path:
    """Write a tiny BERT that pools its tokens' vectors (1 mean, 2 the first token, 4 into a score) and return `path`.

    Its words are pieces of letters and single Chinese characters, so texts that share words have near vectors.
    """
    width, layers, context = 64, 1, 128
    words = ["edge", "cloud", "model", "privacy", "cost", "latency", "query", "passage"]
    characters = sorted(set("邊緣雲端模型隱私成本延遲運算資料推論本地裝置的在是有"))
    letters = [chr(code) for code in range(97, 123)] + [str(digit) for digit in range(10)] + list(".,:;?!-'\"")
    whole = [f"▁{token}" for token in (*words, *characters, *letters)]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *whole, *letters]
    generator = np.random.default_rng(seed)

    def noise(*shape: int, scale: float = 0.02) -> Array:
        return (generator.standard_normal(shape) * scale).astype(np.float32)

    writer = gguf.GGUFWriter(str(path), "bert")
    writer.add_name(name)
    writer.add_file_type(0)
    writer.add_context_length(context)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(width)
    writer.add_head_count(4)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType(pooling))
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token.startswith("[") else 1 for token in tokens])
    writer.add_token_type_count(2)
    for role, token in (("unk", "[UNK]"), ("sep", "[SEP]"), ("pad", "[PAD]"), ("mask", "[MASK]"), ("cls", "[CLS]")):
        writer.add_uint32(
            f"tokenizer.ggml.{ {'unk': 'unknown', 'sep': 'seperator', 'pad': 'padding'}.get(role, role) }_token_id",
            tokens.index(token),
        )
    writer.add_bos_token_id(tokens.index("[CLS]"))
    writer.add_eos_token_id(tokens.index("[SEP]"))
    writer.add_tensor("token_embd.weight", noise(len(tokens), width, scale=1.0))
    writer.add_tensor("position_embd.weight", noise(context, width))
    writer.add_tensor("token_types.weight", noise(2, width))
    _norm(writer, "token_embd_norm", width)
    for side in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down"):
        writer.add_tensor(f"blk.0.{side}.weight", noise(width, width))
        writer.add_tensor(f"blk.0.{side}.bias", noise(width))
    _norm(writer, "blk.0.attn_output_norm", width)
    _norm(writer, "blk.0.layer_output_norm", width)
    if pooling == RANK:
        writer.add_tensor("cls.weight", noise(width, width, scale=0.2))
        writer.add_tensor("cls.bias", noise(width))
        writer.add_tensor("cls.output.weight", noise(1, width, scale=0.2))
        writer.add_tensor("cls.output.bias", noise(1))
    return _finish(writer, path)


def _norm(writer: gguf.GGUFWriter, name: str, width: int) -> None:
    writer.add_tensor(f"{name}.weight", np.ones(width, np.float32))
    writer.add_tensor(f"{name}.bias", np.zeros(width, np.float32))


def split(path: Path, parts: int = 2) -> list[Path]:
    """Write the model `path` again as `parts` files beside it, the tensors shared out, and return them."""
    reader = gguf.GGUFReader(str(path))
    stem = re.sub(r"\.gguf$", "", path.name)
    names = [path.with_name(f"{stem}-{n:05}-of-{parts:05}.gguf") for n in range(1, parts + 1)]
    for number, name in enumerate(names):
        writer = gguf.GGUFWriter(str(name), "llama")
        if number == 0:
            _copy_pairs(reader, writer)
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", parts)
        writer.add_int32("split.tensors.count", len(reader.tensors))
        for tensor in reader.tensors[number::parts]:
            writer.add_tensor(tensor.name, np.array(tensor.data), raw_dtype=tensor.tensor_type)
        _finish(writer, name)
    return names


def _copy_pairs(reader: gguf.GGUFReader, writer: gguf.GGUFWriter) -> None:
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name == "general.architecture":
            continue
        kinds = field.types
        value = field.contents()
        writer.add_key_value(field.name, value, kinds[0], kinds[1] if len(kinds) > 1 else None)
