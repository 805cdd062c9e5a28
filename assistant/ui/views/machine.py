"""The page of the machine, as blocks of a report."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from assistant.models.fit import Fit
from assistant.records import Language
from assistant.research import wording as reports
from assistant.research.evaluation import report
from assistant.research.evaluation.result import Evaluation
from assistant.research.page import Block, Grid, Heading, Paragraph
from assistant.settings import Settings
from assistant.ui.desk import Standing
from assistant.ui.looks import looking
from assistant.ui.markup import Html, blocks, tag
from assistant.ui.moments import local
from assistant.ui.views.frame import trouble
from assistant.ui.wording import WORDS as PAGE_WORDS
from assistant.ui.wording_machine import WORDS, Words

if TYPE_CHECKING:
    from assistant.ui.machine import Survey

MOST_NAMED = 50
SECRET = frozenset({"password", "remote_key", "store_token", "journal_password"})


def page(
    survey: "Survey | None", standing: Standing, settings: Settings, unsealed: str, evaluation: Evaluation | None,
    language: Language, *, mark: str = "",
) -> Html:  # fmt: skip
    """Return the page; without a `survey` it says that the box is being looked at.

    `unsealed` is why the kernel's filter isn't in force, `mark` says which state this is.
    """
    words = WORDS[language]
    return tag(
        "section",
        tag("h2", words.title),
        tag("p", words.lead, class_="lead"),
        tag("div", blocks([Heading(3, words.engine), Paragraph(_writer(standing, words))]), class_="blocks"),
        trouble(standing.error, PAGE_WORDS[language]) if standing.error else None,
        tag("div", blocks(_fits(survey, words)), class_="blocks"),
        tag("p", tag("button", words.again, type="button", data_act="survey", disabled=survey is None), class_="deeds"),
        tag("div", blocks(_judged(evaluation, language)), class_="blocks"),
        tag("div", blocks(_egress(standing, unsealed, language)), class_="blocks", id="egress"),
        tag("details", tag("summary", words.settings),
            tag("div", blocks([_settings(settings, words)]), class_="blocks"), class_="asked"),
        class_="page",
        lang=reports.WORDS[language].lang,
        **looking(mark, "rest" if survey else "work"),
    )  # fmt: skip


def _writer(standing: Standing, words: Words) -> str:
    engine = standing.engine
    if engine is None or not engine.model:
        return words.extractive
    return words.writes.format(engine=f"{engine.name} · {engine.model}")


def _fits(survey: "Survey | None", words: Words) -> Iterator[Block]:
    yield Heading(3, words.box)
    if survey is None:
        yield Paragraph(words.measuring)
        return
    box = survey.box
    best = words.cores.format(best=box.instructions[-1]) if box.instructions else ""
    yield Paragraph(
        words.memory.format(memory=box.memory / 1e9, available=box.available / 1e9, cores=box.cores, best=best)
    )
    yield Paragraph(words.bandwidth.format(speed=survey.speed / 1e9))
    yield Heading(3, words.fit)
    yield Paragraph(words.fit_lead, soft=True)
    yield Heading(4, words.there)
    if survey.there:
        yield _table(survey.there, words)
    else:
        yield Paragraph(words.no_models)
    for error in survey.broken:
        yield Paragraph(words.broken.format(error=error), soft=True)
    yield Heading(4, words.listed)
    yield _table(survey.listed, words)


def _table(fits: Sequence[Fit], words: Words) -> Grid:
    return Grid(words.head, tuple(_row(fit, words) for fit in fits), figures=1)


def _row(fit: Fit, words: Words) -> tuple[str, ...]:
    memory = fit.plan.memory if fit.plan else fit.least
    about = "" if fit.measured else "~"
    speed = f"{about}{fit.speed:.1f}" if fit.plan else "–"
    window = f"{fit.plan.window:,}" if fit.plan else "–"
    said = words.fits if fit.plan else words.large
    return (fit.model.name, f"{fit.model.size / 1e9:.2f}", f"{memory / 1e9:.2f}", window, speed, said)


def _judged(evaluation: Evaluation | None, language: Language) -> Iterator[Block]:
    words = WORDS[language]
    yield Heading(3, words.evaluation)
    if evaluation is None:
        yield Paragraph(words.no_evaluation)
        return
    yield Paragraph(words.evaluation_of.format(date=local(evaluation.finished)[:10]), soft=True)
    for block in report.blocks(evaluation, language):
        # The report is a page of its own; here it stands under a heading of the third level.
        yield replace(block, level=4) if isinstance(block, Heading) else block


def _egress(standing: Standing, unsealed: str, language: Language) -> Iterator[Block]:
    words, egress = WORDS[language], standing.egress
    yield Heading(3, words.egress)
    yield Paragraph(reports.WORDS[language].enforcement[egress.enforcement])
    if unsealed:
        yield Paragraph(words.unsealed.format(reason=unsealed), soft=True)
    if egress.hosts:
        yield Paragraph(words.allowed.format(hosts=", ".join(egress.hosts)))
    yield Paragraph(words.tried.format(n=egress.attempts) if egress.attempts else words.never_tried)
    for attempt in standing.attempts[:MOST_NAMED]:
        when = local(attempt.when, seconds=True)
        yield Paragraph(f"{when}{words.colon}{attempt.what} {attempt.target} ({attempt.caller})", soft=True)


def _settings(settings: Settings, words: Words) -> Grid:
    rows = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        shown = "•••" if field.name in SECRET and value else ", ".join(value) if isinstance(value, tuple) else value
        rows.append((field.name, str(shown) or "–"))
    return Grid((words.setting, words.value), tuple(rows))
