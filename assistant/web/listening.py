"""One socket, one server: opened before the kernel's filter comes down, ended without noise."""

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE
from ipaddress import ip_address

from assistant.errors import FaultError, NotReadyError, UsageError
from assistant.web.asgi import App


def address(host: str, guarded: bool, *, remedy: str) -> str:
    """Return the address of this machine that `host` names.

    Raises UsageError where that is more than this machine and nothing is `guarded`; `remedy` says how to guard it.
    """
    try:
        found = ip_address("127.0.0.1" if host.lower() == "localhost" else host.strip("[]"))
    except ValueError as error:
        raise UsageError(f"{host} is not an address", where="host", remedy="use --host 127.0.0.1") from error
    if not found.is_loopback and not guarded:
        raise UsageError(
            f"unguarded, it is served to this machine only, and {host} is more than that",
            where="host",
            remedy=f"use --host 127.0.0.1, or {remedy}",
        )
    return str(found)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Port 0 takes a free one. Raises NotReadyError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # On Windows the same option would share a port that another program listens on.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(256)
    except OSError as error:
        listening.close()
        remedy = f"use another port: --port {port + 1 if port < 65535 else 0} (0 takes a free one)"
        if error.errno == EADDRINUSE:
            raise NotReadyError(f"port {port} is in use", where=f"{host}:{port}", remedy=remedy) from error
        if error.errno == EACCES:
            raise FaultError(f"port {port} may not be used", where=f"{host}:{port}", remedy=remedy) from error
        raise FaultError(f"can't listen: {error.strerror}", where=f"{host}:{port}", remedy=remedy) from error
    return listening


def run(app: App, listening: socket.socket, announce: Callable[[str], None], *, patience: int) -> None:
    """Serve `app` until Ctrl-C or SIGTERM; `announce` gets the address once the server takes requests.

    What is under way then has `patience` seconds to end.
    """
    import uvicorn

    from assistant.web.patience import Impatient

    host, port = listening.getsockname()[:2]

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce(f"http://{f'[{host}]' if ':' in host else host}:{port}  (Ctrl-C ends)")

    # Streams that are cut when the server ends are no errors, and uvicorn reports them as such.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        app, loop="asyncio", http=Impatient, ws="none", log_level="critical", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=patience,
    )  # fmt: skip
    with suppress(ValueError):  # no signals in another thread than the main one
        # uvicorn ends in order and raises the signal again: then that is all, and no fault.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        announce("")
