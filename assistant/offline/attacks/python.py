"""Attacks with Python's own means."""

import asyncio
import socket

IPV4, IPV6, RESOLVER, NAME = "192.0.2.1", "2001:db8::1", "192.0.2.53", "prove.invalid"
QUERY = b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05prove\x07invalid\x00\x00\x01\x00\x01"
"""A DNS question for the address of NAME (RFC 1035)."""


def connect() -> str:
    """Connect by TCP."""
    with socket.create_connection((IPV4, 443), timeout=1):
        return "connected"


def connect_ipv6() -> str:
    """Connect by TCP over IPv6."""
    with socket.socket(socket.AF_INET6) as made:
        made.settimeout(1)
        made.connect((IPV6, 443, 0, 0))
        return "connected"


def look_up() -> str:
    """Look up a name."""
    return str(socket.getaddrinfo(NAME, 443))


def ask_resolver() -> str:
    """Send a question to a name server."""
    with socket.socket(type=socket.SOCK_DGRAM) as made:
        return f"{made.sendto(QUERY, (RESOLVER, 53))} bytes sent"


def with_asyncio() -> str:
    """Connect by asyncio."""

    async def connect() -> str:
        _, writer = await asyncio.wait_for(asyncio.open_connection(IPV4, 443), 1)
        writer.close()
        return "connected"

    return asyncio.run(connect())


def with_urllib() -> str:
    """Fetch a page."""
    import urllib.request

    with urllib.request.urlopen(f"http://{IPV4}/", timeout=1) as response:
        return f"status {response.status}"


def proxy() -> str:
    """Connect to a proxy on this machine."""
    with socket.socket(socket.AF_UNIX) as made:
        made.connect("/run/proxy.sock")
        return "connected"
