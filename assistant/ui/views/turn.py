"""One question with its answer: the draft while it is written, then the checked statements with their sources."""

import re
from collections.abc import Iterator, Sequence

from assistant.records import Answer, Language, Statement
from assistant.research.wording import WORDS as REPORT_WORDS
from assistant.ui.conversation import Turn
from assistant.ui.markup import Html, join, tag
from assistant.ui.views.frame import trouble
from assistant.ui.wording import WORDS, Words

_TAIL = re.compile(r"[A-Za-z0-9%.,;:!?)'\"”’]{0,24}$|.{0,2}$", re.DOTALL)
_UNFINISHED = re.compile(r"[\[［【][\d\s,，、\-–]*$")
_MARKER = re.compile(r"(?:[\[［【]\s*\d+(?:\s*[,，、\-–]\s*\d+)*\s*[\]］】]\s*)+")


def turn(shown: Turn, language: Language, *, queued: bool = False) -> Html:
    """Return a turn, in the page's language around the answer and the answer's own within."""
    words = WORDS[language]
    own = REPORT_WORDS[shown.answer.language].lang if shown.answer else None
    return tag(
        "article",
        tag("h2", shown.question, class_="question"),
        _state(shown, words, queued=queued),
        tag("div", *_body(shown, language), class_="answer", lang=own),
        _facts(shown.answer, words) if shown.answer else None,
        class_=f"turn {shown.phase}",
        data_turn=shown.id,
        lang=REPORT_WORDS[language].lang,
        aria_busy="true" if shown.open else "false",
    )


def _state(shown: Turn, words: Words, *, queued: bool) -> Html:
    """Return the line under the question. It is always one line, so nothing below moves when it changes."""
    mark, text, more = "work", words.phases[shown.phase], ""
    answer = shown.answer
    if shown.open:
        if shown.stopped:
            text = words.stopping
        elif queued and shown.phase == "waiting":
            text = words.queued
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
        mark = "good" if whole else "part"
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
    if answer.conclusion:
        gap = "" if answer.language == "zh-TW" else " "
        said = [_statement(answer.statements[i], answer, language) for i in answer.conclusion]
        yield tag("p", *(x for s in said for x in (s, gap)), class_="conclusion")
    for part in answer.parts:
        title = part.question if len(answer.parts) > 1 else words.points if part.statements else ""
        if title:
            yield tag("h3", title)
        if part.statements:
            items = (tag("li", _statement(answer.statements[i], answer, language)) for i in part.statements)
            yield tag("ul", *items)
        elif len(answer.parts) > 1:
            yield tag("p", report.part_empty, class_="quiet")
    if answer.gaps:
        yield _gaps(answer, report.gaps)
    if answer.citations:
        yield _sources(answer, words)


def _statement(statement: Statement, answer: Answer, language: Language) -> Html:
    words = WORDS[language]
    first, *more = [*(_cite(n, answer, words) for n in statement.citations), Html()]
    if statement.verdict == "supported":
        ends = _TAIL.search(statement.text)
        at = ends.start() if ends else len(statement.text)
        # The first marker never stands at the beginning of a line.
        tail = tag("span", statement.text[at:], first, class_="tail")
        return tag("span", statement.text[:at], tail, *more, class_="statement")
    reason = f"{words.unsupported}: {statement.reason}" if statement.reason else words.unsupported
    doubt = tag("span", words.unsupported, class_="doubt", title=reason)
    doubted = tag("span", statement.text, class_="doubted")
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
    summary = words.sources.format(n=len(answer.citations), documents=documents)
    return tag("details", tag("summary", summary), tag("ol", *items), class_="sources")


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
        tag("p", words.abstained_hint, class_="quiet"),
        class_="abstained",
    )


def _rejected(answer: Answer, words: Words) -> Html | None:
    """Return what the draft said and nothing supports, folded away."""
    if not answer.statements:
        return None
    said = (tag("li", statement.text) for statement in answer.statements)
    summary = words.rejected.format(n=len(answer.statements))
    return tag("details", tag("summary", summary), tag("ul", *said), class_="rejected")


def _facts(answer: Answer, words: Words) -> Html:
    """Return the small print: who wrote it, from what, how fast, and whether anything tried to leave."""
    engine, timings = answer.engine, answer.timings
    facts = [
        words.model.format(model=engine.model) if engine.model else words.extractive,
        words.timings.format(
            retrieve=timings.retrieve_s, first=timings.first_token_s, total=timings.total_s
        ),
        words.corpus.format(documents=answer.corpus.documents, passages=answer.corpus.passages),
        words.egress.format(n=answer.egress.attempts),
    ]  # fmt: skip
    return tag("footer", *(tag("span", fact) for fact in facts), class_="facts")
