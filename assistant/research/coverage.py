"""How much evidence each question has: claims, sources, how fresh and how sure, for each part of the question.

A claim bears on a part of a question when the retriever finds it for that part, with at least `BEARS` of the score of
the part's eighth-best claim, and it is filed under a topic of the question. So coverage counts what an answer can be
written from, not what a folder holds: a claim that the search can't connect with the question is no evidence for it.
The eighth-best and not the best, because a claim that happens to repeat the question's words would hide all others.
The topics are those under which the framework files the question and its parts; a question that it files nowhere
takes claims on any topic. How often the rule agrees with a reader is in docs/LOG.md.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from assistant.answering import gaps
from assistant.corpus.framework import Framework
from assistant.records import Confidence, Findings, Hit, Reference
from assistant.research.questions import Question

BEARS = 0.5
RANK = 8
# More than a part's candidates can be (assistant.retrieval.retriever): nothing is cut off.
MOST_HITS = 1000
# A question is covered with this much. Below it, one withdrawn page or one vendor could turn the answer.
LEAST_CLAIMS, LEAST_SOURCES = 12, 6
SURENESS: tuple[Confidence, ...] = ("high", "medium", "low")


class Finder(Protocol):
    """What finds evidence: assistant.retrieval.retriever.Retriever."""

    def find(self, question: str, *, limit: int) -> Findings:
        """Return the evidence for a question, at most `limit` passages over its parts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What bears on a question or a part of it.

    `sources` counts different sites; claims without a page count by their title. `newest` and `median` are dates as
    the sources give them, None without any. `confidence` counts the claims by how sure their first source is.
    """

    claims: tuple[str, ...]
    sources: int
    newest: str | None
    median: str | None
    confidence: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PartCoverage:
    """A part of a question; `own` are the claims that bear on no other part more than on this one."""

    question: str
    evidence: Evidence
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A question with the evidence of all its parts together."""

    id: str
    question: str
    axis: str | None
    evidence: Evidence
    parts: tuple[PartCoverage, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """What the question lacks, in a few words each; nothing when it is covered."""
        found = self.evidence
        lacks = []
        if len(found.claims) < LEAST_CLAIMS:
            lacks.append(f"{len(found.claims)} claims of {LEAST_CLAIMS}")
        if found.sources < LEAST_SOURCES:
            lacks.append(f"{found.sources} sources of {LEAST_SOURCES}")
        return (*lacks, *(f"no claim of its own: {part.question}" for part in self.parts if not part.own))


def measure(questions: Iterable[Question], finder: Finder, framework: Framework) -> list[Coverage]:
    """Return the coverage of each question, in order."""
    return [_question(question, finder.find(question.text, limit=MOST_HITS), framework) for question in questions]


def to_json(coverage: Sequence[Coverage]) -> dict[str, object]:
    """Return the coverage in the form that `coverage --json` prints."""
    return {
        "bears": BEARS,
        "questions": [
            {
                "id": one.id,
                "question": one.question,
                "axis": one.axis,
                **_evidence(one.evidence),
                "parts": [
                    {"question": part.question, **_evidence(part.evidence), "own": len(part.own)} for part in one.parts
                ],
                "lacking": list(one.lacking),
            }
            for one in coverage
        ],
    }


def _evidence(found: Evidence) -> dict[str, object]:
    return {
        "claims": len(found.claims),
        "sources": found.sources,
        "newest": found.newest,
        "median": found.median,
        "confidence": dict(found.confidence),
        "claim_ids": list(found.claims),
    }


def _question(question: Question, findings: Findings, framework: Framework) -> Coverage:
    texts = (question.text, *(part.question for part in findings.parts))
    topics = frozenset(topic for text in texts for topic in framework.file(text)[1])
    bearing = [_bearing(part.hits, topics) for part in findings.parts]
    best: dict[str, float] = {}
    for hits in bearing:
        for claim, hit in hits.items():
            best[claim] = max(best.get(claim, 0.0), hit.score)
    every = {claim: hit for hits in bearing for claim, hit in hits.items()}
    return Coverage(
        id=question.id,
        question=question.text,
        axis=question.axis,
        evidence=_summed(every),
        parts=tuple(
            PartCoverage(
                part.question, _summed(hits), tuple(claim for claim, hit in hits.items() if hit.score >= best[claim])
            )
            for part, hits in zip(findings.parts, bearing, strict=True)
        ),
    )


def _bearing(hits: Sequence[Hit], topics: frozenset[str]) -> dict[str, Hit]:
    """Return the claims of the hits that bear on the part they were found for, best first.

    A claim counts once in whichever language it was found: an answer says it in the asker's.
    """
    found: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.passage.id)):
        if hit.passage.claim and not gaps.is_gap(hit) and (not topics or topics & set(hit.passage.topics)):
            found.setdefault(hit.passage.claim, hit)
    scores = [hit.score for hit in found.values()]
    least = BEARS * scores[min(RANK, len(scores)) - 1] if scores else 0.0
    return {claim: hit for claim, hit in found.items() if hit.score >= least > 0}


def _summed(hits: Mapping[str, Hit]) -> Evidence:
    references = [hit.passage.reference for hit in hits.values()]
    dates = sorted(reference.date for reference in references if reference and reference.date)
    sure = Counter(reference.confidence for reference in references if reference)
    every = {_site(reference) for hit in hits.values() for reference in hit.passage.references}
    return Evidence(
        claims=tuple(hits),
        sources=len(every),
        newest=dates[-1] if dates else None,
        median=statistics.median_low(dates) if dates else None,
        confidence={level: sure[level] for level in SURENESS},
    )


def _site(reference: Reference) -> str:
    host = urlsplit(reference.url or "").hostname
    return host.removeprefix("www.") if host else reference.title
