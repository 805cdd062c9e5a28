"""The script of a Chinese text: who writes in Simplified characters is understood, and answered in Traditional."""

import re
from functools import cache
from typing import Any

from assistant.text.language import HAN
from assistant.text.normalize import simplify

_HAN = re.compile(f"[{HAN}]")


def traditional(text: str) -> str:
    """Return a text in Simplified Chinese as Taiwan writes it, in its words too; any other text as it is.

    One Traditional character is enough for a text to be taken as Traditional: 里 and 后 belong to both.
    """
    return text if text.isascii() or simplify(text) != text else str(_converter().convert(text))


def is_simplified(text: str) -> bool:
    """Say whether a Chinese text is written in Simplified characters: more than a tenth of them, and two at least."""
    han = "".join(_HAN.findall(text))
    told = sum(character in _only_simplified() for character in han)
    return told >= 2 and told > len(han) / 10


@cache
def _only_simplified() -> frozenset[str]:
    """Return the characters that Traditional Chinese writes otherwise, by OpenCC; those that both use are left out."""
    from opencc import OpenCC

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    written: list[str] = OpenCC("s2t").convert("\n".join(characters)).split("\n")
    both = set(simplify("".join(characters))) & {c for c in characters if simplify(c) == c}
    return frozenset(a for a, b in zip(characters, written, strict=True) if a != b and a in both)


@cache
def _converter() -> Any:  # noqa: ANN401  (the library has no types)
    from opencc import OpenCC

    return OpenCC("s2twp")
