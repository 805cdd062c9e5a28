"""Word, PowerPoint and Excel files, made with the libraries that read them, and broken ones."""

import datetime
import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import OxmlElement
from pptx.util import Inches

from assistant.corpus.readers import office, sheets, slides, word
from assistant.corpus.readers.content import Content
from assistant.errors import RefusedError


def blocks(content: Content) -> list[tuple[str, int | None, tuple[str, ...], str]]:
    assert "".join(content.text[b.start : b.end] for b in content.blocks) == content.text
    return [(b.kind, b.page, b.headings, content.text[b.start : b.end].strip()) for b in content.blocks]


def word_file() -> bytes:
    document = docx.Document()
    document.core_properties.title = "邊緣運算報告"
    document.core_properties.modified = datetime.datetime(2025, 4, 18, tzinfo=datetime.UTC)
    document.add_heading("導入", 1)
    paragraph = document.add_paragraph("資料留在")
    paragraph.add_run("現場。").bold = True
    inserted, deleted = OxmlElement("w:ins"), OxmlElement("w:del")
    for change, tag, text in ((inserted, "w:t", "（修訂）"), (deleted, "w:delText", "刪去")):
        run, said = OxmlElement("w:r"), OxmlElement(tag)
        said.text = text
        run.append(said)
        change.append(run)
        paragraph._p.append(change)
    document.add_paragraph("第一項", style="List Bullet")
    document.add_heading("成本", 2)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("晶片", "TOPS", "Hailo-8", "26"), strict=True):
        cell.text = text
    control, inside = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    inside.append(document.add_paragraph("在控制項裡。")._p)
    control.append(inside)
    document.element.body.insert(-1, control)
    return saved(document.save)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def test_word_keeps_headings_tables_and_what_was_inserted() -> None:
    content = word.read(word_file(), "a.docx")
    assert blocks(content) == [
        ("heading", None, (), "導入"),
        ("prose", None, ("導入",), "資料留在現場。（修訂）"),
        ("prose", None, ("導入",), "第一項"),
        ("heading", None, ("導入",), "成本"),
        ("table", None, ("導入", "成本"), "| 晶片 | TOPS |\n| Hailo-8 | 26 |"),
        ("prose", None, ("導入", "成本"), "在控制項裡。"),
    ]
    assert content.title == "邊緣運算報告"
    assert content.reference is not None
    assert content.reference.date == "2025-04-18"


def test_slides_keep_their_numbers_titles_tables_and_notes() -> None:
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "研華策略"
    first.placeholders[1].text_frame.text = "軟硬整合"
    below = first.placeholders[1].text_frame.add_paragraph()
    below.text, below.level = "夥伴", 1
    first.notes_slide.notes_text_frame.text = "記得提到營收 17%"
    second = deck.slides.add_slide(deck.slide_layouts[6])
    low = second.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1))
    low.text_frame.text = "下面"
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1)).text_frame.text = "上面"
    table = second.shapes.add_table(2, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    for n, text in enumerate(("晶片", "TOPS", "Hailo-8", "26")):
        table.cell(n // 2, n % 2).text = text
    hidden = deck.slides.add_slide(deck.slide_layouts[6])
    hidden.element.set("show", "0")
    content = slides.read(saved(deck.save), "a.pptx")
    assert blocks(content) == [
        ("heading", 1, (), "研華策略"),
        ("prose", 1, ("研華策略",), "軟硬整合\n  - 夥伴"),
        ("prose", 1, ("研華策略",), "記得提到營收 17%"),
        ("prose", 2, (), "上面"),
        ("table", 2, (), "| 晶片 | TOPS |\n| Hailo-8 | 26 |"),
        ("prose", 2, (), "下面"),
    ]
    assert content.remarks == ("slide 3 is hidden in the presentation",)


def test_a_workbook_keeps_sheets_headers_and_values_as_they_are_shown() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "營收"
    sheet.append(["研華 2025 年營收"])
    sheet.append(["季", "成長", "結算日"])
    for quarter in range(1, 26):
        sheet.append([quarter, 0.17, datetime.datetime(2025, 3, 31)])
        sheet.cell(sheet.max_row, 2).number_format = "0.0%"
    book.create_sheet("私下").sheet_state = "hidden"
    content = sheets.read_workbook(saved(book.save), "a.xlsx")
    found = blocks(content)
    assert found[:2] == [("heading", None, (), "營收"), ("prose", None, ("營收",), "研華 2025 年營收")]
    tables = [text.split("\n") for kind, _, headings, text in found if kind == "table" and headings == ("營收",)]
    assert [len(lines) for lines in tables] == [21, 6]
    assert {lines[0] for lines in tables} == {"| 季 | 成長 | 結算日 |"}
    assert tables[1][1] == "| 21 | 17% | 2025-03-31 |"
    assert content.remarks == ("sheet '私下' is hidden in the workbook",)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", '廠商,產品\n研華,"邊緣,伺服器"\n'.encode("utf-8-sig")),
        ("a.csv", '廠商;產品\n研華;"邊緣,伺服器"\n'.encode("big5")),
        ("a.tsv", "廠商\t產品\n研華\t邊緣,伺服器\n".encode("utf-16")),
    ],
)
def test_separated_values_are_a_table(name: str, data: bytes) -> None:
    found = blocks(sheets.read_values(data, name))
    assert found == [("table", None, (), "| 廠商 | 產品 |\n| 研華 | 邊緣,伺服器 |")]


def test_a_long_table_is_cut_and_says_so() -> None:
    data = "n,m\n" + "".join(f"{n},{n}\n" for n in range(sheets.MOST_ROWS + 5))
    content = sheets.read_values(data.encode(), "a.csv")
    assert content.remarks == (f"read up to row {sheets.MOST_ROWS}",)


READERS = [(word.read, "Word"), (slides.read, "PowerPoint"), (sheets.read_workbook, "Excel")]


@pytest.mark.parametrize(("read", "program"), READERS)
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old or an encrypted"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04 and nothing more", "broken"),
        (word_file()[:-200], "broken"),
    ],
)
def test_what_is_no_office_file_is_refused(
    read: Callable[[bytes, str], Content], program: str, data: bytes, reason: str
) -> None:
    with pytest.raises(RefusedError) as error:
        read(data, "a.docx")
    assert reason in error.value.what


@pytest.mark.parametrize(("read", "program"), READERS)
def test_a_file_of_another_program_is_called_what_it_is(read: Callable[[bytes, str], Content], program: str) -> None:
    for folder, wrote in (("word/", "Word"), ("ppt/", "PowerPoint"), ("xl/", "Excel"), ("else/", None)):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(f"{folder}x.xml", b"<x/>")
        with pytest.raises(RefusedError) as error:
            read(buffer.getvalue(), "a.docx")
        told = f"no {program} file but one of {wrote}" if wrote else f"this archive is no {program} file"
        assert ("broken" if wrote == program else told) in error.value.what


@pytest.mark.parametrize(("read", "program"), READERS)
def test_a_zip_bomb_is_refused_before_it_unfolds(read: Callable[[bytes, str], Content], program: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (office.MOST_UNFOLDED_XML + 1))
    with pytest.raises(RefusedError, match="unfolds to too much"):
        read(buffer.getvalue(), "a.docx")
