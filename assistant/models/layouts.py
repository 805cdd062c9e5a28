"""What is kept of a sequence, told from context to context: they differ in how many rooms their sequences have.

What llama.cpp gives out of a sequence is a header, and for each cache how many rooms there are and for each room a
count of tokens, where they stand, and the keys and the values of each layer (state_write in llama.cpp's
llama-kv-cache.cpp, of the version that requirements-llm.lock names; the fingerprint of a kept state has the version in
it). A sequence is in one room. Which one is said by its number where it is restored, so only the counts differ.
"""

import struct
from collections.abc import Iterator

# The header: a mark, and the number of the sequence.
HEADER = 8
# A token's place: position, how many sequences it belongs to, and which one.
PLACE = 12


class UnknownLayoutError(ValueError):
    """The bytes are not in a layout that is known here."""


def rewrite(state: bytes, rooms: int) -> bytes:
    """Return `state` as a context of so many `rooms` has it. Raises UnknownLayoutError."""
    return b"".join(_parts(_Reader(state), rooms))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = memoryview(data), 0

    def take(self, size: int) -> memoryview:
        if size > self.left:
            raise UnknownLayoutError("it ends too soon")
        self._at += size
        return self._data[self._at - size : self._at]

    def numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def since(self, start: int) -> memoryview:
        return self._data[start : self._at]

    @property
    def at(self) -> int:
        return self._at

    @property
    def left(self) -> int:
        return len(self._data) - self._at


def _parts(reader: _Reader, rooms: int) -> Iterator[bytes | memoryview]:
    yield reader.take(HEADER)
    while reader.left:
        (found,) = reader.numbers("=I")
        yield struct.pack("=I", rooms)
        for _ in range(found):
            start = reader.at
            (count,) = reader.numbers("=I")
            if count:
                _pass(reader, count)
                yield reader.since(start)
        yield bytes(4 * (rooms - 1))


def _pass(reader: _Reader, count: int) -> None:
    """Go past a room of `count` tokens."""
    reader.take(count * PLACE)
    turned, layers = reader.numbers("=II")
    if turned > 1:
        raise UnknownLayoutError("places have more to them")
    for _ in range(layers):
        _, row = reader.numbers("=iQ")
        reader.take(count * row)
    for _ in range(layers):
        # Without flash attention values have a row for each of their numbers, not for each token.
        if turned:
            _, width, numbers = reader.numbers("=iII")
            reader.take(count * width * numbers)
        else:
            _, row = reader.numbers("=iQ")
            reader.take(count * row)
