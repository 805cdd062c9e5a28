"""The numbered sources of an answer: a passage that rests on two pages gives two citations."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from assistant.corpus.readers.content import RECOGNISED
from assistant.records import Citation, Evidence, Language, Reference
from assistant.retrieval import facets

# A claim with more sources than this shows its first ones.
MOST_REFERENCES = 6
OWN = frozenset({"derived", "summary"})
# What a source line may say of a claim that a statement says of itself, where all of its sources agree.
SOURCE_NOTES = ("vendor", "derived", "estimate", "summary")


class Citations:
    """Numbers what is cited in the order of its first use."""

    def __init__(self, evidence: Mapping[int, Evidence]) -> None:
        self._evidence = evidence
        self._cited: dict[tuple[int, tuple[int, int], int], Citation] = {}

    def cite(self, n: int, span: tuple[int, int]) -> tuple[int, ...]:
        """Return the citation numbers of a span (offsets in the passage's text) of evidence `n`, one a reference.

        A claim is always cited as a whole.
        """
        passage = self._evidence[n].hit.passage
        if passage.kind == "claim":
            span = (0, len(passage.text.rstrip()))
        references: tuple[Reference | None, ...] = passage.references[:MOST_REFERENCES] or (None,)
        numbers = []
        for k, reference in enumerate(references):
            key = (n, span, k)
            if key not in self._cited:
                self._cited[key] = _citation(len(self._cited) + 1, self._evidence[n], span, reference)
            numbers.append(self._cited[key].n)
        return tuple(numbers)

    def all(self) -> tuple[Citation, ...]:
        """Return all that was cited, in order."""
        return tuple(self._cited.values())


def _citation(number: int, evidence: Evidence, span: tuple[int, int], reference: Reference | None) -> Citation:
    hit, passage = evidence.hit, evidence.hit.passage
    start, end = span
    return Citation(
        n=number, passage_id=passage.id, document=hit.path,
        title=reference.title if reference else hit.title,
        url=reference.url if reference else None,
        date=reference.date if reference else None,
        page=passage.page, start=passage.start + start, end=passage.start + end, quote=passage.text[start:end],
        publisher=reference.publisher if reference else None,
        confidence=reference.confidence if reference else None,
        notes=reference.notes if reference else (),
    )  # fmt: skip


def by_passage(citations: Iterable[Citation]) -> list[tuple[Citation, ...]]:
    """Return citations in their order, those next to each other that quote the same words together."""
    groups = groupby(citations, key=lambda c: (c.passage_id, c.start, c.end))
    return [tuple(group) for _, group in groups]


def as_of(citations: tuple[Citation, ...]) -> str | None:
    """Return the date of the newest source cited, own arithmetic and summaries aside; None where none has a date."""
    dated = [c.date for c in citations if c.date and not OWN & set(c.notes)]
    return max(dated or [c.date for c in citations if c.date], default=None)


def notes(cited: tuple[Evidence, ...], language: Language) -> tuple[str, ...]:
    """Return what the sources of a statement say of it: what all of them note, and what any of them warns of.

    Evidence under a heading such as "Since then" makes a statement `since`, and a statement without evidence in the
    language asked is `other-language`.
    """
    references = [r for evidence in cited for r in evidence.hit.passage.references[:MOST_REFERENCES]]
    if not cited:
        return ()
    common = [note for note in SOURCE_NOTES if references and all(note in r.notes for r in references)]
    sponsors = [note for r in references for note in r.notes if note.startswith("sponsor")]
    warnings = [
        key
        for key in ("since", "contradicts", RECOGNISED)
        if any(n.startswith(key) for r in references for n in r.notes)
    ]
    headings = [e.hit.passage.headings[-1] for e in cited if e.hit.passage.headings]
    later = ["since"] if any("since" in facets.named_in(heading) for heading in headings) else []
    foreign = [] if any(e.hit.passage.language == language for e in cited) else ["other-language"]
    return tuple(dict.fromkeys((*common, *sponsors, *warnings, *later, *foreign)))
