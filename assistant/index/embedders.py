"""What turns text into vectors: feature hashing with nothing downloaded, or a model from models/.

`assistant.index.langchain` makes LangChain embeddings of either.
"""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.records import Passage
from assistant.settings import Settings
from assistant.text import counting, tokens

if TYPE_CHECKING:
    from assistant.models.encoders import Encoder

Matrix = NDArray[np.float32]


class Embedder(ABC):
    """An embedder with what the index needs to know of it.

    `fingerprint` changes whenever the vectors would; `semantic` says whether nearness means likeness of meaning
    and not only of words.
    """

    fingerprint: str
    semantic: bool

    @abstractmethod
    def passages(self, texts: list[str]) -> Matrix:
        """Return one vector of length 1 for each text, (n, dimensions)."""

    @abstractmethod
    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question, (dimensions,)."""


def embedded_text(passage: Passage) -> str:
    """Return what an embedder sees of a passage: its headings give it a subject."""
    return "\n".join((*passage.headings, passage.text.strip()))


class HashEmbedder(Embedder):
    """Signed feature hashing of the lexical terms (Weinberger et al. 2009, arXiv 0902.2206), log-weighted.

    It needs no download and no training, so it stays the same while the corpus grows. It knows words, not meanings:
    good for near-duplicates and related passages, no help to lexical search. So it is kept small: 64 dimensions find
    every near-duplicate of the corpus, and in 3 of 4 cases the very passage that shares most words (docs/LOG.md).
    """

    dimensions = 48
    fingerprint = f"hash-{dimensions}-{tokens.VERSION}"
    semantic = False

    def passages(self, texts: list[str]) -> Matrix:
        """Return one vector of length 1 for each text."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        counts = [np.unique(counting.terms(text), return_counts=True) for text in texts]
        drawn = counting.mixed(np.concatenate([terms for terms, _ in counts]))
        times = np.concatenate([times for _, times in counts])
        rows = np.repeat(np.arange(len(texts)), [len(terms) for terms, _ in counts])
        # The lowest bit is a term's sign, the others are its column.
        places = rows * self.dimensions + (drawn >> 1) % self.dimensions
        weights = (1 - 2 * (drawn & 1)) * (1.0 + np.log(times))
        flat = np.bincount(places, weights, minlength=len(texts) * self.dimensions)
        matrix = flat.reshape(len(texts), self.dimensions).astype(np.float32)
        # A text without terms gets a vector too: cosine needs a direction.
        matrix[~matrix.any(axis=1), 0] = 1.0
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        return matrix

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a question: questions and passages are alike here."""
        vector: NDArray[np.float32] = self.passages([text])[0]
        return vector


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
