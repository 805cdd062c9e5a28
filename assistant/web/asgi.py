"""The types of ASGI (https://asgi.readthedocs.io), and what is read from a request."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def headers(scope: Scope) -> Mapping[str, str]:
    """Return the headers of a request by lower-case name; of several of a name the last."""
    return {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def client(scope: Scope) -> str:
    """Return the address that a request comes from, empty where it isn't known."""
    return str((scope.get("client") or ("",))[0])
