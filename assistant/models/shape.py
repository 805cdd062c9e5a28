"""What a model keeps in memory for each token it has read, and how much of it is read to write the next.

An attention layer keeps a key and a value of each token, a sliding layer those of its last tokens only, a recurrent
layer a state whose size does not depend on the tokens. Which layer is of which sort stands in the header,
or in llama.cpp's code for the architecture.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.models.header import Header, Value

# llama.cpp pads windows to this many tokens (llama-context.cpp, llama-kv-cache-iswa.cpp).
PADDING = 256
# Keys and values are kept as F16, the state of recurrent layers as F32 (llama_context_default_params).
KEPT_BYTES, STATE_BYTES = 2, 4
# Where the header has no pattern: one layer of so many is not a sliding one, and whether that is the first of them or
# the last (llama.cpp, src/models/, load_swa_pattern). All others are counted as if every layer kept every token.
PERIODS = {
    "afmoe": (4, False),
    "cohere2": (4, False),
    "exaone4": (4, False),
    "gemma2": (2, False),
    "gemma3": (6, False),
    "gemma3n": (5, False),
    "gpt-oss": (2, False),
    "olmo2": (4, False),
    "plamo3": (8, False),
    "smallthinker": (4, True),
}
# Architectures whose layers are recurrent but for one of so many, unless the header says otherwise.
INTERVALS = {"qwen35": 4, "qwen35moe": 4, "qwen3next": 4}
# Sliding windows that llama.cpp takes where the header has none.
REACHES = {"gemma2": 4096, "smallthinker": 4096}


@dataclass(frozen=True, slots=True)
class Layers:
    """`count` attention layers that are alike: each keeps `width` numbers of each of the last `reach` tokens.

    A reach of 0 is all tokens.
    """

    count: int
    width: int
    reach: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """Attention layers, bytes of recurrent state, and `read`: the bytes of weights that writing one token reads."""

    layers: tuple[Layers, ...]
    recurrent: int
    read: int

    @property
    def slides(self) -> bool:
        """Whether some layers need only the last tokens."""
        return any(layers.reach for layers in self.layers)

    def kept(self, window: int, piece: int, *, whole: bool) -> int:
        """Return the bytes kept for a `window` in tokens, where prompts are run in pieces of `piece` tokens.

        With `whole` the sliding layers keep all tokens too, so that a prompt's beginning can be gone back to.
        """
        return self.recurrent + sum(
            layers.count * layers.width * KEPT_BYTES * _cells(layers.reach, window, piece, whole=whole)
            for layers in self.layers
        )


def _cells(reach: int, window: int, piece: int, *, whole: bool) -> int:
    padded = -(-window // PADDING) * PADDING
    if whole or not reach:
        return padded
    return -(-min(padded, reach + piece) // PADDING) * PADDING


def shape_of(header: Header) -> Shape:
    """Return the shape that a header describes. What it leaves out counts as nothing."""
    said = _Said(header.metadata)
    kinds: Counter[tuple[int, int]] = Counter()
    recurrent = 0
    for layer in range(said.number("block_count")):
        if said.is_recurrent(layer):
            recurrent += said.state() * STATE_BYTES
        elif layer < said.number("block_count") - said.number("attention.shared_kv_layers"):
            reach = said.reach() if said.slides(layer) else 0
            kinds[said.width(layer, sliding=bool(reach)), reach] += 1
    layers = tuple(Layers(count, width, reach) for (width, reach), count in kinds.items() if width)
    return Shape(layers, recurrent, _read(header, said))


class _Said:
    """Reads an architecture's keys, whose values are one for all layers or one a layer."""

    def __init__(self, metadata: Mapping[str, Value]) -> None:
        self._metadata = metadata
        named = metadata.get("general.architecture")
        self.architecture = named if isinstance(named, str) else ""

    def value(self, key: str) -> Value | None:
        return self._metadata.get(f"{self.architecture}.{key}")

    def number(self, key: str, layer: int = 0, default: int = 0) -> int:
        value = self.value(key)
        if isinstance(value, tuple):
            value = value[layer] if layer < len(value) else default
        return value if isinstance(value, int) else default

    def width(self, layer: int, *, sliding: bool) -> int:
        """Return how many numbers an attention layer keeps of a token: its keys and its values."""
        heads = self.number("attention.head_count", layer)
        even = self.number("embedding_length") // heads if heads else 0
        key, value = (self.number(f"attention.{part}_length", default=even) for part in ("key", "value"))
        if sliding:
            key = self.number("attention.key_length_swa", default=key)
            value = self.number("attention.value_length_swa", default=value)
        return self.number("attention.head_count_kv", layer, default=heads) * (key + value)

    def reach(self) -> int:
        return self.number("attention.sliding_window", default=REACHES.get(self.architecture, 0))

    def slides(self, layer: int) -> bool:
        pattern = self.value("attention.sliding_window_pattern")
        if isinstance(pattern, tuple):
            return layer < len(pattern) and bool(pattern[layer])
        period, first = PERIODS.get(self.architecture, (1, False))
        period = self.number("attention.sliding_window_pattern", default=period) if period > 1 else 1
        return layer % period != (0 if first else period - 1) if period else True

    def is_recurrent(self, layer: int) -> bool:
        listed = self.value("attention.recurrent_layers")
        if isinstance(listed, tuple):
            return layer < len(listed) and bool(listed[layer])
        if isinstance(self.value("attention.head_count_kv"), tuple):
            return self.number("attention.head_count_kv", layer) == 0
        interval = self.number("full_attention_interval", default=INTERVALS.get(self.architecture, 0))
        return bool(interval) and (layer + 1) % interval != 0

    def state(self) -> int:
        """Return how many numbers a recurrent layer keeps (llama-hparams.cpp, n_embd_r and n_embd_s)."""
        if self.number("shortconv.l_cache"):
            return self.number("embedding_length") * (self.number("shortconv.l_cache") - 1)
        inner, state = self.number("ssm.inner_size"), self.number("ssm.state_size")
        convolved = inner + 2 * self.number("ssm.group_count") * state
        return max(self.number("ssm.conv_kernel") - 1, 0) * convolved + state * inner


def _read(header: Header, said: _Said) -> int:
    """Return the bytes of weights that one token reads: not the embeddings of other tokens, nor idle experts."""
    names = {tensor.name for tensor in header.tensors}
    looked_up = {"per_layer_token_embd.weight", "position_embd.weight"}
    if "output.weight" in names:  # else the embeddings are the output's weights too
        looked_up.add("token_embd.weight")
    experts = said.number("expert_count")
    used = said.number("expert_used_count") / experts if experts else 1.0
    return int(
        sum(
            tensor.size * (used if "_exps." in tensor.name else 1.0)
            for tensor in header.tensors
            if tensor.name not in looked_up
        )
    )
