"""What a GGUF file says about itself, read without loading it and without trusting it.

Only the header is read: key-value pairs and the table of tensors. Long arrays (a vocabulary has 250,000
entries) are stepped over, and every count and length is held against the file's size before anything is
made of it, so a damaged or hostile header costs nothing.

The format: github.com/ggml-org/ggml, docs/gguf.md.
"""

import re
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

from assistant.errors import RefusedError

Value = bool | int | float | str | tuple[bool | int | float, ...]
Kind = Literal["writing", "embedding", "reranking", "other"]
T = TypeVar("T", bool, int, float, str)

REMEDY = "download the file again, or take it out of the models folder"
MAGIC = b"GGUF"
VERSIONS = (2, 3)
# The specification ends keys at 2^16 - 1 bytes. The other limits are ours, far above any published model:
# DeepSeek-V3 has 1,000 tensors and 50 pairs, the longest chat templates have 30 kB.
MAX_KEY = (1 << 16) - 1
MAX_STRING = 4 << 20
MAX_ENTRIES = 1 << 16
MAX_KEPT = 1024
MAX_NESTING = 2
MAX_DIMENSIONS = 4
WINDOW = 1 << 20

STRING, ARRAY = 8, 9
# struct codes of the value types (gguf_metadata_value_type)
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# ggml_type: weights in a block, bytes of a block (ggml.c, type_traits)
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 40),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18),
}  # fmt: skip
# llama_ftype (llama.h), which `general.file_type` holds
FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0",
    37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip
PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
# llama_pooling_type (llama.h): none, mean, cls, last give embeddings; rank gives a score.
POOLING_RANK = 4


@dataclass(frozen=True, slots=True)
class Tensor:
    """One entry of the table of tensors. `offset` counts bytes from the start of the data."""

    name: str
    shape: tuple[int, ...]
    type: int
    offset: int

    @property
    def weights(self) -> int:
        """How many numbers the tensor holds."""
        product = 1
        for extent in self.shape:
            product *= extent
        return product

    @property
    def size(self) -> int:
        """Bytes of the tensor; 0 for a type this program does not know."""
        weights, size = BLOCKS.get(self.type, (1, 0))
        return self.weights // weights * size


@dataclass(frozen=True, slots=True)
class Header:
    """A GGUF header. `metadata` has scalars, strings and short arrays; `lengths` the length of every array."""

    metadata: Mapping[str, Value]
    lengths: Mapping[str, int]
    tensors: tuple[Tensor, ...]
    data_start: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model file as its header describes it.

    `size` is in bytes, over all parts of a split model; `parameters` counts weights; `context_length` is the
    window the model was trained for, in tokens, and 0 where the file does not say.
    """

    path: Path
    name: str
    title: str
    size: int
    kind: Kind
    architecture: str
    parameters: int
    quantization: str
    context_length: int
    layers: int
    embedding_length: int
    vocabulary: int
    chat_template: str | None
    pooling: int | None
    parts: tuple[Path, ...]

    @property
    def is_embedding(self) -> bool:
        """Whether the file makes vectors and not text."""
        return self.kind == "embedding"


class _DamagedError(Exception):
    """Why a header can't be read; `inspect` says where."""


