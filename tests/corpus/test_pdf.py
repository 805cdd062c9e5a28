import io

import pypdfium2
import pytest
from reportlab.lib import colors
from reportlab.platypus import SimpleDocTemplate, Table

from assistant.corpus.readers import pdf as reader
from assistant.corpus.readers import pdfium
from assistant.errors import RefusedError
from tests.corpus.pdfs import CHINESE, encrypted, pdf

PAGES = [
    ["研華在邊緣人工智慧的策略是把軟體與硬體整合在一起，並與", "夥伴合作推動智慧製造。"],
    ["A model that runs at the edge keeps the data on the inter-", "national device where it was made."],
]


def test_text_is_read_by_page_in_chinese_and_english() -> None:
    content = reader.read(pdf(PAGES, title="研華策略", font=CHINESE), "a.pdf")
    assert [(b.page, content.text[b.start : b.end]) for b in content.blocks] == [
        (1, "研華在邊緣人工智慧的策略是把軟體與硬體整合在一起，並與夥伴合作推動智慧製造。\n\n"),
        (2, "A model that runs at the edge keeps the data on the international device where it was made.\n\n"),
    ]
    assert content.title == "研華策略"


def test_a_table_keeps_its_rows() -> None:
    buffer = io.BytesIO()
    table = Table([["Chip", "TOPS", "Price"], ["Hailo-8", "26", "US$ 199"], ["Jetson Thor", "1035", "US$ 3499"]])
    table.setStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)])
    SimpleDocTemplate(buffer).build([table])
    rows = reader.read(buffer.getvalue(), "a.pdf").text.strip().split("\n")
    assert rows == ["| Chip | TOPS | Price |", "| Hailo-8 | 26 | US$ 199 |", "| Jetson Thor | 1035 | US$ 3499 |"]


def test_a_page_without_text_among_others_is_passed_over_and_pages_keep_their_number() -> None:
    content = reader.read(pdf([["one"], [], ["three"]]), "a.pdf")
    assert [b.page for b in content.blocks] == [1, 3]


def test_heads_and_feet_that_run_through_are_dropped() -> None:
    pages = [["Annual report", f"Content number {'abc'[n]} of this", f"Page {n + 1} of 3"] for n in range(3)]
    assert reader.read(pdf(pages), "a.pdf").text.split("\n\n")[:3] == [
        "Content number a of this", "Content number b of this", "Content number c of this",
    ]  # fmt: skip
    two = reader.read(pdf(pages[:2]), "a.pdf").text
    assert "Annual report" in two


def test_a_foot_that_was_written_before_the_page_is_dropped_and_rows_of_figures_stay() -> None:
    feet = [["Annual report", f"Page {n + 1} of 3, 2025", f"Content {'abc'[n]}"] for n in range(3)]
    assert reader.read(pdf(feet), "a.pdf").text == "Content a\n\nContent b\n\nContent c\n\n"
    row = "2021 17.5 33 9 120 6.1"
    rows = [["Annual report", row, f"Content {'abc'[n]}", row.replace("2021", f"202{n}")] for n in range(3)]
    assert reader.read(pdf(rows), "a.pdf").text.count("17.5") == 6


@pytest.mark.parametrize("title", [None, "untitled", "Microsoft Word - report.docx", "(anonymous)"])
def test_a_title_that_a_program_made_up_is_none(title: str | None) -> None:
    assert reader.read(pdf([["text"]], title=title), "a.pdf").title is None


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_file_that_opens_with_an_empty_password_is_read(algorithm: str) -> None:
    assert reader.read(encrypted(pdf([["text"]]), user="", algorithm=algorithm), "a.pdf").text == "text\n\n"


GOOD = pdf(PAGES, font=CHINESE)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (encrypted(GOOD, user="secret"), "encrypted"),
        (encrypted(GOOD, user="secret", algorithm="AES-256"), "encrypted"),
        (GOOD[: len(GOOD) // 2], "cut short"),
        (GOOD[:20], "cut short"),
        (b"%PDF-1.7\n1 0 obj << /Linearized 1 /L 99999 >>\n%%EOF\n", "cut short"),
        (b"%PDF-1.7\ngarbage\n%%EOF\n", "broken"),
        (pdf([[], []]), "no page of this PDF holds text"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(100), "a JPEG picture"),
        (b"plain text", "another kind of file"),
        (b"", "another kind of file"),
    ],
    ids=["encrypted", "aes", "half", "start", "linearized", "garbage", "no-text", "jpeg", "text", "empty"],
)
def test_what_can_not_be_read_is_refused_with_reason_and_remedy(
    data: bytes, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RefusedError) as error:
        reader.read(data, "dir/a.pdf")
    assert reason in error.value.what
    assert error.value.where == "dir/a.pdf"
    assert error.value.remedy
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("step", range(0, len(GOOD), 97))
def test_damage_is_refused_or_read_never_a_crash(step: int) -> None:
    damaged = GOOD[:step] + b"\x00\xff\x13>>]" + GOOD[step + 6 :]
    try:
        text = reader.read(damaged, "a.pdf").text
    except RefusedError:
        return
    assert text.strip()


def test_what_pdfium_can_not_open_pypdf_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes, *, fonts: bool) -> None:
        raise pypdfium2.PdfiumError("Failed to load document")

    monkeypatch.setattr(pdfium, "opened", fails)
    assert reader.read(pdf([["one"], ["two"]]), "a.pdf").text == "one\n\ntwo\n\n"
