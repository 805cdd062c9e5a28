"""Pages of real PDFs, drawn by a real worker."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter

from assistant.corpus import drawing
from assistant.corpus.isolation.limits import Limits
from assistant.corpus.isolation.process import Sheet
from assistant.corpus.isolation.workers import Workers
from assistant.errors import RefusedError
from tests.corpus.pdfs import encrypted, pdf

PAGES = pdf([["first"], ["second", *["more of it"] * 30]])


def sheet(folder: Path, data: bytes, page: int = 1) -> Sheet:
    file = folder / "a.pdf"
    file.write_bytes(data)
    return Sheet(file, "documents/a.pdf", hashlib.sha256(data).hexdigest(), page)


def sized(width: float, height: float) -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width, height)
    writer.write(buffer)
    return buffer.getvalue()


def ink(png: bytes) -> int:
    """Return how many pixels of a picture are dark."""
    return sum(Image.open(io.BytesIO(png)).convert("L").histogram()[:128])


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with Workers(tmp_path_factory.mktemp("drawing") / "framework.toml", count=1, limits=Limits(seconds=60)) as made:
        yield made


def test_the_page_that_is_asked_for_is_drawn(workers: Workers, tmp_path: Path) -> None:
    first, second = (workers.draw(sheet(tmp_path, PAGES, page)) for page in (1, 2))
    assert Image.open(io.BytesIO(first)).size == (1000, 1415)
    assert 0 < ink(first) * 5 < ink(second)


def test_a_pdf_that_opens_without_a_password_is_drawn(workers: Workers, tmp_path: Path) -> None:
    assert ink(workers.draw(sheet(tmp_path, encrypted(PAGES, user="")))) > 0


@pytest.mark.parametrize("size", [(14400, 14400), (14400, 20), (20, 14400), (1, 1), (0.01, 9000)])
def test_no_page_is_drawn_larger_than_the_bound(workers: Workers, tmp_path: Path, size: tuple[float, float]) -> None:
    width, height = Image.open(io.BytesIO(workers.draw(sheet(tmp_path, sized(*size))))).size
    assert width <= drawing.WIDTH + 1
    # A pixel more on each side: PDFium draws whole ones.
    assert (width - 1) * (height - 1) <= drawing.MOST_PIXELS


@pytest.mark.parametrize(
    ("data", "page", "reason"),
    [
        (PAGES, 3, "has no page 3"),
        (PAGES, 0, "has no page 0"),
        (PAGES[: len(PAGES) // 3].replace(b"obj", b"???"), 1, "can't be drawn"),
        (b"%PDF-1.7\nnothing else", 1, "can't be drawn"),
        (encrypted(PAGES, user="secret"), 1, "can't be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_refused(workers: Workers, tmp_path: Path, data: bytes, page: int, reason: str) -> None:
    with pytest.raises(RefusedError) as error:
        workers.draw(sheet(tmp_path, data, page))
    assert reason in error.value.what
    assert error.value.where == "documents/a.pdf"


def test_a_file_that_changed_is_not_drawn(workers: Workers, tmp_path: Path) -> None:
    asked = sheet(tmp_path, PAGES)
    asked.file.write_bytes(pdf([["another"]]))
    with pytest.raises(RefusedError, match="changed"):
        workers.draw(asked)
