"""Reading the standing questions' prompts ahead, so that an answer to one begins at once."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from assistant.answering.answer import Event, Found
from assistant.engines.base import Engine, Warming
from assistant.errors import RefusedError
from assistant.records import Prompt

# How long to wait before trying again, after a reply needed the place.
AGAIN_S = 1.0


def warm(engine: Engine, ask: Callable[[str], Iterator[Event]], questions: Iterable[str], stop: threading.Event) -> int:
    """Read the prompts of `questions` ahead and return how many stand ready; forget what was read for others.

    `ask` gives the events of an answer. It gives way to all answers, and ends soon after `stop` is set. An engine that
    reads nothing ahead has none ready. Raises what `ask` raises.
    """
    ready: list[Prompt] = []
    if not isinstance(engine, Warming):
        return 0
    for question in questions:
        prompt = _prompt(ask, question)
        if prompt is None:
            continue
        while not engine.warm(prompt, stop):
            if stop.wait(AGAIN_S):
                return len(ready)
        ready.append(prompt)
    engine.cool(ready)
    return len(ready)


def _prompt(ask: Callable[[str], Iterator[Event]], question: str) -> Prompt | None:
    """Return what the engine would write from, None where there would be an abstention."""
    try:
        with closing(ask(question)) as events:  # type: ignore[type-var]
            return next((event.prompt for event in events if isinstance(event, Found)), None)
    except RefusedError:
        return None
