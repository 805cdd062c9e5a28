"""The answer's story: find, abstain if that is too weak, build the prompt, let the engine write, check it all."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from assistant.answering import gaps
from assistant.answering import prompt as prompts
from assistant.answering.draft import Draft, parse
from assistant.answering.grounding import Grounder
from assistant.engines.base import Engine
from assistant.records import (
    Answer,
    Citation,
    CorpusInfo,
    Egress,
    Evidence,
    Findings,
    Part,
    Prompt,
    Statement,
    Status,
    Timings,
)
from assistant.retrieval.retriever import Filters, Retriever
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Stage:
    """The answer has come to this stage."""

    name: Literal["searching", "writing", "checking"]


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence that the engine writes from."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the draft as it is written; nothing of it is checked yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The checked answer."""

    answer: Answer


Event = Stage | Found | Token | Done


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions from one index with one engine.

    `corpus` and `egress` are asked anew for each answer: both may change while the program runs.
    """

    retriever: Retriever
    engine: Engine
    settings: Settings
    grounder: Grounder
    corpus: Callable[[], CorpusInfo]
    egress: Callable[[], Egress]

    def answer(self, question: str, *, filters: Filters | None = None) -> Answer:
        """Return the checked answer: `events` to its end. Raises what the engine and the index raise."""
        *_, last = self.events(question, filters=filters)
        assert isinstance(last, Done)
        return last.answer

    def events(
        self, question: str, *, filters: Filters | None = None, stop: threading.Event | None = None
    ) -> Iterator[Event]:
        """Yield what happens while the question is answered; the last event is `Done`.

        Setting `stop` ends the writing; what was written until then is checked and returned.
        """
        stop = stop or threading.Event()
        clock = _Clock()
        yield Stage("searching")
        findings = self.retriever.find(question, limit=self.settings.evidence, filters=filters)
        clock.retrieved()
        if findings.strength < self.settings.answer_threshold or not any(part.hits for part in findings.parts):
            yield Done(self._abstain(findings, clock))
            return
        prompt = prompts.build(
            findings, self.engine, evidence=self.settings.evidence, max_tokens=self.settings.max_tokens
        )
        yield Found(prompt)
        yield Stage("writing")
        pieces = []
        for piece in self.engine.write(prompt, stop):
            clock.token()
            pieces.append(piece)
            yield Token(piece)
        yield Stage("checking")
        yield Done(self._ground(parse("".join(pieces), prompt.parts), prompt, findings, clock))

    def _abstain(self, findings: Findings, clock: "_Clock") -> Answer:
        parts = tuple(Part(part.question, "abstained", ()) for part in findings.parts)
        return self._record(findings, "abstained", (), parts, (), (), gaps.of_abstention(findings), clock)

    def _ground(self, draft: Draft, prompt: Prompt, findings: Findings, clock: "_Clock") -> Answer:
        """Check every sentence of the draft and number the citations in the order of their first use."""
        evidence = {e.n: e for e in prompt.evidence}
        book = _Citations(evidence)
        statements: list[Statement] = []

        def checked(sentences: tuple) -> tuple[int, ...]:  # type: ignore[type-arg]
            first = len(statements)
            for sentence in sentences:
                verdict = self.grounder.check(sentence.text, sentence.citations, evidence)
                numbers = tuple(book.cite(n, span) for n, span in verdict.spans.items())
                statements.append(Statement(sentence.text, numbers, verdict.verdict, verdict.support, verdict.reason))
            return tuple(range(first, len(statements)))

        conclusion = checked(draft.conclusion)
        sections = [checked(section) for section in draft.sections]
        good = {i for i, s in enumerate(statements) if s.verdict == "supported"}
        if not good:
            return replace(self._abstain(findings, clock), statements=tuple(statements))
        # A question in one part is answered by its conclusion, too.
        parts = tuple(
            Part(
                question,
                "answered" if good & {*own, *(conclusion if len(prompt.parts) == 1 else ())} else "abstained",
                own,
            )
            for question, own in zip(prompt.parts, sections, strict=True)
        )
        status: Status = "answered" if all(part.status == "answered" for part in parts) else "partial"
        return self._record(
            findings, status, conclusion, parts, tuple(statements), book.citations(),
            gaps.of_answer(findings, parts, prompt), clock,
        )  # fmt: skip

    def _record(
        self,
        findings: Findings,
        status: Status,
        conclusion: tuple[int, ...],
        parts: tuple[Part, ...],
        statements: tuple[Statement, ...],
        citations: tuple[Citation, ...],
        missing: tuple[str, ...],
        clock: "_Clock",
    ) -> Answer:
        return Answer(
            findings.question, findings.language, status, conclusion, parts, statements, citations, missing,
            self.engine.info, self.corpus(), self.egress(), clock.timings(),
        )  # fmt: skip


class _Citations:
    """Numbers the cited passages in the order of their first use."""

    def __init__(self, evidence: Mapping[int, Evidence]) -> None:
        self._evidence = evidence
        self._cited: dict[tuple[int, tuple[int, int]], Citation] = {}

    def cite(self, n: int, span: tuple[int, int]) -> int:
        """Return the citation number of a span (offsets in the passage's text) of evidence `n`."""
        key = (n, span)
        if key not in self._cited:
            self._cited[key] = _citation(len(self._cited) + 1, self._evidence[n], span)
        return self._cited[key].n

    def citations(self) -> tuple[Citation, ...]:
        """Return all that was cited, in order."""
        return tuple(self._cited.values())


def _citation(number: int, evidence: Evidence, span: tuple[int, int]) -> Citation:
    hit, passage = evidence.hit, evidence.hit.passage
    reference = passage.reference
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


class _Clock:
    """Times one answer."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._retrieved = self._first_token = 0.0

    def _now(self) -> float:
        return round(time.perf_counter() - self._start, 4)

    def retrieved(self) -> None:
        self._retrieved = self._now()

    def token(self) -> None:
        self._first_token = self._first_token or self._now()

    def timings(self) -> Timings:
        return Timings(self._retrieved, self._first_token or self._now(), self._now())
