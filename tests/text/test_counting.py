"""Counting many texts at once says what taking each apart and counting its terms would say."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import counting, tokens
from assistant.text.counting import Stream
from assistant.text.normalize import index_form

TEXTS = st.text(st.sampled_from("的模型學学ABéß09.-'’ \n，。カ한ﬁ０Ａ\u3000𠮷") | st.characters(), max_size=40)


@given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, min_size=1, max_size=3))
def test_counts_are_those_of_the_terms_of_each_line(texts: list[str], questions: list[str]) -> None:
    wanted = list(dict.fromkeys(term for text in (*texts[:1], *questions) for term in tokens.terms(text)))
    counts = counting.count(counting.of_terms(wanted), [counting.read(index_form(text)) for text in texts])
    lines = [Counter(tokens.terms(line)) for text in texts for line in text.split("\n")]
    assert counts.shape == (len(lines), len(wanted))
    assert counts.tolist() == [[line[term] for term in wanted] for line in lines]


def test_a_line_is_as_long_as_its_terms_are_many() -> None:
    stream = counting.read(index_form("邊緣 AI\n\nGemma-3-27B 的權重"))
    assert stream.sizes.tolist() == [len(tokens.terms(line)) for line in ("邊緣 AI", "", "Gemma-3-27B 的權重")]


def test_weights_are_summed() -> None:
    numbers = counting.of_words(["one", "two", "one"])
    streams = [
        Stream(numbers, np.array([0, 0, 1], dtype=np.int32), 2, np.array([0.5, 1.0, 0.25])),
        Stream(numbers[:1], np.zeros(1, dtype=np.int32), 1, np.array([2.0])),
    ]
    assert counting.count(numbers[:2], streams).tolist() == [[0.5, 1.0], [0.25, 0.0], [2.0, 0.0]]


def test_words_of_the_same_bytes_in_memory_are_two() -> None:
    assert len(set(counting.of_words(["gb", b"gb".decode("utf-16-le")]).tolist())) == 2


@given(st.lists(st.lists(st.text("邊緣AI 8.x-", max_size=8), min_size=1, max_size=3), max_size=5))
def test_texts_that_are_read_as_one_come_apart_again(texts: list[list[str]]) -> None:
    together = counting.read(index_form("\n".join(line for lines in texts for line in lines)))
    apart = together.split([len(lines) for lines in texts])
    for stream, lines in zip(apart, texts, strict=True):
        alone = counting.read(index_form("\n".join(lines)))
        assert stream.lines == alone.lines
        said = [Counter(zip(s.terms.tolist(), s.at.tolist(), strict=True)) for s in (stream, alone)]
        assert said[0] == said[1]
