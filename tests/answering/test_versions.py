import pytest

from assistant.answering import versions
from tests.support.evidence import hit


@pytest.mark.parametrize(
    ("question", "text", "lacking"),
    [
        ("一台 iPhone 17 多少錢？", "iPhone 15 Pro 可執行 3B 模型。", ["iPhone 17"]),
        ("一台 iPhone 17 多少錢？", "iPhone 17 Pro 售價未公布。", []),
        ("How fast is Llama 3 8B?", "Llama 3.1 8B generates 29 tokens per second.", []),
        ("How fast is Gemma 3?", "Gemma 3n shares its KV cache between layers.", []),
        ("How fast is Gemma 3?", "Gemma 31 does not exist.", ["Gemma 3"]),
        ("Is an RTX 5090 faster than an H100?", "An H100 reads 3,350 GB a second.", ["RTX 5090"]),
        ("Does INT4 hurt a 70B model?", "Quantization to 4 bits costs little.", []),
        ("研華 2025 年第 3 季營收是多少？", "研華的營收成長。", []),
    ],
)
def test_what_is_named_by_a_number_is_met_by_that_number_alone(question: str, text: str, lacking: list[str]) -> None:
    assert versions.missing(question, [hit(text)]) == lacking


def test_a_name_above_the_passage_counts() -> None:
    assert versions.missing("How fast is the FieldBox 310?", [hit("It is fast.", headings=("FieldBox 310",))]) == []


@pytest.mark.parametrize(
    ("question", "lacking", "nothing_else"),
    [
        ("一台 iPhone 17 多少錢？", ["iPhone 17"], True),
        ("What does an iPhone 17 cost in Taiwan?", ["iPhone 17"], True),
        ("Is an RTX 5090 faster than an H100?", ["RTX 5090"], False),
        ("邊緣 AI 多少錢？", [], False),
    ],
)
def test_whether_anything_else_is_named(question: str, lacking: list[str], *, nothing_else: bool) -> None:
    assert versions.all_missing(question, lacking) is nothing_else
