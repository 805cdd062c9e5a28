"""Models that read a passage and a statement together and say whether the one follows from the other.

They are natural language inference cross-encoders in a folder of sentence-transformers.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import NotReadyError, RefusedError
from assistant.models import folders
from assistant.models.files import within
from assistant.settings import Settings

# How the three labels are written in the configurations of such models ("ENTAILMENT", "contradiction", "neutral").
LABELS = ("entail", "contradict", "neutral")


@dataclass(frozen=True, slots=True)
class Entailment:
    """How likely (0 to 1, together 1) a passage entails a statement, contradicts it, or does neither."""

    entailed: float
    contradicted: float
    neutral: float


def open_entailment(folder: Path, settings: Settings) -> "FolderEntailment":
    """Return the model in the folder of `folder` that `settings.nli` names.

    Raises NotReadyError where it or its library is missing, RefusedError where it is broken or no such model.
    """
    path = within(folder, settings.nli)
    if not path.is_dir():
        raise NotReadyError(
            "there is no model for entailment of that name",
            where=str(path),
            remedy='put its folder there, or leave out the setting "nli"',
        )
    return FolderEntailment(path)


class FolderEntailment:
    """A cross-encoder with the three labels of natural language inference, on the CPU and offline.

    Raises NotReadyError without the library, RefusedError for a folder that can't be loaded or has other labels.
    """

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._model = folders.load(
            "CrossEncoder", folder, what="model for entailment", instead='leave out the setting "nli"'
        )
        self._order = _order(self._model.config.id2label, folder)
        self._lock = threading.Lock()

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """Return what the model says of each pair of passage and statement; what doesn't fit its window is cut."""
        if not pairs:
            return []
        with self._lock:
            rows = self._model.predict(list(pairs), apply_softmax=True, show_progress_bar=False)
        chances = np.asarray(rows, dtype=np.float64)[:, self._order]
        return [Entailment(*map(float, row)) for row in chances]


def _order(labels: Mapping[int, str], folder: Path) -> list[int]:
    """Return the columns of LABELS by the names that the model's configuration gives its outputs."""
    named = {int(i): str(label).lower() for i, label in labels.items()}
    columns = [[i for i, label in named.items() if label.startswith(stem)] for stem in LABELS]
    if len(named) != len(LABELS) or any(len(found) != 1 for found in columns):
        raise RefusedError(
            f"this model's labels are {', '.join(named.values())}",
            where=str(folder / "config.json"),
            remedy="take a cross-encoder for natural language inference: entailment, neutral, contradiction",
        )
    return [found[0] for found in columns]
