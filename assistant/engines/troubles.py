"""What can go wrong with a model server, as errors that say what to do."""

import json
import re
from contextlib import suppress

from assistant.errors import AssistantError, FaultError, NotReadyError, RefusedError, UsageError

BUSY = (429, 502, 503, 504)
"""Statuses of a server that may answer later."""

MOST_SAID = 200
"""Characters of a server's own words that are told."""

_WINDOW = re.compile(r"(?:maximum context length is|context window of|context size \()\s*(\d+)")


class LaterError(Exception):
    """What may go better after `pause` seconds, 0 for a pause of one's own choice; `error` is told if it doesn't."""

    def __init__(self, error: AssistantError, pause: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


def of_status(host: str, code: int, text: str, retry_after: str = "") -> AssistantError | LaterError:
    """Return the error of an answer that isn't 200; `retry_after` is what the server said of that, in seconds."""
    words = said(text)
    if code in BUSY:
        error = NotReadyError(f"the model server is busy ({code}): {words}", where=host, remedy="ask again later")
        return LaterError(error, float(retry_after) if retry_after.isdigit() else 0.0)
    if code in (401, 403):
        return UsageError("the model server wants another key", where=host, remedy="set remote_key")
    if window_in(text):
        return RefusedError(
            f"the prompt does not fit into the window of the model server: {words}",
            where=host,
            remedy=f"set context to {window_in(text)}",
        )
    if code == 404:
        return UsageError(
            f"the model server doesn't know it: {words}", where=host, remedy="check remote and remote_model"
        )
    return FaultError(f"the model server answered {code}: {words}", where=host, remedy="look into its log")


def unreached(host: str, error: Exception, timeout: float) -> AssistantError:
    """Return what an exception of the connection means. `timeout` is in seconds."""
    import httpx

    if isinstance(error, httpx.ReadTimeout):
        return NotReadyError(
            f"the model server was silent for {timeout:g} seconds",
            where=host,
            remedy="look whether it works, or raise remote_timeout",
        )
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return broken_off(host)
    return NotReadyError(
        f"the model server can't be reached: {error or type(error).__name__}",
        where=host,
        remedy="start it, mend the setting remote, or set engine to extractive",
    )


def broken_off(host: str) -> FaultError:
    """Return the error of a reply without its end."""
    return FaultError("the model server broke off its reply", where=host, remedy="look into its log; ask again")


def nonsense(host: str, what: str) -> FaultError:
    """Return the error of an answer that makes no sense."""
    return FaultError(
        f"the model server sent {what}", where=host, remedy="is remote the address of an OpenAI-compatible API?"
    )


def window_in(text: str) -> int:
    """Return the window in tokens that a refusal names, 0 where it names none."""
    with suppress(ValueError, AttributeError, TypeError):
        told = json.loads(text)["error"] if '"error"' in text else {}
        if isinstance(told, dict) and "n_ctx" in told:
            return int(told["n_ctx"])
    found = _WINDOW.search(text)
    return int(found[1]) if found else 0


def said(text: object) -> str:
    """Return what an error says, in one line."""
    with suppress(ValueError, AttributeError, TypeError, KeyError):
        told = (json.loads(text) if isinstance(text, str) else text)["error"]  # type: ignore[index]
        text = told["message"] if isinstance(told, dict) else told
    return " ".join(str(text).split())[:MOST_SAID]
