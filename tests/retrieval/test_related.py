from pathlib import Path

import pytest

from assistant.index.embedders import HashEmbedder, embedded_text
from assistant.index.journal import Journal
from assistant.index.vectors import Vectors
from assistant.records import Block, Document, Passage
from assistant.retrieval.related import Related

TEXTS = {
    "memory": ("zh-TW", "Gemma 3 27B 的權重在 int4 約 14.1 GB。", "gemma"),
    "memory.en": ("en", "The weights of Gemma 3 27B take about 14.1 GB in int4.", "gemma"),
    "again": ("zh-TW", "Gemma 3 27B 的權重在 int4 時約佔 14.1 GB 記憶體。", None),
    "near": ("zh-TW", "Gemma 3 27B 的權重在 bf16 約 54 GB，一張 H100 放得下。", None),
    "law": ("zh-TW", "歐盟人工智慧法自 2025 年 2 月起禁止特定用途。", None),
}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal, embedder = Journal(tmp_path, writable=True), HashEmbedder()
    passages = {
        name: Passage(name, name, 0, len(text), text, language, claim=claim)  # type: ignore[arg-type]
        for name, (language, text, claim) in TEXTS.items()
    }
    with journal.transaction():
        for name, passage in passages.items():
            journal.add(Document(name, "", passage.language, passage.text, (Block(0, len(passage.text)),)), [passage])
    vectors = embedder.passages([embedded_text(p) for p in passages.values()])
    Vectors(tmp_path, embedder.fingerprint).add(list(passages), vectors)
    return journal


def test_what_speaks_of_the_same_comes_in_order_and_nothing_else(journal: Journal) -> None:
    related = Related(journal, Vectors(journal.path.parent, HashEmbedder.fingerprint), HashEmbedder())
    hit = journal.hits_by_id(["memory"])["memory"]
    found = related.to(hit)
    assert [other.passage.id for other in found] == ["again", "near"]
    assert 1 >= found[0].score > found[1].score > 0
    assert related.to(hit, limit=1) == found[:1]
    assert related.to(journal.hits_by_id(["law"])["law"]) == []


def test_an_embedder_of_meanings_finds_what_shares_no_word(journal: Journal, tmp_path: Path) -> None:
    class Meaning(HashEmbedder):
        fingerprint, semantic = "meaning", True

    vectors = Vectors(tmp_path / "other", "meaning")
    near, far = HashEmbedder().passages(["the same", "something else entirely"])
    embedder = Meaning()
    embedder.passages = lambda texts: near[None].repeat(len(texts), axis=0)  # type: ignore[method-assign]
    vectors.add(["memory", "law"], near[None].repeat(2, axis=0))
    vectors.add(["near"], far[None])
    found = Related(journal, vectors, embedder).to(journal.hits_by_id(["memory"])["memory"], limit=1)
    assert [hit.passage.id for hit in found] == ["law"]
