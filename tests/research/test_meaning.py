"""Statements that say the same thing find each other, whatever their words, and others don't."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.assertions import Reader
from assistant.corpus.glossary import Glossary
from assistant.research import meaning
from assistant.research.meaning import Moved, Said

SETS = tomllib.loads((Path(__file__).parents[1] / "golden" / "meaning.toml").read_text(encoding="utf-8"))["set"]


@pytest.fixture
def reader() -> Reader:
    return Reader(Glossary())


@pytest.mark.parametrize("chosen", SETS, ids=[f"{n}-{s['language']}" for n, s in enumerate(SETS)])
def test_the_pairs_of_a_person_are_found_and_no_others(chosen: dict[str, Any], reader: Reader) -> None:
    pairs = [(p["before"], p["after"]) for p in chosen.get("pair", [])]
    before = [Said(text) for text in (*chosen.get("before", []), *(b for b, _ in pairs))]
    after = [Said(text) for text in (*(a for _, a in reversed(pairs)), *chosen.get("after", []))]
    found = {(before[p.before].text, after[p.after].text) for p in meaning.match(before, after, reader)}
    assert found == set(pairs)


def test_an_equal_statement_belongs_to_its_equal(reader: Reader) -> None:
    texts = ["雲端成本降低 38%。", "雲端成本降低 41%。", "雲端成本降低 22%。"]
    pairs = meaning.match([Said(t) for t in texts], [Said(t) for t in reversed(texts)], reader)
    assert {(p.before, p.after) for p in pairs} == {(0, 2), (1, 1), (2, 0)}
    assert all(p.likeness == 1.0 for p in pairs)


def test_two_claims_that_both_still_stand_are_two_statements(reader: Reader) -> None:
    duty, fine = "人工智慧法的高風險義務自 2026 年起適用。", "違反人工智慧法的高風險義務，罰鍰最高 3%。"
    apart = meaning.match([Said(duty, frozenset({"duty"}), True)], [Said(fine, frozenset({"fine"}), True)], reader)
    together = meaning.match([Said(duty, frozenset({"duty"}))], [Said(duty, frozenset({"later"}))], reader)
    assert not apart
    assert len(together) == 1


def test_a_claim_that_reads_otherwise_is_the_same_claim(reader: Reader) -> None:
    before = Said("門市每月省下 38% 的雲端費用。", frozenset({"c"}), True)
    after = Said("雲端帳單上，門市的費用每月只剩 59%。", frozenset({"c"}), True)
    assert meaning.match([before], [after], reader)


def test_what_moved_is_told_in_the_words_of_both(reader: Reader) -> None:
    before = "2025 年 8 月 2 日起，罰鍰最高 1,500 萬歐元或營業額的 3%。"
    after = "2027 年 12 月 2 日起，罰鍰最高 2,000 萬歐元或營業額的 3%。"
    assert meaning.moved(before, after, reader) == (
        Moved("2025 年 8 月 2 日", "2027 年 12 月 2 日", True),
        Moved("1,500 萬歐元", "2,000 萬歐元", False),
    )
    assert meaning.moved(before, before, reader) == ()
    assert meaning.moved("It costs money.", "It costs US$5.", reader) == (Moved("", "US$5", False),)


def test_the_same_figure_written_otherwise_has_not_moved(reader: Reader) -> None:
    assert meaning.moved("支出為 2,610 億美元。", "Spending is US$261 billion.", reader) == ()


@pytest.mark.parametrize(
    ("before", "after", "turned"),
    [
        ("雲端成本因此提高。", "雲端成本因此下降。", True),
        ("The device needs the cloud.", "The device does not need the cloud.", True),
        ("雲端成本因此下降。", "因此雲端的成本下降了。", False),
    ],
)
def test_a_statement_turned_round_is_noticed(before: str, after: str, turned: bool, reader: Reader) -> None:
    assert meaning.turned(before, after, reader) is turned
