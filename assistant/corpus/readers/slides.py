"""PowerPoint presentations, slide by slide: title, texts and tables from top to bottom, and the speaker's notes."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from assistant.corpus.readers import office
from assistant.corpus.readers.content import Builder, Content, table_text

if TYPE_CHECKING:
    from pptx.slide import Slide


def read(data: bytes, path: str) -> Content:
    """Return the content of a presentation; a block's page is its slide. Hidden slides are left out and remarked on.

    Raises RefusedError for what is no presentation, is encrypted or broken.
    """
    import pptx

    presentation = office.opened(data, path, "PowerPoint", pptx.Presentation)
    built = Builder()
    remarks = []
    for number, slide in enumerate(presentation.slides, start=1):
        if slide.element.get("show") == "0":
            remarks.append(f"slide {number} is hidden in the presentation")
            continue
        _slide(slide, number, built)
    title, reference = office.described(presentation.core_properties, path)
    return Content(
        built.text, built.blocks, title=title or built.first_heading, reference=reference, remarks=tuple(remarks)
    )


def _slide(slide: "Slide", number: int, built: Builder) -> None:
    title = slide.shapes.title
    named = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
    # Without a title the slide before must not lend its own.
    built.heading(named, 1, page=number)
    for shape in _in_reading_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False):
            rows = [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
            built.add(table_text(rows), kind="table", page=number)
        elif shape.has_text_frame:
            lines = (_line(paragraph) for paragraph in shape.text_frame.paragraphs)
            built.add("\n".join(filter(None, lines)), page=number)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        built.add(notes.text.replace("\v", "\n"), page=number)


def _line(paragraph: Any) -> str:  # noqa: ANN401  (a paragraph of python-pptx)
    text: str = paragraph.text.replace("\v", " ").strip()
    return "  " * paragraph.level + f"- {text}" if text and paragraph.level else text


def _in_reading_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield the shapes, those in groups too, from top to bottom and in a row from left to right."""
    # Half an inch (a point has 12700 units, an inch 72 points): shapes this close stand in one row.
    row = 36 * 12700
    placed = sorted(shapes, key=lambda shape: ((shape.top or 0) // row, shape.left or 0))
    for shape in placed:
        if hasattr(shape, "shapes"):
            yield from _in_reading_order(shape.shapes)
        else:
            yield shape
