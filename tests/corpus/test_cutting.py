"""Cutting, held against LangChain's splitter with the same rules."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.corpus import cutting
from assistant.corpus.langchain import PassageSplitter
from assistant.text import tokens

WORDS = "研華的邊緣運算 隱私 e.g. No. v3.6.1 US$ cost a unbelievably 「動能」 👩‍👩‍👧 é".split()
MARKS = ["。", "！？", "；", "，", "、", ". ", "? ", ", ", " ", "\n", "\n\n", "\n\n\n", "」"]


def langchain(text: str, most: int) -> list[str]:
    return RecursiveCharacterTextSplitter(
        separators=[pattern.pattern for pattern in cutting.SEPARATORS],
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=most,
        chunk_overlap=0,
        length_function=tokens.count,
    ).split_text(text)


def prose(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(WORDS) * chance.choice([1, 1, 1, 9]) + chance.choice(MARKS) for _ in range(300))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("most", [8, 40, 220])
def test_text_is_cut_as_langchain_would(seed: int, most: int) -> None:
    assert cutting.cut(prose(seed), most) == langchain(prose(seed), most)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=600), st.integers(2, 60))
def test_no_character_is_lost_or_doubled(text: str, most: int) -> None:
    pieces = cutting.cut(text, most)
    assert "".join(pieces) == text
    assert all(tokens.count(piece) <= most for piece in pieces if len(piece) > 1)


def test_white_space_before_a_break_is_not_doubled() -> None:
    """LangChain's splitter keeps what has no tokens at the end of one piece, and begins the next with it once more."""
    text = "a b c d.\n \n" * 9
    assert "".join(langchain(text, 8)) != text
    assert "".join(cutting.cut(text, 8)) == text


def test_it_goes_into_anyones_chain() -> None:
    made = PassageSplitter(max_tokens=40).create_documents([prose(1)])
    assert [document.page_content for document in made] == cutting.cut(prose(1), 40)
