import pytest

from assistant.text import names
from assistant.text.figures import plain

KNOWN = {plain(zh): en for zh, en in {"輝達": "NVIDIA", "研華": "Advantech", "高通": "Qualcomm"}.items()}


def parts(text: str) -> list[tuple[str, ...]]:
    return [name.parts for name in names.find(text, KNOWN)]


@pytest.mark.parametrize(
    "same",
    [
        ("Gemma-3-27B", "Gemma 3 27B", "gemma-3-27b"),
        ("the RTX 3090", "the RTX-3090"),
        ("by 輝達", "by NVIDIA", "by Nvidia"),
        ("JetPack 6.0", "JetPack 6"),
        ("the Cortex-A320", "the Cortex A320"),
    ],
)
def test_one_thing_has_one_form(same: tuple[str, ...]) -> None:
    forms = [[part for name in parts(text) for part in name] for text in same]
    assert forms[0]
    assert all(form == forms[0] for form in forms)


def test_names_in_chinese_text() -> None:
    assert parts("研華的 AIR-075 採用輝達 Jetson AGX Thor") == [
        ("advantech",), ("air075",), ("nvidia",), ("jetson",), ("agx",), ("thor",)
    ]  # fmt: skip


def test_ordinary_capitals_are_no_names() -> None:
    assert parts("Memory takes 54 GB. Running an LLM at the Edge costs less. In March 2025 it grew.") == []


def test_a_year_or_a_quantity_is_no_part_of_a_name() -> None:
    assert parts("GTC 2025 and Thor 130 W") == [("gtc",), ("thor",)]


def test_offsets_give_the_name() -> None:
    text = "與輝達合作的 Gemma 3 27B 模型"
    assert [text[n.start : n.end] for n in names.find(text, KNOWN)] == ["輝達", "Gemma 3 27B"]
