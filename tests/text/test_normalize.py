import pytest
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


@given(st.text(st.characters() | st.sampled_from("，：…０Ａ\u3099が臺ﬁ\u0301é\u0000’µİ"), max_size=60))
def test_a_long_text_has_the_index_form_of_a_short_one(text: str) -> None:
    assert normalize.index_form(text) == normalize.simplify(normalize.fold(text))
    assert normalize.index_form("的，" * 20 + text) == normalize.simplify(normalize.fold("的，" * 20 + text))


@pytest.mark.parametrize("first", range(0, 0x24F, 0x40))
def test_so_have_all_latin_letters_beside_each_other(first: int) -> None:
    text = "".join(chr(a) + chr(b) for a in range(first, first + 0x40) for b in range(0x20, 0x250, 7))
    assert normalize.index_form(text) == normalize.simplify(normalize.fold(text))


def test_fold_makes_widths_and_cases_one() -> None:
    assert normalize.fold("ＮＰＵ　１６") == "npu 16"


def test_accents_are_stripped_but_not_letters() -> None:
    assert normalize.strip_accents("Café Zürich 邊") == "Cafe Zurich 邊"


@given(st.lists(st.text("漢字aΣ é ㍿ﬁｶﾞ\u0301\0", max_size=40), max_size=6))
def test_a_text_has_the_index_form_of_its_lines(lines: list[str]) -> None:
    assert normalize.index_form("\n".join(lines)) == "\n".join(map(normalize.index_form, lines))
