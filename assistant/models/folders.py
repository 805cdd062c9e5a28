"""How a model in a folder of sentence-transformers is opened: on the CPU, offline, without code of its own."""

import os
from pathlib import Path
from typing import Any, Literal

from assistant.errors import NotReadyError, RefusedError


def load(kind: Literal["SentenceTransformer", "CrossEncoder"], folder: Path, *, what: str, instead: str) -> Any:  # noqa: ANN401  the library is an extra
    """Return the model in `folder` as the library's class of that name; `what` and `instead` are for errors.

    Raises NotReadyError without the library, RefusedError for a folder that can't be loaded.
    """
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    try:
        import sentence_transformers
    except ImportError as error:
        raise NotReadyError(
            f"sentence-transformers can't be used: {error}", remedy=f"install the neural extra, or {instead}"
        ) from error
    try:
        opened = getattr(sentence_transformers, kind)
        return opened(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    except Exception as error:  # the library's loaders raise whatever their formats raise
        raise RefusedError(
            f"the {what} can't be loaded: {error}", where=str(folder), remedy=f"copy the folder again, or {instead}"
        ) from error
