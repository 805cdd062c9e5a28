"""What to ask next: questions about evidence that was found and not told.

They are made of titles and headings of the corpus, so that the corpus can answer them.
"""

from collections.abc import Iterable, Mapping

from assistant.records import Hit, Language

MOST = 3
_ASKS: Mapping[Language, str] = {
    "zh-TW": "關於「{title}」，{heading}有哪些重點？",
    "en": "On “{title}”: what is there on {heading}?",
}


def of(hits: Iterable[Hit], told: set[str], language: Language) -> tuple[str, ...]:
    """Return up to three questions in `language` about the hits that are not `told` (by passage id), in their order.

    Each is about a heading of a document; those of other documents go before a second one of the same.
    """
    found: dict[tuple[str, str], str] = {}
    for hit in hits:
        passage = hit.passage
        if passage.id in told or passage.language != language or len(passage.headings) < 2:
            continue
        if any("summary" in reference.notes for reference in passage.references):
            continue  # it sums up what the answer has told in single
        title, heading = hit.title, passage.headings[-1]
        if title != heading:
            words = _lowered(heading) if language == "en" else heading
            found.setdefault((title, heading), _ASKS[language].format(title=title, heading=words))
    first = {place[0]: place for place in reversed(found)}
    ordered = sorted(found, key=lambda place: first[place[0]] != place)
    return tuple(found[place] for place in ordered[:MOST])


def _lowered(heading: str) -> str:
    """Return a heading as it stands inside a sentence; a name keeps its capital."""
    first = heading.split(" ")[0]
    return heading if first[1:] != first[1:].lower() else heading[:1].lower() + heading[1:]
