"""An embedder during whose work something happens to the server that the index is on."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from assistant.index.embedders import HashEmbedder


class Interrupted(HashEmbedder):
    """An embedder before whose second batch something happens."""

    def __init__(self, what: Callable[[], object]) -> None:
        self.batches = 0
        self.what = what

    def passages(self, texts: list[str]) -> NDArray[np.float32]:
        self.batches += 1
        if self.batches == 2:
            self.what()
        return super().passages(texts)
