"""What models that encode and models that rerank share: a GGUF file of which each text gives one row of numbers."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.models.context import Context
from assistant.models.gguf import ModelCard
from assistant.models.machine import default_threads
from assistant.models.native import Weights
from assistant.settings import Settings

# The longest text that is encoded whole; passages are far shorter.
WINDOW = 2048
# Texts of a batch are encoded together up to this many, and up to WINDOW tokens.
TOGETHER = 32


class Pooled:
    """A loaded GGUF file that pools each text into a row. Threads take turns."""

    def __init__(self, path: Path, card: ModelCard, settings: Settings) -> None:
        self.name = card.name
        self._window = min(WINDOW, card.context_length or WINDOW)
        self._weights = Weights(path, settings.gpu_layers)
        self._context = Context(
            self._weights,
            window=self._window,
            piece=self._window,
            threads=settings.threads or default_threads(),
            sequences=TOGETHER,
            pooled=True,
        )
        self._lock = threading.Lock()

    def _pool(self, texts: Sequence[Sequence[int]], width: int) -> npt.NDArray[np.float32]:
        """Return the rows of token sequences, float32 (n, width); the row of an empty one is zero."""
        rows = np.zeros((len(texts), width), dtype=np.float32)
        with self._lock:
            for batch in batches([len(text) for text in texts], self._window):
                rows[batch] = self._context.pool([texts[n] for n in batch], width)
        return rows

    def close(self) -> None:
        """Give the model's memory back."""
        with self._lock:
            self._context.close()
            self._weights.close()


def batches(sizes: Sequence[int], room: int) -> Iterator[list[int]]:
    """Yield the indexes of texts that are encoded together: as many as fit, the empty left out."""
    batch: list[int] = []
    used = 0
    for index, size in enumerate(sizes):
        if batch and (used + size > room or len(batch) == TOGETHER):
            yield batch
            batch, used = [], 0
        if size:
            batch.append(index)
            used += size
    if batch:
        yield batch
