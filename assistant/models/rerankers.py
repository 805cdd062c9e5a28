"""Models that read a question and a passage together and say how well they fit.

They are a GGUF file through llama.cpp or a folder of sentence-transformers.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.errors import NotReadyError, RefusedError
from assistant.models import folders
from assistant.models.files import sha256, within
from assistant.models.gguf import inspect
from assistant.models.native import library
from assistant.models.pooled import Pooled
from assistant.models.trial import try_out
from assistant.records import content_id
from assistant.settings import Settings

Scores = npt.NDArray[np.float32]


class Reranker(Protocol):
    """What says how well texts answer a question."""

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """Return how well each of `texts` answers the question, float32 (n,): higher is better, on its own scale."""
        ...


def open_reranker(folder: Path, settings: Settings) -> Reranker:
    """Return the model that `settings.reranker` names, `gguf:FILE` or `sentence-transformers:FOLDER` in `folder`.

    Raises NotReadyError where it or its library is missing, RefusedError where it is broken or no such model.
    """
    kind, _, name = settings.reranker.partition(":")
    path = within(folder, name)
    if not path.exists():
        raise NotReadyError(
            "there is no reranking model of that name",
            where=str(path),
            remedy='put it there, or leave out the setting "reranker"',
        )
    return FolderReranker(path) if kind == "sentence-transformers" else GgufReranker(path, settings)


class FolderReranker:
    """A cross-encoder of sentence-transformers, from a folder.

    Raises NotReadyError without the library, RefusedError for a folder that can't be loaded.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._model = folders.load(
            "CrossEncoder", folder, what="reranking model", instead="set reranker to a GGUF file"
        )
        if self._model.num_labels != 1:
            raise RefusedError(
                f"this model gives {self._model.num_labels} scores a text",
                where=str(folder),
                remedy="take a cross-encoder that gives one",
            )
        self._lock = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """Return how well each of `texts` answers the question, float32 (n,): higher is better, on the model's scale.

        A text that doesn't fit into the model's window beside the question loses its end.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        from torch.nn import Identity

        pairs = [(question, text) for text in texts]
        with self._lock:
            # As the model says it: the library's sigmoid makes one number of all that it finds good.
            scores = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32)


class GgufReranker(Pooled):
    """A cross-encoder, such as bge-reranker or Qwen3-Reranker. `fingerprint` is that of its file.

    Raises RefusedError for a file that is broken or no such model, NotReadyError without llama.cpp.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        card = inspect(path)
        if card.kind != "reranking":
            raise RefusedError(
                f"this model is for {card.kind}, not for reranking",
                where=str(path),
                remedy="take a model whose file has a head for scores",
            )
        library()
        try_out(path, settings.gpu_layers)
        super().__init__(path, card, settings)
        self.fingerprint = content_id("gguf reranker", sha256(path))
        self._template = self._weights.template("rerank")

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """Return how well each of `texts` answers the question, float32 (n,): higher is better, on the model's scale.

        A text that doesn't fit into the window beside the question loses its end.
        """
        return self._pool([self._pair(question, text) for text in texts], 1)[:, 0]

    def _pair(self, question: str, text: str) -> list[int]:
        """Return the tokens of a pair, as the model was trained for: by its own template, or with separators.

        The order of the special tokens is llama.cpp's (tools/server, format_prompt_rerank), but for a separator after
        the text where there is no end: BERT was trained with one.
        """
        weights = self._weights
        if self._template:
            before, _, after = self._template.replace("{query}", question).partition("{document}")
            head, tail = weights.tokenize(before), weights.tokenize(after)
        else:
            ends, parts = weights.ends, weights.separators
            head = [*weights.begins, *weights.tokenize(question, special=False), *ends, *parts]
            tail = ends or parts
        room = max(self._window - len(head) - len(tail), 0)
        return [*head, *weights.tokenize(text, special=False)[:room], *tail][-self._window :]
