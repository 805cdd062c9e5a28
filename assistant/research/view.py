"""What a report shows of a run, in words but without markup: the Markdown and the HTML form both render this."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import quote, urlsplit

from assistant.answering.citations import SOURCE_NOTES, by_passage
from assistant.records import Answer, Citation, EngineInfo, Language, Statement
from assistant.research import changes, changes_text, fact_tables, runs
from assistant.research import outlook as outlooks
from assistant.research.changes_text import Summary
from assistant.research.fact_tables import Laid
from assistant.research.outlook import Outlook
from assistant.research.runs import Entry, Run
from assistant.research.wording import WORDS, Words, note

ORDER = ("answered", "partial", "abstained", "failed")
_UNSEEN = dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Controls of writing direction: with them, a passage could make the words around it read in another order."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement: its text, the numbers it cites, tags (vendor's figure, derived), why it is unsupported if it is."""

    text: str
    citations: tuple[int, ...]
    tags: tuple[str, ...] = ()
    unsupported: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a question. `title` is empty where the question has only this part."""

    title: str
    status: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A comparison: the columns' titles, and rows of a label and a cell of lines for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Line, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Pointer:
    """The source that a citation names. `url` is a checked http(s) address or None."""

    n: int
    title: str
    url: str | None
    facts: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """Words that are cited once or, where they rest on several sources, more often. `place` is document and page."""

    pointers: tuple[Pointer, ...]
    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One question of the report with its answer. `remarks` are the report's own words about it."""

    number: int
    question: str
    lang: str
    axis: str
    status: str
    notice: str = ""
    conclusion: tuple[Line, ...] = ()
    grid: Grid | None = None
    sections: tuple[Section, ...] = ()
    gaps: tuple[str, ...] = ()
    follow_ups: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    cited: tuple[Cited, ...] = ()

    @property
    def citations(self) -> int:
        """How many citations it has."""
        return sum(len(cited.pointers) for cited in self.cited)


@dataclass(frozen=True, slots=True)
class View:
    """A whole report, top to bottom. `attestation` is JSON text, empty where there is none.

    `changes` is what changed since the run before, None for a first run; `tables` are those of the corpus's facts;
    `outlook` is what the evidence covers, None where the run kept none.
    """

    words: Words
    summary: str
    facts: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[Piece, ...]], ...]
    method: tuple[str, ...]
    network: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]
    attestation: str = ""
    changes: Summary | None = None
    tables: tuple[Laid, ...] = ()
    outlook: Outlook | None = None
    language: Language = "zh-TW"

    @property
    def single(self) -> bool:
        """Whether one question is answered: contents and a summary of all conclusions would only repeat it."""
        return sum(len(pieces) for _, pieces in self.groups) == 1

    @property
    def conclusions(self) -> tuple[tuple[Piece, Line], ...]:
        """The first checked sentence of each question's conclusion: the executive summary."""
        pieces = (piece for _, group in self.groups for piece in group)
        said = (
            (piece, next((line for line in piece.conclusion if line.unsupported is None), None)) for piece in pieces
        )
        return tuple((piece, line) for piece, line in said if line is not None)


def of(run: Run) -> View:
    """Return the view of a run, in the language that most of its questions are asked in."""
    words = WORDS[language(run)]
    diff = changes.load(run.folder)
    pieces = [(entry.question.group, _piece(run, entry, words)) for entry in run.entries]
    groups = tuple(
        (one_line(title), tuple(piece for _, piece in group))
        for title, group in groupby(pieces, key=lambda pair: pair[0])
    )
    return View(
        words=words,
        summary=_summary([piece for _, piece in pieces], words),
        facts=_facts(run, words),
        groups=groups,
        method=_method(run, words),
        network=_network(run, words),
        unread=tuple((words.unread_line.format(line=w.line, text=one_line(w.text)), w.reason) for w in run.warnings),
        attestation=runs.as_json(dict(run.attestation)) if run.attestation else "",
        changes=changes_text.summarise(diff, language(run)) if diff else None,
        tables=fact_tables.load(run.folder),
        outlook=outlooks.load(run.folder),
        language=language(run),
    )


def language(run: Run) -> Language:
    """Return the language that most of a run's questions are asked in."""
    return language_of([entry.question.text for entry in run.entries])


def language_of(questions: Sequence[str]) -> Language:
    """Return zh-TW when at least half of the questions are Chinese, else English."""
    chinese = sum(any(_is_chinese(character) for character in question) for question in questions)
    return "zh-TW" if 2 * chinese >= len(questions) else "en"


