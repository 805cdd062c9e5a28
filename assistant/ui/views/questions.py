"""The page of the research questions: each with its newest answer, and the batch that answers them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.errors import AssistantError
from assistant.records import Language
from assistant.research import wording as reports
from assistant.research.changes_text import Block, Summary
from assistant.ui.batches import Advance, Latest
from assistant.ui.looks import looking
from assistant.ui.markup import Html, join, tag
from assistant.ui.moments import local
from assistant.ui.views.frame import dismiss, trouble
from assistant.ui.wording import WORDS as PAGE_WORDS
from assistant.ui.wording_pages import WORDS, Words

MOST_SAID = 4
"""Changes of a question that are shown."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The list as it stands: newest answers, questions left of a run, newest report's folder, what changed.

    `mark` says which state of the batch this is.
    """

    latest: Sequence[Latest] = ()
    resumable: int = 0
    busy: bool = False
    mark: str = ""
    report: str | None = None
    changes: Summary | None = None
    error: AssistantError | None = None


def listed(standing: Standing, language: Language) -> Html:
    """Return the list with what can be done."""
    words = WORDS[language]
    if standing.error:
        return tag("section", tag("h2", words.questions), trouble(standing.error, PAGE_WORDS[language]), class_="page")
    answered = [latest for latest in standing.latest if latest.answer]
    stale = sum(latest.stale for latest in answered)
    counts = (words.counts_stale if stale else words.counts).format(
        total=len(standing.latest), answered=len(answered), stale=stale
    )
    return tag(
        "section",
        tag("h2", words.questions),
        tag("p", counts, class_="lead"),
        tag("p", words.questions_lead, class_="quiet"),
        _acts(standing, words, all_answered=len(answered) == len(standing.latest)),
        _changes(standing.changes, words) if standing.changes else None,
        *_groups(standing, language),
        class_="page",
        lang=reports.WORDS[language].lang,
        **looking(standing.mark, "work" if standing.busy else "rest"),
    )


def advance(shown: Advance | None, language: Language) -> Html:
    """Return how far the batch is, nothing where none ran yet."""
    words = WORDS[language]
    if shown is None:
        return Html()
    if shown.error:
        return tag("div", dismiss(language), trouble(shown.error, PAGE_WORDS[language]), class_="run")
    if shown.over:
        said = words.ran.format(total=shown.total) if shown.done == shown.total else words.halted
        return tag("div", dismiss(language), tag("p", said, role="status"), class_="run over")
    left = shown.left()
    when = words.left.format(time=_clock(left)) if left is not None else words.left_unknown
    number = words.running.format(n=min(shown.done + 1, shown.total), total=shown.total) if shown.total else ""
    return tag(
        "div",
        tag("progress", max=max(shown.total, 1), value=shown.done, aria_label=number),
        tag("p", tag("strong", number), tag("span", words.halting if shown.stopping else when)),
        tag("p", shown.at_hand, class_="quiet"),
        tag("button", words.halt, type="button", data_act="halt", class_="bad", disabled=shown.stopping),
        class_="run",
        lang=reports.WORDS[language].lang,
    )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _acts(standing: Standing, words: Words, *, all_answered: bool) -> Html:
    report = standing.report
    links = (
        tag("a", label, href=f"/reports/{report}/report.{form}", target="_blank", rel="noopener")
        for form, label in (("html", "HTML"), ("md", "Markdown"), ("json", "JSON"))
    )
    resume = words.resume.format(n=standing.resumable)
    return tag(
        "div",
        tag("button", resume, type="button", data_act="run", data_id="", data_resume="yes", class_="first",
            disabled=standing.busy) if standing.resumable else None,
        tag("button", words.run_again if all_answered else words.run_all, type="button", data_act="run", data_id="",
            data_resume="", class_="" if standing.resumable else "first", disabled=standing.busy),
        tag("span", words.report, *links, class_="reports") if report else None,
        class_="deeds",
    )  # fmt: skip


def _groups(standing: Standing, language: Language) -> Iterator[Html]:
    groups: dict[str, list[tuple[int, Latest]]] = {}
    for number, latest in enumerate(standing.latest, start=1):
        groups.setdefault(latest.question.group, []).append((number, latest))
    for title, members in groups.items():
        rows = (_row(number, latest, language, busy=standing.busy) for number, latest in members)
        yield tag("section", tag("h3", title), tag("ol", *rows), class_="list")


def _row(number: int, latest: Latest, language: Language, *, busy: bool) -> Html:
    words, question = WORDS[language], latest.question
    read = tag("button", words.read, type="button", data_act="read", data_id=question.id,
               aria_label=f"{words.read}: {question.text}")  # fmt: skip
    run = tag("button", words.run_one, type="button", data_act="run", data_id=question.id, data_resume="",
              disabled=busy, aria_label=f"{words.run_one}: {question.text}")  # fmt: skip
    return tag(
        "li",
        tag("span", str(number), class_="number"),
        tag("div", tag("p", question.text), _state(latest, language)),
        tag("div", read if latest.answer else None, run, class_="small"),
    )


def _state(latest: Latest, language: Language) -> Html:
    words, report = WORDS[language], reports.WORDS[language]
    answer = latest.answer
    if answer is None:
        return tag("p", tag("span", class_="dot"), tag("span", words.never), class_="state none")
    good = sum(statement.verdict == "supported" for statement in answer.statements)
    mark = {"answered": "good", "partial": "part", "abstained": "none"}[answer.status]
    more = [
        words.grounded.format(good=good, n=len(answer.statements)) if answer.statements else "",
        words.sources.format(n=len(answer.citations)) if answer.citations else "",
        words.as_of.format(date=answer.as_of) if answer.as_of else "",
        words.answered_at.format(when=local(latest.when)),
    ]
    stale = tag("small", words.stale, class_="stale") if latest.stale else None
    small = (tag("small", text) for text in more if text)
    state = tag("span", report.status[answer.status])
    return tag("p", tag("span", class_="dot"), state, *small, stale, class_=f"state {mark}")


def _changes(summary: Summary, words: Words) -> Html:
    """Return what changed since the run before, folded away."""
    count = words.changed.format(n=len(summary.blocks))
    return tag(
        "details",
        tag("summary", tag("strong", words.changes), tag("span", count)),
        *(tag("p", line, class_="quiet") for line in summary.lines),
        *(_block(block) for block in summary.blocks),
        class_="changes",
    )


def _block(block: Block) -> Html:
    items = [
        tag(
            "li",
            tag("span", item.label, class_="tag"),
            tag("span", item.said),
            tag("small", item.was) if item.was else None,
            join(tag("small", text) for text in (item.reason, *item.sources[:2])),
        )
        for item in block.items[:MOST_SAID]
    ]
    notes = (tag("li", note) for note in block.notes[:MOST_SAID])
    return tag("section", tag("h4", block.question, tag("small", block.state)), tag("ul", *notes, *items))
