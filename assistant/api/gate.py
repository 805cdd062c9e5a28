"""The gate before the API: only its own hosts, only known keys, only so many requests, only so much of a body."""

import asyncio
import json
from collections.abc import Mapping

from assistant.api import errors
from assistant.api.keys import Keys
from assistant.web.asgi import App, Message, Receive, Scope, Send, client, headers
from assistant.web.guesses import Guesses
from assistant.web.hosts import Hosts

MOST_BODY = 2 << 20
"""Bytes of the largest request: a hundred texts to embed, or a long conversation."""

BODY_S = 30.0
"""Seconds within which a request has to be sent whole."""

OPEN = "/health"
"""The one path without a key: whoever watches over the server needs none."""

HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


class _Refused(Exception):  # noqa: N818  (says what became of the request)
    def __init__(self, status: int, message: str, code: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.status, self.code, self.wait = status, code, wait


class Gate:
    """An ASGI application around another one."""

    def __init__(self, app: App, hosts: Hosts, keys: Keys, guesses: Guesses | None = None) -> None:
        """Without `keys`, everyone passes whom `hosts` lets pass."""
        self._app = app
        self._hosts = hosts
        self._keys = keys
        self._guesses = guesses or Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on with its body read."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        try:
            self._judge(scope)
            body = await _read(headers(scope), receive)
        except _Refused as refused:
            await _refuse(marked, refused)
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, marked)

    def _judge(self, scope: Scope) -> None:
        """Raise _Refused for a request that may not pass."""
        if self._hosts.refuse(scope):
            raise _Refused(403, "this host or origin is not served", "wrong_host")
        if not self._keys or scope["path"] == OPEN:
            return
        address = client(scope)
        if wait := self._guesses.wait(address):
            raise _Refused(429, "too many wrong keys; wait", "wrong_keys", wait)
        scheme, _, key = headers(scope).get("authorization", "").partition(" ")
        owner = self._keys.owner(key.strip()) if scheme.lower() == "bearer" else None
        if owner is None:
            if key:
                self._guesses.wrong(address)
            raise _Refused(401, "a valid key is needed: Authorization: Bearer KEY", "invalid_api_key")
        self._guesses.right(address)
        if wait := self._keys.wait(owner):
            raise _Refused(429, "too many requests with this key; wait", "rate_limit_exceeded", wait)


async def _read(said: Mapping[str, str], receive: Receive) -> bytes:
    """Return the body of a request. Raises _Refused for one that is too large or too slow."""
    length = said.get("content-length", "0")
    too_large = _Refused(413, f"the request is larger than {MOST_BODY} bytes", "too_large")
    if not length.isdecimal() or int(length[:12]) > MOST_BODY:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > MOST_BODY:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError as error:
        raise _Refused(408, f"the request did not come within {BODY_S:g} seconds", "too_slow") from error


async def _refuse(send: Send, refused: _Refused) -> None:
    data = json.dumps(errors.body(refused.status, str(refused), code=refused.code)).encode("utf-8")
    said = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode())]
    if refused.status == 401:
        said.append((b"www-authenticate", b"Bearer"))
    if refused.wait:
        said.append((b"retry-after", str(int(refused.wait) + 1).encode()))
    if refused.status in (408, 413):
        said.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": refused.status, "headers": said})
    await send({"type": "http.response.body", "body": data})
