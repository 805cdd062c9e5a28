"""What a model says of a statement's meaning, where one is configured: a narrow voice beside the checks in code.

It may carry a statement that fails for nothing but its words, and deny one that passed. It is never asked about a
figure, a name, a negation that the passage has otherwise: those a model of any size gets wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.index.embedders import Embedder
from assistant.models.entailment import Entailment
from assistant.records import Language
from assistant.text.language import detect

# From how likely on a model's word counts. No model was at hand to learn them on: they are cautious by choice.
ENTAILED, CONTRADICTED = 0.9, 0.9
# Where on an embedder's own scale, from unrelated sentences (0) to the same thing said in other words (1), a statement
# counts as carried, and below which as denied. Learnt on tests/golden/grounding with all-MiniLM-L6-v2 (docs/LOG.md).
LIKE, UNLIKE = 1.0, 0.5
# An embedder that tells the one from the other by less than this in cosine can't read the language.
LEAST_SCALE = 0.2
# Sentences of our field in two wordings for each language: what an embedder's cosines are measured against.
SAME: Mapping[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        ("The data never leaves the factory.", "All data stays on the premises of the plant."),
        ("Quantization makes the model smaller.", "The model shrinks when its weights are stored with fewer bits."),
        ("Answers come faster without a network.", "Latency falls because nothing is sent to a server."),
        ("The law asks for a report within three days.", "An incident has to be notified in 72 hours."),
        ("The chip draws little power.", "Energy use of the processor is low."),
        ("Sales grew last quarter.", "Revenue was up in the past three months."),
    ),
    "zh-TW": (
        ("資料不會離開工廠。", "所有資料都留在廠區內。"),
        ("量化讓模型變小。", "權重以較少位元儲存，模型因此縮小。"),
        ("不經網路，回答更快。", "不必送到伺服器，延遲因而降低。"),
        ("法律要求三天內通報。", "事件須在 72 小時內通知主管機關。"),
        ("這顆晶片耗電很少。", "處理器的能耗很低。"),
        ("上一季銷售成長。", "過去三個月營收增加。"),
    ),
}

By = Literal["entailment", "likeness"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model says of a statement and a passage, and how sure it is (0 to 1)."""

    by: By
    carried: bool
    denied: bool
    score: float


class Meaning(Protocol):
    """What says whether a passage means what a statement says."""

    def of(self, statement: str, passage: str) -> Opinion:
        """Return the opinion on `statement` held against `passage`."""
        ...


class Infers(Protocol):
    """A model of natural language inference, as `models.entailment.FolderEntailment` is one."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailment]:
        """Return what it says of each pair of passage and statement."""
        ...


class ByEntailment:
    """The opinion of a model of natural language inference."""

    def __init__(self, model: Infers) -> None:
        self._model = model
        self._said = lru_cache(maxsize=4096)(self._judge)

    def of(self, statement: str, passage: str) -> Opinion:
        """Return carried where the passage entails the statement, denied where it contradicts it."""
        said = self._said(statement, passage)
        carried, denied = said.entailed >= ENTAILED, said.contradicted >= CONTRADICTED
        return Opinion("entailment", carried, denied, said.contradicted if denied else said.entailed)

    def _judge(self, statement: str, passage: str) -> Entailment:
        return self._model.judge([(passage, statement)])[0]


class ByLikeness:
    """The opinion of an embedder. Its cosines are read on its own scale, since every model has another one."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vector = lru_cache(maxsize=4096)(self._embed)
        self._scale = lru_cache(maxsize=4)(self._measure)

    def of(self, statement: str, passage: str) -> Opinion:
        """Return carried where both say nearly the same, denied where they are as far apart as unrelated sentences.

        Neither, where the embedder can't tell these two in the texts' languages.
        """
        score = self.likeness(statement, passage)
        if score is None:
            return Opinion("likeness", carried=False, denied=False, score=0.0)
        return Opinion("likeness", score >= LIKE, score < UNLIKE, min(1.0, max(0.0, score)))

    def likeness(self, one: str, other: str) -> float | None:
        """Return how alike two texts are: 0 as unrelated sentences are, 1 as two wordings of one are, None: unknown."""
        unrelated, same = self._scale(detect(one), detect(other))
        if same - unrelated < LEAST_SCALE:
            return None
        return (float(self._vector(one) @ self._vector(other)) - unrelated) / (same - unrelated)

    def _measure(self, one: Language, other: Language) -> tuple[float, float]:
        """Return the mean cosine of unrelated sentences in two languages, and of two wordings of the same."""
        ours = np.stack([self._vector(first) for first, _ in SAME[one]])
        theirs = np.stack([self._vector(second) for _, second in SAME[other]])
        cosines = ours @ theirs.T
        apart = cosines[~np.eye(len(ours), dtype=bool)]
        return float(apart.mean()), float(np.diag(cosines).mean())

    def _embed(self, text: str) -> NDArray[np.float32]:
        # As a passage on both sides: a statement is no question.
        vector: NDArray[np.float32] = self._embedder.passages([text])[0]
        return vector
