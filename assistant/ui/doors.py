"""The door for those who come over the network: a password, asked for by the browser itself, and guessed slowly."""

import asyncio
import base64
import binascii
import hmac
import os
import time
from collections import OrderedDict
from collections.abc import Callable

from assistant.offline import passwords
from assistant.ui.shield import App, Receive, Scope, Send

FREE = 5
"""Wrong guesses that an address has before it has to wait; people mistype."""

LONGEST = 300.0
"""Seconds that an address waits at most. The wait starts at one second and doubles with each further wrong guess."""

REMEMBERED = 1000
"""Addresses whose guesses are counted. When there are more, the one that is quiet for longest is forgotten."""

WAITING = 8
"""Guesses that may wait to be checked, each check taking memory and a tenth of a second. Further ones are put off."""

TOO_MANY, WHO = 429, 401


class Guesses:
    """How often each address guessed wrong, and until when it has to wait. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Return the seconds that `address` has to wait, 0 where it may guess."""
        return max(0.0, self._wrong.get(address, (0, 0.0))[1] - self._clock())

    def wrong(self, address: str) -> None:
        """Count a wrong guess."""
        count = self._wrong.pop(address, (0, 0.0))[0] + 1
        pause = min(2.0 ** (count - FREE), LONGEST) if count >= FREE else 0.0
        self._wrong[address] = (count, self._clock() + pause)
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget the wrong guesses of an address that knows the password."""
        self._wrong.pop(address, None)


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
        address = (scope.get("client") or ("",))[0]
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
    headers = {name.lower(): value for name, value in scope["headers"]}
    scheme, _, value = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        _, colon, password = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password if colon else None


async def _refuse(send: Send, status: int, wait: float) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status == WHO:
        headers.append((b"www-authenticate", b'Basic realm="Edge research assistant", charset="UTF-8"'))
    else:
        headers.append((b"retry-after", str(int(wait) + 1).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    text = b"a password is needed\n" if status == WHO else b"too many wrong passwords; wait\n"
    await send({"type": "http.response.body", "body": text})
