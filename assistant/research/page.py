"""A page of headings, paragraphs, tables, pictures and sources, as one HTML file or as Markdown.

The reports on applications and the digest are such pages. All text is escaped; only pictures are markup, made by this
program.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape as html_escape
from pathlib import Path

from assistant.research.escaping import escape
from assistant.research.view import one_line, web_address

STYLES = (Path(__file__).with_name("report.css"), Path(__file__).with_name("page.css"))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 to 4."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a `strong` one opens a section, a `soft` one is a remark."""

    text: str
    strong: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. The first cell of a row heads it; cells from column `figures` on stand to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: int = 99


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, made by this program; Markdown has its `text` instead."""

    svg: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """A line of a list with an address, where there is one, and what is said of it."""

    text: str
    title: str = ""
    url: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """A list of sources."""

    lines: tuple[Source, ...]


Block = Heading | Paragraph | Grid | Picture | Sources


def html(title: str, lang: str, blocks: Sequence[Block]) -> str:
    """Return the page as an HTML document that loads nothing."""
    style = "".join(file.read_text(encoding="utf-8") for file in STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = "\n".join(block_html(block) for block in blocks)
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{_text(title)}</title>
<style>{style}</style>
</head>
<body class="page">
<header><h1>{_text(title)}</h1></header>
<main>
{body}
</main>
</body>
</html>
"""


def markdown(title: str, blocks: Sequence[Block]) -> str:
    """Return the page as Markdown text."""
    parts = [f"# {_plain(title)}", *blocks_markdown(blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def blocks_markdown(blocks: Iterable[Block]) -> list[str]:
    """Return the blocks as Markdown, to stand with an empty line between them."""
    return [part for block in blocks for part in _markdown(block)]


def _text(text: str) -> str:
    return html_escape(one_line(text))


def block_html(block: Block) -> str:
    """Return a block as HTML, its texts escaped."""
    if isinstance(block, Heading):
        return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        kind = ' class="conclusion"' if block.strong else ' class="remark"' if block.soft else ""
        return f"<p{kind}>{_text(block.text)}</p>"
    if isinstance(block, Grid):
        return grid_html(block)
    if isinstance(block, Picture):
        return f'<figure tabindex="0">{block.svg}</figure>'
    return f"<ul>{''.join(map(_source_html, block.lines))}</ul>"


def grid_html(grid: Grid) -> str:
    """Return a table as HTML."""
    head = "".join(_head(cell, n >= grid.figures) for n, cell in enumerate(grid.head))
    rows = "".join(
        f'<tr><th scope="row">{_text(row[0])}</th>'
        + "".join(_cell(cell, n >= grid.figures) for n, cell in enumerate(row[1:], start=1))
        + "</tr>"
        for row in grid.rows
    )
    return f'<div class="grid"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _head(text: str, figure: bool) -> str:
    kind = ' class="figure"' if figure else ""
    return f'<th scope="col"{kind}>{_text(text)}</th>'


def _cell(text: str, figure: bool) -> str:
    kind = ' class="figure"' if figure else ""
    return f"<td{kind}>{_text(text)}</td>"


def _source_html(source: Source) -> str:
    title, url = _text(source.title), web_address(source.url)
    if url:
        title = f'<a href="{html_escape(url)}" rel="external noopener noreferrer">{title}</a>'
    about = "".join(f"<span>{_text(fact)}</span>" for fact in source.about if fact)
    return f'<li>{_text(source.text)}<p class="source"><span>{title}</span>{about}</p></li>'


def _plain(text: str) -> str:
    return escape(one_line(text))


def _markdown(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {_plain(block.text)}"
    elif isinstance(block, Paragraph):
        yield f"**{_plain(block.text)}**" if block.strong else _plain(block.text)
    elif isinstance(block, Grid):
        yield grid_markdown(block)
    elif isinstance(block, Picture):
        yield _plain(block.text)
    else:
        yield "\n".join(map(_source_markdown, block.lines))


def grid_markdown(grid: Grid) -> str:
    """Return a table as Markdown."""
    rule = "|".join(":--" if n < grid.figures else "--:" for n in range(len(grid.head)))
    rows = (" | ".join(_plain(cell) for cell in row) for row in (grid.head, *grid.rows))
    first, *rest = (f"| {row} |" for row in rows)
    return "\n".join((first, f"|{rule}|", *rest))


def _source_markdown(source: Source) -> str:
    url, title = web_address(source.url), _plain(source.title)
    title = f"[{title}](<{url}>)" if url and title else title
    about = " · ".join(part for part in (title, *(_plain(fact) for fact in source.about if fact)) if part)
    return f"- {_plain(source.text)}" + (f"  \n  {about}" if about else "")
