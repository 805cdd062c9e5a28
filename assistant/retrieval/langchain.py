"""The retriever as a LangChain `BaseRetriever`, to be used in anyone's chain."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.records import Hit
from assistant.retrieval.filters import Filters
from assistant.retrieval.retriever import Retriever


class PassageRetriever(BaseRetriever):
    """Finds at most `k` passages for a question; each tells in its metadata where it stands and where it comes from."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    k: int = 10
    filters: Filters = Filters()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [as_document(hit) for hit in self.retriever.search(query, limit=self.k, filters=self.filters)]


def as_document(hit: Hit) -> LangChainDocument:
    """Return a hit in LangChain's form. `start` and `end` are offsets into the text of the document in `source`."""
    passage = hit.passage
    reference = passage.reference
    return LangChainDocument(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "source": hit.path,
            "title": hit.title,
            "page": passage.page,
            "start": passage.start,
            "end": passage.end,
            "claim": passage.claim,
            "url": reference.url if reference else None,
            "date": reference.date if reference else None,
            "score": hit.score,
        },
    )
