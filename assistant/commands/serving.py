"""`ui`, `serve` and `mcp`: the assistant as a page, as an API, and as tools; `key`: who may use the API."""

import argparse

from assistant.commands import DONE, Registry, open_assistant
from assistant.terminal import note, say


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("ui", ui, "chat in the browser", "workspace", "engine")
    sub.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    sub.add_argument("--port", type=int, help="port to listen on (default: 7860)")

    text = "an OpenAI-compatible API, and MCP at /mcp, for other programs"
    sub = registry.add("serve", serve, text, "workspace", "engine")
    sub.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    sub.add_argument("--port", dest="api_port", type=int, help="port to listen on (default: 8000)")

    registry.add("mcp", mcp, "MCP over standard input and output, for a program that starts it", "workspace", "engine")

    sub = registry.add("key", key, "make a key for `serve`, needed beyond this machine")
    sub.add_argument("name", metavar="NAME", help="whose key it is, in a word")


def ui(args: argparse.Namespace) -> int:
    """Serve the page until it is interrupted."""
    from assistant.ui import app

    app.serve(open_assistant(args, seal=False), announce=note)
    return DONE


def serve(args: argparse.Namespace) -> int:
    """Serve the API until it is interrupted."""
    from assistant.api import server

    server.serve(open_assistant(args, seal=False), announce=note)
    return DONE


def mcp(args: argparse.Namespace) -> int:
    """Serve the tools until standard input ends."""
    assistant = open_assistant(args)
    from assistant.api import mcp
    from assistant.library import Workspace

    mcp.over_stdio(Workspace.of(assistant))
    return DONE


def key(args: argparse.Namespace) -> int:
    """Print a new key and the entry for the settings."""
    from assistant.api import keys

    made, entry = keys.make(args.name)
    say(made)
    note(f'this is the key; it is kept nowhere. Into assistant.toml goes:\nkeys = ["{entry}"]')
    return DONE
