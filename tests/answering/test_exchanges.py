"""The learnt likelihood that things changed places, and what of the rules' suspicions it lets stand."""

from pathlib import Path

import pytest

from assistant.answering import attribution, exchanges
from assistant.answering.assertions import Reader
from assistant.answering.attribution import misattributed
from assistant.answering.windows import Windows
from assistant.corpus import glossary
from assistant.records import Hit, Passage

ROOT = Path(__file__).parent.parent.parent

READER = Reader(glossary.load(ROOT / "corpus" / "glossary.toml"))
PRICES = "Hailo-10H costs US$130 and draws 2.5 W. Jetson Thor costs US$3,499 and draws 130 W."
SPEEDS = "Q4_K_M 每秒產生 71.93 個 token，F16 每秒產生 29.17 個 token。"


def likelihood(statement: str, passage: str) -> float:
    return exchanges.likelihood(READER.read(statement), READER.read(passage))


def moved(statement: str, passage: str) -> str:
    hit = Hit(Passage("p", "d", 0, len(passage), passage, "en"), "a.md", "", 1.0)
    return misattributed(READER.read(statement), Windows(READER).of(hit)[-1])


@pytest.mark.parametrize(
    ("true", "exchanged", "passage"),
    [
        ("The Hailo-10H costs US$130.", "The Hailo-10H costs US$3,499.", PRICES),
        (
            "Jetson Thor draws 130 W and the Hailo-10H 2.5 W.",
            "Jetson Thor draws 2.5 W and the Hailo-10H 130 W.",
            PRICES,
        ),
        ("F16 每秒 29.17 個 token，Q4_K_M 則有 71.93 個。", "F16 每秒 71.93 個 token，Q4_K_M 則有 29.17 個。", SPEEDS),
    ],
)
def test_an_exchange_is_likelier_than_the_truth(true: str, exchanged: str, passage: str) -> None:
    assert likelihood(exchanged, passage) > likelihood(true, passage)
    assert moved(true, passage) == ""


@pytest.mark.parametrize(
    ("true", "exchanged", "passage"),
    [
        ("The Hailo-10H costs US$130.", "The Hailo-10H costs US$3,499.", PRICES),
        ("Acme sells 30% and Initech sells 70%.", "Acme sells 70% and Initech sells 30%.", "Acme: 30%, Initech: 70%."),
    ],
)
def test_an_exchange_is_told_and_the_truth_is_not(true: str, exchanged: str, passage: str) -> None:
    assert likelihood(true, passage) < 0.5 < likelihood(exchanged, passage)
    assert not moved(true, passage)
    assert moved(exchanged, passage)


def test_without_anything_to_compare_a_suspicion_stands() -> None:
    assert likelihood("It is fast.", "It is slow.") == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zapier", "the US"), ("Llama 3.1", "Q4_K_M"), ("Intel", "NPU")],
)
def test_names_of_different_sorts_are_never_exchanged(one: str, other: str) -> None:
    statement, passage = READER.read(f"In {other} it was {one}."), READER.read(f"It was {one} in {other} too.")
    pairs = [{e.one.keys, e.other.keys} for e in exchanges.exchanges(statement, passage) if e.one.of == "name"]
    assert pairs == []


@pytest.mark.parametrize(("same", "long"), [("Gemma 3", "Gemma 3 27B"), ("Gemma 3 27B", "Gemma 3")])
def test_a_short_form_of_a_name_is_no_other_name(same: str, long: str) -> None:
    found = exchanges.exchanges(READER.read(f"{same} runs, and {same} is small."), READER.read(f"{long} runs."))
    assert [e for e in found if e.move == "exchanged" and e.one.of == "name"] == []


def test_versions_of_a_name_are_two_names() -> None:
    passage = "Gemma 3 27B scores 78.6 and Gemma 2 27B scores 75.2."
    found = exchanges.exchanges(
        READER.read("Gemma 2 27B scores 78.6 and Gemma 3 27B scores 75.2."), READER.read(passage)
    )
    assert {"@gemma2", "@27b"} in [set(e.one.keys) for e in found if e.move == "exchanged"]


def test_a_rule_that_errs_needs_the_model_to_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution, "_suspicions", lambda statement, said: iter([("moved", "US$130")]))
    assert moved("The Hailo-10H costs US$130.", PRICES) == ""
    monkeypatch.setattr(attribution, "_suspicions", lambda statement, said: iter([("crossed", "US$130")]))
    assert moved("The Hailo-10H costs US$130.", PRICES) == "US$130"


def test_what_is_told_in_turn_is_no_exchange() -> None:
    statement = "The Hailo-10H and Jetson Thor cost US$130 and US$3,499 respectively."
    assert moved(statement, PRICES) == ""
    assert moved("The Hailo-10H and Jetson Thor cost US$3,499 and US$130 respectively.", PRICES)


def test_learnt_weights_fit_the_features() -> None:
    for across in (False, True):
        assert len(exchanges._WEIGHTS[across]) == exchanges.FEATURES
        assert len(exchanges._PRIOR[across]) == 6
