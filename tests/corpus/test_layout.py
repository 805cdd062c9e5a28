"""Pages with text side by side: two columns written across or in order, and tables, which stay rows."""

import io
import random

import pytest
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from assistant.corpus.readers import pdf as reader
from tests.corpus.pdfs import CHINESE

WORDS = {
    "en": "edge model inference keeps data where it is made factories hospitals retail privacy latency cost".split(),
    "zh": "邊緣運算把模型放在資料產生的現場企業不必將敏感影像送到雲端隱私風險因此降低研華工廠零售智慧辦公成本延遲",
}
HEADINGS = {
    "en": "A yearly report about the edge in factories and in retail, and what vendors of boxes make of it all",
    "zh": "邊緣運算在製造與零售的年度觀察報告與其對供應商的意義以及未來三年的展望，含附錄與資料來源說明",
}
FEET = {
    "en": "This line stands across both of the columns and says where all the figures above were taken from",
    "zh": "本文由編輯部整理自公開資料，數字以各公司年報為準，這一行跨越上面的兩個欄位直到右邊的邊界為止",
}
TEXTS = ("en", "zh")
Rows = list[list[str]]


def prose(language: str, lines: int, seed: int) -> list[str]:
    """Return so many lines of running text, each as wide as a column; the last one is short."""
    chance = random.Random(seed)
    if language == "zh":
        text = "".join(chance.choice(WORDS["zh"]) + ("，" if n % 13 == 12 else "") for n in range(lines * 22))
        return [text[n * 22 : n * 22 + 22] for n in range(lines - 1)] + ["就這樣結束。"]
    found = [""]
    while len(found) < lines:
        word = chance.choice(WORDS["en"])
        if len(found[-1]) + len(word) > 44:
            found.append(word)
        else:
            found[-1] = f"{found[-1]} {word}".strip()
    return [*found[: lines - 1], "That is all."]


def two_columns(language: str, *, across: bool, lower: float) -> tuple[bytes, list[str], list[str]]:
    """Return a page with a heading, two columns and a line across, and its columns; the right one begins `lower`."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    left, right = prose(language, 24, 1), prose(language, 24, 2)
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont(CHINESE, 10)
    canvas.drawString(60, 800, HEADINGS[language])
    lines = [(60.0, 776.0 - 14 * n, text) for n, text in enumerate(left)]
    beside = [(310.0, 776.0 - 14 * n - lower, text) for n, text in enumerate(right)]
    written = [line for pair in zip(lines, beside, strict=True) for line in pair] if across else [*lines, *beside]
    for line in written:
        canvas.drawString(*line)
    canvas.drawString(60, 400, FEET[language])
    canvas.save()
    return buffer.getvalue(), left, right


def table(rows: Rows, widths: list[int] | None = None) -> bytes:
    """Return a page with a table, each row written cell by cell."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    buffer = io.BytesIO()
    drawn = Table(rows, colWidths=widths)
    drawn.setStyle([("GRID", (0, 0), (-1, -1), 1, colors.black), ("FONT", (0, 0), (-1, -1), CHINESE, 9)])
    SimpleDocTemplate(buffer).build([drawn])
    return buffer.getvalue()


def read(data: bytes) -> str:
    """Return the text of a PDF, without white space: where lines are joined is for others to test."""
    return "".join(reader.read(data, "a.pdf").text.split())


def joined(lines: list[str]) -> str:
    return "".join("".join(lines).split())


@pytest.mark.parametrize("lower", [0.0, 5.0])
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize("language", TEXTS)
def test_two_columns_are_read_one_after_the_other(language: str, across: bool, lower: float) -> None:
    data, left, right = two_columns(language, across=across, lower=lower)
    assert read(data) == joined([HEADINGS[language], *left, *right, FEET[language]])


TABLES: dict[str, tuple[Rows, list[int] | None]] = {
    "short cells": ([["Chip", "TOPS"], *([f"Hailo-{n}", str(26 * n)] for n in range(9))], None),
    "the same cells": ([["記憶體頻寬與容量的需求說明文字", "決定解碼速度的上限與可用的模型"]] * 9, [240, 240]),
    "sentences": ([["研華的策略是軟硬整合，並與夥伴合作。", "Advantech binds hardware and software."]] * 8, [240, 240]),
    "a name and a text": (
        [[f"晶片{n}", "這一欄是很長的說明文字，寫的是它適合什麼場合以及限制"] for n in range(9)],
        None,
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_stays_rows(name: str) -> None:
    rows, widths = TABLES[name]
    lines = reader.read(table(rows, widths), "a.pdf").text.strip().split("\n")
    assert lines == [f"| {' | '.join(row)} |" for row in rows]


def test_a_cell_that_was_broken_into_lines_is_one_again() -> None:
    style = ParagraphStyle("cell", fontName=CHINESE, fontSize=9, leading=13, wordWrap="CJK")
    long = "送出問題到第一個字出現的時間，取二十次的中位數，並記下最長的一次。"
    rows = [[Paragraph(text, style) for text in (f"指標{n}", long, "對話兩秒內。")] for n in range(5)]
    text = reader.read(table(rows, [80, 165, 160]), "a.pdf").text
    assert text.count(long) == 5


def test_words_that_stand_apart_here_and_there_make_no_table() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 760, "Annual report")
    canvas.drawString(400, 760, "Page 7")
    canvas.drawString(72, 730, "The edge keeps the data where it was made.")
    canvas.save()
    assert "|" not in reader.read(buffer.getvalue(), "a.pdf").text
