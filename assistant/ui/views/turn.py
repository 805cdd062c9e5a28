"""One question with its answer: the draft while it is written, then the checked statements with their sources."""

import re
from collections.abc import Iterator, Sequence

from assistant.corpus.framework import Framework
from assistant.records import Answer, Language
from assistant.research.view import Grid, Line
from assistant.research.wording import WORDS as REPORT_WORDS
from assistant.ui import export
from assistant.ui.conversation import Load, Scope, Turn
from assistant.ui.looks import looking
from assistant.ui.markup import Html, join, tag
from assistant.ui.views.frame import trouble
from assistant.ui.wording import WORDS, Words

LONG = 160
"""Characters from which a question is set as text and no longer as a heading."""
_TAIL = re.compile(r"[A-Za-z0-9%.,;:!?)'\"”’]{0,24}$|.{0,2}$", re.DOTALL)
_UNFINISHED = re.compile(r"[\[［【][\d\s,，、\-–]*$")
_MARKER = re.compile(r"(?:[\[［【]\s*\d+(?:\s*[,，、\-–]\s*\d+)*\s*[\]］】]\s*)+")


def turn(
    shown: Turn, language: Language, *, ahead: int = 0, framework: Framework = Framework(), mark: str | None = None,  # noqa: B008  (frozen)
) -> Html:  # fmt: skip
    """Return a turn, in the page's language around the answer and the answer's own within.

    `ahead` answers of others come first. With a `mark` the page looks again at what has become of it.
    """
    words = WORDS[language]
    own = REPORT_WORDS[shown.answer.language].lang if shown.answer else None
    return tag(
        "article",
        tag("h2", shown.question, class_="question long" if len(shown.question) > LONG else "question"),
        tag("p", words.meant.format(question=shown.meant), class_="confined") if shown.meant else None,
        _scope(shown.scope, language, framework),
        _state(shown, words, ahead),
        tag("div", *_body(shown, language), class_="answer", lang=own),
        _next(shown.answer, words) if shown.answer else None,
        None if shown.open else _acts(shown, words),
        _facts(shown.answer, shown.load, words) if shown.answer else None,
        class_=f"turn {shown.phase}",
        data_turn=shown.id,
        lang=REPORT_WORDS[language].lang,
        aria_busy="true" if shown.open else "false",
        **looking(mark, "answer" if shown.open else "rest", ahead) if mark else {},
    )


def _state(shown: Turn, words: Words, ahead: int) -> Html:
    """Return the line under the question. It is always one line, so nothing below moves when it changes."""
    mark, text, more = "work", words.phases[shown.phase], ""
    answer = shown.answer
    if shown.open:
        if shown.stopped:
            text = words.stopping
        elif ahead:
            text = words.queued.format(n=ahead)
        elif shown.draft:
            more = words.unchecked
    elif shown.error:
        mark = "bad"
    elif answer is None:
        mark, text = "none", words.stopped_short
    elif answer.status == "abstained":
        mark, text = "none", words.stopped_short if shown.stopped else words.unanswered
    else:
        good = sum(s.verdict == "supported" for s in answer.statements)
        whole = good == len(answer.statements)
        mark = "good" if whole and answer.status == "answered" else "part"
        text = (words.checked if whole else words.checked_some).format(n=len(answer.statements), good=good)
        more = words.stopped if shown.stopped else words.partial if answer.status == "partial" else ""
    return tag(
        "p", tag("span", class_="dot"), tag("span", text), tag("small", more) if more else None,
        class_=f"state {mark}", role="status",
    )  # fmt: skip


def _body(shown: Turn, language: Language) -> Iterator[Html | None]:
    words = WORDS[language]
    if shown.error:
        yield trouble(shown.error, words)
    elif shown.answer is None and not shown.open:
        yield tag("p", words.stopped_empty, class_="quiet")
    elif shown.answer is None:
        yield draft(shown.draft, shown.parts, words)
    elif shown.answer.status == "abstained":
        yield _abstained(shown, words)
    else:
        yield from _answered(shown.answer, language)


# ---------------------------------------------------------------- the draft


