from typing import Literal

import pytest
from langchain_core.retrievers import BaseRetriever

from assistant.corpus.framework import Framework
from assistant.errors import UsageError
from assistant.records import Language
from assistant.retrieval import retriever
from assistant.retrieval.filters import Filters, Only
from assistant.retrieval.langchain import PassageRetriever
from assistant.retrieval.retriever import Retriever

QUESTION = "研華的邊緣 AI 占營收多少？"


def test_it_finds_what_the_retriever_finds(retrievers: dict[Language | None, Retriever]) -> None:
    seam = PassageRetriever(retriever=retrievers[None], k=4)
    assert isinstance(seam, BaseRetriever)
    found = seam.invoke(QUESTION)
    hits = retrievers[None].search(QUESTION, limit=4)
    assert [document.id for document in found] == [hit.passage.id for hit in hits]
    assert found[0].page_content == hits[0].passage.text
    assert found[0].metadata["source"] == hits[0].path
    assert found[0].metadata["claim"] == "advantech-edge-ai-share"


def test_filters_hold(retrievers: dict[Language | None, Retriever]) -> None:
    seam = PassageRetriever(retriever=retrievers[None], filters=Filters(since="2026-01"))
    found = seam.invoke(QUESTION)
    assert found
    assert all(document.metadata["date"] >= "2026" for document in found)


def test_only_what_is_filed_under_a_topic_or_stands_in_a_file_is_found(
    retrievers: dict[Language | None, Retriever],
) -> None:
    best = retrievers[None].search(QUESTION, limit=1)[0]
    topic, document = best.passage.topics[0], best.path
    filed = retrievers[None].search(QUESTION, limit=20, filters=Filters(topic=topic))
    assert best.passage.id in {hit.passage.id for hit in filed}
    assert all(topic in hit.passage.topics for hit in filed)
    told = retrievers[None].search(QUESTION, limit=20, filters=Filters(document=document.rpartition("/")[2]))
    assert {hit.path for hit in told} == {document}
    assert not retrievers[None].search(QUESTION, filters=Filters(document="nowhere.md"))


def test_a_rare_file_is_found_however_many_others_share_its_words(
    retrievers: dict[Language | None, Retriever],
) -> None:
    everywhere = retrievers[None].search("AI", limit=60)
    last = everywhere[-1].path
    assert {hit.path for hit in retrievers[None].search("AI", filters=Filters(document=last))} == {last}


def test_what_passes_is_looked_for_as_far_down_as_there_is_anything(
    retrievers: dict[Language | None, Retriever], monkeypatch: pytest.MonkeyPatch
) -> None:
    only = Filters(document=retrievers[None].search("AI", limit=60)[-1].path)
    found = retrievers[None].search("AI", filters=only)
    monkeypatch.setattr(retriever, "FILTERED_AT_ONCE", 3)
    assert retrievers[None].search("AI", filters=only) == found != []


@pytest.mark.parametrize("asked", ["axis", "topic", "document"])
def test_what_is_none_is_refused(asked: Literal["axis", "topic", "document"]) -> None:
    with pytest.raises(UsageError, match=f"no {asked} is called 'nothing'"):
        Filters.of(Framework(), paths=lambda: ["briefs/something.md"], **Only({asked: "nothing"}))


def test_a_file_may_be_called_by_its_name_alone() -> None:
    made = Filters.of(Framework(), paths=lambda: ["briefs/something.md"], document="something.md")
    assert made.document == "something.md"
