"""One answer as a report of its own: the same view as a whole run's, as Markdown, HTML or JSON."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from assistant.records import Answer, content_id
from assistant.research import report_html, report_markdown, runs, view
from assistant.research.questions import Question
from assistant.research.runs import Basis, Entry, Run, Session
from assistant.research.view import Piece
from assistant.research.wording import WORDS
from assistant.settings import Settings

Form = Literal["md", "html", "json"]
FORMS: tuple[Form, ...] = ("md", "html", "json")
TYPES: Mapping[Form, str] = {"md": "text/markdown", "html": "text/html", "json": "application/json"}


def alone(answer: Answer, settings: Settings | None = None, *, show_unsupported: bool = False) -> Run:
    """Return a finished run of this one answer; nothing of it is on disk."""
    number = answer.id or content_id(answer.question)
    moment = runs.now()
    words = WORDS[answer.language]
    return Run(
        folder=Path(number),
        started=moment,
        finished=moment,
        basis=Basis.of(answer.corpus, answer.engine, settings or Settings()),
        entries=(Entry(1, Question(number, answer.question, words.question, None, 1), answer),),
        sessions=(Session(moment, moment, answer.egress),),
        show_unsupported=show_unsupported,
    )


def piece(answer: Answer) -> Piece:
    """Return what a report shows of this answer, with its unsupported statements marked."""
    return view.of(alone(answer, show_unsupported=True)).groups[0][1][0]


def text(answer: Answer, form: Form, settings: Settings) -> str:
    """Return the answer in one of the forms; JSON is that of `ask --json`.

    The others leave out or mark what is unsupported, as the settings say.
    """
    if form == "json":
        return runs.as_json(answer.to_json())
    seen = view.of(alone(answer, settings, show_unsupported=settings.show_unsupported))
    return report_markdown.render(seen) if form == "md" else report_html.render(seen)


def name(answer: Answer, form: Form) -> str:
    """Return a file name: the beginning of the question, without what file systems take amiss."""
    kept = "".join(c if c.isalnum() else "-" for c in answer.question)
    words = "-".join(filter(None, kept.split("-")))[:40].strip("-")
    return f"{words or 'answer'}.{form}"
