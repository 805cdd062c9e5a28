"""What every journal has to keep; `tests/index/test_journal.py` and `test_shared.py` run it against each."""

from typing import Protocol

import pytest

from assistant.errors import NotReadyError
from assistant.index.journal import Journal, Place
from assistant.records import Block, Document, Passage, Reference, content_id
from assistant.text import tokens

TEXT = "研華的邊緣 AI 營收。\nGemma 3 27B needs 14.1 GB.\n"
REFERENCE = Reference("A page", "https://example.org/a", "Example", "2025-04", "high", ("vendor",))


class Open(Protocol):
    """Opens the journal of a name. Two with one name are the same journal."""

    def __call__(self, name: str = "one", *, writable: bool = False) -> Journal: ...


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


def put(journal: Journal, made: Document, passages: list[Passage], path: str = "a.md") -> None:
    with journal.transaction():
        journal.add(made, passages)
        journal.put(Place(path, 1, 2, "digest", made.id))


class JournalContract:
    """Mix into a test class that has the fixture `opened`, an `Open`."""

    def test_what_went_in_comes_out(self, opened: Open) -> None:
        journal = opened(writable=True)
        made, passages = document()
        put(journal, made, passages)
        assert journal.document(made.id) == made
        found = journal.hits_by_id([p.id for p in passages])
        assert [found[p.id].passage for p in passages] == passages
        assert found[passages[0].id].path == "a.md"
        assert journal.places()["a.md"].document_id == made.id

    def test_it_is_the_same_after_opening_anew(self, opened: Open) -> None:
        journal = opened(writable=True)
        made, passages = document(reference=REFERENCE)
        put(journal, made, passages)
        with journal.transaction():
            journal.set_meta({"embedder": "some", "tokens": "1"})
        before = (journal.info(), journal.statistics(), journal.places(), journal.search(["gemma"], 5))
        journal.close()
        again = opened()
        assert (again.info(), again.statistics(), again.places(), again.search(["gemma"], 5)) == before
        assert again.document(made.id) == made
        assert again.meta("embedder") == "some"

    def test_a_passage_without_references_is_cited_by_its_documents(self, opened: Open) -> None:
        journal = opened(writable=True)
        made, passages = document(reference=REFERENCE)
        put(journal, made, passages)
        (found,) = journal.hits_by_id([passages[0].id]).values()
        assert found.passage.reference == REFERENCE

    def test_search_finds_by_either_language_and_what_is_removed_is_gone(self, opened: Open) -> None:
        journal = opened(writable=True)
        made, passages = document()
        put(journal, made, passages)
        assert len(journal.search(tokens.terms("Gemma"), 10)) == 1
        assert len(journal.search(tokens.terms("边缘"), 10)) == 1
        with journal.transaction():
            assert journal.remove(made.id) == [p.id for p in passages]
        assert journal.search(tokens.terms("Gemma 邊緣"), 10) == []
        assert journal.frequencies(["gemma"]) == {}
        assert journal.info().passages == 0

    def test_the_index_after_adding_and_removing_is_that_of_never_having_had_it(self, opened: Open) -> None:
        ones = [document(f"第{i}份文件 about Gemma {i}。\n結尾 {i}\n", cut=10) for i in range(5)]
        kept, passing = ones[:3], ones[3:]
        changed, fresh = opened("a", writable=True), opened("b", writable=True)
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

    def test_a_transaction_that_fails_changes_nothing(self, opened: Open) -> None:
        journal = opened(writable=True)
        made, passages = document()

        def fail() -> None:
            with journal.transaction():
                journal.add(made, passages)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fail()
        assert journal.document(made.id) is None
        assert journal.search(tokens.terms("Gemma"), 10) == []

    def test_a_reader_sees_the_last_commit_while_a_writer_works(self, opened: Open) -> None:
        writer, reader = opened(writable=True), opened()
        made, passages = document()
        before = reader.generation()
        with writer.transaction():
            writer.add(made, passages)
            assert reader.info().passages == 0
            assert reader.generation() == before
        assert reader.info().passages == 2
        assert reader.generation() != before

    def test_headings_are_kept_but_not_searched(self, opened: Open) -> None:
        journal = opened(writable=True)
        text = "# 研華\n內容\n"
        made = Document("d", "t", "zh-TW", text, (Block(0, 5, kind="heading"), Block(5, len(text))))
        passages = [
            Passage(str(b.start), "d", b.start, b.end, text[b.start : b.end], "zh-TW", b.kind) for b in made.blocks
        ]
        put(journal, made, passages)
        assert journal.passage_ids() == ["5"]
        assert journal.search(tokens.terms("研華"), 10) == []

    def test_cleared_it_is_empty(self, opened: Open) -> None:
        journal = opened(writable=True)
        put(journal, *document())
        with journal.transaction():
            journal.clear()
        journal.close()
        again = opened()
        assert (again.info().documents, again.places(), again.search(["gemma"], 5)) == (0, {}, [])

    def test_no_index_yet_says_what_to_do(self, opened: Open) -> None:
        with pytest.raises(NotReadyError, match="assistant refresh"):
            opened()
