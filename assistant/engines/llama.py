"""The engine that writes with a GGUF model, in this process, through llama.cpp."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

from assistant.errors import NotReadyError, RefusedError
from assistant.models.files import choose, sha256, writers
from assistant.models.llama import LlamaModel, load
from assistant.records import EngineInfo, Message, Prompt
from assistant.settings import Settings

logger = logging.getLogger(__name__)

NAME = "llama"


class LlamaEngine:
    """An `Engine` over a loaded model."""

    def __init__(self, model: LlamaModel) -> None:
        self.model = model

    @cached_property
    def info(self) -> EngineInfo:
        """The model's file name and SHA-256. The first use of a file reads it whole, seconds for each gigabyte."""
        card = self.model.card
        return EngineInfo(NAME, model=card.name, sha256=sha256(card.path))

    @property
    def window(self) -> int:
        """The number of tokens that prompt and draft together may have."""
        return self.model.window

    def count(self, messages: Sequence[Message]) -> int:
        """Return the exact number of tokens of the prompt."""
        return self.model.count_messages(messages)

    def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        """Yield the draft as the model writes it. Raises RefusedError where the prompt does not fit."""
        citable = [evidence.n for evidence in prompt.evidence]
        return self.model.stream(prompt.messages, prompt.max_tokens, stop, citable=citable)

    def together(self, wanted: int, *, fresh: bool = False) -> AbstractContextManager[int]:
        """Make room for up to `wanted` drafts at once, as memory allows; see `engines.base.Parallel`."""
        return self.model.together(wanted, fresh=fresh)

    def warm(self, prompt: Prompt, stop: threading.Event) -> bool:
        """Read the prompt ahead; see `engines.base.Warming`."""
        return self.model.warm(prompt.messages, stop)

    def cool(self, wanted: Sequence[Prompt]) -> None:
        """Forget other prompts that were read ahead; see `engines.base.Warming`."""
        self.model.cool([prompt.messages for prompt in wanted])

    def close(self) -> None:
        """Give the model's memory back."""
        self.model.close()


def open_engine(folder: Path, settings: Settings, states: Path | None = None) -> LlamaEngine:
    """Return an engine over the model that the settings name, or over the first in `folder` that loads.

    What the model makes of prompts that are read ahead is kept in the folder `states`.
    Raises NotReadyError where there is no model that writes, or no llama.cpp; RefusedError where the named
    model, or every model there is, can't be loaded; FaultError where the memory does not suffice.
    """
    if settings.model:
        card = choose(folder, settings.model)
        assert card is not None, "a named model is there or an error"
        return LlamaEngine(load(card, settings, states))
    refused: RefusedError | None = None
    for card in writers(folder):
        try:
            return LlamaEngine(load(card, settings, states))
        except RefusedError as error:
            logger.warning("tried the next model: %s", error)
            refused = refused or error
    if refused:
        raise refused
    raise NotReadyError(
        "there is no model to write with",
        where=str(folder),
        remedy="put a GGUF file there, or set engine to extractive",
    )
