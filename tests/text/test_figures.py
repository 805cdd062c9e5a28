import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import figures
from assistant.text.figures import Figure


def keys(text: str) -> list[tuple[str, str]]:
    return [figure.key for figure in figures.find(text)]


@pytest.mark.parametrize(
    "same",
    [
        ("US$261 billion", "2,610 億美元", "2610億美元", "261 billion dollars", "$261bn"),
        ("NT$35.18 billion", "新臺幣 351.8 億元", "351.8 億元", "351 億 8,000 萬元"),
        ("EUR 35 million", "3,500 萬歐元", "€35 million"),
        ("US$4,500 per GPU per year", "每張 GPU 每年 4,500 美元", "US$4,500 a year"),
        ("8x", "8 倍", "eightfold", "eight times", "８倍", "八倍"),
        ("2 Feb 2025", "February 2, 2025", "2025 年 2 月 2 日", "2025-02-02", "2025/2/2", "民國 114 年 2 月 2 日"),
        ("17-21 March 2025", "March 17-21, 2025", "2025 年 3 月 17 日至 21 日", "2025 年 3 月 17 至 21 日"),
        ("31 March-4 April 2025", "2025 年 3 月 31 日到 4 月 4 日"),
        ("Q3 2025", "2025 年第三季", "2025 年第 3 季", "third quarter of 2025", "3Q25", "2025Q3"),
        ("second half of 2025", "2025 年下半年", "H2 2025"),
        ("FY2024", "2024 會計年度", "fiscal 2024"),
        ("40–130 W", "40 到 130 瓦", "40 W to 130 W", "40~130W"),
        ("30% 到 50%", "30–50%", "30 percent to 50 percent", "三成到五成", "百分之三十到百分之五十"),
        ("27 billion parameters", "270 億參數", "27B"),
        ("25,000", "2.5 萬", "25K", "兩萬五千"),
        ("62 tokens/s", "每秒 62 個 token", "每秒約 62 個 token", "62 tokens per second", "62 tok/s"),
        ("3.35 TB/s", "每秒 3.35 TB", "3,350 GB/s"),
        ("24 months", "two years", "2 年", "兩年", "24 個月"),
        ("72 h", "72 小時", "3 days"),
        ("nearly half", "近一半", "about 50%"),
        ("4-bit", "4 位元"),
        ("v3.6.1", "3.6.1 版"),
    ],
)
def test_equal_facts_compare_equal(same: tuple[str, ...]) -> None:
    assert keys(same[0])
    for other in same[1:]:
        assert keys(other) == keys(same[0]), other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("54 GB", "54 TB"), ("54 GB", "54 GB/s"), ("US$586 million", "US$586 billion"), ("US$20,000", "NT$20,000"),
        ("2 Feb 2025", "2 Aug 2025"), ("Q3 2025", "Q2 2025"), ("7%", "7 個百分點"), ("8x", "8%"), ("40 W", "40 kW"),
        ("3 months", "3 years"), ("3.8 億", "3.8 萬"), ("v3.6.1", "v3.6.2"),
    ],
)  # fmt: skip
def test_unequal_facts_do_not(one: str, other: str) -> None:
    assert not figures.agrees(figures.find(one)[0], figures.find(other)[0])


@pytest.mark.parametrize(
    "text", ["int4 and H100", "the A320", "RTX 3090", "Cortex-M85", "統一一般三星", "GR00T N1.6", "5G 網路"]
)
def test_names_and_ordinary_words_hold_no_figure(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    ("known", "stated", "carried"),
    [
        ("2025-03-12", "2025-03", True), ("2025-03-12", "2025", True), ("2025-03", "2025-03-12", False),
        ("2025-03-18", "--03-18", True), ("2025-Q3", "2025", True), ("2025-Q3", "Q3", True), ("2025", "2026", False),
    ],
)  # fmt: skip
def test_a_date_carries_a_coarser_one(known: str, stated: str, carried: bool) -> None:
    assert figures.agrees(Figure("date", stated, "", 0, 0), Figure("date", known, "", 0, 0)) is carried


def test_the_first_end_of_a_range_takes_unit_and_scale_of_the_second() -> None:
    assert keys("US$0.52 to 14.90 per GPU-hour") == [("USD/h", "0.52"), ("USD/h", "14.9")]
    assert keys("5 到 7 億美元") == [("USD", "500000000"), ("USD", "700000000")]


@given(st.text(alphabet=st.sampled_from("0123456789.,-–%$ 年月日億萬三十百點第季QHxkMGBW年US to億")))
def test_figures_lie_in_the_text_in_order(text: str) -> None:
    found = figures.find(text)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert [f.start for f in found] == sorted(f.start for f in found)
