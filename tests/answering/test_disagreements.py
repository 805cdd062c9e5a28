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
