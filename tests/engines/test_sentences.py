from pathlib import Path

import pytest

from assistant.corpus.framework import Framework
from assistant.corpus.reading import read
from assistant.corpus.sources import digest
from assistant.corpus.splitting import split
from assistant.engines import sentences
from tests.support.evidence import hit

PROSE = Path(__file__).resolve().parents[1] / "golden" / "prose"


@pytest.mark.parametrize(
    ("written", "lifted"),
    [
        ("導入六個月後，漏檢率由 1.8% 降到 0.4%。", "導入六個月後，漏檢率由 1.8% 降到 0.4%。"),
        ("此外，客訴件數也降為原來的三分之一。", "客訴件數也降為原來的三分之一。"),
        ("However, the queue grows to more than a minute at noon.", "The queue grows to more than a minute at noon."),
        (
            "1. 9 月底前擴大到 14 家門市，每家預算上限新台幣 12 萬元。",
            "9 月底前擴大到 14 家門市，每家預算上限新台幣 12 萬元。",
        ),
        ("Price: US$1,150 in quantities of 100", "Price: US$1,150 in quantities of 100"),
        ("它也無法留下影像紀錄，因此無法追溯。", ""),
        ("It has also kept an audit log of each prompt since February.", ""),
        ("Moreover, this ruled out the earlier service for good.", ""),
        ("圖 1　三條產線的相機配置與其他說明。", ""),
        ("日期：2026-05-20　撰寫：品質工程課", ""),
        ("Page 2 of 2", ""),
        ("an unfinished fragment without its end, torn from", ""),
        ("## 設備與費用", ""),
        ("The server rack in the basement of building C.", ""),
        ("The old server rack ran for eleven months.", "The old server rack ran for eleven months."),
    ],
)
def test_a_sentence_is_lifted_only_if_it_can_stand_alone(written: str, lifted: str) -> None:
    assert sentences.lift(written) == lifted


def test_a_leaning_sentence_joins_the_one_before() -> None:
    text = "Physicians corrected 6% of the summaries. They mostly missed medication changes of the last week."
    assert [lifted.text for lifted in sentences.standing_alone(hit(text).passage)] == [
        "Physicians corrected 6% of the summaries; they mostly missed medication changes of the last week."
    ]


def test_a_leaning_sentence_without_one_before_is_left_out() -> None:
    text = "That ruled it out.\nThe port authority tested offline models on six tugboats in 2026."
    assert [lifted.text for lifted in sentences.standing_alone(hit(text).passage)] == [
        "The port authority tested offline models on six tugboats in 2026."
    ]


def test_a_line_that_looks_like_a_heading_stands_above_what_follows() -> None:
    text = "限制\n模型對手寫附註的理解不佳，錯誤率達 17%。\n費用\n每艘船的設備費為新台幣 4.6 萬元。"
    found = [(lifted.heading, lifted.text[:6]) for lifted in sentences.standing_alone(hit(text).passage)]
    assert found == [("限制", "模型對手寫附"), ("費用", "每艘船的設備")]


def test_a_table_row_keeps_its_header() -> None:
    text = "| 項目 | 第一年 | 第二年起 |\n|---|---|---|\n| 設備 | 204 萬元 | 0 |\n| 授權費 | 9 萬元 | |\n"
    rows = [lifted.text for lifted in sentences.standing_alone(hit(text, kind="table").passage)]
    assert rows == ["設備：第一年 204 萬元；第二年起 0。", "授權費：第一年 9 萬元。"]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("型號 | 價格（美元）", "Orin | 1,999", "Orin：價格 1,999 美元。"),
        ("Module | Price (US$) | Power (W)", "Orin | 1,999 | 15-60", "Orin: Price US$1,999; Power 15-60 W."),
        ("Module | Price (list) | Port (USB)", "Orin | 1,999 | 3.2", "Orin: Price (list) 1,999; Port (USB) 3.2."),
    ],
)
def test_the_unit_of_a_column_goes_to_its_figures(header: str, row: str, said: str) -> None:
    text = f"| {header} |\n|---|---|---|\n| {row} |"
    assert [lifted.text for lifted in sentences.standing_alone(hit(text, kind="table").passage)] == [said]


def test_a_claim_is_one_statement() -> None:
    text = "It takes 54 GB in BF16. A single\ncard holds it."
    assert [lifted.text for lifted in sentences.standing_alone(hit(text, claim="c").passage)] == [
        " ".join(text.split())
    ]


def test_nothing_of_the_prose_corpus_is_lifted_broken() -> None:
    documents = [read(file, file.name, digest(file), Framework()) for file in sorted(PROSE.iterdir())]
    passages = [passage for document in documents for passage in split(document, 220)]
    lifted = [sentence.text for passage in passages for sentence in sentences.standing_alone(passage)]
    assert len(lifted) > 40
    assert [text for text in lifted if sentences.broken(text)] == []
    assert not any(text.startswith(("日期", "圖 1", "Home", "Subscribe")) for text in lifted)


@pytest.mark.parametrize(
    "text", ["該問題已解決。", "It also has a log.", "so the line stood", "（未完的括號。", "此外，還有。"]
)
def test_broken_statements_are_seen(text: str) -> None:
    assert sentences.broken(text)
