import os
import sqlite3
from pathlib import Path

import pytest

from assistant.errors import FaultError, NotReadyError
from assistant.index.journal import FILE, Journal, Place
from assistant.records import Block, Document, Passage, Reference, content_id
from assistant.text import tokens

TEXT = "研華的邊緣 AI 營收。\nGemma 3 27B needs 14.1 GB.\n"
REFERENCE = Reference("A page", "https://example.org/a", "Example", "2025-04", "high", ("vendor",))


def document(text: str = TEXT, *, cut: int = 13, reference: Reference | None = None) -> tuple[Document, list[Passage]]:
    made = Document(
        content_id(text), "標題", "zh-TW", text, (Block(0, cut), Block(cut, len(text), kind="claim", claim="c1")),
        axis="solutions", topics=("advantech",), reference=reference,
    )  # fmt: skip
    passages = [
        Passage(
            content_id(made.id, str(block.start)), made.id, block.start, block.end, text[block.start : block.end],
            "zh-TW", block.kind, headings=("一", "二"), axis="solutions", topics=("advantech",), claim=block.claim,
        )
        for block in made.blocks
    ]  # fmt: skip
    return made, passages


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, writable=True)


def put(journal: Journal, made: Document, passages: list[Passage], path: str = "a.md") -> None:
    with journal.transaction():
        journal.add(made, passages)
        journal.put(Place(path, 1, 2, "digest", made.id))


def test_what_went_in_comes_out(journal: Journal) -> None:
    made, passages = document()
    put(journal, made, passages)
    assert journal.document(made.id) == made
    found = journal.hits_by_id([p.id for p in passages])
    assert [found[p.id].passage for p in passages] == passages
    assert found[passages[0].id].path == "a.md"
    assert journal.places()["a.md"].document_id == made.id


def test_a_passage_without_references_is_cited_by_its_documents(journal: Journal) -> None:
    made, passages = document(reference=REFERENCE)
    put(journal, made, passages)
    (found,) = journal.hits_by_id([passages[0].id]).values()
    assert found.passage.reference == REFERENCE


def test_search_finds_by_either_language_and_what_is_removed_is_gone(journal: Journal) -> None:
    made, passages = document()
    put(journal, made, passages)
    assert len(journal.search(tokens.terms("Gemma"), 10)) == 1
    assert len(journal.search(tokens.terms("边缘"), 10)) == 1
    with journal.transaction():
        assert journal.remove(made.id) == [p.id for p in passages]
    assert journal.search(tokens.terms("Gemma 邊緣"), 10) == []
    assert journal.frequencies(["gemma"]) == {}
    assert journal.info().passages == 0


def test_the_index_after_adding_and_removing_is_that_of_never_having_had_it(tmp_path: Path) -> None:
    ones = [document(f"第{i}份文件 about Gemma {i}。\n結尾 {i}\n", cut=10) for i in range(5)]
    kept, passing = ones[:3], ones[3:]
    changed, fresh = Journal(tmp_path / "a", writable=True), Journal(tmp_path / "b", writable=True)
    for made, passages in [*passing, *kept]:
        put(changed, made, passages, made.id)
    with changed.transaction():
        for made, _ in passing:
            changed.remove(made.id)
    for made, passages in kept:
        put(fresh, made, passages, made.id)
    query = tokens.terms("第1份 Gemma 結尾")

    def results(journal: Journal) -> list[tuple[str, float]]:
        found = journal.search(query, 20)
        hits = journal.hits([n for n, _ in found])
        return sorted((hits[n].passage.id, round(score, 9)) for n, score in found)

    assert results(changed) == results(fresh) != []
    assert changed.info() == fresh.info()
    assert changed.frequencies(query) == fresh.frequencies(query)


def test_a_transaction_that_fails_changes_nothing(journal: Journal) -> None:
    made, passages = document()

    def fail() -> None:
        with journal.transaction():
            journal.add(made, passages)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert journal.document(made.id) is None
    assert journal.search(tokens.terms("Gemma"), 10) == []


def test_a_reader_sees_the_last_commit_while_a_writer_works(tmp_path: Path) -> None:
    writer = Journal(tmp_path, writable=True)
    reader = Journal(tmp_path)
    made, passages = document()
    before = reader.generation()
    with writer.transaction():
        writer.add(made, passages)
        assert reader.info().passages == 0
    assert reader.info().passages == 2
    assert reader.generation() != before


def test_headings_are_kept_but_not_searched(journal: Journal) -> None:
    text = "# 研華\n內容\n"
    made = Document("d", "t", "zh-TW", text, (Block(0, 5, kind="heading"), Block(5, len(text))))
    passages = [Passage(str(b.start), "d", b.start, b.end, text[b.start : b.end], "zh-TW", b.kind) for b in made.blocks]
    put(journal, made, passages)
    assert journal.passage_ids() == ["5"]
    assert journal.search(tokens.terms("研華"), 10) == []


def test_no_index_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="assistant refresh"):
        Journal(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, whatever its name says" * 100)
    with pytest.raises(FaultError, match=FILE):
        Journal(tmp_path)


def test_an_index_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path, writable=True).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE meta SET value = '999' WHERE key = 'version'")
    with pytest.raises(NotReadyError, match="version 999"):
        Journal(tmp_path, writable=True)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_an_index_on_a_read_only_disk_still_answers(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    journal = Journal(folder, writable=True)
    put(journal, *document())
    journal.close()
    (folder / FILE).chmod(0o444)
    folder.chmod(0o555)
    try:
        assert Journal(folder).info().passages == 2
    finally:
        folder.chmod(0o755)
