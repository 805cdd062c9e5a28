"""Scanned pages: recognised by a real Tesseract where the settings ask for it, else listed with what to do."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.corpus.isolation.process import Job
from assistant.corpus.isolation.workers import Workers
from assistant.corpus.readers import pdf as reader
from assistant.corpus.readers import pdfium
from assistant.corpus.readers.recognition import Recogniser
from assistant.corpus.sources import digest
from assistant.errors import RefusedError, UsageError
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal
from assistant.index.refresh import refresh
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.corpus.pdfs import CHINESE, pdf

BOTH = "chi_tra+eng"
LINES = [
    "邊緣運算把模型放在資料產生的現場",
    "企業不必將影像送到雲端",
    "The edge keeps the data where it was made,",
    "in 17 percent of all firms.",
]
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="needs tesseract (Debian: tesseract-ocr tesseract-ocr-chi-tra)"
)


def scanned(pages: list[list[str]], *, beside: str = "") -> bytes:
    """Return a PDF of pictures of pages with these lines, and a page with text `beside` them."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    with pdfium.opened(pdf(pages, font=CHINESE), fonts=True) as drawn:
        for sheet in drawn:
            picture = sheet.render(scale=3).to_pil()
            canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
            canvas.showPage()
    if beside:
        canvas.drawString(72, 700, beside)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@needs_tesseract
def test_a_scan_is_recognised_marked_and_found(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.corpus.mkdir()
    (workspace.corpus / "scan.pdf").write_bytes(scanned([LINES], beside="A page with text of its own."))
    report = refresh(workspace, Settings(ocr="tesseract"), HashEmbedder())
    assert (report.quarantined, report.remarks) == ([], [])
    journal = Journal(workspace.vectorstore)
    hits = journal.hits_by_id(journal.passage_ids()).values()
    by_page = {hit.passage.page: hit.passage for hit in hits}
    assert "keeps the data where it was made" in by_page[1].text
    assert "17 percent" in by_page[1].text
    assert "資料產生的現場" in by_page[1].text
    assert by_page[1].reference is not None
    assert (by_page[1].reference.title, by_page[1].reference.notes) == ("scan", ("recognised",))
    assert by_page[2].references == ()
    # Switched off, the index is another one.
    report = refresh(workspace, Settings(), HashEmbedder())
    assert report.rebuilt == "other reader"
    assert [remark["remark"].split(":")[0] for remark in report.remarks] == ["page 1 was scanned"]
    journal.close()


@needs_tesseract
def test_a_language_without_data_is_named_not_left_out() -> None:
    content = reader.read(scanned([LINES], beside="text"), "a.pdf", Recogniser("eng+xyz"))
    assert [block.page for block in content.blocks] == [2]
    assert "no data for all of eng+xyz" in content.remarks[0]


def test_without_tesseract_scans_are_listed_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    content = reader.read(scanned([["one"], ["two"]], beside="text"), "a.pdf", Recogniser(BOTH))
    (remark,) = content.remarks
    assert remark.startswith("pages 1-2 were scanned: Tesseract is not installed; install it")
    with pytest.raises(RefusedError, match="Tesseract is not installed"):
        reader.read(scanned([["one"]]), "a.pdf", Recogniser(BOTH))


def test_switched_off_scans_are_listed_with_the_setting(tmp_path: Path) -> None:
    content = reader.read(scanned([["one"]], beside="text"), "a.pdf")
    assert content.remarks[0].startswith("page 1 was scanned: ")
    assert "the setting ocr" in content.remarks[0]
    data, file = scanned([["one"]]), tmp_path / "a.pdf"
    file.write_bytes(data)
    asked = Job(file, "a.pdf", digest(file), len(data), 220)
    with Workers(tmp_path / "f.toml", count=1) as workers, pytest.raises(RefusedError) as refused:
        workers.read(asked)
    assert "page 1 was scanned" in refused.value.what
    assert 'ocr = "tesseract"' in (refused.value.remedy or "")


def test_a_page_with_a_small_picture_is_no_scan() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    picture = Image.new("L", (50, 50), 128)
    ImageDraw.Draw(picture).line((0, 0, 50, 50))
    canvas.drawImage(ImageReader(picture), 72, 72, 60, 60)
    canvas.showPage()
    canvas.drawString(72, 700, "text")
    canvas.save()
    assert reader.read(buffer.getvalue(), "a.pdf").remarks == ()


@pytest.mark.parametrize("settings", [{"ocr": "other"}, {"ocr_languages": "chi tra; rm"}, {"ocr_languages": ""}])
def test_settings_that_name_no_recognition_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        Settings(**settings)  # type: ignore[arg-type]