class _Cursor:
    """Reads a file forward through a window, never past its end and never more than was asked for."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self._start = 0
        self._window = b""
        self._at = 0

    @property
    def position(self) -> int:
        return self._start + self._at

    @property
    def left(self) -> int:
        return self._size - self.position

    def skip(self, count: int) -> None:
        if count > self.left:
            raise _DamagedError("the file ends inside its header")
        self._at += count

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise _DamagedError("the file ends inside its header")
        if self._at + count > len(self._window):
            self._refill(count)
        taken = self._window[self._at : self._at + count]
        if len(taken) < count:
            raise _DamagedError("the file shrank while it was read")
        self._at += count
        return taken

    def _refill(self, count: int) -> None:
        self._start, self._at = self.position, 0
        self._file.seek(self._start)
        self._window = self._file.read(max(count, WINDOW))

    def number(self, code: str) -> int:
        """Return the next integer, of the `struct` type `code`."""
        value: int = struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]
        return value

    def text(self, most: int) -> str:
        length = self.number("Q")
        if length > most:
            raise _DamagedError(f"its header has a text of {length} bytes")
        return self.take(length).decode("utf-8", errors="replace")

    def skip_texts(self, count: int) -> None:
        """Step over `count` strings: the long way through a vocabulary, so the loop is a tight one."""
        length_at = struct.Struct("<Q").unpack_from
        while count:
            if self._at + 8 > len(self._window):
                self.take(8)
                self._at -= 8
            window, at, last = self._window, self._at, len(self._window) - 8
            while count and at <= last:
                at += 8 + length_at(window, at)[0]
                count -= 1
            self.skip(at - self._at)


def inspect(path: Path) -> ModelCard:
    """Return what the GGUF file `path` says about itself; of a split model, name the first part.

    Raises RefusedError, naming the file and the remedy, for a file that can't be a whole GGUF model: empty,
    truncated, of another format or version, with a header that contradicts its size, or a missing part.
    """
    part = PART.match(path.name)
    if part is None:
        return _card(path, _checked(path))
    if int(part["number"]) != 1:
        raise RefusedError(
            "this is a later part of a split model", where=str(path), remedy="name the part that ends in 00001"
        )
    count = int(part["count"])
    parts = tuple(path.with_name(f"{part['stem']}-{n:05}-of-{part['count']}.gguf") for n in range(1, count + 1))
    missing = [other.name for other in parts if not other.exists()]
    if missing:
        raise RefusedError(
            f"{len(missing)} of {count} parts of the model are missing, first {missing[0]}",
            where=str(path),
            remedy="download the missing parts into the same folder",
        )
    headers = [_checked(other) for other in parts]
    whole = replace(headers[0], tensors=tuple(tensor for header in headers for tensor in header.tensors))
    return replace(_card(path, whole), size=sum(other.stat().st_size for other in parts), parts=parts)


def _checked(path: Path) -> Header:
    """Return the header of one file, turning whatever is wrong with it into a RefusedError."""
    try:
        return read_header(path)
    except _DamagedError as damage:
        raise RefusedError(f"not a usable GGUF model: {damage}", where=str(path), remedy=REMEDY) from None
    except OSError as error:
        raise RefusedError(
            f"the model can't be read: {error.strerror or error}",
            where=str(path),
            remedy="check that it is a file and that you may read it",
        ) from error


def read_header(path: Path) -> Header:
    """Return the header of one GGUF file, held against the file's size. Raises OSError where it can't be read."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise _DamagedError("it is a folder" if stat.S_ISDIR(status.st_mode) else "it is not a regular file")
    if status.st_size == 0:
        raise _DamagedError("it is empty")
    with path.open("rb") as file:
        cursor = _Cursor(file, status.st_size)
        if cursor.left < len(MAGIC) or cursor.take(len(MAGIC)) != MAGIC:
            raise _DamagedError("it does not begin as GGUF files do")
        version = cursor.number("I")
        if version not in VERSIONS:
            raise _DamagedError(f"its version is {version}, and only {VERSIONS[0]} and {VERSIONS[1]} are known")
        tensors, pairs = cursor.number("Q"), cursor.number("Q")
        if max(tensors, pairs) > MAX_ENTRIES:
            raise _DamagedError(f"its header counts {tensors} tensors and {pairs} pairs")
        metadata, lengths = _pairs(cursor, pairs)
        table = tuple(_tensor(cursor) for _ in range(tensors))
        header = Header(metadata, lengths, table, _aligned(cursor.position, metadata))
    _check_data(header, status.st_size)
    return header


def _pairs(cursor: _Cursor, count: int) -> tuple[dict[str, Value], dict[str, int]]:
    metadata: dict[str, Value] = {}
    lengths: dict[str, int] = {}
    for _ in range(count):
        key = cursor.text(MAX_KEY)
        kind = cursor.number("I")
        if kind == STRING:
            metadata[key] = cursor.text(MAX_STRING)
        elif kind == ARRAY:
            lengths[key], kept = _array(cursor)
            if kept is not None:
                metadata[key] = kept
        else:
            metadata[key] = _scalars(cursor, kind, 1)[0]
    return metadata, lengths


