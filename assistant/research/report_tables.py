"""The tables of facts in a report, as HTML and as Markdown, with their pictures and the sources of each cell."""

from collections.abc import Callable
from html import escape as html_escape

from assistant.research import fact_pictures
from assistant.research.assess.assessment import Cited
from assistant.research.fact_tables import Cell, Laid
from assistant.research.view import one_line, web_address
from assistant.research.wording import Words, note


def html(tables: tuple[Laid, ...], words: Words) -> str:
    """Return the section of the tables; nothing where there are none."""
    if not tables:
        return ""
    return f'<section id="tables">\n<h2>{words.tables}</h2>\n{"".join(_html(t, words) for t in tables)}</section>\n'


def markdown(tables: tuple[Laid, ...], words: Words, escape: Callable[[str], str]) -> list[str]:
    """Return the blocks of the tables, text passed through `escape`."""
    blocks = [f"## {words.tables}"] if tables else []
    for table in tables:
        head = " | ".join(("", *map(escape, table.head)))
        rows = [f"| {head} |", f"|{'|'.join([':--'] * (len(table.head) + 1))}|"]
        for name, cells in table.rows:
            said = (f"{escape(one_line(cell.text))} {_marks(cell)}".strip() for cell in cells)
            rows.append("| " + " | ".join((escape(one_line(name)), *said)) + " |")
        sources = (_source_markdown(n, source, words, escape) for n, source in enumerate(table.sources, start=1))
        blocks += [f"### {escape(table.title)}", "\n".join(rows), "\n".join(sources)]
    return blocks


def _html(table: Laid, words: Words) -> str:
    pictures = "".join(
        f'<figure tabindex="0"><figcaption>{_text(drawn.title)}</figcaption>{drawn.svg}</figure>'
        for drawn in fact_pictures.draw(table)
    )
    head = "".join(f'<th scope="col">{_text(title)}</th>' for title in ("", *table.head))
    rows = "".join(
        f'<tr><th scope="row">{_text(name)}</th>{"".join(_cell(cell, table) for cell in cells)}</tr>'
        for name, cells in table.rows
    )
    grid = f'<div class="grid"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    sources = "".join(_source(n, source, table, words) for n, source in enumerate(table.sources, start=1))
    cited = f"<details><summary>{words.citations}</summary><ol>{sources}</ol></details>"
    return f"<h3>{_text(table.title)}</h3>\n{pictures}{grid}{cited}\n"


def _cell(cell: Cell, table: Laid) -> str:
    marks = "".join(f'<a class="mark" href="#{_anchor(table, n)}">[{n}]</a>' for n in cell.sources)
    return f"<td>{_text(cell.text)}{marks}</td>"


def _source(n: int, source: Cited, table: Laid, words: Words) -> str:
    title, url = _text(source.title), web_address(source.url)
    if url:
        title = f'<a href="{html_escape(url)}" rel="external noopener noreferrer">{title}</a>'
    about = "".join(f"<span>{_text(fact)}</span>" for fact in _facts(source, words))
    said = f'<p>{_text(source.text)}</p><p class="source"><span>{title}</span>{about}</p>'
    return f'<li id="{_anchor(table, n)}"><span class="number">[{n}]</span> {said}</li>'


def _anchor(table: Laid, n: int) -> str:
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in table.id)
    return f"t-{name}-{n}"


def _facts(source: Cited, words: Words) -> list[str]:
    sure = words.confidence[source.confidence] if source.confidence else ""
    facts = (
        source.publisher,
        source.date or words.undated,
        sure,
        *(note(words, n) for n in source.notes),
        source.document,
    )
    return [fact for fact in facts if fact]


def _source_markdown(n: int, source: Cited, words: Words, escape: Callable[[str], str]) -> str:
    title, url = escape(one_line(source.title)), web_address(source.url)
    title = f"[{title}](<{url}>)" if url else title
    about = " · ".join((title, *(escape(one_line(fact)) for fact in _facts(source, words))))
    return f"- [{n}] {escape(one_line(source.text))}  \n  {about}"


def _marks(cell: Cell) -> str:
    return "".join(f"[{n}]" for n in cell.sources)


def _text(text: str) -> str:
    return html_escape(one_line(text))
