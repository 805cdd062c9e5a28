"""An OpenAI-compatible server as a client sees it: which models, how large a window, how many tokens, and replies.

Every wait has a limit and every retry a number. A reply is read in a thread of its own, so that a stop is heard
at once, also while the server still reads the prompt; the connection is closed then, by which servers know to stop.
"""

import asyncio
import json
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.engines import troubles
from assistant.engines.troubles import LaterError
from assistant.errors import AssistantError, FaultError, UsageError
from assistant.text import tokens

if TYPE_CHECKING:
    import httpx

CONNECT_S = 5.0
"""Seconds within which a server on one's own network takes a connection."""

TRIES = 3
"""How often a request is made, before its first piece of reply has come. After that a second try would tell another
story in the middle of the first."""

PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
"""Seconds before the second try, doubled before each further one; a server's Retry-After counts up to the longest."""

POLL_S = 0.05
WINDOW = 8192
"""Tokens of the largest window used without `context` being set, as for models in this process (models/fit.py)."""

PROBE_S = 20.0
"""Seconds that a server may think about a prompt that should be too long for it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A model of a server, with the tokens that its window holds."""

    name: str
    window: int


@dataclass(frozen=True, slots=True)
class _Counter:
    """How one kind of server counts tokens: where, what is sent, and how the number is read from its answer."""

    path: str
    body: Callable[[str, str], Mapping[str, Any]]
    read: Callable[[Mapping[str, Any]], int]


COUNTERS = (
    # llama-cpp-python, llama-server, vLLM, each by its own documentation.
    _Counter("extras/tokenize/count", lambda model, text: {"input": text}, lambda said: int(said["count"])),
    _Counter("tokenize", lambda model, text: {"content": text}, lambda said: len(said["tokens"])),
    _Counter("tokenize", lambda model, text: {"model": model, "prompt": text}, lambda said: int(said["count"])),
)
MARGIN = 1.5
"""What our own count is taken times where the server doesn't count: a vocabulary may need more for Chinese."""


