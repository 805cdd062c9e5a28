from langchain_core.retrievers import BaseRetriever

from assistant.records import Language
from assistant.retrieval.langchain import PassageRetriever
from assistant.retrieval.retriever import Filters, Retriever

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
