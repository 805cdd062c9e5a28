"""Serve the page on this machine: one socket, one server, and an end without noise."""

import logging
import os
import socket
from collections.abc import Callable
from errno import EACCES, EADDRINUSE
from ipaddress import ip_address
from typing import TYPE_CHECKING

from assistant.errors import FaultError, NotReadyError, UsageError
from assistant.settings import Settings
from assistant.wiring import Assistant

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn

    from assistant.ui.desk import Desk
    from assistant.ui.shield import App

GOODBYE = 1
"""Seconds that open pages are given when the server ends; their streams never end by themselves."""


def serve(assistant: Assistant, announce: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C; `announce` gets the address once the server listens.

    Raises UsageError for a host beyond this machine without a password, NotReadyError where the port is taken.
    """
    settings = assistant.settings
    host = _address(settings.host, settings.password)
    with _listen(host, settings.port) as listening:
        assistant.guard.seal(server=True)  # before anything else is loaded
        import uvicorn

        from assistant.ui.desk import Desk

        port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    announce(f"http://{shown}:{port}  (Ctrl-C ends)")

        desk = Desk(assistant)
        server = Server(_config(_guarded(web(desk), host, settings)))
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            announce("")
        finally:
            desk.close()


def _guarded(app: "App", host: str, settings: Settings) -> "App":
    """Return the page behind the shield, and behind the password where there is one."""
    from assistant.ui.doors import Doors
    from assistant.ui.shield import Shield

    own = {host, "localhost", "127.0.0.1", "::1", socket.gethostname(), *settings.names}
    shielded = Shield(app, own, any_address=ip_address(host).is_unspecified)
    return Doors(shielded, settings.password) if settings.password else shielded


def web(desk: "Desk") -> "App":
    """Return the page as an ASGI application."""
    from fastapi import FastAPI
    from gradio import mount_gradio_app

    from assistant.ui import files
    from assistant.ui.theme import asset, theme

    # In the head as it is: gradio's own `css` would rewrite the selectors, and come after the first paint.
    head = f"<style>{asset('style.css')}</style>"
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    files.add(app, desk)
    mount_gradio_app(
        app, page(desk), path="/", footer_links=[], run_history=False, allowed_paths=[], show_error=False,
        ssr_mode=False, enable_monitoring=False, pwa=False, mcp_server=False, theme=theme(),
        head=head, js=asset("page.js"), max_file_size="1kb",
    )  # fmt: skip
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


def _config(app: "App") -> "uvicorn.Config":
    import uvicorn

    # Streams that are cut when the server ends are no errors, and uvicorn reports them as such.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app, loop="asyncio", http="h11", ws="none", log_level="critical", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=GOODBYE,
    )  # fmt: skip


def _address(host: str, password: str) -> str:
    """Return the address of this machine that `host` names. Raises UsageError where others need a password for it."""
    try:
        address = ip_address("127.0.0.1" if host.lower() == "localhost" else host.strip("[]"))
    except ValueError as error:
        raise UsageError(f"{host} is not an address", where="host", remedy="use --host 127.0.0.1") from error
    if not address.is_loopback and not password:
        raise UsageError(
            f"without a password the page is served to this machine only, and {host} is more than that",
            where="host",
            remedy="use --host 127.0.0.1, or make a password with: assistant password",
        )
    return str(address)


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Port 0 takes a free one. Raises NotReadyError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # On Windows the same option would share a port that another program listens on.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        remedy = f"use another port: assistant ui --port {port + 1 if port < 65535 else 0} (0 takes a free one)"
        if error.errno == EADDRINUSE:
            raise NotReadyError(f"port {port} is in use", where=f"{host}:{port}", remedy=remedy) from error
        if error.errno == EACCES:
            raise FaultError(f"port {port} may not be used", where=f"{host}:{port}", remedy=remedy) from error
        raise FaultError(f"can't listen: {error.strerror}", where=f"{host}:{port}", remedy=remedy) from error
    return listening
