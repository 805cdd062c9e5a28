"""What turns text into vectors: feature hashing with nothing downloaded, or a model from models/.

Every embedder is a LangChain `Embeddings`, so any chain can use it.
"""

import hashlib
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from assistant.settings import Settings
from assistant.text import tokens

if TYPE_CHECKING:
    from assistant.models.encoders import Encoder

Matrix = NDArray[np.float32]


class Embedder(Embeddings):
    """An embedder with what the index needs to know of it.

    `fingerprint` changes whenever the vectors would; `semantic` says whether nearness means likeness of meaning
    and not only of words.
    """

    fingerprint: str
    semantic: bool

    def passages(self, texts: list[str]) -> Matrix:
        """Return one vector of length 1 for each text, (n, dimensions)."""
        raise NotImplementedError

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, (dimensions,)."""
        raise NotImplementedError

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return `passages` in LangChain's form."""
        rows: list[list[float]] = self.passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """Return `query` in LangChain's form."""
        row: list[float] = self.query(text).tolist()
        return row


class HashEmbedder(Embedder):
    """Signed feature hashing of the lexical terms (Weinberger et al. 2009, arXiv 0902.2206), log-weighted.

    It needs no download and no training, so it stays the same while the corpus grows. It knows words, not meanings:
    good for near-duplicates and related passages, no help to lexical search.
    """

    dimensions = 512
    fingerprint = f"hash-{dimensions}-{tokens.VERSION}"
    semantic = False

    def passages(self, texts: list[str]) -> Matrix:
        """Return one vector of length 1 for each text."""
        matrix = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(matrix, texts, strict=True):
            for term, times in Counter(tokens.terms(text)).items():
                column, sign = _slot(term, self.dimensions)
                row[column] += sign * (1.0 + np.log(times))
        # A text without terms gets a vector too: cosine needs a direction.
        empty = ~matrix.any(axis=1)
        matrix[empty, 0] = 1.0
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        return matrix

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question: questions and passages are alike here."""
        vector: NDArray[np.float32] = self.passages([text])[0]
        return vector


@lru_cache(maxsize=1 << 17)
def _slot(term: str, dimensions: int) -> tuple[int, float]:
    digest = int.from_bytes(hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest(), "little")
    return (digest >> 1) % dimensions, 1.0 if digest & 1 else -1.0


class ModelEmbedder(Embedder):
    """A model from models/, with its own prompts for questions and passages."""

    semantic = True

    def __init__(self, encoder: "Encoder") -> None:
        self._encoder = encoder
        self.fingerprint = encoder.fingerprint

    def passages(self, texts: list[str]) -> Matrix:
        """Return one vector of length 1 for each text."""
        return self._encoder.encode(texts, query=False)

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question."""
        vector: NDArray[np.float32] = self._encoder.encode([text], query=True)[0]
        return vector


def load(settings: Settings, models: Path) -> Embedder:
    """Return the embedder that the settings name.

    Raises NotReadyError or RefusedError, from `assistant.models`, where its model is missing or broken.
    """
    if settings.embedder == "hash":
        return HashEmbedder()
    from assistant.models import encoders

    return ModelEmbedder(encoders.open_encoder(models, settings))