def _array(cursor: _Cursor, depth: int = 1) -> tuple[int, tuple[bool | int | float, ...] | None]:
    """Return the length of the next array, and its values where they are few numbers."""
    kind, count = cursor.number("I"), cursor.number("Q")
    if kind in SCALARS:
        if count <= MAX_KEPT:
            return count, _scalars(cursor, kind, count)
        cursor.skip(count * struct.calcsize("<" + SCALARS[kind]))
    elif count > cursor.left // 8:  # a string or an array takes 8 bytes at least
        raise _DamagedError(f"its header has an array of {count} entries")
    elif kind == STRING:
        cursor.skip_texts(count)
    elif kind == ARRAY and depth < MAX_NESTING:
        for _ in range(count):
            _array(cursor, depth + 1)
    else:
        raise _DamagedError(f"its header has an array of the unknown type {kind}")
    return count, None


def _scalars(cursor: _Cursor, kind: int, count: int) -> tuple[bool | int | float, ...]:
    if kind not in SCALARS:
        raise _DamagedError(f"its header has a value of the unknown type {kind}")
    layout = f"<{count}{SCALARS[kind]}"
    return struct.unpack(layout, cursor.take(struct.calcsize(layout)))


def _tensor(cursor: _Cursor) -> Tensor:
    name = cursor.text(MAX_KEY)
    dimensions = cursor.number("I")
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise _DamagedError(f"its tensor {name!r} has {dimensions} dimensions")
    shape = tuple(cursor.number("Q") for _ in range(dimensions))
    return Tensor(name, shape, cursor.number("I"), cursor.number("Q"))


def _aligned(position: int, metadata: Mapping[str, Value]) -> int:
    """Return where the data starts: the next multiple of the alignment, which is 32 unless the file says."""
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
        raise _DamagedError(f"its alignment is {alignment!r}, which is no power of two")
    return -(-position // alignment) * alignment


def _check_data(header: Header, size: int) -> None:
    """Raise where a tensor ends past the end of the file: the usual trace of a broken download."""
    end = max((header.data_start + tensor.offset + tensor.size for tensor in header.tensors), default=0)
    if end > size:
        raise _DamagedError(f"it has {size} bytes and its header promises {end}, so a part is missing")


def _card(path: Path, header: Header) -> ModelCard:
    metadata = header.metadata
    architecture = _read(metadata, "general.architecture", "")
    if not architecture:
        raise RefusedError("not a usable GGUF model: it names no architecture", where=str(path), remedy=REMEDY)
    pooling = _read(metadata, f"{architecture}.pooling_type", -1)
    return ModelCard(
        path=path,
        name=path.name,
        title=_read(metadata, "general.name", "") or path.stem,
        size=path.stat().st_size,
        kind=_kind(architecture, pooling, header),
        architecture=architecture,
        parameters=sum(tensor.weights for tensor in header.tensors),
        quantization=FILE_TYPES.get(_read(metadata, "general.file_type", -1), "unknown"),
        context_length=_read(metadata, f"{architecture}.context_length", 0),
        layers=_read(metadata, f"{architecture}.block_count", 0),
        embedding_length=_read(metadata, f"{architecture}.embedding_length", 0),
        vocabulary=header.lengths.get("tokenizer.ggml.tokens", 0),
        chat_template=_read(metadata, "tokenizer.chat_template", "") or None,
        pooling=pooling if pooling >= 0 else None,
        parts=(path,),
    )


def _read(metadata: Mapping[str, Value], key: str, default: T) -> T:
    """Return the value of `key`, or the default where it is absent or of another type than the default."""
    value = metadata.get(key)
    return value if type(value) is type(default) else default


def _kind(architecture: str, pooling: int, header: Header) -> Kind:
    """Return what the model is for. A model that pools makes vectors; a projector or an adapter makes nothing."""
    role = header.metadata.get("general.type", "model")
    if role != "model" or architecture == "clip" or not header.tensors:
        return "other"
    if pooling == POOLING_RANK or "cls.weight" in {tensor.name for tensor in header.tensors}:
        return "reranking"
    if pooling > 0 or "bert" in architecture or "embedding" in architecture:
        return "embedding"
    return "writing"