def shown(answer: Answer, *, unsupported: bool) -> Answer:
    """Return `answer` without its unsupported statements, unless they are wanted, and without citations left unused."""
    if unsupported:
        return answer
    kept = [index for index, statement in enumerate(answer.statements) if statement.verdict == "supported"]
    place = {old: new for new, old in enumerate(kept)}
    statements = tuple(answer.statements[index] for index in kept)
    used = {n for statement in statements for n in statement.citations}
    return replace(
        answer,
        conclusion=tuple(place[index] for index in answer.conclusion if index in place),
        parts=tuple(
            replace(
                part,
                statements=_moved(part.statements, place),
                groups=tuple(
                    replace(group, statements=moved)
                    for group in part.groups
                    if (moved := _moved(group.statements, place))
                ),
            )
            for part in answer.parts
        ),
        table=answer.table
        and replace(
            answer.table,
            rows=tuple(
                replace(row, cells=tuple(_moved(cell, place) for cell in row.cells)) for row in answer.table.rows
            ),
        ),
        statements=statements,
        citations=tuple(citation for citation in answer.citations if citation.n in used),
    )


def _moved(indexes: tuple[int, ...], place: dict[int, int]) -> tuple[int, ...]:
    return tuple(place[index] for index in indexes if index in place)


def clean(text: str) -> str:
    """Return text without control characters and writing-direction controls; line ends stay."""
    spaced = text.translate(_UNSEEN).replace("\r\n", "\n").replace("\t", " ")
    return "".join(c for c in spaced if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def one_line(text: str) -> str:
    """Return clean text on one line, white space as single spaces."""
    return " ".join(clean(text).split())


def web_address(url: str | None) -> str | None:
    """Return `url` safe to stand in a link if it is an http or https address, else None."""
    if url is None or any(c.isspace() or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
        hostname = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not hostname or "@" in parts.netloc:
        return None
    return quote(url, safe="%/:?#&=+,;~@!$-._[]")


def _piece(run: Run, entry: Entry, words: Words) -> Piece:
    asked, axis = one_line(entry.question.text), entry.question.axis or ""
    axis = one_line(run.axes.get(axis, axis))
    if entry.answer is None:
        notice = words.failed.format(reason=clean(entry.failure or ""))
        return Piece(entry.number, asked, words.lang, axis, "failed", notice)
    answer = shown(entry.answer, unsupported=run.show_unsupported)
    lines = [_line(statement, answer.citations, words) for statement in answer.statements]
    silent = answer.status == "abstained"
    return Piece(
        number=entry.number,
        question=asked,
        lang=WORDS[answer.language].lang,
        axis=axis,
        status=answer.status,
        notice=words.abstained if silent else "",
        conclusion=tuple(lines[index] for index in answer.conclusion),
        grid=_grid(answer, lines),
        sections=_sections(answer, lines),
        gaps=tuple(one_line(gap) for gap in answer.gaps),
        follow_ups=tuple(one_line(question) for question in answer.follow_ups),
        remarks=_remarks(run, entry.answer, words),
        cited=tuple(_cited(citations, words) for citations in by_passage(answer.citations)),
    )


def _grid(answer: Answer, lines: list[Line]) -> Grid | None:
    """Return the answer's table with its statements as lines."""
    if answer.table is None:
        return None
    rows = (
        (one_line(row.label), tuple(tuple(lines[i] for i in cell) for cell in row.cells)) for row in answer.table.rows
    )
    return Grid(tuple(one_line(title) for title in answer.table.columns), tuple(rows))


def _sections(answer: Answer, lines: list[Line]) -> tuple[Section, ...]:
    """Return the parts, or the groups of a question's only part, without what its table holds already."""
    table = answer.table
    held = {i for row in table.rows for cell in row.cells for i in cell} if table else set()
    alone, silent = len(answer.parts) == 1, answer.status == "abstained"
    sections = []
    for k, part in enumerate(answer.parts):
        if alone and part.groups:
            sections += [
                Section(one_line(g.title), part.status, tuple(lines[i] for i in g.statements)) for g in part.groups
            ]
            continue
        left = tuple(lines[i] for i in part.statements if i not in held)
        if left or not (silent or (table and k in table.parts)):
            sections.append(Section("" if alone else one_line(part.question), part.status, left))
    return tuple(sections)


def _line(statement: Statement, citations: tuple[Citation, ...], words: Words) -> Line:
    """Return a statement as a line. What all its sources are (vendor's figures, say), the line says of itself."""
    cited = [citation for citation in citations if citation.n in statement.citations]
    common = set.intersection(*(set(citation.notes) for citation in cited)) if cited else set()
    noted = dict.fromkeys((*statement.notes, *(key for key in SOURCE_NOTES if key in common)))
    tags = tuple(one_line(note(words, text)) for text in noted)
    reason = None if statement.verdict == "supported" else one_line(statement.reason)
    known = {citation.n for citation in citations}
    numbers = tuple(n for n in statement.citations if n in known)
    return Line(one_line(statement.text), numbers, tags, reason)


def _cited(citations: tuple[Citation, ...], words: Words) -> Cited:
    """Return citations of the same words as they are shown."""
    first = citations[0]
    page = [words.page.format(page=first.page)] if first.page is not None else []
    return Cited(
        pointers=tuple(_pointer(citation, words) for citation in citations),
        place=words.separator.join([one_line(first.document), *page]),
        quote=clean(first.quote).strip(),
    )


def _pointer(citation: Citation, words: Words) -> Pointer:
    facts = [one_line(citation.publisher or ""), one_line(citation.date or words.undated)]
    if citation.confidence:
        facts.append(words.confidence[citation.confidence])
    return Pointer(
        n=citation.n,
        title=one_line(citation.title) or one_line(citation.document),
        url=web_address(citation.url),
        facts=tuple(fact for fact in facts if fact),
        tags=tuple(one_line(note(words, text)) for text in citation.notes),
    )


def _remarks(run: Run, answer: Answer, words: Words) -> tuple[str, ...]:
    remarks = [words.evidence_as_of.format(date=answer.as_of)] if answer.as_of else []
    unsupported = sum(statement.verdict == "unsupported" for statement in answer.statements)
    if unsupported:
        remarks.append((words.marked if run.show_unsupported else words.left_out).format(n=unsupported))
    if answer.corpus.fingerprint != run.basis.corpus.fingerprint:
        remarks.append(words.other_corpus.format(fingerprint=answer.corpus.fingerprint))
    if answer.engine != run.basis.engine:
        remarks.append(words.other_engine.format(engine=one_line(_engine(answer.engine))))
    return tuple(remarks)


def _summary(pieces: list[Piece], words: Words) -> str:
    counts = Counter(piece.status for piece in pieces)
    parts = words.separator.join(f"{words.status[s]} {counts[s]}" for s in ORDER if counts[s])
    return words.summary.format(total=len(pieces), parts=parts)


def _facts(run: Run, words: Words) -> tuple[tuple[str, str], ...]:
    basis = run.basis
    moment = (run.finished or run.started).replace("T", " ").replace("Z", " UTC")
    size = words.corpus_size.format(documents=basis.corpus.documents, passages=basis.corpus.passages)
    model = f"SHA-256 {basis.engine.sha256}" if basis.engine.sha256 else ""
    rows = [
        (words.as_of, moment),
        (words.engine, one_line(_engine(basis.engine))),
        (words.model, model),
        (words.corpus, size),
        (words.fingerprint, basis.corpus.fingerprint),
    ]
    return tuple((label, value) for label, value in rows if value)


def _method(run: Run, words: Words) -> tuple[str, ...]:
    policy = words.policy_marked if run.show_unsupported else words.policy_out
    engine = one_line(_engine(run.basis.engine))
    return tuple(line.format(engine=engine, policy=policy) for line in words.method_lines)


def _network(run: Run, words: Words) -> tuple[str, ...]:
    egress = run.egress
    counted = words.attempts_some.format(n=egress.attempts) if egress.attempts else words.attempts_none
    sittings = [words.sessions.format(n=len(run.sessions))] if len(run.sessions) > 1 else []
    attacks = [attack for attack in (run.attestation or {}).get("attacks", ()) if attack["tried"]]
    refused = sum(attack["refused"] for attack in attacks)
    proved = [words.proved.format(refused=refused, tried=len(attacks))] if attacks else []
    reachable = [words.reachable.format(hosts=one_line(", ".join(egress.hosts)))] if egress.hosts else []
    return (words.enforcement[egress.enforcement], *reachable, counted, *sittings, *proved)


def _engine(engine: EngineInfo) -> str:
    return f"{engine.name} · {engine.writer}" if engine.writer else engine.name


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf"
