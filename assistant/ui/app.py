"""Serve the page on this machine: one socket, one server, and an end without noise."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.settings import Settings
from assistant.web import listening
from assistant.web.hosts import Hosts
from assistant.wiring import Assistant

if TYPE_CHECKING:
    import gradio as gr

    from assistant.ui.desk import Desk
    from assistant.web.asgi import App

GOODBYE = 1
"""Seconds that open pages are given when the server ends; their streams never end by themselves."""
AT_REST = 5
"""Seconds between two looks into gradio's empty queue. Its own are a thousandth: 5% of a core, day and night."""


def serve(assistant: Assistant, announce: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C; `announce` gets the address once the server listens.

    Raises UsageError for a host beyond this machine without a password, NotReadyError where the port is taken.
    """
    settings = assistant.settings
    host = listening.address(settings.host, bool(settings.password), remedy="make a password with: assistant password")
    with listening.listen(host, settings.port) as opened:
        assistant.guard.seal(server=True)  # before anything else is loaded
        from assistant.ui.desk import Desk

        desk = Desk(assistant)
        try:
            listening.run(_guarded(web(desk), host, settings), opened, announce, patience=GOODBYE)
        finally:
            desk.close()


def _guarded(app: "App", host: str, settings: Settings) -> "App":
    """Return the page behind the shield, and behind the password where there is one."""
    from assistant.ui.doors import Doors
    from assistant.ui.shield import Shield

    shielded = Shield(app, Hosts.of(host, settings.names))
    return Doors(shielded, settings.password) if settings.password else shielded


def web(desk: "Desk") -> "App":
    """Return the page as an ASGI application."""
    from fastapi import FastAPI
    from gradio import mount_gradio_app

    from assistant.ui import files
    from assistant.ui.theme import asset, style, theme

    # In the head as it is: gradio's own `css` would rewrite the selectors, and come after the first paint.
    head = f"<style>{style()}</style>"
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    files.add(app, desk)
    blocks = page(desk)
    mount_gradio_app(
        app, blocks, path="/", footer_links=[], run_history=False, allowed_paths=[], show_error=False,
        ssr_mode=False, enable_monitoring=False, pwa=False, mcp_server=False, theme=theme(),
        head=head, js=asset("page.js"), max_file_size="1kb",
    )  # fmt: skip
    # Nothing is put into gradio's queue, which would else wake a thousand times a second to look.
    blocks._queue.sleep_when_free = blocks._queue.progress_update_sleep_when_free = AT_REST
    return app


def build(assistant: Assistant) -> "gr.Blocks":
    """Return the page over an assistant, to be put into an application of one's own."""
    from assistant.ui.desk import Desk

    return page(Desk(assistant))


def page(desk: "Desk") -> "gr.Blocks":
    """Return the page. Opening index and model begins in the background; what fails is told in the page."""
    import gradio as gr

    from assistant.ui.chat import FIRST, Chat
    from assistant.ui.wording import WORDS

    blocks: gr.Blocks
    with gr.Blocks(analytics_enabled=False, title=WORDS[FIRST].title, fill_width=True) as blocks:
        Chat(desk).connect(blocks)
    desk.warm()
    return blocks
