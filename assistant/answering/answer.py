"""The answer's story: find, abstain if that is too weak, build the prompt, let the engine write, check it all."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from assistant.answering import cautions, citations, follow_ups, foreign, gaps, layout, periods, tongue, unmet, versions
from assistant.answering import prompt as prompts
from assistant.answering.draft import Draft, Sentence, parse
from assistant.answering.grounding import Grounder
from assistant.corpus.glossary import Glossary
from assistant.engines.base import Engine
from assistant.records import (
    Answer,
    CorpusInfo,
    Egress,
    Evidence,
    Findings,
    Hit,
    Length,
    Part,
    Prompt,
    Statement,
    Status,
    Timings,
)
from assistant.retrieval import casing, wanted
from assistant.retrieval.filters import Filters
from assistant.retrieval.retriever import Retriever
from assistant.retrieval.widening import Siblings, Translations, translated, widen
from assistant.settings import Settings
from assistant.text import script

# How far down each further search looks.
SEARCHED = 40
# The least relevance to a part of the question with which evidence is worth asking about.
BEARS = 0.5
# A statement of the conclusion answers a part that it bears on at least this much of what it does on another.
FITS_TOO = 0.75


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
    glossary: Glossary = Glossary()  # noqa: RUF009  (frozen)
    siblings: Siblings = lambda passage: ()
    translations: Translations = lambda claims, language: {}

    def at(self, length: str) -> "Answerer":
        """Return this answerer with another usual length, one of `settings.LENGTHS`."""
        return replace(self, settings=replace(self.settings, length=length))

    def answer(self, question: str, *, filters: Filters | None = None, length: Length | None = None) -> Answer:
        """Return the checked answer: `events` to its end. Raises what the engine and the index raise."""
        *_, last = self.events(question, filters=filters, length=length)
        assert isinstance(last, Done)
        return last.answer

    def events(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        stop: threading.Event | None = None,
        length: Length | None = None,
    ) -> Iterator[Event]:
        """Yield what happens while the question is answered; the last event is `Done`.

        A question in Simplified Chinese is read as Taiwan would write it. `length` is how long the answer should be;
        without it the settings say. Setting `stop` ends the writing; what was written until then is checked and
        returned.
        """
        stop = stop or threading.Event()
        clock = _Clock()
        yield Stage("searching")
        findings = self.retriever.find(script.traditional(question), limit=self.settings.evidence, filters=filters)
        if findings.strength < self.settings.answer_threshold or not any(part.hits for part in findings.parts):
            clock.retrieved()
            yield Done(replace(self._abstain(findings, clock), question=question))
            return
        findings = translated(casing.as_written(findings), self.translations)
        findings, plan = widen(findings, self._searcher(filters), self._around(filters), self.glossary)
        findings, noted = gaps.recorded(findings)
        clock.retrieved()
        prompt = prompts.build(
            findings, self.engine, evidence=self.settings.evidence, max_tokens=self.settings.max_tokens, plan=plan,
            length=length or cast(Length, self.settings.length),
        )  # fmt: skip
        lacking = versions.missing(findings.question, (evidence.hit for evidence in prompt.evidence))
        if plan.kind.id == "fact" and versions.all_missing(findings.question, lacking):
            yield Done(replace(self._abstain(findings, clock, lacking), question=question))
            return
        yield Found(prompt)
        yield Stage("writing")
        pieces = []
        for piece in self._written(prompt, stop):
            clock.token()
            pieces.append(piece)
            yield Token(piece)
        yield Stage("checking")
        answer = self._ground(parse("".join(pieces), prompt.parts), prompt, findings, lacking, clock)
        known = gaps.of_record(noted, {citation.document for citation in answer.citations})
        yield Done(replace(answer, question=question, gaps=(*answer.gaps, *known)))

    def _written(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        """Yield the draft; what a model writes, in the language asked. What is quoted stays as it stands."""
        if self.engine.info.model is None:
            return self.engine.write(prompt, stop)
        return tongue.kept(prompt, lambda said: self.engine.write(replace(prompt, messages=tuple(said)), stop))

    def _searcher(self, filters: Filters | None) -> Callable[[str], list[Hit]]:
        return lambda query: self.retriever.search(query, limit=SEARCHED, filters=filters)

    def _around(self, filters: Filters | None) -> Siblings:
        return lambda passage: [hit for hit in self.siblings(passage) if filters is None or filters.pass_(hit)]

    def _abstain(self, findings: Findings, clock: "_Clock", lacking: Sequence[str] = ()) -> Answer:
        parts = tuple(Part(part.question, "abstained", ()) for part in findings.parts)
        return self._record(findings, "abstained", (), parts, (), gaps.of_abstention(findings, lacking), clock)

    def _withdraw(self, checked: "_Checked", prompt: Prompt, findings: Findings, clock: "_Clock") -> Answer:
        """Return the abstention from a draft of which nothing stands: the corpus is not to blame."""
        written = tuple(checked.statements)
        told = gaps.of_draft(prompt.language, written=bool(written), model=self.engine.info.model is not None)
        why = cautions.of(prompt, written, (), self.grounder.reader)
        return replace(self._abstain(findings, clock), statements=written, gaps=(*told, *why))

    def _ground(
        self, draft: Draft, prompt: Prompt, findings: Findings, things: Sequence[str], clock: "_Clock"
    ) -> Answer:
        """Check every sentence of the draft, lay out what stands, and say what is missing, `things` among it."""
        checked = _Checked(self.grounder, prompt, self.glossary)
        conclusion = checked.add(draft.conclusion)
        sections = [checked.add(section) for section in draft.sections]
        good = {i for i, s in enumerate(checked.statements) if s.verdict == "supported"}
        if not good:
            return self._withdraw(checked, prompt, findings, clock)
        parts = _parts(prompt, sections, conclusion, good, checked.statements, checked.carried)
        if len(parts) == 1:
            parts = (
                replace(parts[0], groups=layout.grouped(parts[0], prompt.rows, checked.statements, checked.carried)),
            )
        whole = findings.strength >= self.settings.whole_threshold
        times = periods.missing(findings.question, checked.cited.values())
        kinds = unmet.kinds(parts, conclusion, checked.statements)
        met = whole and not (times or things or kinds or gaps.unknown(findings))
        status: Status = "answered" if met and all(part.status == "answered" for part in parts) else "partial"
        table = layout.table(prompt, conclusion, parts, checked.statements, checked.carried)
        lacking = gaps.of_answer(findings, parts, prompt)
        missing = (
            *cautions.of(prompt, checked.statements, tuple(checked.cited.values()), self.grounder.reader),
            *gaps.of_kinds(kinds, prompt.language),
            *lacking,
            *gaps.of_periods(times, prompt.language),
            *gaps.of_versions([name for name in things if name not in " ".join(lacking)], prompt.language),
            *(() if whole else gaps.of_weakness(findings)),
            *(layout.empty_cells(table, prompt.language) if table else ()),
        )
        answer = self._record(findings, status, conclusion, parts, tuple(checked.statements), missing, clock)
        cited = checked.book.all()
        return replace(
            answer, citations=cited, as_of=citations.as_of(cited), table=table, length=prompt.length,
            follow_ups=follow_ups.of(
                _further(findings, prompt, {c.document for c in cited}), {c.passage_id for c in cited}, prompt.language
            ),
            timings=clock.timings(),
        )  # fmt: skip

    def _record(
        self,
        findings: Findings,
        status: Status,
        conclusion: tuple[int, ...],
        parts: tuple[Part, ...],
        statements: tuple[Statement, ...],
        missing: tuple[str, ...],
        clock: "_Clock",
    ) -> Answer:
        return Answer(
            findings.question, findings.language, status, conclusion, parts, statements, (), missing,
            self.engine.info, self.corpus(), self.egress(), clock.timings(),
        )  # fmt: skip


def _parts(
    prompt: Prompt,
    sections: Sequence[tuple[int, ...]],
    conclusion: tuple[int, ...],
    good: set[int],
    statements: Sequence[Statement],
    carried: Mapping[int, Evidence],
) -> tuple[Part, ...]:
    """Return the parts with their statements; what only the conclusion says of one stands under it as well.

    A question in one part is answered by its conclusion.
    """
    if len(prompt.parts) == 1:
        return (Part(prompt.parts[0], "answered" if good & {*sections[0], *conclusion} else "abstained", sections[0]),)
    told = []
    for k, (question, section) in enumerate(zip(prompt.parts, sections, strict=True)):
        kinds = wanted.of(question)
        opened = [i for i in conclusion if i in good and _is_for(k, carried[i].relevance)]
        best = sorted(opened, key=lambda i: -wanted.worth(kinds, statements[i].text) * carried[i].relevance[k])
        own = section if good & set(section) else (*section, *best[:1])
        told.append(Part(question, "answered" if good & set(own) else "abstained", own))
    return tuple(told)


def _is_for(part: int, relevance: Sequence[float]) -> bool:
    """Say whether evidence bears on a part, and on hardly any other more."""
    return relevance[part] >= max(BEARS, FITS_TOO * max(relevance))


def _further(findings: Findings, prompt: Prompt, documents: set[str]) -> Iterator[Hit]:
    """Yield what bears on the question, the most relevant first, then what else was found in the cited `documents`."""
    bearing = [e for e in prompt.evidence if max(e.relevance, default=0.0) >= BEARS]
    yield from (e.hit for e in sorted(bearing, key=lambda e: -max(e.relevance)))
    yield from (hit for part in findings.parts for hit in part.hits if hit.path in documents)


class _Checked:
    """The statements of a draft, checked one after the other.

    `carried` has for each supported statement the first evidence that carries it, `cited` all that is cited, by number.
    """

    def __init__(self, grounder: Grounder, prompt: Prompt, glossary: Glossary) -> None:
        self.statements: list[Statement] = []
        self.carried: dict[int, Evidence] = {}
        self.cited: dict[int, Evidence] = {}
        self._grounder = grounder
        self._language = prompt.language
        self._glossary = glossary
        self._evidence = {e.n: e for e in prompt.evidence}
        self.book = citations.Citations(self._evidence)

    def add(self, sentences: Sequence[Sentence]) -> tuple[int, ...]:
        """Check sentences and return the indexes of their statements."""
        first = len(self.statements)
        for sentence in sentences:
            verdict = self._grounder.check(sentence.text, sentence.citations, self._evidence)
            numbers = tuple(k for n, span in verdict.spans.items() for k in self.book.cite(n, span))
            cited = tuple(self._evidence[n] for n in verdict.spans)
            self.cited |= {n: self._evidence[n] for n in verdict.spans}
            if cited:
                self.carried[len(self.statements)] = cited[0]
            self.statements.append(
                Statement(
                    text=sentence.text,
                    citations=numbers,
                    verdict=verdict.verdict,
                    support=verdict.support,
                    reason=verdict.reason,
                    notes=self._notes(sentence.text, cited),
                )
            )
        return tuple(range(first, len(self.statements)))

    def _notes(self, text: str, cited: tuple[Evidence, ...]) -> tuple[str, ...]:
        """Return what the sources note of a statement; one in the other language has the glossary's terms beside it."""
        notes = citations.notes(cited, self._language)
        terms = foreign.terms(text, self._language, self._glossary) if "other-language" in notes else ""
        return (*notes, f"terms: {terms}") if terms else notes


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
