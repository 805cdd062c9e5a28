"""Word documents: headings, paragraphs, lists and tables in their order. They have no pages until they are printed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.corpus.readers import office
from assistant.corpus.readers.content import Builder, Content, table_text

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Said twice in the file (the second time for programs of 2007), struck out, or counted by Word itself.
_UNSEEN = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
)
_NOT_HEADING = 9


def read(data: bytes, path: str) -> Content:
    """Return the content of a Word document. Raises RefusedError for what is none, is encrypted or broken."""
    import docx

    document = office.opened(data, path, "Word", docx.Document)
    built = Builder()
    levels = _outline(document)
    for element in _elements(document.element.body):
        if element.tag == f"{_W}tbl":
            _table(element, built)
        else:
            _paragraph(element, built, levels)
    title, reference = office.described(document.core_properties, path)
    return Content(built.text, built.blocks, title=title or built.first_heading, reference=reference)


def _elements(parent: Any) -> Iterator[Any]:  # noqa: ANN401  (elements of lxml)
    """Yield paragraphs and tables, those within content controls too; a table of contents repeats the headings."""
    for element in parent:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag == f"{_W}sdt":
            gallery = element.find(f".//{_W}docPartGallery")
            if gallery is None or gallery.get(f"{_W}val") != "Table of Contents":
                for content in element.iterfind(f"{_W}sdtContent"):
                    yield from _elements(content)
        elif element.tag in (f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _elements(element)


def _paragraph(element: Any, built: Builder, levels: dict[str, int]) -> None:  # noqa: ANN401
    text = _text(element).strip()
    if not text:
        return
    level = _level(element, levels)
    if level < _NOT_HEADING:
        built.heading(text, level + 1)
    elif element.find(f"{_W}pPr/{_W}numPr") is not None:
        built.add(f"- {text}", end="\n")
    else:
        built.add(text)


def _level(element: Any, levels: dict[str, int]) -> int:  # noqa: ANN401
    own = element.find(f"{_W}pPr/{_W}outlineLvl")
    if own is not None:
        return int(own.get(f"{_W}val"))
    style = element.find(f"{_W}pPr/{_W}pStyle")
    return levels.get(style.get(f"{_W}val"), _NOT_HEADING) if style is not None else _NOT_HEADING


def _outline(document: "WordDocument") -> dict[str, int]:
    """Return the outline level, from 0, of each style that stands for a heading, its own or the one it builds on."""
    styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iterfind(f"{_W}style")}
    levels: dict[str, int] = {}
    for name, style in styles.items():
        seen: set[str] = set()
        while style is not None:
            level = style.find(f"{_W}pPr/{_W}outlineLvl")
            if level is not None:
                levels[name] = int(level.get(f"{_W}val"))
                break
            base = style.find(f"{_W}basedOn")
            above = base.get(f"{_W}val") if base is not None else None
            style = None if above is None or above in seen else styles.get(above)
            seen.add(above or "")
        called = styles[name].find(f"{_W}name")
        if called is not None and called.get(f"{_W}val").lower() == "title":
            levels[name] = 0
    return levels


def _table(element: Any, built: Builder) -> None:  # noqa: ANN401
    rows = [[_cell(cell) for cell in row.iterfind(f"{_W}tc")] for row in element.iterfind(f"{_W}tr")]
    if max(map(len, rows), default=0) > 1:
        built.add(table_text(rows), kind="table")
    else:
        # One column only frames the text in it.
        for row in rows:
            built.add("\n".join(row))


def _cell(cell: Any) -> str:  # noqa: ANN401
    return " ".join(text for paragraph in cell.iter(f"{_W}p") if (text := _text(paragraph).strip()))


def _text(element: Any) -> str:  # noqa: ANN401
    """Return what a reader sees of a paragraph: what was inserted, not what was deleted."""
    if element.tag in _UNSEEN:
        return ""
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in (f"{_W}tab", f"{_W}ptab"):
        return "\t"
    if element.tag in (f"{_W}br", f"{_W}cr"):
        return "\n"
    if element.tag == f"{_W}pPr":
        return ""
    return "".join(_text(child) for child in element)
