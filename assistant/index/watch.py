"""Watch the corpus folder, and refresh whenever it has changed and come to rest."""

import threading
from collections.abc import Callable
from pathlib import Path

from assistant.errors import AssistantError

# A copy of many files, or a program that saves in several steps, is one change once it has been quiet for STEP_MS;
# after DEBOUNCE_MS it is refreshed even if it goes on.
STEP_MS, DEBOUNCE_MS = 400, 10_000
# How often an unfinished business is tried again, and a stop is noticed.
TURN_MS = 1_000


def watch(
    corpus: Path,
    refresh: Callable[[], None],
    complain: Callable[[Exception], None],
    stop: threading.Event | None = None,
) -> None:
    """Call `refresh` after each change below `corpus` until `stop` is set or Ctrl-C is pressed.

    Once the watch is up it is called for a first time, for what changed before. Where another refresh is at work, the
    index can't be written, or a file that says something about the corpus is broken, `complain` hears of it, once for
    each reason, and it is tried again.
    """
    import watchfiles

    pending, said = True, ""
    turns = watchfiles.watch(
        corpus,
        watch_filter=lambda change, path: _is_of_interest(Path(path), corpus),
        debounce=DEBOUNCE_MS, step=STEP_MS, rust_timeout=TURN_MS, yield_on_timeout=True, stop_event=stop,
    )  # fmt: skip
    for changes in turns:
        if not changes and not pending:
            continue
        try:
            refresh()
            pending, said = False, ""
        except AssistantError as error:
            pending = True
            if str(error) != said:
                complain(error)
                said = str(error)


def _is_of_interest(path: Path, corpus: Path) -> bool:
    """Say whether a change at `path` may change the index: hidden files are half written, or no documents."""
    inside = path.relative_to(corpus) if path.is_relative_to(corpus) else path
    return not any(part.startswith(".") for part in inside.parts)
