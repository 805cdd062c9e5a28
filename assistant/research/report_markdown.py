"""A report as Markdown. Text of questions and corpus is escaped: it shows as it is and can't become markup."""

from assistant.research import outlook_text, page, report_tables
from assistant.research.changes_text import Item, Summary
from assistant.research.escaping import escape
from assistant.research.view import Cited, Grid, Line, Piece, Pointer, View
from assistant.research.wording import Words


def render(view: View) -> str:
    """Return the whole report as Markdown text."""
    words = view.words
    blocks = [f"# {words.title}", f"**{escape(view.summary)}**"]
    blocks.append("\n".join(f"- {label}{words.colon}{escape(value)}" for label, value in view.facts))
    if not view.single:
        blocks += [f"## {words.contents}", _contents(view), *_executive(view)]
    blocks += _changes(view.changes)
    for title, pieces in view.groups:
        blocks.append(f"## {escape(title)}")
        for piece in pieces:
            blocks += _piece(piece, words)
    blocks += report_tables.markdown(view.tables, words, escape)
    if view.outlook:
        blocks += page.blocks_markdown(outlook_text.blocks(view.outlook, view.language))
    blocks += [f"## {words.method}", *map(escape, view.method), f"## {words.network}", *map(escape, view.network)]
    if view.attestation:
        # The name of a model file could otherwise end the block.
        blocks += [f"**{words.attestation}**", f"```json\n{view.attestation.replace('`', '')}```"]
    if view.unread:
        lines = (f"- {escape(line)}  \n  {escape(reason)}" for line, reason in view.unread)
        blocks += [f"## {words.unread}", "\n".join(lines)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _executive(view: View) -> list[str]:
    """Return the conclusions of all questions in a line each, with the question's numbers of citations."""
    words = view.words
    lines = [f"- **{piece.number}.** {_line(line, words)}" for piece, line in view.conclusions]
    return [f"## {words.executive}", escape(words.executive_lead), "\n".join(lines)] if lines else []


def _contents(view: View) -> str:
    words = view.words
    rows = [f"| | {words.question} | {words.state} | {words.citations} |", "|--:|:--|:--|--:|"]
    for _, pieces in view.groups:
        rows += (f"| {p.number} | {escape(p.question)} | {words.status[p.status]} | {p.citations} |" for p in pieces)
    return "\n".join(rows)


def _changes(summary: Summary | None) -> list[str]:
    if summary is None:
        return []
    blocks = [f"## {summary.title}", escape(summary.runs), *map(escape, summary.lines)]
    for block in summary.blocks:
        items = (*(f"- {escape(note)}" for note in block.notes), *map(_change, block.items))
        blocks += [f"### {escape(block.question)}", f"*{escape(block.state)}*", "\n".join(items)]
    return blocks


def _change(item: Item) -> str:
    moves = f" ({escape('; '.join(item.moves))})" if item.moves else ""
    lines = [f"- **{escape(item.label)}**{moves} {escape(item.said)}"]
    lines += [f"~~{escape(item.was)}~~"] if item.was else []
    return "  \n  ".join((*lines, *map(escape, (item.reason, *item.sources))))


def _piece(piece: Piece, words: Words) -> list[str]:
    axis = f" · {words.axis}{words.colon}{escape(piece.axis)}" if piece.axis else ""
    blocks = [f"### {piece.number}\\. {escape(piece.question)}", f"*{words.status[piece.status]}*{axis}"]
    if piece.notice:
        blocks.append(f"> {_indented(escape(piece.notice), '> ')}")
    if piece.conclusion:
        blocks.append(
            f"**{words.conclusion}{words.stop.strip()}** " + " ".join(_line(s, words) for s in piece.conclusion)
        )
    if piece.grid:
        blocks.append(_grid(piece.grid, words))
    for section in piece.sections:
        if section.title:
            blocks.append(f"#### {escape(section.title)}")
        blocks.append("\n".join(f"- {_line(line, words)}" for line in section.lines) or words.part_empty)
    if piece.gaps:
        blocks.append(f"**{words.gaps}**")
        blocks.append("\n".join(f"- {_indented(escape(gap), '  ')}" for gap in piece.gaps))
    if piece.follow_ups:
        blocks.append(f"**{words.follow_ups}**")
        blocks.append("\n".join(f"- {escape(question)}" for question in piece.follow_ups))
    blocks += map(escape, piece.remarks)
    if piece.cited:
        blocks.append(f"**{words.citations}**")
        blocks.append("\n".join(_cited(cited, words) for cited in piece.cited))
    return blocks


def _grid(grid: Grid, words: Words) -> str:
    """Return a comparison as a table; several statements of a cell stand below each other."""
    rows = ["| " + " | ".join((words.about, *map(escape, grid.columns))) + " |", "|" + ":--|" * (len(grid.columns) + 1)]
    for label, cells in grid.rows:
        shown = ("<br>".join(_line(line, words) for line in cell) or "—" for cell in cells)
        rows.append("| " + " | ".join((f"**{escape(label)}**", *shown)) + " |")
    return "\n".join(rows)


def _line(line: Line, words: Words) -> str:
    marks = "".join(f"[{n}]" for n in line.citations)
    tags = "".join(words.aside.format(tag) for tag in line.tags)
    reason = f"{words.colon}{escape(line.unsupported)}" if line.unsupported else ""
    doubt = f" **({words.unsupported}{reason})**" if line.unsupported is not None else ""
    return " ".join(part for part in (escape(line.text), marks) if part) + tags + doubt


def _cited(cited: Cited, words: Words) -> str:
    sources = "  \n  ".join(map(_pointer, cited.pointers))
    lines = [f"- {sources}  ", f"  {escape(cited.place)}"]
    if cited.quote:
        quoted = _indented(escape(cited.quote), "  > ")
        lines += [f"  <details><summary>{words.quote}</summary>", "", f"  > {quoted}", "", "  </details>"]
    return "\n".join(lines)


def _pointer(pointer: Pointer) -> str:
    title = escape(pointer.title)
    title = f"[{title}](<{pointer.url}>)" if pointer.url else title
    about = " · ".join(escape(fact) for fact in (*pointer.facts, *pointer.tags))
    return f"[{pointer.n}] {title} · {about}"


def _indented(text: str, prefix: str) -> str:
    return text.replace("\n", f"\n{prefix}")
