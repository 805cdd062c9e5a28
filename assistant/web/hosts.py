"""Whom a server is meant by: requests that name another host, or come from a page elsewhere, are refused."""

import re
import socket
from collections.abc import Iterable
from ipaddress import ip_address

from assistant.web.asgi import Scope, headers


class Hosts:
    """The names and addresses that a server answers to.

    A web page elsewhere could point its own name at this machine (DNS rebinding), so a request has to name one of
    these. Browsers say which page a request comes from; pages of another origin are refused.
    """

    def __init__(self, names: Iterable[str], *, any_address: bool = False) -> None:
        """`any_address` lets each IP address pass as host: it can't be pointed anywhere, as a name can."""
        self._names = frozenset(name.lower() for name in names)
        self._any_address = any_address

    @classmethod
    def of(cls, address: str, names: Iterable[str] = ()) -> "Hosts":
        """Return the hosts of a server that listens on `address`, with further names."""
        own = {address, "localhost", "127.0.0.1", "::1", socket.gethostname(), *names}
        return cls(own, any_address=ip_address(address).is_unspecified)

    def refuse(self, scope: Scope) -> bool:
        """Say whether a request is meant for another server or comes from another one's page."""
        said = headers(scope)
        host, origin = said.get("host", ""), said.get("origin")
        name = _name(host)
        known = name in self._names or (self._any_address and _is_address(name))
        return not known or (origin is not None and origin.partition("://")[2] != host)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _name(host: str) -> str:
    """Return the host of a Host header without its port."""
    return re.sub(r":\d+$", "", host).strip("[]").lower()
