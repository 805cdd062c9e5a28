"""Who is evaluated: any engine, asked one prompt after the other or several at once, with what it knows of itself."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from assistant.engines.base import Engine
from assistant.errors import RefusedError
from assistant.records import Message, Prompt
from assistant.research.evaluation import energy
from assistant.research.evaluation.replies import Reply

Weigh = Callable[[Sequence[Message], Sequence[str]], Sequence[float]]
"""Returns the log-likelihood of each of several replies to the same messages."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An engine under evaluation.

    `id` names it with all that its replies depend on. `weigh` scores a choice by likelihood, where the engine can.
    `together` drafts are asked of it at once: an engine that can decodes them side by side. `memory` is in bytes.
    """

    id: str
    name: str
    engine: Engine
    weigh: Weigh | None = None
    together: int = 1
    memory: int | None = None

    def chosen(self, prompt: Prompt, letters: Sequence[str]) -> Reply:
        """Return the likeliest letter for a choice. The subject has to have `weigh`."""
        assert self.weigh is not None
        started = time.perf_counter()
        try:
            found = tuple(self.weigh(prompt.messages, letters))
        except RefusedError as error:
            return Reply("", refused=str(error))
        best = max(range(len(letters)), key=lambda n: (found[n], -n))
        seconds = time.perf_counter() - started
        return Reply(letters[best], self.engine.count(prompt.messages), 0, seconds, seconds, likelihoods=found)

    def written(self, prompt: Prompt, stop: threading.Event | None = None) -> Reply:
        """Return what the engine writes until its end or `stop`, timed; what it refuses has an empty reply."""
        used, started, first = energy.counters(), time.perf_counter(), 0.0
        pieces = []
        try:
            for piece in self.engine.write(prompt, stop or threading.Event()):
                first = first or time.perf_counter() - started
                pieces.append(piece)
        except RefusedError as error:
            return Reply("", refused=str(error))
        seconds = time.perf_counter() - started
        text = "".join(pieces)
        size = min(self._size(text), prompt.max_tokens)
        return Reply(
            text, self.engine.count(prompt.messages), size, first or seconds, seconds,
            energy.joules(used, energy.counters()),
        )  # fmt: skip

    def several(self, prompts: Sequence[Prompt]) -> Iterator[tuple[int, Reply]]:
        """Yield the place of each prompt with its reply, as they are done."""
        if self.together < 2 or len(prompts) < 2:
            yield from ((n, self.written(prompt)) for n, prompt in enumerate(prompts))
            return
        stop = threading.Event()
        with ThreadPoolExecutor(self.together) as pool:
            asked = {pool.submit(self.written, prompt, stop): n for n, prompt in enumerate(prompts)}
            try:
                for done in as_completed(asked):
                    yield asked[done], done.result()
            finally:
                stop.set()  # whoever stops listening, by Ctrl-C or an error, needn't wait for the rest
                pool.shutdown(cancel_futures=True)

    def _size(self, text: str) -> int:
        """Return the tokens of a reply: what it adds to an empty message. Cut anew, nonsense may seem more."""
        return self.engine.count((Message("user", text),)) - self.engine.count((Message("user", ""),))
