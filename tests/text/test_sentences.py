import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import sentences


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences.spans(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "研華表示：「成長 3.5%。」之後發布 v3.6.1。真的嗎？！",
            ["研華表示：「成長 3.5%。」", "之後發布 v3.6.1。", "真的嗎？！"],
        ),
        ("Sales rose 3.5% in 2025. It fell.", ["Sales rose 3.5% in 2025.", "It fell."]),
        ("The U.S. Senate, e.g. in Fig. 3, agreed. So?", ["The U.S. Senate, e.g. in Fig. 3, agreed.", "So?"]),
        ('He said "stop." Then (at 5 p.m.) he left!', ['He said "stop."', "Then (at 5 p.m.) he left!"]),
        ("Price rose by 12. Then fell.", ["Price rose by 12.", "Then fell."]),
        ("1. First point. 2. Second point.", ["1. First point.", "2. Second point."]),
    ],
)
def test_sentences_are_cut_where_a_reader_would(text: str, wanted: list[str]) -> None:
    assert cut(text) == wanted


def test_a_line_break_ends_a_sentence() -> None:
    assert cut("A heading\nA sentence without an end") == ["A heading", "A sentence without an end"]


@given(st.text(max_size=300))
def test_spans_are_in_order_and_lose_only_white_space(text: str) -> None:
    spans = sentences.spans(text)
    position = 0
    for start, end in spans:
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