def draft(text: str, parts: Sequence[str], words: Words) -> Html:
    """Return the draft in the shape that the checked answer will have, so that little moves when it comes."""
    blocks: list[Html] = []
    points: list[Html] = []

    def close() -> None:
        if points:
            blocks.append(tag("ul", *points))
            points.clear()

    for line in filter(None, map(str.strip, _UNFINISHED.sub("", text).split("\n"))):
        if line.startswith("#"):
            close()
            blocks.append(tag("h3", line.lstrip("#").strip() if len(parts) > 1 else words.points))
        elif line.startswith(("- ", "* ")):
            points.append(tag("li", _sentence(line[2:], words)))
        else:
            close()
            blocks.append(tag("p", _sentence(line, words), class_="" if len(blocks) else "conclusion"))
    close()
    return tag("div", *blocks, class_="draft")


def _sentence(text: str, words: Words) -> Html:
    """Return a line with its citation markers as blanks: their numbers are settled by the check."""
    first, *rest = _MARKER.split(text)
    blank = tag("span", "[·]", class_="cite blank", title=words.cite_draft)
    return join([first, *(part for piece in rest for part in (blank, piece))])


# ---------------------------------------------------------------- the checked answer


def _answered(answer: Answer, language: Language) -> Iterator[Html | None]:
    words, report = WORDS[language], REPORT_WORDS[language]
    piece = export.piece(answer)
    if piece.conclusion:
        gap = "" if answer.language == "zh-TW" else " "
        said = [_statement(line, answer, language) for line in piece.conclusion]
        yield tag("p", *(x for s in said for x in (s, gap)), class_="conclusion")
    if piece.grid:
        yield _grid(piece.grid, answer, language)
    for section in piece.sections:
        title = section.title or (words.points if section.lines else "")
        if title:
            yield tag("h3", title)
        if section.lines:
            yield tag("ul", *(tag("li", _statement(line, answer, language)) for line in section.lines))
        elif section.title:
            yield tag("p", report.part_empty, class_="quiet")
    if answer.gaps:
        yield _gaps(answer, report.gaps)
    if answer.citations:
        yield _sources(answer, words)


def _grid(grid: Grid, answer: Answer, language: Language) -> Html:
    """Return a comparison. Where the page is narrow, each cell stands below its column's title."""
    report = REPORT_WORDS[language]
    heads = (tag("th", title, scope="col") for title in (report.about, *grid.columns))
    rows = [
        tag(
            "tr",
            tag("th", label, scope="row"),
            *(
                tag("td", *(tag("p", _statement(line, answer, language)) for line in cell), data_label=title,
                    class_="" if cell else "empty")
                for title, cell in zip(grid.columns, cells, strict=True)
            ),
        )
        for label, cells in grid.rows
    ]  # fmt: skip
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="grid")


def _statement(line: Line, answer: Answer, language: Language) -> Html:
    words = WORDS[language]
    first, *more = [*(_cite(n, answer, words) for n in line.citations), Html()]
    tags = (tag("small", text, class_="said") for text in line.tags)
    if line.unsupported is None:
        ends = _TAIL.search(line.text)
        at = ends.start() if ends else len(line.text)
        # The first marker never stands at the beginning of a line.
        tail = tag("span", line.text[at:], first, class_="tail")
        return tag("span", line.text[:at], tail, *more, *tags, class_="statement")
    reason = f"{words.unsupported}: {line.unsupported}" if line.unsupported else words.unsupported
    doubt = tag("span", words.unsupported, class_="doubt", title=reason)
    doubted = tag("span", line.text, class_="doubted")
    return tag("span", doubted, first, *more, doubt, class_="statement unsupported")


def _cite(n: int, answer: Answer, words: Words) -> Html:
    title = next((c.title for c in answer.citations if c.n == n), "")
    label = words.cite.format(n=n, title=title)
    return tag(
        "button", f"[{n}]", type="button", class_="cite", data_act="cite", data_n=n, aria_label=label, title=title
    )


def _gaps(answer: Answer, title: str) -> Html:
    return tag("aside", tag("h3", title), tag("ul", *(tag("li", gap) for gap in answer.gaps)), class_="gaps")


