"""Errors in OpenAI's form: {"error": {"message", "type", "param", "code"}}."""

import logging
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, FaultError, NotReadyError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

logger = logging.getLogger(__name__)

KINDS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
         405: "invalid_request_error", 408: "invalid_request_error", 413: "invalid_request_error",
         429: "rate_limit_error"}  # fmt: skip
"""The type of each status; all others are the server's own."""

READY_S = 30
"""Seconds after which what isn't ready may be asked again."""


class BusyError(Exception):
    """More is asked than can be done now; `wait` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("the server is busy")
        self.wait = wait


class InvalidError(Exception):
    """A request that can't be met; `param` names the part of it, `code` says what for a program."""

    def __init__(self, message: str, param: str | None = None, *, status: int = 400, code: str | None = None) -> None:
        super().__init__(message)
        self.param, self.status, self.code = param, status, code


def body(status: int, message: str, *, param: str | None = None, code: str | None = None) -> dict[str, Any]:
    """Return an error as JSON data."""
    return {"error": {"message": message, "type": KINDS.get(status, "server_error"), "param": param, "code": code}}


def of(error: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, JSON data and headers for an exception. What isn't expected is logged, and told as a fault."""
    if isinstance(error, BusyError):
        return 429, body(429, "the server is busy; try again later", code="busy"), _later(error.wait)
    if isinstance(error, InvalidError):
        return error.status, body(error.status, str(error), param=error.param, code=error.code), {}
    if isinstance(error, NotReadyError):
        return 503, body(503, str(error), code="not_ready"), _later(READY_S)
    if isinstance(error, AssistantError):
        status = 500 if isinstance(error, FaultError) else 400
        return status, body(status, str(error)), {}
    logger.error("a request failed", exc_info=error)
    return 500, body(500, "a fault of the server; its log says more"), {}


def _later(wait: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, round(wait)))}


def handle(app: "FastAPI") -> None:
    """Make an application answer all its errors in this form."""
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse

    async def expected(request: "Request", error: Exception) -> "JSONResponse":
        status, data, headers = of(error)
        return JSONResponse(data, status, headers)

    async def unfit(request: "Request", error: Exception) -> "JSONResponse":
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        # Of what isn't JSON the place is an offset.
        place = ".".join(str(part) for part in first["loc"][1:] if first["type"] != "json_invalid") or None
        return JSONResponse(body(400, f"{place or 'the body'}: {first['msg']}", param=place), 400)

    async def plain(request: "Request", error: Exception) -> "JSONResponse":
        status = getattr(error, "status_code", 404)
        said = getattr(error, "detail", "Not Found")
        return JSONResponse(body(status, said), status, getattr(error, "headers", None))

    for kind in (AssistantError, BusyError, InvalidError, Exception):
        app.add_exception_handler(kind, expected)
    app.add_exception_handler(RequestValidationError, unfit)
    for status in (400, 404, 405):  # what the framework raises by itself
        app.add_exception_handler(status, plain)
