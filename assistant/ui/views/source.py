"""The panel beside the answer: one citation with all that is known of it, and its passage with the quote marked."""

from collections.abc import Sequence

from assistant.records import Citation, Hit, Language, Passage, Reference
from assistant.research.wording import WORDS as REPORT_WORDS
from assistant.research.wording import note
from assistant.ui.conversation import Turn
from assistant.ui.markup import Html, join, lines, link, tag
from assistant.ui.views.frame import join_row
from assistant.ui.wording import WORDS, Words


def panel(opened: tuple[Turn, Citation] | None, language: Language, related: Sequence[Hit] | None = None) -> Html:
    """Return the panel of the open citation, nothing where none is open.

    `related` are the passages that speak of the same as the cited one; None until they were asked for.
    """
    if opened is None:
        return Html()
    turn, citation = opened
    words = WORDS[language]
    passage = turn.passages.get(citation.passage_id)
    return tag(
        "aside",
        _head(turn, citation, words),
        tag("h2", link(citation.title or citation.document, citation.url, title=words.opens_outside), tabindex="-1"),
        tag("dl", *_rows(citation, passage, language)),
        tag("h3", words.passage),
        _passage(citation, passage),
        _sheet(citation, passage, words),
        _others(passage, citation, words),
        _related(related, words),
        class_="source",
        aria_label=words.cite.format(n=citation.n, title=citation.title),
        lang=REPORT_WORDS[language].lang,
    )


def _head(turn: Turn, citation: Citation, words: Words) -> Html:
    total = len(turn.answer.citations) if turn.answer else citation.n

    def step(mark: str, label: str, n: int) -> Html:
        return tag("button", mark, type="button", data_act="cite", data_turn=turn.id, data_n=n, aria_label=label,
                   title=label, disabled=not 1 <= n <= total)  # fmt: skip

    return tag(
        "header",
        tag("span", words.position.format(n=citation.n, total=total), class_="position"),
        step("‹", words.previous, citation.n - 1),
        step("›", words.following, citation.n + 1),
        tag("button", "✕", type="button", data_act="close", aria_label=words.close, title=words.close),
    )


def _rows(citation: Citation, passage: Passage | None, language: Language) -> list[Html]:
    words, report = WORDS[language], REPORT_WORDS[language]
    page = report.page.format(page=citation.page) if citation.page is not None else ""
    level = words.confidence_levels[citation.confidence] if citation.confidence else ""
    confidence = tag("span", level, class_=f"level {citation.confidence}") if level else ""
    notes = [tag("span", note(report, text), class_="tag") for text in citation.notes]
    headings = " › ".join(passage.headings) if passage else ""
    rows: list[tuple[str, str | Html]] = [
        (words.publisher, citation.publisher or ""),
        (words.date, citation.date or report.undated),
        (words.confidence, confidence),
        (words.notes, join(notes)),
        (words.document, tag("code", citation.document)),
        (words.place, report.separator.join(filter(None, (page, headings)))),
    ]
    return [join_row(label, value) for label, value in rows if value]


def _passage(citation: Citation, passage: Passage | None) -> Html:
    """Return the passage with the quote marked; the quote alone where the passage is not at hand."""
    if passage is None:
        return tag("blockquote", tag("mark", lines(citation.quote)))
    start, end = citation.start - passage.start, citation.end - passage.start
    before, quote, after = passage.text[:start], passage.text[start:end], passage.text[end:]
    inside = (lines(before.lstrip()), tag("mark", lines(quote)), lines(after.rstrip()))
    return tag("blockquote", *inside, lang=REPORT_WORDS[passage.language].lang)


def _sheet(citation: Citation, passage: Passage | None, words: Words) -> Html | None:
    """Return the picture of a PDF's page, which opens alone when it is clicked; None for another kind of document.

    The script puts the sentence in its place where the picture doesn't come.
    """
    if passage is None or citation.page is None or not citation.document.lower().endswith(".pdf"):
        return None
    address = f"corpus/{passage.document_id}/page-{citation.page}.png"
    alt = words.sheet_alt.format(title=citation.title or citation.document, page=citation.page)
    picture = tag("img", src=address, alt=alt, data_missing=words.no_sheet)
    shown = tag("a", picture, href=address, target="_blank", rel="noopener")
    return join([tag("h3", words.sheet), tag("div", shown, class_="sheet-picture")])


def _others(passage: Passage | None, citation: Citation, words: Words) -> Html | None:
    references = (
        [r for r in passage.references if r.url != citation.url or r.title != citation.title] if passage else []
    )
    if not references:
        return None
    return join([tag("h3", words.also), tag("ul", *(_reference(r, words) for r in references), class_="also")])


def _related(related: Sequence[Hit] | None, words: Words) -> Html:
    if related is None:
        return tag("button", words.show_related, type="button", class_="more", data_act="related")
    shown = tag("ul", *map(_hit, related), class_="also") if related else tag("p", words.no_related, class_="quiet")
    return join([tag("h3", words.related), shown])


def _hit(hit: Hit) -> Html:
    reference = hit.passage.reference
    about = (hit.title, reference.publisher if reference else None, reference.date if reference else None)
    text = tag("span", lines(hit.passage.text.strip()), lang=REPORT_WORDS[hit.passage.language].lang)
    return tag("li", text, tag("small", " · ".join(filter(None, about))))


def _reference(reference: Reference, words: Words) -> Html:
    about = " · ".join(filter(None, (reference.publisher, reference.date)))
    return tag(
        "li", link(reference.title, reference.url, title=words.opens_outside), tag("small", about) if about else None
    )
