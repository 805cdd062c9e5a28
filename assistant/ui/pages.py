"""The pages beside the chat: what each holds, when it is drawn, and what its buttons do."""

from collections.abc import Sequence
from typing import Any, Protocol

import gradio as gr

from assistant.ui.conversation import Conversation
from assistant.ui.theme import asset

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Nothing goes through gradio's queue: its client loses an event that joins just as the last one closes the stream.
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}


class Page(Protocol):
    """One page. `parts` are drawn anew when it is opened and when the language changes."""

    name: str
    parts: Sequence[Any]

    def drawn(self, conversation: Conversation) -> list[Any]:
        """Return the value of each part, in their order."""
        ...

    def connect(self, chat: Any) -> None:  # noqa: ANN401  (the chat, which knows the pages and is made after them)
        """Join the parts with what they do."""
        ...


def part(name: str, value: str) -> Any:  # noqa: ANN401  (gradio makes event listeners by the names in the script)
    """Return a stretch of the page whose buttons `clicks.js` hears."""
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=asset("clicks.js"))


def number(value: object) -> int:
    """Return a number that the page sent, 0 for anything else."""
    return int(str(value)) if str(value).isdecimal() else 0
