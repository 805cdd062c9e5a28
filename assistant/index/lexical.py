"""Lexical search: SQLite's FTS5 over the program's own tokens, in the journal's file and transaction.

FTS5 ranks by BM25 with k1 = 1.2 and b = 0.75 (sqlite.org/fts5.html). On tokens made here that is as good as a BM25
with tuned constants (docs/LOG.md), and it is incremental, transactional and needs no loading at start.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from assistant.text import tokens

# Contentless: FTS5 keeps only the postings. Its tokenizer cuts at ASCII's spaces and marks alone, and `_word` leaves no
# mark in a term, so it has nothing to decide. With room for 16 MiB of postings (1 MiB is its own choice) it writes
# fewer segments, which it would have to merge: a third less time.
SCHEMA = """
CREATE VIRTUAL TABLE lexical USING fts5 (head, body, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (lexical, 'row');
INSERT INTO lexical (lexical, rank) VALUES ('hashsize', 16777216)
"""
# A hit in the title or a heading says what the passage is about, one in the body what it says.
HEAD_WEIGHT, BODY_WEIGHT = 0.5, 1.0
# SQLite refuses very long expressions; no honest question has this many different terms.
MOST_TERMS = 400


def add(db: sqlite3.Connection, number: int, title: str, headings: Sequence[str], text: str) -> None:
    """Index a passage under its number."""
    db.execute("INSERT INTO lexical (rowid, head, body) VALUES (?, ?, ?)", (number, *_columns(title, headings, text)))


def remove(db: sqlite3.Connection, number: int, title: str, headings: Sequence[str], text: str) -> None:
    """Take a passage out again. A contentless table has to be told what it was given, word for word."""
    db.execute(
        "INSERT INTO lexical (lexical, rowid, head, body) VALUES ('delete', ?, ?, ?)",
        (number, *_columns(title, headings, text)),
    )


def search(db: sqlite3.Connection, terms: Iterable[str], limit: int) -> list[tuple[int, float]]:
    """Return (number, score) of passages with any of `terms`, best first; equal scores by number."""
    words = list(dict.fromkeys(map(_word, terms)))[:MOST_TERMS]
    if not words:
        return []
    rows = db.execute(
        f"SELECT rowid, bm25(lexical, {HEAD_WEIGHT}, {BODY_WEIGHT}) AS cost FROM lexical WHERE lexical MATCH ?"
        " ORDER BY cost, rowid LIMIT ?",
        (" OR ".join(f'"{word}"' for word in words), limit),
    )
    return [(number, -cost) for number, cost in rows]


def frequencies(db: sqlite3.Connection, terms: Iterable[str]) -> dict[str, int]:
    """Return in how many passages each term occurs."""
    words = {_word(term): term for term in terms}
    asked, found = list(words), dict[str, int]()
    for start in range(0, len(asked), MOST_TERMS):
        some = asked[start : start + MOST_TERMS]
        marks = ",".join("?" * len(some))
        rows = db.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", some)
        found.update((words[word], doc) for word, doc in rows)
    return found


def _columns(title: str, headings: Sequence[str], text: str) -> tuple[str, str]:
    head = " ".join(dict.fromkeys((title, *headings)))
    return _words(head), _words(text)


def _words(text: str) -> str:
    return _word(" ".join(tokens.terms(text)))


def _word(term: str) -> str:
    """Return a term with the two marks of ASCII that one may have (in "gemma-3", in "don't") as marks beyond it."""
    return term.replace("-", "\u2010").replace("'", "\u2019")
