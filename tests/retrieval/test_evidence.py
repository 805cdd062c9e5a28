from pathlib import Path

import pytest

from assistant.index.dictionary import Dictionary
from assistant.index.embedders import HashEmbedder
from assistant.research import retrieval_sets
from assistant.retrieval.retriever import Retriever

TEXTS = {
    "tower": "The old tower stands by the harbour. It was rebuilt in 1931 after a fire. Visitors like the view.",
    "mill": "The mill belonged to Anna Brandt. It grinds corn. A path leads from the mill to the river.",
    "塔": "舊塔在港口旁邊。一九三一年火災之後重建。遊客喜歡那裡的風景。",
}


@pytest.fixture
def retriever(tmp_path: Path, dictionary: Dictionary) -> Retriever:
    journal = retrieval_sets.index(tmp_path, [{"pid": pid, "text": text} for pid, text in TEXTS.items()])
    return Retriever(journal, None, HashEmbedder(), dictionary=dictionary)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the tower rebuilt after the fire?", "It was rebuilt in 1931 after a fire."),
        ("Who owned the mill?", "The mill belonged to Anna Brandt."),
        ("舊塔在火災之後哪一年重建？", "一九三一年火災之後重建。"),
    ],
)
def test_the_sentence_with_the_answer_comes_first(retriever: Retriever, question: str, answer: str) -> None:
    hits = retriever.search(question, limit=3)
    assert retriever.sentences(question, hits, limit=1)[0].text == answer


def test_sentences_are_those_of_the_passages_each_once(retriever: Retriever) -> None:
    hits = retriever.search("the tower by the harbour", limit=3)
    found = retriever.sentences("the tower by the harbour", hits, limit=100)
    assert len({(s.hit.passage.id, s.start) for s in found}) == len(found) == 3 * len(hits)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    assert retriever.sentences("the tower", [], limit=3) == []


def test_questions_count_whose_sentence_was_chosen(retriever: Retriever) -> None:
    asked = {"text": "When was the tower rebuilt after the fire?", "pid": "tower"}
    right, wrong = (
        {**asked, "answers": [{"text": "1931", "start": start}]} for start in (TEXTS["tower"].find("1931"), 10_000)
    )
    assert retrieval_sets.evidence(retriever, [right, wrong, asked]) == 0.5
