"""A page of a PDF as a picture. Only the process that reads files draws: a broken file can crash PDFium."""

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.corpus import reading
from assistant.corpus.readers import pdfium
from assistant.corpus.sources import MOST_BYTES
from assistant.errors import RefusedError

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

WIDTH = 1000
"""Pixels across: twice the panel's width, so that the page is sharp on a dense screen and when it is opened alone."""

MOST_PIXELS = 2_000_000
"""An A4 page of that width has 1.4 million; beyond, a page is drawn smaller."""


def draw(file: Path, path: str, digest: str, page: int) -> bytes:
    """Return page number `page` (from 1) of the PDF at `path` in the corpus, as PNG of at most `MOST_PIXELS`.

    `digest` is the SHA-256 that the file is known by. Raises RefusedError where it is another file now, has no such
    page, or can't be drawn.
    """
    data = reading.contents(file, path, digest, MOST_BYTES)
    import pypdfium2

    try:
        with pdfium.opened(data, fonts=True) as document:
            if not 1 <= page <= len(document):
                raise RefusedError(f"the PDF has no page {page}", where=path)
            sheet = document[page - 1]
            return _png(sheet)
    except pypdfium2.PdfiumError as error:
        raise RefusedError(
            f"the page can't be drawn ({error})", where=path, remedy="print the PDF into a new one"
        ) from error


def _scale(width: float, height: float) -> float:
    """Return how many pixels a point (1/72 inch) of a page takes."""
    return min(WIDTH / max(width, 1.0), math.sqrt(MOST_PIXELS / max(width * height, 1.0)))


def _png(sheet: "PdfPage") -> bytes:
    drawn = io.BytesIO()
    sheet.render(scale=_scale(sheet.get_width(), sheet.get_height())).to_pil().save(drawn, format="PNG")
    return drawn.getvalue()
