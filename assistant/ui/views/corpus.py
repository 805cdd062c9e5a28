"""The page of the corpus: what is in it, what comes in, and what could not be read."""

import datetime
from collections.abc import Iterator, Sequence

from assistant.corpus import sources
from assistant.corpus.framework import Framework
from assistant.errors import AssistantError
from assistant.index.journal import Place
from assistant.records import CorpusInfo, Language
from assistant.research import outlook_text
from assistant.research import wording as reports
from assistant.research.outlook import Outlook
from assistant.ui import errors_zh
from assistant.ui.library import INBOX, Added, Listed, Work
from assistant.ui.looks import looking
from assistant.ui.markup import Html, blocks, tag
from assistant.ui.views.frame import dismiss, trouble
from assistant.ui.wording import WORDS as PAGE_WORDS
from assistant.ui.wording_pages import WORDS, Words

MOST_SHOWN = 1000
"""Documents on one page; the filter looks through these."""


def intake(language: Language, observed: int = 0, today: datetime.date | None = None) -> Html:
    """Return where files are dropped and observations are jotted down; with each one `observed` the form is empty."""
    words = WORDS[language]
    formats = words.formats.format(
        formats=" ".join(sources.SUFFIXES), size=sources.MOST_BYTES >> 20, folder=INBOX
    )  # fmt: skip
    drop = tag(
        "div",
        tag("p", tag("strong", words.drop_here)),
        tag("label", words.choose, tag("input", type="file", multiple=True, accept=",".join(sources.SUFFIXES))),
        tag("p", formats, class_="quiet"),
        class_="drop",
        data_taking=words.taking,
    )
    day = (today or datetime.date.today()).isoformat()
    observe = tag(
        "form",
        tag("h3", words.observe),
        tag(
            "textarea",
            name="text",
            rows=3,
            aria_label=words.observe_text,
            placeholder=words.observe_text,
            required=True,
        ),
        tag(
            "div",
            tag("input", name="source", aria_label=words.observe_source, placeholder=words.observe_source),
            tag("input", name="date", type="date", value=day, aria_label=words.observe_date),
            tag("button", words.observe_save, type="button", data_act="observe"),
        ),
        class_="observe",
        data_observed=observed,
    )
    return tag("section", tag("h2", words.corpus), tag("div", drop, observe, class_="intake"), class_="page",
               lang=reports.WORDS[language].lang)  # fmt: skip


def work(shown: Work | None, added: Sequence[Added], places: Sequence[Place], language: Language) -> Html:
    """Return how far the refresh is, what it did, and what became of each added file; nothing before the first."""
    words = WORDS[language]
    if shown is None:
        return Html()
    if shown.error:
        return tag(
            "div",
            dismiss(language),
            trouble(shown.error, PAGE_WORDS[language]),
            _files(added, places, words),
            class_="run",
        )
    if shown.report:
        report = shown.report
        said = words.refreshed.format(
            added=report.added, changed=report.changed, removed=report.removed, passages=report.passages
        )  # fmt: skip
        return tag(
            "div", dismiss(language), tag("p", said, role="status"), _files(added, places, words), class_="run over"
        )
    step = shown.step
    total, done = (step.total, step.done) if step else (0, 0)
    reading = words.reading.format(n=min(done + 1, total), total=total) if total else ""
    bar = tag("progress", max=total or None, value=done if total else None, aria_label=words.refreshing)
    at_hand = tag("p", step.path, class_="quiet") if step and step.path else None
    return tag("div", bar, tag("p", tag("strong", words.refreshing), tag("span", reading)), at_hand, class_="run")


def _files(added: Sequence[Added], places: Sequence[Place], words: Words) -> Html | None:
    if not added:
        return None
    reasons = {place.path: _reason(place, words) for place in places}
    rows = (
        tag(
            "li",
            tag("strong", file.name),
            tag("span", reasons.get(file.path) or words.outcomes[file.outcome],
                class_="bad" if reasons.get(file.path) or file.outcome not in ("added", "known") else ""),
        )
        for file in added
    )  # fmt: skip
    return tag("ul", *rows, class_="taken")


