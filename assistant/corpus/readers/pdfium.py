"""PDFium, in the two ways it is used here: a page's text with the places of its words, and a page drawn.

It knows no threads and may crash over a broken file, so only the processes that read files call it.
"""

import ctypes
import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.corpus.readers import layout
from assistant.corpus.readers.layout import Box, Piece

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage
    from pypdfium2.raw import FS_RECTF

# What PDFium gives for a hyphen at the end of a line, and the line's end with it.
_HYPHENS = "\x02\ufffe"
_AT_THE_END = str.maketrans(dict.fromkeys(_HYPHENS, "-\n"))
_SPACE = re.compile(r"(?<=\S)\s+(?=\S)")
# So many characters of a page tell whether PDFium knows the shapes of its font.
_SAMPLE = 32
# A character without a shape is no higher than this, in points.
_FLAT = 0.05
# In heights of a line: a word further right than this begins a piece of its own, one further down a new line.
_GAP, _DROP = 0.8, 0.5
# A picture that takes this share of a page is the page: it was scanned.
_WHOLE = 0.25
# An A3 page at 300 dots an inch.
_MOST_DOTS = 18_000_000


@contextmanager
def opened(data: bytes, *, fonts: bool) -> Iterator["PdfDocument"]:
    """Give the PDF in `data`; with `fonts`, those that it lacks are looked for on this system, as drawing needs.

    For reading they cost time: of a page of Chinese in such a font 12 ms instead of 1 (docs/LOG.md).
    Raises pypdfium2.PdfiumError for what can't be opened.
    """
    import pypdfium2

    _start(fonts=fonts)
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


# pypdfium2 starts PDFium with the system's fonts.
_with_fonts = True


def _start(*, fonts: bool) -> None:
    """Start PDFium anew where it was started for the other purpose; no document may be open."""
    global _with_fonts
    if fonts == _with_fonts:
        return
    import pypdfium2.raw as pdfium

    none = (ctypes.POINTER(ctypes.c_char) * 1)()
    pdfium.FPDF_DestroyLibrary()
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=None if fonts else none))
    _with_fonts = fonts


@dataclass(frozen=True, slots=True)
class Words:
    """The text of a page, two columns of prose one after the other however they were written, a table by rows.

    Not `whole`, some of it is missing: text in fonts that PDFium doesn't have it may take for written twice.
    """

    text: str
    whole: bool


def read(page: "PdfPage") -> Words:
    """Return what a page says."""
    words = page.get_textpage()
    try:
        text = words.get_text_range()
        if layout.stands_aside(_neighbours(words, text)):
            pieces = _pieces(words)
            lines = "\n".join(layout.in_order(pieces) or layout.rows(pieces))
        else:
            lines = text.translate(_AT_THE_END)
        return Words(lines, _has_shapes(words, text) or _has_all(page, words))
    finally:
        words.close()


def _neighbours(words: "PdfTextPage", text: str) -> Iterator[tuple[Box, Box]]:
    """Yield the characters before and after each white space."""
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    # Where some characters have no text, or two of Python's, places in the text are not those in the page.
    if len(text) == words.count_chars():
        for match in _SPACE.finditer(text):
            yield _box(words, match.start() - 1, rect), _box(words, match.end(), rect)


def _has_shapes(words: "PdfTextPage", text: str) -> bool:
    """Say whether PDFium has shapes for the characters beyond ASCII: it looks at some of them."""
    beyond = [n for n, character in enumerate(text[: words.count_chars()]) if character > "\u02ff"]
    looked_at = (words.get_charbox(n) for n in beyond[:: len(beyond) // _SAMPLE + 1] if text[n] not in _HYPHENS)
    return all(top - bottom > _FLAT for _, bottom, _, top in looked_at)


def _has_all(page: "PdfPage", words: "PdfTextPage") -> bool:
    """Say whether each stretch of text of a page has come into its words."""
    import pypdfium2.raw as pdfium

    for stretch in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        # Without a character there is only the end of the text; some programs write such stretches for empty lines.
        if pdfium.FPDFTextObj_GetText(stretch, words, None, 0) <= 2:
            left, _, right, _ = stretch.get_bounds()
            if right - left > _FLAT:
                return False
    return True


def _box(words: "PdfTextPage", n: int, rect: "FS_RECTF") -> Box:
    """Return the place of a character, as high as its line; `rect` is where PDFium puts it."""
    import pypdfium2.raw as pdfium

    pdfium.FPDFText_GetLooseCharBox(words, n, rect)
    return Box(rect.left, rect.bottom, rect.right, rect.top)


def is_scanned(page: "PdfPage") -> bool:
    """Say whether pictures take up much of the page."""
    import pypdfium2.raw as pdfium

    pictures = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
    boxes = [Box(*picture.get_bounds()) for picture in pictures]
    covered: float = sum((box.right - box.left) * (box.top - box.bottom) for box in boxes)
    return covered >= _WHOLE * float(page.get_width() * page.get_height())


def png(page: "PdfPage", dots: int) -> bytes:
    """Return a page drawn in shades of grey at so many dots an inch, at most `_MOST_DOTS` in all."""
    scale = min(dots / 72, math.sqrt(_MOST_DOTS / max(page.get_width() * page.get_height(), 1.0)))
    drawn = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().save(drawn, format="PNG")
    return drawn.getvalue()


def _pieces(words: "PdfTextPage") -> list[Piece]:
    """Return the stretches of text that stand together on a line, in the order in which they were written."""
    import pypdfium2.raw as pdfium

    found: list[Piece] = []
    said, place, space = "", None, False
    rect = pdfium.FS_RECTF()
    for n in range(words.count_chars()):
        character = chr(pdfium.FPDFText_GetUnicode(words, n))
        if character.isspace() or pdfium.FPDFText_IsGenerated(words, n) == 1:
            space = True
            continue
        box = _box(words, n, rect)
        character = "-" if character in _HYPHENS else character
        if place is None or not _goes_on(place, box):
            if place is not None:
                found.append(Piece(said, place))
            said, place = character, box
        else:
            said += " " + character if space else character
            place = place.around(box)
        space = False
    return [*found, Piece(said, place)] if place is not None else found


def _goes_on(place: Box, box: Box) -> bool:
    """Say whether a character stands on the line of what is before it, and near it."""
    height = max(place.height, box.height)
    near = -height < box.left - place.right < _GAP * height
    return near and abs(box.bottom - place.bottom) < _DROP * height
