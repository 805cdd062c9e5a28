"""A report as one HTML file: no script, nothing loaded from anywhere, links only to the sources cited."""

import base64
import hashlib
from html import escape
from pathlib import Path

from assistant.research import outlook_text, page, report_tables
from assistant.research.changes_text import Block, Item, Summary
from assistant.research.view import Cited, Line, Piece, Pointer, Section, View
from assistant.research.wording import Words

STYLES = (Path(__file__).with_name("page.css"), Path(__file__).with_name("report.css"))


def render(view: View) -> str:
    """Return the whole report as an HTML document."""
    words = view.words
    style = "".join(file.read_text(encoding="utf-8") for file in STYLES)
    # Whatever a text of the corpus might smuggle in, the browser runs and loads nothing but this style sheet.
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f"""<!doctype html>
<html lang="{words.lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{words.title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{words.title}</h1>
<p class="summary">{escape(view.summary)}</p>
<dl class="facts">{"".join(_fact(label, value) for label, value in view.facts)}</dl>
</header>
{"" if view.single else _contents(view)}
{"" if view.single else _executive(view)}{_changes(view.changes)}<main>
{"".join(_group(title, pieces, words) for title, pieces in view.groups)}
{report_tables.html(view.tables, words)}{_outlook(view)}</main>
<footer>
<section><h2>{words.method}</h2>{_paragraphs(view.method)}</section>
<section id="network"><h2>{words.network}</h2>{_paragraphs(view.network)}{_attestation(view)}</section>
{_unread(view)}</footer>
</body>
</html>
"""


def _fact(label: str, value: str) -> str:
    return f"<div><dt>{label}</dt><dd>{escape(value)}</dd></div>"


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _badge(status: str, words: Words) -> str:
    return f'<span class="badge {status}">{words.status[status]}</span>'


def _contents(view: View) -> str:
    words = view.words
    groups = []
    for title, pieces in view.groups:
        rows = "".join(
            f'<li><span class="number">{p.number}</span><a href="#q{p.number}">{escape(p.question)}</a>'
            f'<span class="state">{_badge(p.status, words)}'
            f'<span class="count">{words.citation_count.format(n=p.citations)}</span></span></li>'
            for p in pieces
        )
        groups.append(f"<h3>{escape(title)}</h3><ol>{rows}</ol>")
    return f'<nav aria-label="{words.contents}"><h2>{words.contents}</h2>{"".join(groups)}</nav>'


def _executive(view: View) -> str:
    words = view.words
    rows = "".join(
        f'<li><a class="number" href="#q{piece.number}">{piece.number}</a> {_line(line, piece, words)}</li>'
        for piece, line in view.conclusions
    )
    lead = f'<p class="remark">{words.executive_lead}</p>'
    return f'<section id="summary"><h2>{words.executive}</h2>{lead}<ul>{rows}</ul></section>\n' if rows else ""


def _outlook(view: View) -> str:
    if view.outlook is None:
        return ""
    blocks = outlook_text.blocks(view.outlook, view.language)
    return f'<section id="coverage">\n{"".join(map(page.block_html, blocks))}</section>\n'


def _changes(summary: Summary | None) -> str:
    if summary is None:
        return ""
    blocks = "".join(_changed(block) for block in summary.blocks)
    runs = f'<p class="remark">{escape(summary.runs)}</p>'
    return (
        f'<section id="changes" class="changes">\n<h2>{summary.title}</h2>\n{runs}{_paragraphs(summary.lines)}'
        f"{blocks}</section>\n"
    )


def _changed(block: Block) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in block.notes)
    items = "".join(_change(item) for item in block.items)
    head = f'<span class="badge {block.kind}">{escape(block.state)}</span> {escape(block.question)}'
    return f"<details open><summary>{head}</summary><ul>{notes}{items}</ul></details>\n"


def _change(item: Item) -> str:
    moves = f" <b>{escape('; '.join(item.moves))}</b>" if item.moves else ""
    was = f'<br><del class="remark">{escape(item.was)}</del>' if item.was else ""
    causes = "".join(f"<br><small>{escape(line)}</small>" for line in (item.reason, *item.sources))
    said = f"<del>{escape(item.said)}</del>" if item.kind == "gone" else escape(item.said)
    return f'<li><span class="tag {item.kind}">{escape(item.label)}</span>{moves} {said}{was}{causes}</li>'


def _group(title: str, pieces: tuple[Piece, ...], words: Words) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{''.join(_piece(piece, words) for piece in pieces)}</section>\n"


