"""The lexical index against the plainest reckoning of what it has to say."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index import lexical
from assistant.index.lexical import K1, B, Collection, Writer, idf
from assistant.text import tokens

WORDS = st.lists(st.sampled_from("邊緣 模型 gemma-3 8 GB GPU 的 量化 慢 the".split(" ")), max_size=12).map(" ".join)
Passages = dict[int, tuple[str, str]]


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:")
    made.execute(lexical.SCHEMA)
    yield made
    made.close()


def opened() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute(lexical.SCHEMA)
    return made


def length(text: str) -> int:
    return len(tokens.terms(text))


def collection(passages: Passages) -> Collection:
    return Collection.of([(number, length(text)) for number, (_, text) in passages.items()])


def reckoned(passages: Passages, query: dict[str, float]) -> list[tuple[int, float]]:
    """Return BM25 by its formula, term by term."""
    bags = {n: Counter(tokens.terms(title) + tokens.terms(text)) for n, (title, text) in passages.items()}
    mean = sum(length(text) for _, text in passages.values()) / max(1, len(passages)) or 1.0
    scores = {}
    for n, bag in bags.items():
        norm = K1 * (1 - B + B * length(passages[n][1]) / mean)
        occurs = {term: sum(term in other for other in bags.values()) for term in query}
        scores[n] = sum(w * idf(len(bags), occurs[t]) * bag[t] / (bag[t] + norm) for t, w in query.items())
    return sorted(((n, round(s, 9)) for n, s in scores.items() if s > 0), key=lambda pair: (-pair[1], pair[0]))


def put(writer: Writer, passages: Passages) -> None:
    for number, (title, text) in passages.items():
        writer.add(number, title, (title, "heading"), text)


@given(
    st.dictionaries(st.integers(0, 11), st.tuples(WORDS, WORDS)),
    st.dictionaries(st.integers(0, 11), st.tuples(WORDS, WORDS)),
    st.sets(st.integers(0, 11)),
    st.integers(1, 40),
    WORDS,
)
def test_it_says_what_the_live_passages_say_whatever_came_and_went(
    before: Passages, after: Passages, gone: set[int], waiting: int, asked: str
) -> None:
    db = opened()
    with patch.object(lexical, "BLOCK", 4), patch.object(lexical, "MOST_WAITING", waiting):
        writer = Writer(db)
        put(writer, before)
        writer.flush()
        gone |= after.keys()
        for number in gone & before.keys():
            title, text = before[number]
            writer.remove(number, title, (title, "heading"), text)
        put(writer, after)
        writer.flush()
        live = {n: p for n, p in before.items() if n not in gone} | after
        headed = {n: (f"{title}\nheading" if title != "heading" else title, text) for n, (title, text) in live.items()}
        query = {term: 1.0 + n for n, term in enumerate(dict.fromkeys(tokens.terms(asked)))}
        found = lexical.search(db, query, collection(headed), 99)
        assert [(n, round(score, 9)) for n, score in found] == reckoned(headed, query)
        occurs = Counter(term for p in headed.values() for term in {*tokens.terms(p[0]), *tokens.terms(p[1])})
        assert lexical.frequencies(db, query) == {term: occurs[term] for term in query if occurs[term]}
        made_anew = opened()
        writer = Writer(made_anew)
        put(writer, dict(sorted(live.items())))
        writer.flush()
        assert rows(db) == rows(made_anew)


def rows(db: sqlite3.Connection) -> list[tuple[int, list[bytes]]]:
    found = db.execute("SELECT array, entries FROM postings ORDER BY array").fetchall()
    return [(i, sorted(data[at : at + 3] for at in range(0, len(data), 3))) for i, data in found]


def test_what_was_not_flushed_leaves_nothing(db: sqlite3.Connection) -> None:
    writer = Writer(db)
    writer.add(1, "", (), "gemma")
    writer.forget()
    writer.flush()
    assert lexical.frequencies(db, ["gemma"]) == {}


def test_a_passage_that_came_since_its_length_was_read_is_left_out(db: sqlite3.Connection) -> None:
    writer = Writer(db)
    known = {1: ("", "gemma")}
    put(writer, {**known, 9: ("", "gemma gemma")})
    writer.flush()
    assert [n for n, _ in lexical.search(db, {"gemma": 1.0}, collection(known), 5)] == [1]


def test_equal_scores_come_by_number_and_the_limit_holds(db: sqlite3.Connection) -> None:
    writer = Writer(db)
    passages = dict.fromkeys(range(30, 0, -1), ("", "gemma"))
    put(writer, passages)
    writer.flush()
    assert [n for n, _ in lexical.search(db, {"gemma": 1.0}, collection(passages), 5)] == [1, 2, 3, 4, 5]


def test_a_term_said_more_often_than_a_byte_can_count_is_still_found(db: sqlite3.Connection) -> None:
    writer = Writer(db)
    passages = {1: ("", "gemma " * 300), 2: ("", "gemma")}
    put(writer, passages)
    writer.flush()
    assert len(lexical.search(db, {"gemma": 1.0}, collection(passages), 5)) == 2


@given(st.lists(st.integers(0, 40), max_size=900), st.integers(1, 9))
def test_the_best_of_many_scores_are_those_of_sorting_them_all(scores: list[int], limit: int) -> None:
    best = sorted(((n, float(s)) for n, s in enumerate(scores) if s), key=lambda pair: (-pair[1], pair[0]))
    assert lexical._best(np.array(scores, dtype=np.float64), limit) == best[:limit]
