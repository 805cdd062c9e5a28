from dataclasses import replace

import pytest

from assistant.answering.assertions import Reader
from assistant.answering.disagreements import among, lines
from assistant.corpus.glossary import Glossary
from assistant.records import Confidence, Evidence, Language, Reference
from assistant.text.language import detect
from tests.support.evidence import hit

READER = Reader(Glossary())
MARKET = "A report by GII puts the edge AI market at US$3.74 billion in 2025."


def said(text: str, n: int, *, claim: str = "", date: str = "2025-06", confidence: Confidence = "medium",
         notes: tuple[str, ...] = ()) -> Evidence:  # fmt: skip
    reference = Reference(f"Source {n}", f"https://example.org/{n}", f"Publisher {n}", date, confidence, notes)
    found = hit(text, claim=claim or f"c{n}", references=(reference,), language=detect(text), document=f"d{n}")
    return Evidence(n, found, (1.0,))


def told(*cited: Evidence, language: Language = "en") -> list[str]:
    return list(lines(among(cited, READER), language))


def test_the_same_but_for_a_figure_is_a_disagreement_with_both_figures_and_dates() -> None:
    (line,) = told(said(MARKET, 1), said(MARKET.replace("3.74", "20.45"), 2, date="2026-02"))
    for part in ("US$3.74 billion", "US$20.45 billion", "2025-06", "2026-02", "Publisher 1", "Publisher 2"):
        assert part in line
    assert "newer" in line
    assert line.index("20.45") < line.index("3.74 billion")


@pytest.mark.parametrize(
    "other",
    [
        MARKET,
        MARKET.replace("3.74", "18.4").replace("2025", "2032"),
        MARKET.replace("3.74", "18.4").replace("GII", "IDC"),
        MARKET.replace("edge AI market at US$3.74 billion", "edge AI hardware market in Asia at US$1.20 billion"),
        "NVIDIA sells the Jetson AGX Thor kit for US$3,499.",
    ],
)
def test_figures_of_other_things_are_none(other: str) -> None:
    assert told(said(MARKET, 1), said(other, 2)) == []


def test_what_the_corpus_marks_is_always_said() -> None:
    one = said("Self-hosting pays within months for models of up to 30B.", 1, claim="pays", confidence="high")
    other = said("On-premise LLMs are no good idea for midsize companies.", 2, confidence="low",
                 notes=("estimate", "contradicts: pays"))  # fmt: skip
    (line,) = told(one, other)
    assert "within months" in line
    assert "midsize" in line
    assert "more certain" in line


@pytest.mark.parametrize(
    ("date", "confidence", "preference"),
    [("2026-01", "medium", "newer"), ("2026-01", "high", "both"), ("2025-06", "high", "surer"),
     ("2025-06", "medium", "none"), ("2026-01", "low", "unclear"), ("2025", "medium", "none")],
)  # fmt: skip
def test_the_newer_and_the_more_certain_is_preferred(date: str, confidence: Confidence, preference: str) -> None:
    other = said(MARKET.replace("3.74", "20.45"), 2, date=date, confidence=confidence)
    (found,) = among([said(MARKET, 1), other], READER)
    assert found.preference == preference
    assert found.one.evidence.n == (1 if preference == "none" else 2)


def test_it_is_said_in_the_language_asked() -> None:
    text = "IDC 預估 2025 年邊緣運算支出為 2,610 億美元。"
    (line,) = told(said(text, 1), said(text.replace("2,610", "2,280"), 2, date="2026-01"), language="zh-TW")
    assert line.startswith("來源說法不一")
    assert "2,280 億美元" in line
    assert "2026-01" in line


def test_a_passage_does_not_disagree_with_itself() -> None:
    one = said(MARKET, 1)
    assert told(one, replace(one, n=2)) == []


SHOP = "Retailer listings of June 2026 show the Jetson Orin Nano Super selling at US$499."
LAUNCH = "NVIDIA launched the Jetson Orin Nano Super in December 2024 for US$249, with 67 TOPS and 8 GB of memory."
SHOP_ZH = "2026 年 6 月的通路標示 Jetson Orin Nano Super 售價 499 美元。"
LAUNCH_ZH = "NVIDIA 於 2024 年 12 月推出 Jetson Orin Nano Super，搭載 8 GB 記憶體，定價 249 美元。"


@pytest.mark.parametrize(
    ("one", "other", "figures", "language"),
    [
        (LAUNCH, SHOP, ("US$249", "US$499"), "en"),
        (LAUNCH_ZH, SHOP_ZH, ("249 美元", "499 美元"), "zh-TW"),
        (LAUNCH_ZH, SHOP, ("249 美元", "US$499"), "zh-TW"),
        ("The Hailo-10H typically draws 2.5 W of power.", "Power of the Hailo-10H is put at 5 W typical by a tester.",
         ("2.5 W", "5 W"), "en"),
        ("Hailo-10H 的典型功耗為 2.5 W。", "一份實測指出，Hailo-10H 典型耗電 5 W。", ("2.5 W", "5 W"), "zh-TW"),
        ("Jetson T4000 的算力為 1,200 TFLOPS。", "廠商說明 Jetson T4000 提供 1,000 TFLOPS 的算力。",
         ("1,200 TFLOPS", "1,000 TFLOPS"), "zh-TW"),
    ],
)  # fmt: skip
def test_values_of_one_thing_in_other_words_are_a_disagreement(
    one: str, other: str, figures: tuple[str, str], language: Language
) -> None:
    (line,) = told(said(one, 1, date="2024-12"), said(other, 2, date="2026-06"), language=language)
    for part in (*figures, "2024-12", "2026-06"):
        assert part in line
    assert line.index(figures[1]) < line.index(figures[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LAUNCH, SHOP.replace("Super ", "")),
        (LAUNCH, SHOP.replace("499", "249")),
        (LAUNCH, SHOP.replace("US$499", "EUR 499")),
        (LAUNCH, "The Jetson Orin Nano Super sold at US$249 at launch and at US$499 in a test of 2026."),
        (LAUNCH, "The Jetson AGX Thor kit sells at US$3,499, US$3,250 above the Jetson Orin Nano Super."),
        (LAUNCH, "Renting a Jetson Orin Nano Super costs US$20 a month."),
        ("The DX-M1 module draws 2 W of power when idle.", "A review puts the peak power of the DX-M1 module at 5 W."),
        ("The Hailo-10H gives 40 TOPS in INT4.", "The Hailo-10H gives 20 TOPS in INT8."),
        (LAUNCH_ZH, SHOP_ZH.replace("Super", "Super 套件").replace("499", "599") + "模組另計。"),
        (LAUNCH_ZH, "AMD Ryzen AI Halo 售價比 Jetson Orin Nano Super 貴 3,750 美元。"),
    ],
)
def test_values_of_other_things_or_under_other_conditions_are_none(one: str, other: str) -> None:
    one = one.replace("Jetson Orin Nano Super，", "Jetson Orin Nano Super 模組，")
    assert told(said(one, 1), said(other, 2)) == []
