"""The header of a GGUF file, read without trusting it.

Key-value pairs and the table of tensors are read, and no more. Long arrays (a vocabulary has 250,000 entries) are
stepped over, and every count and length is held against the file's size before anything is made of it, so a
damaged or hostile header costs nothing.

The format: github.com/ggml-org/ggml, docs/gguf.md.
"""

import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

Value = bool | int | float | str | tuple[bool | int | float, ...]

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


class DamagedError(Exception):
    """Why a file is no whole GGUF file."""


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
            raise DamagedError("the file ends inside its header")
        self._at += count

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise DamagedError("the file ends inside its header")
        if self._at + count > len(self._window):
            self._refill(count)
        taken = self._window[self._at : self._at + count]
        if len(taken) < count:
            raise DamagedError("the file shrank while it was read")
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
            raise DamagedError(f"its header has a text of {length} bytes")
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


def read_header(path: Path) -> Header:
    """Return the header of one GGUF file.

    Raises DamagedError where it contradicts the format or the file's size, OSError where it can't be read.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise DamagedError("it is a folder" if stat.S_ISDIR(status.st_mode) else "it is not a regular file")
    if status.st_size == 0:
        raise DamagedError("it is empty")
    with path.open("rb") as file:
        cursor = _Cursor(file, status.st_size)
        if cursor.left < len(MAGIC) or cursor.take(len(MAGIC)) != MAGIC:
            raise DamagedError("it does not begin as GGUF files do")
        version = cursor.number("I")
        if version not in VERSIONS:
            raise DamagedError(f"its version is {version}, and only {VERSIONS[0]} and {VERSIONS[1]} are known")
        tensors, pairs = cursor.number("Q"), cursor.number("Q")
        if max(tensors, pairs) > MAX_ENTRIES:
            raise DamagedError(f"its header counts {tensors} tensors and {pairs} pairs")
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
        raise DamagedError(f"its header has an array of {count} entries")
    elif kind == STRING:
        cursor.skip_texts(count)
    elif kind == ARRAY and depth < MAX_NESTING:
        for _ in range(count):
            _array(cursor, depth + 1)
    else:
        raise DamagedError(f"its header has an array of the unknown type {kind}")
    return count, None


def _scalars(cursor: _Cursor, kind: int, count: int) -> tuple[bool | int | float, ...]:
    if kind not in SCALARS:
        raise DamagedError(f"its header has a value of the unknown type {kind}")
    layout = f"<{count}{SCALARS[kind]}"
    return struct.unpack(layout, cursor.take(struct.calcsize(layout)))


def _tensor(cursor: _Cursor) -> Tensor:
    name = cursor.text(MAX_KEY)
    dimensions = cursor.number("I")
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise DamagedError(f"its tensor {name!r} has {dimensions} dimensions")
    shape = tuple(cursor.number("Q") for _ in range(dimensions))
    return Tensor(name, shape, cursor.number("I"), cursor.number("Q"))


def _aligned(position: int, metadata: Mapping[str, Value]) -> int:
    """Return where the data starts: the next multiple of the alignment, which is 32 unless the file says."""
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
        raise DamagedError(f"its alignment is {alignment!r}, which is no power of two")
    return -(-position // alignment) * alignment


def _check_data(header: Header, size: int) -> None:
    """Raise where a tensor ends past the end of the file: the usual trace of a broken download."""
    end = max((header.data_start + tensor.offset + tensor.size for tensor in header.tensors), default=0)
    if end > size:
        raise DamagedError(f"it has {size} bytes and its header promises {end}, so a part is missing")