def _sources(answer: Answer, words: Words) -> Html:
    items = [
        tag(
            "li",
            tag("span", f"[{c.n}]", class_="number"),
            tag(
                "button",
                tag("span", c.title or c.document),
                tag("small", " · ".join(filter(None, (c.publisher, c.date))) or c.document),
                type="button", data_act="cite", data_n=c.n,
            ),
        )
        for c in answer.citations
    ]  # fmt: skip
    documents = len({c.document for c in answer.citations})
    until = words.as_of.format(date=answer.as_of) if answer.as_of else ""
    summary = [words.sources.format(n=len(answer.citations), documents=documents), until]
    return tag("details", tag("summary", " · ".join(filter(None, summary))), tag("ol", *items), class_="sources")


def _abstained(shown: Turn, words: Words) -> Html:
    answer = shown.answer
    assert answer is not None, "an abstention is an answer"
    rejected = _rejected(answer, words)
    if shown.stopped:
        said = words.stopped_unsupported if rejected else words.stopped_empty
        return tag("div", tag("p", said, class_="quiet"), rejected)
    return tag(
        "div",
        tag("h3", words.abstained),
        tag("p", words.abstained_lead),
        tag("ul", *(tag("li", gap) for gap in answer.gaps)) if answer.gaps else None,
        rejected,
        tag("div", tag("p", words.near, class_="quiet"), _questions(shown.near), class_="next") if shown.near else None,
        tag("p", words.abstained_wider if shown.scope.narrow else words.abstained_hint, class_="quiet"),
        class_="abstained",
    )


def _rejected(answer: Answer, words: Words) -> Html | None:
    """Return what the draft said and nothing supports, folded away."""
    if not answer.statements:
        return None
    said = (tag("li", statement.text) for statement in answer.statements)
    summary = words.rejected.format(n=len(answer.statements))
    return tag("details", tag("summary", summary), tag("ul", *said), class_="rejected")


def _facts(answer: Answer, load: Load | None, words: Words) -> Html:
    """Return the small print: who wrote it, from what, how fast, and whether anything tried to leave."""
    engine, timings = answer.engine, answer.timings
    facts = [
        words.model.format(model=engine.writer) if engine.writer else words.extractive,
        words.timings.format(
            retrieve=timings.retrieve_s, first=timings.first_token_s, total=timings.total_s
        ),
        words.speed.format(n=(load.written - 1) / load.seconds) if load and load.written > 1 and load.seconds else "",
        words.window.format(used=load.prompt + load.written, total=load.window) if load else "",
        words.corpus.format(documents=answer.corpus.documents, passages=answer.corpus.passages),
        words.egress.format(n=answer.egress.attempts),
    ]  # fmt: skip
    return tag("footer", *(tag("span", fact) for fact in facts if fact), class_="facts")


# ---------------------------------------------------------------- around the answer


def _scope(scope: Scope, language: Language, framework: Framework) -> Html | None:
    """Return what the answer was confined to, nothing where it wasn't."""
    words = WORDS[language]
    axis = next((axis.name(language) for axis in framework.axes if axis.id == scope.axis), scope.axis)
    said = [
        axis or "",
        words.months.format(n=scope.months) if scope.months else "",
        words.lengths[scope.length] if scope.length else "",
    ]
    shown = [tag("span", text, class_="tag") for text in said if text]
    return tag("p", *shown, class_="confined") if shown else None


def _next(answer: Answer, words: Words) -> Html | None:
    """Return the questions that could follow."""
    if not answer.follow_ups:
        return None
    own = REPORT_WORDS[answer.language].lang
    return tag("nav", tag("h3", words.follow_ups), tag("div", _questions(answer.follow_ups), lang=own), class_="next",
               aria_label=words.follow_ups)  # fmt: skip


def _questions(questions: Sequence[str]) -> Html:
    return join(tag("button", text, type="button", data_act="ask", data_question=text) for text in questions)


def _acts(shown: Turn, words: Words) -> Html:
    """Return what can be done with a finished turn."""
    again = tag("button", words.again, type="button", data_act="ask", data_question=shown.question)
    if shown.answer is None:
        return tag("div", again, class_="acts")
    copy = tag("button", words.copy, type="button", data_act="take", data_form="copy")
    forms = (
        tag("button", label, type="button", data_act="take", data_form=form, title=words.save_as.format(form=label),
            aria_label=words.save_as.format(form=label))
        for form, label in (("md", "Markdown"), ("html", "HTML"), ("json", "JSON"))
    )  # fmt: skip
    return tag("div", again, copy, *forms, class_="acts")
