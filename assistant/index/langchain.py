"""The embedder as LangChain `Embeddings`, to be used in anyone's chain."""

from langchain_core.embeddings import Embeddings

from assistant.index.embedders import Embedder


class PassageEmbeddings(Embeddings):
    """Gives the vectors of the index."""

    def __init__(self, embedder: Embedder) -> None:
        """Take vectors from `embedder`."""
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text."""
        rows: list[list[float]] = self._embedder.passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        row: list[float] = self._embedder.query(text).tolist()
        return row