def _piece(piece: Piece, words: Words) -> str:
    axis = f'<span class="axis">{words.axis} · {escape(piece.axis)}</span>' if piece.axis else ""
    blocks = [
        f'<h3><span class="number">{piece.number}</span>{escape(piece.question)}</h3>',
        f'<p class="state">{_badge(piece.status, words)}{axis}</p>',
        f'<p class="notice">{_lines(piece.notice)}</p>' if piece.notice else "",
        _conclusion(piece, words),
        _grid(piece, words),
        *(_section(section, piece, words) for section in piece.sections),
        _gaps(piece, words),
        _follow_ups(piece, words),
        *(f'<p class="remark">{escape(remark)}</p>' for remark in piece.remarks),
        _citations(piece, words),
    ]
    return "\n".join((f'<article id="q{piece.number}" lang="{piece.lang}">', *filter(None, blocks), "</article>\n"))


def _conclusion(piece: Piece, words: Words) -> str:
    if not piece.conclusion:
        return ""
    said = " ".join(_line(line, piece, words) for line in piece.conclusion)
    return f'<p class="conclusion"><strong>{words.conclusion}</strong> {said}</p>'


def _section(section: Section, piece: Piece, words: Words) -> str:
    state = "" if section.status == "answered" else f" {_badge(section.status, words)}"
    title = f"<h4>{escape(section.title)}{state}</h4>" if section.title else ""
    points = "".join(f"<li>{_line(line, piece, words)}</li>" for line in section.lines)
    return title + (f"<ul>{points}</ul>" if points else f'<p class="remark">{words.part_empty}</p>')


def _line(line: Line, piece: Piece, words: Words) -> str:
    marks = "".join(f'<a class="mark" href="#q{piece.number}c{n}">[{n}]</a>' for n in line.citations)
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in line.tags)
    if line.unsupported is None:
        return f"{escape(line.text)}{marks}{tags}"
    reason = f"{words.colon}{escape(line.unsupported)}" if line.unsupported else ""
    doubt = f'<span class="tag doubt">{words.unsupported}{reason}</span>'
    return f'<span class="unsupported">{escape(line.text)}</span>{marks}{tags}{doubt}'


def _grid(piece: Piece, words: Words) -> str:
    if piece.grid is None:
        return ""
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in (words.about, *piece.grid.columns))
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>{"".join(_cell(cell, piece, words) for cell in cells)}</tr>'
        for label, cells in piece.grid.rows
    )
    return f'<div class="grid"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(cell: tuple[Line, ...], piece: Piece, words: Words) -> str:
    return f"<td>{''.join(f'<p>{_line(line, piece, words)}</p>' for line in cell) or '—'}</td>"


def _follow_ups(piece: Piece, words: Words) -> str:
    if not piece.follow_ups:
        return ""
    items = "".join(f"<li>{escape(question)}</li>" for question in piece.follow_ups)
    return f'<section class="next"><h4>{words.follow_ups}</h4><ul>{items}</ul></section>'


def _gaps(piece: Piece, words: Words) -> str:
    if not piece.gaps:
        return ""
    items = "".join(f"<li>{escape(gap)}</li>" for gap in piece.gaps)
    return f'<aside class="gaps"><h4>{words.gaps}</h4><ul>{items}</ul></aside>'


def _citations(piece: Piece, words: Words) -> str:
    if not piece.cited:
        return ""
    items = "".join(_cited(cited, piece, words) for cited in piece.cited)
    return f'<section class="citations"><h4>{words.citations}</h4><ol>{items}</ol></section>'


def _cited(cited: Cited, piece: Piece, words: Words) -> str:
    quoted = f"<details><summary>{words.quote}</summary><blockquote>{_lines(cited.quote)}</blockquote></details>"
    return (
        f"<li>{''.join(_pointer(pointer, piece) for pointer in cited.pointers)}"
        f'<div class="words"><p class="place">{escape(cited.place)}</p>{quoted if cited.quote else ""}</div></li>'
    )


def _pointer(pointer: Pointer, piece: Piece) -> str:
    title = escape(pointer.title)
    if pointer.url:
        title = f'<a href="{escape(pointer.url)}" rel="external noopener noreferrer">{title}</a>'
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in pointer.facts)
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in pointer.tags)
    return (
        f'<div class="pointer" id="q{piece.number}c{pointer.n}"><span class="number">[{pointer.n}]</span>'
        f'<div><p>{title}</p><p class="source">{facts}{tags}</p></div></div>'
    )


def _attestation(view: View) -> str:
    if not view.attestation:
        return ""
    shown = escape(view.attestation)
    return f"<details><summary>{view.words.attestation}</summary><pre>{shown}</pre></details>"


def _unread(view: View) -> str:
    if not view.unread:
        return ""
    items = "".join(f"<li>{escape(line)}<br><small>{escape(reason)}</small></li>" for line, reason in view.unread)
    return f"<section><h2>{view.words.unread}</h2><ul>{items}</ul></section>\n"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
