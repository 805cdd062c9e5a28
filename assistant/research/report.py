"""The three forms of a report: Markdown, one HTML file that needs nothing else, and JSON."""

from dataclasses import asdict
from typing import Any

from assistant.research import changes, fact_tables, report_html, report_markdown, runs, view
from assistant.research import outlook as outlooks
from assistant.research.runs import Run


def write(run: Run) -> None:
    """Write `report.md`, `report.html` and `report.json` to the run's folder. Raises FaultError."""
    seen = view.of(run)
    runs.write(run.folder / "report.md", report_markdown.render(seen))
    runs.write(run.folder / "report.html", report_html.render(seen))
    runs.write(run.folder / "report.json", runs.as_json(as_dict(run)))


def as_dict(run: Run) -> dict[str, Any]:
    """Return what `batch --json` prints: the run, and each answer in the form of `ask --json`.

    Unsupported statements are left out as in the other forms; `left_out` counts them by question id.
    """
    diff, outlook = changes.load(run.folder), outlooks.load(run.folder)
    answered = [entry for entry in run.entries if entry.answer is not None]
    answers = [
        (entry.answer, view.shown(entry.answer, unsupported=run.show_unsupported))
        for entry in answered
        if entry.answer is not None
    ]
    return {
        "run": run.folder.name,
        "folder": str(run.folder),
        "started": run.started,
        "finished": run.finished,
        "language": view.language(run),
        "engine": asdict(run.basis.engine),
        "corpus": asdict(run.basis.corpus),
        "egress": asdict(run.egress),
        "questions": [asdict(entry.question) for entry in run.entries],
        "answers": [kept.to_json() for _, kept in answers],
        "left_out": {
            str(whole.id): len(whole.statements) - len(kept.statements)
            for whole, kept in answers
            if len(whole.statements) != len(kept.statements)
        },
        "failures": {entry.question.id: entry.failure for entry in run.entries if entry.failure is not None},
        "warnings": [asdict(warning) for warning in run.warnings],
        "attestation": run.attestation,
        "changes": changes.to_json(diff) if diff else None,
        "tables": [asdict(table) for table in fact_tables.load(run.folder)],
        "coverage": asdict(outlook) if outlook else None,
    }
