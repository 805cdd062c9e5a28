"""How results look on a terminal."""

import json
import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.records import Answer, Citation, Language, Statement

if TYPE_CHECKING:
    from assistant.doctor import Check
    from assistant.errors import RefusedError
    from assistant.index.refresh import Progress, Report, Step
    from assistant.models.gguf import ModelCard

_WORDS = {
    "zh-TW": {
        "gaps": "語料的缺口",
        "sources": "出處",
        "unsupported": "（未經證實）",
        "page": "第 {page} 頁",
        "next": "接著可以問",
        "as_of": "引用的資料截至 {date}。",
    },
    "en": {
        "gaps": "Gaps",
        "sources": "Sources",
        "unsupported": " (unsupported)",
        "page": "page {page}",
        "next": "What to ask next",
        "as_of": "The evidence cited goes up to {date}.",
    },
}

MOST_NAMED = 10
"""Files of a kind that a refresh names on the terminal; `--json` names them all."""


def say(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Write progress, a warning or an error to standard error."""
    sys.stderr.write(text + "\n")


def answered(answer: Answer) -> str:
    """Return an answer as plain text: conclusion, parts, gaps, sources, and who wrote it."""
    words = _WORDS[answer.language]

    lines = [_line(statement, answer.language) for statement in answer.statements]
    blocks = [" ".join(lines[i] for i in answer.conclusion), *_compared(answer, lines)]
    for title, statements in _sections(answer):
        blocks.append("\n".join([f"# {title}", *(f"- {lines[i]}" for i in statements)]))
    for title, texts in ((words["gaps"], answer.gaps), (words["next"], answer.follow_ups)):
        if texts:
            blocks.append("\n".join([f"# {title}", *(f"- {text}" for text in texts)]))
    if answer.as_of:
        blocks.append(words["as_of"].format(date=answer.as_of))
    if answer.citations:
        blocks.append("\n".join([f"# {words['sources']}", *_sources(answer, words["page"])]))
    model = f" ({answer.engine.writer})" if answer.engine.writer else ""
    blocks.append(f"engine: {answer.engine.name}{model} · egress attempts: {answer.egress.attempts}")
    return "\n\n".join(block for block in blocks if block)


def _line(statement: Statement, language: Language) -> str:
    """Return a statement with its sources, what they note of it, and a mark where nothing supports it."""
    from assistant.research.wording import WORDS, note

    marks = "".join(f"[{n}]" for n in statement.citations)
    words = WORDS[language]
    tags = "".join(words.aside.format(note(words, text)) for text in statement.notes)
    return statement.text + marks + tags + ("" if statement.verdict == "supported" else _WORDS[language]["unsupported"])


def _compared(answer: Answer, lines: Sequence[str]) -> list[str]:
    """Return a comparison row by row: a table is too wide for a terminal."""
    if answer.table is None:
        return []
    colon = "：" if answer.language == "zh-TW" else ": "
    return [
        "\n".join(
            [f"# {row.label}"]
            + [
                f"- {title}{colon}{lines[i]}"
                for title, cell in zip(answer.table.columns, row.cells, strict=True)
                for i in cell
            ]
        )
        for row in answer.table.rows
    ]


def _sections(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    """Return titles and statements of the parts, or of the groups of an only part, that no table holds already."""
    held = {i for row in answer.table.rows for cell in row.cells for i in cell} if answer.table else set()
    if len(answer.parts) == 1 and answer.parts[0].groups:
        return [(group.title, group.statements) for group in answer.parts[0].groups]
    left = ((part.question, tuple(i for i in part.statements if i not in held)) for part in answer.parts)
    return [(title, statements) for title, statements in left if statements]


def _sources(answer: Answer, page: str) -> Iterator[str]:
    """Yield the sources line by line, under those of the same words where the words stand."""
    from assistant.answering.citations import by_passage

    for citations in by_passage(answer.citations):
        yield from map(_source, citations)
        first = citations[0]
        yield f"    {first.document}" + (f", {page.format(page=first.page)}" if first.page else "")


def _source(citation: Citation) -> str:
    about = ", ".join(word for word in (citation.publisher, citation.date, citation.url) if word)
    return f"[{citation.n}] {citation.title}" + (f" ({about})" if about else "")


def refreshed(report: "Report", dry_run: bool, known: Container[str] = ()) -> str:
    """Return what a refresh did in a few lines, with the first files of each kind by name.

    Of its `troubles`, those that are `known` are left out.
    """
    lines = [
        f"{report.added} added, {report.changed} changed, {report.removed} removed, {report.unchanged} unchanged"
        + (f", {len(report.quarantined)} of all not read" if report.quarantined else "")
        + (" (nothing was done)" if dry_run else f"; {report.passages} passages in {report.seconds:.1f} s")
    ]
    if report.rebuilt:
        lines.append(f"read anew: {report.rebuilt}")
    unread = {q["path"] for q in report.quarantined}
    for kind, paths in report.files.items():
        read = [path for path in paths if path not in unread]
        lines += [f"{kind}: {path}" for path in read[:MOST_NAMED]]
        if len(read) > MOST_NAMED:
            lines.append(f"{kind}: and {len(read) - MOST_NAMED} more")
    return "\n".join([*lines, *(line for line in troubles(report) if line not in known)])


def troubles(report: "Report") -> list[str]:
    """Return, a line each, what could not be read, what was left out of files, and what was passed over."""
    return [
        *(f"not read: {q['path']}: {q['reason']}" for q in report.quarantined),
        *(f"left out: {r['path']}: {r['remark']}" for r in report.remarks),
        *(f"passed over: {i['path']}: {i['reason']}" for i in report.ignored),
    ]


def models(cards: "Sequence[ModelCard]", broken: "Sequence[RefusedError]", *, as_json: bool) -> str:
    """Return the usable and the broken model files."""
    if as_json:
        usable = [{**asdict(card), "path": str(card.path)} for card in cards]
        return json.dumps(
            {"models": usable, "broken": [{"what": e.what, "where": e.where, "remedy": e.remedy} for e in broken]},
            ensure_ascii=False,
            default=str,
        )
    lines = [
        f"{card.name}: {card.architecture} {card.quantization}, {card.size / 1e9:.2f} GB, window {card.context_length}"
        for card in cards
    ]
    lines += [f"can't be used: {error}" for error in broken]
    return "\n".join(lines) or "no model files; the extractive engine writes"


def examined(checks: "Sequence[Check]") -> str:
    """Return the doctor's findings, a line each."""
    return "\n".join(
        f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.found}"
        + (f"\n     remedy: {check.remedy}" if check.remedy and not check.ok else "")
        for check in checks
    )


@contextmanager
def file_progress() -> "Iterator[Progress]":
    """Give a progress function for files: a bar on a terminal, silence elsewhere."""
    from tqdm import tqdm

    with tqdm(unit="file", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(step: "Step") -> None:
            bar.total = step.total
            bar.set_postfix_str(f"{step.pages} pages, {step.passages} passages {step.path[-30:]}", refresh=False)
            bar.update(step.done - bar.n)

        yield progress


@contextmanager
def bytes_progress() -> "Iterator[Callable[[int, int], None]]":
    """Give a progress function for bytes, done and in all: a bar on a terminal, silence elsewhere."""
    from tqdm import tqdm

    with tqdm(unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def progress(done: int, size: int) -> None:
            bar.total = size
            bar.update(done - bar.n)

        yield progress
