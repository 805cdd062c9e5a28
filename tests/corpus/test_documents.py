"""The documents that the project ships as a user has them: a PDF in columns with a table, and a saved page."""

from pathlib import Path

import pytest

import make_documents
from assistant.corpus.framework import Framework
from assistant.corpus.reading import read
from assistant.corpus.sources import digest, find
from assistant.records import Document

FOLDER = make_documents.FOLDER
LARGEST = 300_000


def document(path: Path) -> Document:
    return read(path, path.name, digest(path), Framework())


@pytest.fixture(scope="module")
def guide() -> Document:
    return document(FOLDER / make_documents.NAME)


def test_all_of_them_are_found_and_small() -> None:
    found, refused = find(FOLDER)
    assert {Path(source.path).suffix for source in found} == {".pdf", ".html"}
    assert refused == []
    assert max(source.size for source in found) < LARGEST


def test_the_script_draws_what_is_shipped(guide: Document, tmp_path: Path) -> None:
    make_documents.draw(tmp_path / make_documents.NAME)
    assert document(tmp_path / make_documents.NAME).text == guide.text


def test_the_guide_has_its_title_language_and_pages(guide: Document) -> None:
    assert (guide.title, guide.language) == (make_documents.TITLE, "zh-TW")
    assert [block.page for block in guide.blocks] == [1, 2, 3]


def test_columns_and_table_are_read_in_order(guide: Document) -> None:
    texts = [*make_documents.SIZING, *(cell for row in make_documents.MEASURES for cell in row)]
    at = 0
    for text in [*texts, *make_documents.HANDOVER]:
        wanted = text.removeprefix("# ")
        at = guide.text.find(wanted, at)
        assert at >= 0, wanted
        at += len(wanted)


def test_a_sentence_is_cited_on_its_page(guide: Document) -> None:
    for quote, page in (("瓶頸是記憶體頻寬", 1), ("表示散熱不足", 2), ("提示注入的徵兆", 3)):
        at = guide.text.index(quote)
        assert [block.page for block in guide.blocks if block.start <= at < block.end] == [page]


def test_the_saved_page_is_read_without_menu_and_with_its_date() -> None:
    page = document(FOLDER / "hybrid-worksheet.html")
    assert page.title == "Edge, cloud or both: a worksheet"
    assert page.reference is not None
    assert page.reference.date == "2026-11-22"
    assert [block.kind for block in page.blocks].count("table") == 1
    assert "use them freely" not in page.text
