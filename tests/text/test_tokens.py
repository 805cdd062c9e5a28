import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import tokens

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)


def test_chinese_is_indexed_by_characters_and_pairs() -> None:
    assert tokens.terms("邊緣運算") == ["边", "缘", "运", "算", "边缘", "缘运", "运算"]


def test_traditional_and_simplified_give_the_same_terms() -> None:
    assert tokens.terms("模型量化與頻寬") == tokens.terms("模型量化与频宽")


def test_a_model_name_stands_whole_and_in_parts() -> None:
    terms = tokens.terms("Gemma-3-27B")
    assert {"gemma-3-27b", "gemma", "27b", "27", "b"} <= set(terms)


def test_a_decimal_stands_whole_and_in_parts() -> None:
    assert set(tokens.terms("14.1")) == {"14-1", "14", "1"}


@pytest.mark.parametrize("apart", ["8 GB", "40 TOPS", "7 B", "15 W", "14.1 GB", "1.5 GHz", "100 Mbps", "3.5-inch"])
def test_a_figure_and_its_unit_are_one_term_and_two_however_they_are_written(apart: str) -> None:
    joined = re.sub("[ -]", "", apart)
    assert tokens.terms(apart) == tokens.terms(f"{joined}的")[:-1] == tokens.terms(apart.lower())
    number, unit = re.split("[ -]", apart)
    assert {*tokens.terms(joined)} > {*tokens.terms(number), *tokens.terms(unit)}
    assert [terms for _, terms in tokens.phrases(apart)] == [tuple(tokens.terms(joined))]


def test_a_figure_and_a_word_that_is_no_unit_stay_two() -> None:
    assert tokens.terms("Gemma 3 models at 5 a.m.")[:3] == ["gemma", "3", "model"]
    assert "3mb" not in tokens.terms("3 mbit")
    assert "2b" not in tokens.terms("2 b2")


def test_full_width_forms_and_case_are_folded() -> None:
    assert tokens.terms("ＧＰＵ") == tokens.terms("gpu")


def test_english_inflections_meet_in_their_stem() -> None:
    assert tokens.terms("quantised models") == tokens.terms("quantising model")


def test_function_words_and_possessives_leave_no_terms() -> None:
    assert tokens.terms("it is the café's") == ["cafe"]


def test_chinese_and_latin_side_by_side_are_told_apart() -> None:
    assert "h100" in tokens.terms("單張H100就夠")


@given(TEXT)
def test_terms_are_never_empty_and_hold_no_white_space(text: str) -> None:
    assert all(term and not any(c.isspace() for c in term) for term in tokens.terms(text))


@given(TEXT, TEXT)
def test_count_grows_with_the_text(a: str, b: str) -> None:
    assert tokens.count(f"{a}\n{b}") == tokens.count(a) + tokens.count(b)


def test_phrases_are_cut_at_particles_and_keep_their_writing() -> None:
    phrases = tokens.phrases("2026 年世界盃足球賽的冠軍是哪一隊？")
    assert [phrase for phrase, _ in phrases] == ["2026", "年世界盃足球賽", "冠軍", "一隊"]
    assert ("冠軍", ("冠军",)) in phrases
