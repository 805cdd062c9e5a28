"""Unicode folding for comparison and search. What the user sees is never folded."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The blocks whose characters have Traditional and Simplified forms that OpenCC knows.
_HAN_BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))

# Blocks of which no character joins with the one before it when Unicode composes a text, but for marks (left out).
_PLAIN_BLOCKS = ((0x0000, 0x024F), (0x2000, 0x206F), (0x3000, 0x30FF), (0x3400, 0x9FFF), (0xFF01, 0xFF5E))

# From so many characters on, looking them all up at once is faster than Unicode's own way.
_LONG = 32
_UNICODE = 0x110000


def fold(text: str) -> str:
    """Return `text` in Unicode's NFKC form and lower case: full-width and half-width forms become one."""
    return unicodedata.normalize("NFKC", text).lower()


def strip_accents(text: str) -> str:
    """Return `text` without combining marks, so that 'Café' finds 'cafe'."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def simplify(text: str) -> str:
    """Return `text` with each Traditional character as its Simplified one: same length, for the index only."""
    return text if text.isascii() else text.translate(_simplified())


def index_form(text: str) -> str:
    """Return `text` as the index has it, folded and simplified. No character becomes the end of a line."""
    if text.isascii():
        return text.lower()
    if len(text) >= _LONG:
        import numpy as np

        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        found = _plain()[codes]
        others = np.flatnonzero(found == 0)
        if not len(others):
            return found.tobytes().decode("utf-32-le", "surrogatepass")
        # Unicode's own way is only for the lines that need it: no two lines are composed with each other.
        if len(ends := np.flatnonzero(codes == ord("\n"))):
            found[others] = ord(" ")
            folded, lines = found.tobytes().decode("utf-32-le", "surrogatepass").split("\n"), text.split("\n")
            for line in np.unique(np.searchsorted(ends, others)).tolist():
                folded[line] = simplify(fold(lines[line]))
            return "\n".join(folded)
    return simplify(fold(text))


@cache
def _simplified() -> dict[int, int]:
    """Return OpenCC's conversion, character by character.

    Words are not converted as wholes (OpenCC would), because offsets have to stay and because
    one character has to fold the same way in every word for search to be symmetric.
    """
    from opencc import OpenCC

    characters = [chr(c) for first, last in _HAN_BLOCKS for c in range(first, last + 1)]
    # One call: a line a character keeps OpenCC from matching across characters.
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, converted, strict=True)
    return {ord(a): ord(b) for a, b in pairs if a != b and len(b) == 1}


@cache
def _plain() -> "NDArray[np.uint32]":
    """Return the index form of each character that has one by itself, whatever stands beside it, and else 0."""
    import numpy as np

    table = np.zeros(_UNICODE, dtype=np.uint32)
    for first, last in _PLAIN_BLOCKS:
        for character in map(chr, range(first, last + 1)):
            form = simplify(fold(character))
            if len(form) == 1 and not unicodedata.combining(form):
                table[ord(character)] = ord(form)
    return table
