"""What every engine promises, whoever writes behind it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, runtime_checkable

from assistant.records import EngineInfo, Message, Prompt


class Engine(Protocol):
    """Writes the draft of an answer from a prompt.

    All engines write the same form: an opening paragraph with the conclusion, then a `## ` heading for each
    part of the question with `- ` list lines under it, and at the end of each statement the numbers of its
    evidence, as `[1]` or `[1][3]`. `tests/contracts/engine_contract.py` holds every engine to this.
    """

    @property
    def info(self) -> EngineInfo:
        """Who writes, as the answer's record names it."""
        ...

    @property
    def window(self) -> int:
        """The number of tokens that prompt and draft together may have."""
        ...

    def count(self, messages: Sequence[Message]) -> int:
        """Return the number of tokens of the prompt that `messages` make, as this engine counts them."""
        ...

    def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        """Yield the draft in pieces of Markdown as it is written, without any reasoning.

        The same prompt gives the same draft. It ends soon after `stop` is set. Raises RefusedError where the
        prompt does not fit into the window.
        """
        ...


@runtime_checkable
class Parallel(Protocol):
    """An engine that writes several drafts at once in less time than one after the other."""

    def together(self, wanted: int, *, fresh: bool = False) -> AbstractContextManager[int]:
        """Make room for up to `wanted` drafts at once while the block lasts; it begins with how many there is for.

        A draft that was written for the same prompt the last time may stand again, but not where all shall be `fresh`.
        """
        ...


@runtime_checkable
class Warming(Protocol):
    """An engine that can read prompts before they are asked for, so that their drafts begin at once."""

    def warm(self, prompt: Prompt, stop: threading.Event) -> bool:
        """Read the prompt while nothing else is to be done, and keep it; return whether that was done."""
        ...

    def cool(self, wanted: Sequence[Prompt]) -> None:
        """Forget all prompts that were read ahead and are none of `wanted`."""
        ...


def together(engine: Engine, wanted: int, *, fresh: bool = False) -> AbstractContextManager[int]:
    """Make room as `Parallel` does; an engine that gains nothing by it writes one draft after the other."""
    return engine.together(wanted, fresh=fresh) if isinstance(engine, Parallel) else nullcontext(1)
