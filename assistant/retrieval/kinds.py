"""The kinds of question and how an answer to each is planned: as data, recognised in both languages.

What a question of a kind is further searched for stands in `lenses`, what can be asked of a subject in `facets`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.retrieval.parts import SubQuestion


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of question is answered.

    `asks` is found in questions of the kind, `of_each` in at least two of their further parts. `finds` says where the
    rows of a table come from if the question names none: things that the evidence has `enumerated`, or those it is
    `about`. `opens` is how many statements the conclusion of a question in one part has at most, `points` how many
    stand under it. `beside` is how many stand in a column for no row of it. Each statement from under a heading costs
    the next one from there the factor `spread`.
    """

    id: str
    asks: str = ""
    of_each: str = ""
    finds: Literal["", "enumerated", "about"] = ""
    opens: int = 3
    points: int = 30
    beside: int = 0
    spread: float = 1.0


_THEIRS = "他們|它們|其|這些|\\btheir\\b|\\bthey\\b|\\bthese\\b"
GENERAL = Kind("general")
KINDS = (
    Kind("cases", "案例|實例|\\bcases?\\b|case stud", of_each=_THEIRS, finds="about", beside=4),
    Kind(
        "suppliers", "供應商|業者|廠商|公司|supplier|vendor|compan|maker", of_each=_THEIRS, finds="enumerated", beside=2
    ),
    # The sides of the matter, a few lines for each.
    Kind("meaning", "意義|意味|what does it mean|significance", spread=0.9),
    # One line, then what it rests on.
    Kind(
        "fact",
        "多少|多大|幾[個年月顆張瓦]|何時|哪一年|什麼時候"
        "|how (?:much|many|large|long|fast|big)|^when (?:is|was|did|does|will)",
        opens=1,
        points=6,
    ),
)
"""The first that fits counts; a question that fits none has the general plan."""


def of(question: str, parts: Sequence[SubQuestion]) -> Kind:
    """Return the kind of a question that has these parts."""
    return next((kind for kind in KINDS if _fits(kind, question, parts)), GENERAL)


def named(kind: str) -> Kind:
    """Return the kind with this id, the general one where there is none."""
    return next((known for known in KINDS if known.id == kind), GENERAL)


def _fits(kind: Kind, question: str, parts: Sequence[SubQuestion]) -> bool:
    if kind.of_each:
        further = sum(bool(_pattern(kind.of_each).search(part.text)) for part in parts[1:])
        return further >= 2 and bool(_pattern(kind.asks).search(parts[0].text))
    return (kind.id != "fact" or len(parts) == 1) and bool(_pattern(kind.asks).search(question))


@cache
def _pattern(asks: str) -> re.Pattern[str]:
    return re.compile(asks, re.IGNORECASE)
