"""Serve the page on this machine: one socket, one server, and an end without noise."""

import logging
import os
import socket
from collections.abc import Callable
from errno import EACCES, EADDRINUSE
from ipaddress import ip_address
from typing import TYPE_CHECKING

from assistant.errors import FaultError, NotReadyError, UsageError
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

    Raises UsageError for a host that is not this machine, NotReadyError where the port is taken.
    """
    host = _loopback(assistant.settings.host)
    with _listen(host, assistant.settings.port) as listening:
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
        server = Server(_config(web(desk, {host, "localhost", "127.0.0.1", "::1"})))
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            announce("")
        finally:
            desk.close()


def web(desk: "Desk", hosts: set[str]) -> "App":
    """Return the page as an ASGI application that answers to the names in `hosts`."""
    from fastapi import FastAPI
    from gradio import mount_gradio_app

    from assistant.ui.shield import Shield
    from assistant.ui.theme import asset, theme

    # In the head as it is: gradio's own `css` would rewrite the selectors, and come after the first paint.
    head = f"<style>{asset('style.css')}</style>"
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    mount_gradio_app(
        app, page(desk), path="/", footer_links=[], run_history=False, allowed_paths=[], show_error=False,
        ssr_mode=False, enable_monitoring=False, pwa=False, mcp_server=False, theme=theme(),
        head=head, js=asset("page.js"), max_file_size="1kb",
    )  # fmt: skip
    return Shield(app, hosts)


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


def _loopback(host: str) -> str:
    """Return the address of this machine that `host` names. Raises UsageError for any other."""
    try:
        address = ip_address("127.0.0.1" if host.lower() == "localhost" else host.strip("[]"))
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise UsageError(
            f"the page is served to this machine only, and {host} is more than that",
            where="host",
            remedy="use --host 127.0.0.1; serving others needs a password, which this version does not offer",
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
