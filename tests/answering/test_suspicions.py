"""Signs that things changed places or point elsewhere, and what they weigh together."""

from pathlib import Path

import pytest

from assistant.answering.assertions import Reader
from assistant.answering.crossing import gains
from assistant.answering.grounding import nearest
from assistant.answering.polarity import STRENGTH
from assistant.answering.suspicions import Sign, signs
from assistant.answering.weighing import EITHER_WAY, LEAST_ODDS, LOOSENED, WEIGHTS, features, weigh
from assistant.answering.windows import Windows
from assistant.corpus import glossary
from assistant.records import Hit, Passage
from assistant.text.language import detect

ROOT = Path(__file__).parent.parent.parent

READER = Reader(glossary.load(ROOT / "corpus" / "glossary.toml"))
PRICES = "Hailo-10H costs US$130 and draws 2.5 W. Jetson Thor costs US$3,499 and draws 130 W."
SPEEDS = "Q4_K_M 每秒產生 71.93 個 token，F16 每秒產生 29.17 個 token。"
TEACHER = "Distillation trains a small student model to match the probabilities of a larger teacher."
ENDING = "The firm says that experimentation is ending and deployment has begun."


def odds(statement: str, passage: str) -> float:
    hit = Hit(Passage("p", "d", 0, len(passage), passage, detect(passage)), "a.md", "", 1.0)
    told = READER.read(statement)
    return min(weigh(told, window, share).odds for share, window in nearest(told, Windows(READER).of(hit)))


@pytest.mark.parametrize(
    ("true", "false", "passage"),
    [
        ("The Hailo-10H costs US$130.", "The Hailo-10H costs US$3,499.", PRICES),
        (
            "Jetson Thor draws 130 W and the Hailo-10H 2.5 W.",
            "Jetson Thor draws 2.5 W and the Hailo-10H 130 W.",
            PRICES,
        ),
        ("F16 每秒 29.17 個 token，Q4_K_M 則有 71.93 個。", "F16 每秒 71.93 個 token，Q4_K_M 則有 29.17 個。", SPEEDS),
        ("Acme sells 30% and Initech sells 70%.", "Acme sells 70% and Initech sells 30%.", "Acme: 30%, Initech: 70%."),
    ],
)
def test_what_changed_places_fails_and_the_truth_does_not(true: str, false: str, passage: str) -> None:
    assert odds(true, passage) < LEAST_ODDS <= odds(false, passage)


@pytest.mark.parametrize(
    ("true", "false", "passage"),
    [
        (
            "A small student learns the probabilities of a larger teacher by distillation.",
            "Distillation trains a larger teacher model to match the probabilities of a small student.",
            TEACHER,
        ),
        (
            "Experimentation is ending, the firm says, and deployment has begun.",
            "The firm says that deployment is ending and experimentation has begun.",
            ENDING,
        ),
    ],
)
def test_words_that_are_no_names_are_exchanged_too(true: str, false: str, passage: str) -> None:
    said = READER.read(passage)
    there, not_there = (gains(READER.read(text), said)["word"].joint for text in (false, true))
    assert there > 0.3 > not_there


def test_the_order_of_a_list_says_nothing() -> None:
    said = READER.read("The players are Intel, NVIDIA, Qualcomm and Axelera.")
    found = gains(READER.read("Axelera, Qualcomm, NVIDIA and Intel are the players."), said)
    assert found["name"].joint == 0


def test_texts_that_share_nothing_have_no_gain() -> None:
    assert gains(READER.read("It is fast."), READER.read("Prices fell.")) == {}


def test_versions_of_a_name_are_two_names() -> None:
    passage = "Gemma 3 27B needs one H100 and Gemma 2 27B needs two A100 cards."
    false = gains(READER.read("Gemma 2 27B needs one H100 and Gemma 3 27B needs two A100 cards."), READER.read(passage))
    assert false["name"].joint > 0.3


def test_a_strength_that_the_statement_denies_weighs_less() -> None:
    passage = "On-premise does not mean secure; leaks of data worry people most."
    denied = "On-premise is no guarantee of security; leaks of data worry people."
    claimed = "On-premise is a guarantee of security; leaks of data worry people."
    hit = Hit(Passage("p", "d", 0, len(passage), passage, "en"), "a.md", "", 1.0)
    window = Windows(READER).of(hit)[-1]
    assert "certainty, borne" in {sign.name for sign in signs(READER.read(denied), window)}
    assert "certainty" in {sign.name for sign in signs(READER.read(claimed), window)}


@pytest.mark.parametrize("across", [False, True])
def test_no_sign_speaks_for_a_statement(across: bool) -> None:
    for name, weight in WEIGHTS[across].items():
        assert name in EITHER_WAY or (weight <= 0 if name in LOOSENED else weight >= 0), name


def test_every_weight_is_of_a_sign_that_there_is() -> None:
    code = (ROOT / "assistant" / "answering" / "suspicions.py").read_text(encoding="utf-8")
    kinds = {f"{what} {kind}" for what in ("joint", "inside", "replaced", "displaced")
             for kind in ("figure", "name", "word")}  # fmt: skip
    others = {*EITHER_WAY, *LOOSENED, *kinds, "flat", "unsaid", "waived", "bound", "place"}
    named = {name for weights in WEIGHTS.values() for name in weights} - others
    missing = {n for n in named if f'"{n}"' not in code and n.removesuffix(", borne") not in STRENGTH}
    assert not missing


def test_free_wording_takes_from_a_sign() -> None:
    sign = Sign("transposed", "attribution", 1.0, "a / b")
    assert features([sign], 1.0)["free × moved"] == 0.0
    assert features([sign], 0.75)["free × moved"] == 0.25
