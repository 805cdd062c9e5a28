"""Real PDFs for the tests, drawn on the spot."""

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE = "MSung-Light"


def pdf(pages: Sequence[Sequence[str]], *, title: str | None = None, font: str = "Helvetica") -> bytes:
    """Return a PDF with a page for each sequence of lines."""
    if font == CHINESE:
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        canvas.setFont(font, 11)
        for n, line in enumerate(lines):
            canvas.drawString(72, 760 - 16 * n, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def encrypted(data: bytes, *, user: str, algorithm: str = "RC4-128") -> bytes:
    """Return the PDF encrypted, to be opened with the password `user`."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner_password="owner", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
