"""Models that turn texts into vectors: a GGUF file through llama.cpp, or a sentence-transformers folder.

Neither downloads anything: what is not in the models folder is not there.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.errors import NotReadyError, RefusedError, UsageError
from assistant.models import folders
from assistant.models.files import sha256, within
from assistant.models.gguf import inspect
from assistant.models.native import library
from assistant.models.pooled import Pooled
from assistant.models.trial import try_out
from assistant.records import content_id
from assistant.settings import Settings

Vectors = npt.NDArray[np.float32]

AUTO = "auto"
WEIGHTS = (".safetensors", ".bin", ".json", ".txt", ".model")


class Encoder(Protocol):
    """What makes vectors of texts."""

    @property
    def name(self) -> str:
        """The file or folder it was loaded from."""
        ...

    @property
    def fingerprint(self) -> str:
        """An id of the model's content: vectors of different fingerprints do not compare."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        ...

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return unit vectors of `texts`, float32 (n, dimensions); `query` says questions from passages."""
        ...


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What a family of models wants before a question and before a passage."""

    query: str = ""
    passage: str = ""

    def unless_told(self, settings: Settings) -> "Prefixes":
        """Return these, or those that the settings name instead."""
        query, passage = settings.query_prefix, settings.passage_prefix
        return Prefixes(self.query if query == AUTO else query, self.passage if passage == AUTO else passage)


TASK = "Given a web search query, retrieve relevant passages that answer the query"
# From the model cards. The first pattern that is found in the model's name counts, so the special come first.
FAMILIES = (
    (r"e5-.*instruct|e5-mistral", Prefixes(query=f"Instruct: {TASK}\nQuery: ")),
    (r"\be5[-_]", Prefixes(query="query: ", passage="passage: ")),
    (r"qwen3-embedding", Prefixes(query=f"Instruct: {TASK}\nQuery:")),
    (r"embedding-?gemma", Prefixes(query="task: search result | query: ", passage="title: none | text: ")),
    (r"nomic-embed", Prefixes(query="search_query: ", passage="search_document: ")),
    (r"arctic-embed.*v2", Prefixes(query="query: ")),
    (r"bge-.*zh", Prefixes(query="为这个句子生成表示以用于检索相关文章：")),
    (
        r"bge-.*en|mxbai-embed|arctic-embed",
        Prefixes(query="Represent this sentence for searching relevant passages: "),
    ),
)


def prefixes(*names: str) -> Prefixes:
    """Return the prefixes of the family that one of `names` belongs to; none for BGE-M3, MiniLM and the unknown."""
    known = " ".join(names).lower().replace("_", "-").replace(" ", "-")
    return next((family for pattern, family in FAMILIES if re.search(pattern, known)), Prefixes())


def open_encoder(folder: Path, settings: Settings) -> Encoder:
    """Return the encoder that `settings.embedder` names, `gguf:FILE` or `sentence-transformers:FOLDER` in `folder`.

    Raises NotReadyError where the file, the folder or the library is missing, RefusedError where the model is
    broken or no embedding model, UsageError for another kind of embedder.
    """
    kind, _, name = settings.embedder.partition(":")
    if kind == "sentence-transformers":
        return FolderEncoder(within(folder, name), settings)
    if kind != "gguf":
        raise UsageError(f"{settings.embedder!r} is no encoder", remedy="use sentence-transformers:FOLDER or gguf:FILE")
    path = within(folder, name)
    if not path.exists():
        raise NotReadyError(
            "there is no embedding model of that name",
            where=str(path),
            remedy="put the file there, or set embedder to hash",
        )
    inspect(path)
    library()
    try_out(path, settings.gpu_layers)
    return GgufEncoder(path, settings)


class GgufEncoder(Pooled):
    """An `Encoder` over a GGUF file, which says itself how its tokens' vectors are pooled.

    Raises RefusedError for a file that is broken or no embedding model, NotReadyError without llama.cpp.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        card = inspect(path)
        if not card.is_embedding:
            raise RefusedError(
                f"this model is for {card.kind}, not for embedding",
                where=str(path),
                remedy="set embedder to an embedding model, or to hash",
            )
        super().__init__(path, card, settings)
        self._prefixes = prefixes(card.title, card.name, card.architecture).unless_told(settings)
        self.dimensions = self._weights.width
        self.fingerprint = content_id("gguf", sha256(path), repr(self._prefixes), str(self._window))

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return unit vectors of `texts`, float32 (n, dimensions). A text longer than the window loses its end."""
        prefix = self._prefixes.query if query else self._prefixes.passage
        return _unit(self._pool([self._tokens(prefix + text) for text in texts], self.dimensions))

    def _tokens(self, text: str) -> list[int]:
        tokens = self._weights.tokenize(text, ends=True, special=False)
        if len(tokens) > self._window:
            return [*tokens[: self._window - 1], tokens[-1]]
        return tokens


class FolderEncoder:
    """An `Encoder` over a sentence-transformers folder.

    Raises NotReadyError where the folder or the library is missing, RefusedError where it can't be loaded.
    """

    def __init__(self, folder: Path, settings: Settings = Settings()) -> None:  # noqa: B008  (frozen)
        if not (folder / "modules.json").is_file():
            raise NotReadyError(
                "there is no sentence-transformers folder of that name",
                where=str(folder),
                remedy="put one there (it has a modules.json), or set embedder to hash",
            )
        self.name = folder.name
        self._model = folders.load(
            "SentenceTransformer", folder, what="embedding model", instead="set embedder to a GGUF file or to hash"
        )
        own = self._model.prompts or {}
        family = prefixes(folder.name)
        known = Prefixes(own.get("query") or family.query, own.get("document") or family.passage)
        self._prefixes = known.unless_told(settings)
        self._lock = threading.Lock()
        self.dimensions = int(self._model.encode(["?"], show_progress_bar=False).shape[1])
        self.fingerprint = content_id("sentence-transformers", *_contents(folder), repr(self._prefixes))

    def encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """Return unit vectors of `texts`, float32 (n, dimensions). A text longer than the window loses its end."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        prefix = self._prefixes.query if query else self._prefixes.passage
        with self._lock:
            vectors = self._model.encode(
                [prefix + text for text in texts], prompt="", convert_to_numpy=True, show_progress_bar=False
            )
        return _unit(np.asarray(vectors, dtype=np.float32))


def _contents(folder: Path) -> Iterator[str]:
    """Yield the names and SHA-256 of the files that decide what the model says, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in WEIGHTS and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix()
            yield sha256(path)


def _unit(vectors: Vectors) -> Vectors:
    """Return `vectors` with length 1; a zero vector stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return unit
