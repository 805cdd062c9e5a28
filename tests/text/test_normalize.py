from hypothesis import given
from hypothesis import strategies as st

from assistant.text import normalize


def test_simplify_keeps_the_length_and_folds_each_character() -> None:
    assert normalize.simplify("邊緣運算與資料主權") == "边缘运算与资料主权"


@given(st.text(max_size=200))
def test_simplify_keeps_offsets_and_is_idempotent(text: str) -> None:
    once = normalize.simplify(text)
    assert len(once) == len(text)
    assert normalize.simplify(once) == once


@given(st.text(min_size=1, max_size=60))
def test_a_long_text_is_simplified_as_its_parts(text: str) -> None:
    assert normalize.simplify(text * 70) == normalize.simplify(text) * 70


def test_fold_makes_widths_and_cases_one() -> None:
    assert normalize.fold("ＮＰＵ　１６") == "npu 16"


def test_accents_are_stripped_but_not_letters() -> None:
    assert normalize.strip_accents("Café Zürich 邊") == "Cafe Zurich 邊"