def documents(
    found: Sequence[Listed], unread: Sequence[Place], size: CorpusInfo | None, framework: Framework, language: Language,
    *, busy: bool,
    mark: str = "",
    error: AssistantError | None = None,
) -> Html:  # fmt: skip
    """Return the documents by axis, after what could not be read; `error` is why there is no index.

    `mark` says which state of the library this is.
    """
    words = WORDS[language]
    counts = words.corpus_counts.format(documents=size.documents, passages=size.passages) if size else ""
    return tag(
        "section",
        tag(
            "div",
            tag("span", counts),
            tag("button", words.refresh, type="button", data_act="refresh", disabled=busy),
            tag("input", type="search", data_filter=True, placeholder=words.find, aria_label=words.find)
            if found else None,
            class_="deeds",
        ),
        trouble(error, PAGE_WORDS[language]) if error else None,
        _unread(unread, words) if unread else None,
        _said(words.remarks, [(one.path, one.remarks) for one in found if one.remarks]),
        _said(words.orders, [(one.path, one.orders) for one in found if one.orders], words.orders_lead),
        *_by_axis(found[:MOST_SHOWN], framework, language),
        None if found or error else tag("p", words.empty, class_="quiet"),
        class_="page",
        lang=reports.WORDS[language].lang,
        **looking(mark, "work" if busy else "rest"),
    )  # fmt: skip


def outlook(
    covered: Outlook | None, error: AssistantError | None, language: Language, *, busy: bool, mark: str = ""
) -> Html:
    """Return what the evidence covers and what to look for next; `mark` says which state of it this is."""
    words = WORDS[language]
    inside = tag("p", words.counting if busy else words.coverage_none, class_="quiet")
    if covered is not None and covered.questions:
        inside = tag(
            "div",
            tag("div", blocks([outlook_text.by_question(covered, language)]), class_="blocks"),
            tag("details", tag("summary", words.coverage_more),
                tag("div", blocks(outlook_text.detail(covered, language)), class_="blocks"), class_="more"),
            tag("div", blocks(outlook_text.searches(covered, language, 3)), class_="blocks"),
        )  # fmt: skip
    return tag(
        "details",
        tag("summary", tag("strong", outlook_text.WORDS[language].title)),
        trouble(error, PAGE_WORDS[language]) if error else inside,
        class_="page covered",
        open=True,
        lang=reports.WORDS[language].lang,
        **looking(mark, "work" if busy else "rest"),
    )


def _by_axis(found: Sequence[Listed], framework: Framework, language: Language) -> Iterator[Html]:
    words = WORDS[language]
    names = {axis.id: axis.name(language) for axis in framework.axes}
    for axis in (*names, None):
        members = [one for one in found if (one.axis if one.axis in names else None) == axis]
        if members:
            title = f"{names.get(axis or '', words.no_axis)} · {len(members)}"
            rows = (_row(one, words) for one in sorted(members, key=lambda one: one.date or "", reverse=True))
            yield tag("section", tag("h3", title), tag("ul", *rows), class_="list documents")


def _row(one: Listed, words: Words) -> Html:
    sure = words.separator.join(
        f"{label} {one.sureness[level]}" for level, label in words.sureness.items() if one.sureness.get(level)
    )
    about = (
        words.passages.format(n=one.passages), "中文" if one.language == "zh-TW" else "English",
        *((f"{words.quality} {sure}",) if sure else ()),
    )  # fmt: skip
    state = tag("p", tag("code", one.path), *(tag("small", text) for text in about), class_="state")
    return tag(
        "li",
        tag("span", one.date or words.undated, class_="number"),
        tag("div", tag("p", one.title), state),
        _delete(one.path, words),
    )


def _delete(path: str, words: Words) -> Html:
    """Return a button that asks back: it unfolds into the one that deletes."""
    sure = tag("button", words.delete_sure, type="button", data_act="drop", data_file=path, class_="bad")
    return tag("details", tag("summary", words.delete, aria_label=f"{words.delete}: {path}"), sure, class_="small")


def _unread(unread: Sequence[Place], words: Words) -> Html:
    rows = (
        tag(
            "li",
            tag("span", class_="number"),
            tag("div", tag("p", tag("code", place.path)), tag("p", _reason(place, words), class_="state bad")),
            _delete(place.path, words),
        )
        for place in unread
    )  # fmt: skip
    return tag("section", tag("h3", f"{words.unread} · {len(unread)}"), tag("ul", *rows), class_="list documents")


def _reason(place: Place, words: Words) -> str:
    said = place.reason or ""
    return errors_zh.reason(said) if words is WORDS["zh-TW"] else said


def _said(title: str, found: Sequence[tuple[str, Sequence[str]]], lead: str = "") -> Html | None:
    """Return what is to be said of some documents, folded away; nothing where there is nothing."""
    if not found:
        return None
    rows = (tag("li", tag("code", path), *(tag("p", line) for line in lines)) for path, lines in found)
    summary = tag("summary", tag("strong", title), tag("span", str(len(found))))
    return tag("details", summary, tag("p", lead, class_="quiet") if lead else None, tag("ul", *rows), class_="changes")
