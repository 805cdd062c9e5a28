"""The door for those who come over the network: a password, asked for by the browser itself, and guessed slowly."""

import asyncio
import base64
import hmac
import os

from assistant.offline import passwords
from assistant.web.asgi import App, Receive, Scope, Send, client, headers
from assistant.web.guesses import Guesses

WAITING = 8
"""Guesses that may wait to be checked, each check taking memory and a tenth of a second. Further ones are put off."""

TOO_MANY, WHO = 429, 401


class Doors:
    """An ASGI application around another one, for those who know the password.

    The browser asks for it (HTTP Basic, RFC 7617; any user name will do) and sends it with every request. What was
    right once is known again by a keyed hash, so that only guesses cost time. On the way it is as open as the
    connection: beyond one's own network, put a proxy with TLS in front.
    """

    def __init__(self, app: App, kept: str, guesses: Guesses | None = None) -> None:
        """`kept` is the hash of the settings. Raises UsageError where it isn't one."""
        passwords.check(kept)
        self._app = app
        self._kept = kept
        self._guesses = guesses or Guesses()
        self._key = os.urandom(32)
        self._known: bytes | None = None
        self._waiting = 0
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        status, wait = await self._judge(scope)
        if status:
            await _refuse(send, status, wait)
        else:
            await self._app(scope, receive, send)

    async def _judge(self, scope: Scope) -> tuple[int, float]:
        """Return the status that refuses the request, 0 where it may pass, and the seconds to wait."""
        given = _password(scope)
        if given is None:
            return WHO, 0
        seal = hmac.digest(self._key, given.encode("utf-8"), "sha256")
        if self._known is not None and hmac.compare_digest(seal, self._known):
            return 0, 0
        address = client(scope)
        wait = self._guesses.wait(address)
        if wait or self._waiting >= WAITING:
            return TOO_MANY, wait or 1.0
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                right = await asyncio.to_thread(passwords.matches, given, self._kept)
        finally:
            self._waiting -= 1
        if not right:
            self._guesses.wrong(address)
            return WHO, 0
        self._guesses.right(address)
        self._known = seal
        return 0, 0


def _password(scope: Scope) -> str | None:
    """Return the password that a request carries, None where it carries none."""
    scheme, _, value = headers(scope).get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        _, colon, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except ValueError:
        return None
    return password if colon else None


async def _refuse(send: Send, status: int, wait: float) -> None:
    said = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status == WHO:
        said.append((b"www-authenticate", b'Basic realm="Edge research assistant", charset="UTF-8"'))
    else:
        said.append((b"retry-after", str(int(wait) + 1).encode()))
    await send({"type": "http.response.start", "status": status, "headers": said})
    text = b"a password is needed\n" if status == WHO else b"too many wrong passwords; wait\n"
    await send({"type": "http.response.body", "body": text})
