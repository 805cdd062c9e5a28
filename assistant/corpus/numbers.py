"""Whether two texts state the same figures, with room for how differently two languages write them.

The figures are those of assistant.text.figures. A rate that only one text says ("8 tokens" and "每秒 8 個 token"),
and a figure that one reads as part of a name, are no difference as long as the digits stand in both.
"""

import re
from collections.abc import Sequence

from assistant.text import figures
from assistant.text.figures import Figure

# "54", "14.1", "2,610": digits with what may stand inside a number. Digits of names count: both texts have them.
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
# Up to here counts are often spelled out in one language and left out in the other (第三方, both, a dozen).
_SPELLED_OUT = 12


def missing(text: str, other: Sequence[str]) -> list[str]:
    """Return the figures of `text`, as they are written there, that none of the `other` texts carries."""
    known = [(figure, _digits(one[figure.start : figure.end])) for one in other for figure in figures.find(one)]
    digits = {found for one in other for found in _digits(one)}
    return [
        text[figure.start : figure.end].strip()
        for figure in figures.find(text)
        if not any(_same(figure, one) for one, _ in known)
        and not _stand_there(figure, _digits(text[figure.start : figure.end]), digits, known)
    ]


def differences(text: str, other: str) -> tuple[list[str], list[str]]:
    """Return the figures that only `text` has, and those that only `other` has.

    A small count or multiple in words that stands on one side alone ("double-digit") is no difference; on both it is.
    """
    here, there = missing(text, [other]), missing(other, [text])
    if here and there:
        return here, there
    return [f for f in here if _in_digits(f)], [f for f in there if _in_digits(f)]


def _same(figure: Figure, other: Figure) -> bool:
    if figures.agrees(figure, other) or figures.agrees(other, figure):
        return True
    same_unit = figure.unit.partition("/")[0] == other.unit.partition("/")[0]
    return "date" not in (figure.kind, other.kind) and figure.value == other.value and same_unit


def _stand_there(figure: Figure, own: list[str], digits: set[str], known: Sequence[tuple[Figure, list[str]]]) -> bool:
    """Say whether the digits of a figure stand in the other texts, and not as a figure of another unit."""
    if not own or not set(own) <= digits or (figure.kind == "date" and any(one.kind == "date" for one, _ in known)):
        return False
    return not (figure.unit and any(one.unit and written == own for one, written in known))


def _digits(text: str) -> list[str]:
    return [found.replace(",", "") for found in _DIGITS.findall(figures.plain(text))]


def _in_digits(written: str) -> bool:
    """Say whether a figure is more than a small count in words."""
    if _DIGITS.search(written):
        return True
    return any(
        figure.kind not in ("number", "multiple") or "/" in figure.value or float(figure.value) > _SPELLED_OUT
        for figure in figures.find(written)
    )
