"""`ui`: the assistant as a page in the browser."""

import argparse

from assistant.commands import DONE, Registry, open_assistant
from assistant.terminal import note


def register(registry: Registry) -> None:
    """Add the command."""
    sub = registry.add("ui", ui, "chat in the browser", "workspace", "engine")
    sub.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    sub.add_argument("--port", type=int, help="port to listen on (default: 7860)")


def ui(args: argparse.Namespace) -> int:
    """Serve the page until it is interrupted."""
    from assistant.ui import app

    app.serve(open_assistant(args, seal=False), announce=note)
    return DONE
