import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus.readers.lines import join, reflow


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("邊緣運算", "的效益", "邊緣運算的效益"),
        ("runs on", "one card", "runs on one card"),
        ("使用 NPU", "加速", "使用 NPU 加速"),
        ("inter-", "national", "international"),
        ("GPT-", "4", "GPT- 4"),
        ("，", "「引言」", "，「引言」"),
    ],
)
def test_two_lines_become_one(first: str, second: str, wanted: str) -> None:
    assert join(first, second) == wanted


def test_a_word_that_has_its_hyphen_elsewhere_keeps_it() -> None:
    lines = [
        "The low-rank method needs less memory, since a low-",
        "rank update is small, and it is used for many inter-",
        "national projects.",
    ]
    assert reflow(lines) == [
        "The low-rank method needs less memory, since a low-rank update is small,"
        " and it is used for many international projects."
    ]


def test_broken_lines_of_chinese_are_joined_and_short_ones_stay() -> None:
    lines = [
        "研華的策略",
        "研華在邊緣人工智慧的策略是把軟體與硬體整合在一起，並與夥伴合作",
        "推動智慧製造、智慧醫療與智慧零售等產業垂直應用，這是它認為的成",
        "長動能。",
        "• 產學合作",
        "• 人才培育",
    ]
    assert reflow(lines) == [lines[0], "".join(lines[1:4]), *lines[4:]]


def test_ragged_english_goes_on_where_a_line_begins_small() -> None:
    lines = [
        "A model that runs at the edge keeps the data on",
        "the device where it was made, so that nobody",
        "else reads it.",
        "Another paragraph starts here.",
    ]
    assert reflow(lines) == [" ".join(lines[:3]), lines[3]]


def test_lines_that_were_not_broken_to_fit_stay() -> None:
    slides = ["Edge AI", "低延遲", "隱私", "成本"]
    assert reflow(slides) == slides
    long_lines = ["字" * 300, "字" * 290, "字" * 300]
    assert reflow(long_lines) == long_lines


@given(st.lists(st.text(alphabet="邊緣ab -。.\t1", max_size=60), max_size=12))
def test_joining_loses_nothing_but_white_space_and_hyphens(lines: list[str]) -> None:
    def visible(texts: list[str]) -> str:
        return "".join("".join(texts).split()).replace("-", "")

    assert visible(reflow(lines)) == visible(lines)
