from dataclasses import replace

import pytest

from assistant.answering import gaps, periods, unmet
from assistant.records import Findings, Hit, Language, Part, PartFindings, Reference, Statement
from tests.support.evidence import hit, prompt

QUESTION = "How do Zorblax chips compare with edge AI of today, and what is notable?"


def findings(*missing: str) -> Findings:
    return Findings(QUESTION, "en", (PartFindings(QUESTION, ()),), strength=0.1, missing=missing)


def test_an_abstention_says_what_was_looked_for_and_what_is_not_there() -> None:
    looked, missing = gaps.of_abstention(findings("zorblax"))
    assert QUESTION in looked
    assert "Zorblax" in missing
    assert gaps.of_abstention(findings())[1] != missing


def test_an_unknown_name_is_a_gap_and_an_unknown_turn_of_phrase_is_none() -> None:
    lines = gaps.of_answer(findings("zorblax", "notabl"), (), prompt(QUESTION))
    assert len(lines) == 1
    assert "Zorblax" in lines[0]
    assert "notable" not in lines[0]


def test_a_word_that_the_evidence_has_in_another_form_is_no_gap() -> None:
    question = "What is new at European shows for warranty terms?"
    asked = prompt(question, (hit("Europe's shows were about industrial AI.", headings=("x", "New")), (1.0,)))
    found = Findings(question, "en", (PartFindings(question, ()),), 1.0, (), ("European", "warranty"))
    assert [("European" in line, "warranty" in line) for line in gaps.of_answer(found, (), asked)] == [(False, True)]


def test_a_part_without_evidence_and_evidence_left_out_are_named() -> None:
    parts = (Part("What is notable?", "abstained", ()), Part("How?", "answered", (0,)))
    asked = prompt(QUESTION, dropped=(hit("One."), hit("Two.")))
    lines = gaps.of_answer(findings(), parts, asked)
    assert ["What is notable?" in line for line in lines] == [True, False]
    assert "2" in lines[1]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("研華 2026 年第一季營收是多少？", ["2026 年第一季"]),
        ("研華 2025 年上半年營收是多少？", []),
        ("研華 2025 年營收是多少？", []),
        ("What was the revenue in March 2026?", ["March 2026"]),
        ("What was the revenue in fiscal 2025?", []),
        ("What has changed since 2024?", []),
        ("2024 年以來有什麼改變？", []),
        ("研華的營收是多少？", []),
    ],
)
def test_a_time_asked_about_that_no_passage_has_is_named(question: str, wanted: list[str]) -> None:
    said = ("研華 2025 年上半年營收為新台幣 351.8 億元。", "研華 2026 年 1 月預期，邊緣 AI 占營收 25%。")
    evidence = prompt(question, *((hit(text), (1.0,)) for text in said)).evidence
    assert periods.missing(question, evidence) == wanted
    assert [all(date in line for date in wanted) for line in gaps.of_periods(wanted, "en")] == [True] * bool(wanted)


def test_gaps_speak_the_question_s_language() -> None:
    chinese = Findings("台灣的 Zorblax 晶片？", "zh-TW", (), strength=0.0, missing=("zorblax",))
    assert "語料裡沒有提到：Zorblax。" in gaps.of_abstention(chinese)


def recorded(text: str, score: float, language: Language = "en") -> Hit:
    notes = (Reference("Stock-taking", date="2026-11", notes=("gap",)),)
    return hit(text, claim=text[:9], references=notes, score=score, language=language)


def test_a_recorded_gap_is_told_where_it_bears_on_the_question_and_is_no_evidence() -> None:
    prices, tests = recorded("No prices were found.", 0.9), recorded("No test was found.", 0.6)
    far, other = recorded("No survey was found.", 0.3), recorded("沒有找到價格。", 0.9, "zh-TW")
    fact = hit("The box costs US$249.", score=1.0)
    found, noted = gaps.recorded(
        Findings(QUESTION, "en", (PartFindings(QUESTION, (fact, tests, far, other, prices)),), 1)
    )
    assert noted == (prices, tests)
    assert found.parts[0].hits == (fact,)
    assert gaps.of_record(noted, {prices.path}) == ("No prices were found.", "No test was found.")


def test_a_recorded_gap_is_told_only_where_its_document_is_cited() -> None:
    prices = recorded("No prices were found.\n", 0.9)
    tests = replace(recorded("No test was found.", 0.6), path="chips.en.md")
    assert gaps.of_record((prices, tests), {"chips.en.md"}) == ("No test was found.",)
    assert gaps.of_record((prices, tests), {"shows.en.md"}) == ()


def test_a_gap_that_two_parts_find_is_told_once() -> None:
    prices = recorded("No prices were found.", 0.9)
    parts = tuple(PartFindings(part, (hit("A fact."), prices)) for part in ("What?", "Where?"))
    assert gaps.recorded(Findings(QUESTION, "en", parts, 1.0))[1] == (prices,)


def test_the_kind_of_answer_that_no_statement_has_is_named() -> None:
    parts = (Part("模組幾瓦？", "answered", (0,)), Part("模組多少錢？", "answered", (1,)))
    statements = [Statement(text, (1,), "supported", 1.0) for text in ("模組有 8 GB 記憶體。", "模組 249 美元。")]
    lacking = unmet.kinds(parts, (), statements)
    assert [kind.id for kind in lacking] == ["power"]
    assert "瓦" in gaps.of_kinds(lacking, "zh-TW")[0]
    assert "watts" in gaps.of_kinds(lacking, "en")[0]
    assert gaps.of_kinds([], "en") == ()