class ModelServer:
    """One server. `address` is that of its API, with or without /v1. Safe to use from several threads."""

    def __init__(self, address: str, key: str = "", timeout: float = 120) -> None:
        parts = urlsplit(address)
        self.host = parts.netloc.rpartition("@")[2]
        path = parts.path.rstrip("/")
        self._root = f"{parts.scheme}://{parts.netloc}{path.removesuffix('/v1')}/"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout = timeout
        self._counter: _Counter | None = None

    # ------------------------------------------------------------ what it is

    def model(self, wanted: str = "", window: int = 0) -> Served:
        """Return the model called `wanted`, or the first, with its window as far as it matters (`WINDOW`).

        Where `window` is given and the server doesn't tell its own, that one is taken. Raises NotReadyError where
        the server can't be reached, UsageError for a wrong key or model, FaultError for an answer that is none.
        """
        said = self._ask("GET", "v1/models")
        models = {
            str(model["id"]): model for model in said.get("data", ()) if isinstance(model, dict) and "id" in model
        }
        if not models or (wanted and wanted not in models):
            raise UsageError(
                f"the model server has no model {wanted!r}" if wanted else "the model server has no model",
                where=self.host,
                remedy=f"set remote_model to one of: {', '.join(models) or 'none there'}",
            )
        name = wanted or next(iter(models))
        self._counter = next((counter for counter in COUNTERS if self._counts(counter, name)), None)
        return Served(name, self._told(models[name]) or window or self._found_out(name))

    def _counts(self, counter: _Counter, name: str) -> bool:
        try:
            return counter.read(self._ask("POST", counter.path, counter.body(name, "edge"))) > 0
        except (AssistantError, KeyError, TypeError, ValueError):
            return False

    def _told(self, model: Mapping[str, Any]) -> int:
        """Return the window that the server tells, 0 where it tells none: vLLM with the model, llama-server in /props.

        What llama-server has in `meta` is what the model was trained for, not what it is run with.
        """
        with suppress(KeyError, TypeError, ValueError):
            return int(model["max_model_len"])
        with suppress(AssistantError, KeyError, TypeError, ValueError):
            return int(self._ask("GET", "props")["default_generation_settings"]["n_ctx"])
        return 0

    def _found_out(self, name: str) -> int:
        """Return the window of a server that doesn't tell it, from its refusal of a prompt that should be too long.

        One that takes `WINDOW` tokens is not asked for more.
        """
        asked = {"model": name, "max_tokens": 1, "messages": [{"role": "user", "content": "edge " * WINDOW}]}
        with self._client(PROBE_S) as client:
            try:
                answer = client.post(f"{self._root}v1/chat/completions", json=asked)
            except Exception as error:
                raise troubles.unreached(self.host, error, self._timeout) from error
        return min(troubles.window_in(answer.text) or WINDOW, WINDOW)

    # ------------------------------------------------------------ what it does

    def count(self, name: str, text: str) -> int:
        """Return the tokens of `text` for a model, from our own count with a margin where the server has none."""
        if self._counter is None:
            return int(tokens.count(text) * MARGIN)
        said = self._ask("POST", self._counter.path, self._counter.body(name, text))
        try:
            return self._counter.read(said)
        except (KeyError, TypeError, ValueError) as error:
            raise troubles.nonsense(self.host, "no number of tokens") from error

    def stream(self, asked: Mapping[str, Any], stop: threading.Event) -> Iterator[str]:
        """Yield the pieces of a reply as they come, until its end or soon after `stop` is set.

        Raises NotReadyError where the server can't be reached, stays busy or falls silent, UsageError for a wrong
        key or model, RefusedError where the prompt doesn't fit, FaultError where the reply breaks off.
        """
        if stop.is_set():
            return
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        gone = threading.Event()
        threading.Thread(
            target=self._work, args=(asked, pieces, lambda: stop.is_set() or gone.is_set()), name="remote", daemon=True
        ).start()
        try:
            while not stop.is_set():
                try:
                    got = pieces.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if isinstance(got, Exception):
                    raise got
                if got is None:
                    return
                yield got
        finally:
            gone.set()

    def _work(
        self, asked: Mapping[str, Any], pieces: "queue.SimpleQueue[str | Exception | None]", ended: Callable[[], bool]
    ) -> None:
        """Put the pieces of a reply into the queue, then None, or the error; give up as soon as `ended` says so."""

        async def watched() -> None:
            reading = asyncio.create_task(self._tried(asked, pieces.put))
            while not reading.done():
                if ended():
                    reading.cancel()
                await asyncio.wait({reading}, timeout=POLL_S)
            if not reading.cancelled():
                reading.result()

        try:
            asyncio.run(watched())
            pieces.put(None)
        except AssistantError as error:
            pieces.put(error)
        except Exception as error:
            pieces.put(troubles.unreached(self.host, error, self._timeout))

    async def _tried(self, asked: Mapping[str, Any], put: Callable[[str], None]) -> None:
        """Read the reply, in several tries as long as nothing of it has come."""
        for left in reversed(range(TRIES)):
            begun = False
            try:
                async for piece in self._reply(asked):
                    begun = True
                    put(piece)
                return
            except LaterError as later:
                if begun or not left:
                    raise later.error from later
                await asyncio.sleep(min(later.pause or PAUSE_S * 2 ** (TRIES - 1 - left), LONGEST_PAUSE_S))

    async def _reply(self, asked: Mapping[str, Any]) -> AsyncIterator[str]:
        import httpx

        limits = httpx.Timeout(self._timeout, connect=CONNECT_S)
        try:
            async with (
                httpx.AsyncClient(timeout=limits, headers=self._headers, trust_env=False) as client,
                client.stream("POST", f"{self._root}v1/chat/completions", json=dict(asked)) as answer,
            ):
                if answer.status_code != 200:
                    await answer.aread()
                    raise troubles.of_status(
                        self.host, answer.status_code, answer.text, answer.headers.get("retry-after", "")
                    )
                async for piece in self._events(answer):
                    yield piece
        except httpx.HTTPError as error:
            raise LaterError(troubles.unreached(self.host, error, self._timeout)) from error

    async def _events(self, answer: "httpx.Response") -> AsyncIterator[str]:
        """Yield the texts of a stream of server-sent events. Raises LaterError where it ends without a finish reason.

        The mark of the end, [DONE], isn't enough: llama-cpp-python's server sends it also when it drops a reply for
        the next caller (`interrupt_requests`).
        """
        finished = False
        async for line in answer.aiter_lines():
            if not line.startswith("data:"):
                continue
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                break
            piece, ends = self._piece(data)
            finished = finished or ends
            if piece:
                yield piece
        if not finished:
            raise LaterError(troubles.broken_off(self.host))

    def _piece(self, data: str) -> tuple[str, bool]:
        """Return the text of one event, and whether it is the last."""
        try:
            event = json.loads(data)
            if "error" in event:
                raise LaterError(FaultError(f"the model server failed: {troubles.said(event)}", where=self.host))
            # The last event of some has figures of usage and no choice.
            choice: dict[str, Any] = next(iter(event.get("choices") or ()), {})
            return (choice.get("delta") or {}).get("content") or "", bool(choice.get("finish_reason"))
        except (ValueError, AttributeError, TypeError) as error:
            raise troubles.nonsense(self.host, "no events of a chat") from error

    # ------------------------------------------------------------ asking, and what can go wrong

    def _client(self, timeout: float) -> "httpx.Client":
        import httpx

        return httpx.Client(timeout=httpx.Timeout(timeout, connect=CONNECT_S), headers=self._headers, trust_env=False)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the JSON object that a path answers with. Raises as `model` does."""
        with self._client(self._timeout) as client:
            try:
                answer = client.request(method, self._root + path, json=None if body is None else dict(body))
            except Exception as error:
                raise troubles.unreached(self.host, error, self._timeout) from error
        if answer.status_code != 200:
            refused = troubles.of_status(self.host, answer.status_code, answer.text)
            raise refused.error if isinstance(refused, LaterError) else refused
        try:
            said = answer.json()
        except ValueError as error:
            raise troubles.nonsense(self.host, "no JSON") from error
        if not isinstance(said, dict):
            raise troubles.nonsense(self.host, "no JSON object")
        return said
