"""The times that a question asks about: where the evidence speaks of others alone, an answer has to say so."""

import re
from collections.abc import Iterable, Iterator

from assistant.records import Evidence, Hit
from assistant.text import dates
from assistant.text.figures import plain

# "Since 2025", "before March": what is asked about lies on one side of the date and need not name it.
_OPENS = re.compile(r"\b(?:since|after|before|by|from|until|till|through)\s+(?:the\s+)?$|[自从到]\s*$")
_SIDE = re.compile(r"\s*[年月日季]?\s*(?:以来|以后|之后|以前|之前|起|后|前)")
_FISCAL = "FY"


def missing(question: str, evidence: Iterable[Evidence]) -> list[str]:
    """Return the dates that a question asks about, as it writes them, and that no passage of `evidence` has.

    A passage has a date that it states, or a day or a month of it, and the year of its source. A month is not enough
    for its quarter: what is said in January is seldom of the quarter's figures.
    """
    folded = plain(question)
    asked = [
        date
        for date in dates.find(folded)
        if not _OPENS.search(folded[: date.start]) and not _SIDE.match(folded, date.end)
    ]
    if not asked:
        return []
    known = {date for e in evidence for date in _dates(e.hit)}
    lacking = (d for d in asked if not any(dates.entails(k, d.value.removeprefix(_FISCAL)) for k in known))
    return list(dict.fromkeys(question[date.start : date.end].strip() for date in lacking))


def _dates(hit: Hit) -> Iterator[str]:
    text = " ".join((hit.title, *hit.passage.headings, hit.passage.text))
    yield from (date.value.removeprefix(_FISCAL) for date in dates.find(plain(text)))
    yield from (reference.date[:4] for reference in hit.passage.references if reference.date)
