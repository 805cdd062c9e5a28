"""The script of a Chinese text: who writes in Simplified characters is understood, and answered in Traditional."""

from functools import cache
from typing import Any

from assistant.text.normalize import simplify


def traditional(text: str) -> str:
    """Return a text in Simplified Chinese as Taiwan writes it, in its words too; any other text as it is.

    One Traditional character is enough for a text to be taken as Traditional: 里 and 后 belong to both.
    """
    return text if text.isascii() or simplify(text) != text else str(_converter().convert(text))


@cache
def _converter() -> Any:  # noqa: ANN401  (the library has no types)
    from opencc import OpenCC

    return OpenCC("s2twp")
