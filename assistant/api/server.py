"""Serve the API on this machine: the socket first, then the kernel's filter, then everything else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.library import Workspace
from assistant.web import listening
from assistant.wiring import Assistant

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.api.metrics import Metrics
    from assistant.api.work import Lanes
    from assistant.web.asgi import App

PATIENCE = 10
"""Seconds that requests under way have to end when the server does; then their answers are stopped."""


def serve(assistant: Assistant, announce: Callable[[str], None]) -> None:
    """Serve the API until Ctrl-C or SIGTERM; `announce` gets the address once the server listens.

    Raises UsageError for a host beyond this machine without keys, NotReadyError where the port is taken.
    """
    settings = assistant.settings
    host = listening.address(settings.host, bool(settings.keys), remedy="make a key with: assistant key NAME")
    with listening.listen(host, settings.api_port) as opened:
        assistant.guard.seal(server=True)  # before anything else is loaded
        workspace = Workspace.of(assistant)
        try:
            listening.run(application(workspace, host), opened, announce, patience=PATIENCE)
        finally:
            workspace.close()


def application(workspace: Workspace, host: str = "127.0.0.1") -> "App":
    """Return the API behind its gate, as an ASGI application for a server that listens on `host`.

    Raises UsageError for keys of the settings that are none.
    """
    from assistant.api.gate import Gate
    from assistant.api.keys import Keys
    from assistant.api.metrics import Measured, Metrics
    from assistant.api.work import Lanes
    from assistant.web.hosts import Hosts

    settings = workspace.assistant.settings
    lanes = Lanes.of(settings)
    metrics = Metrics(workspace, lanes)
    gate = Gate(api(workspace, lanes, metrics), Hosts.of(host, settings.names), Keys(settings.keys, settings.rate))
    return Measured(gate, metrics)


def api(workspace: Workspace, lanes: "Lanes", metrics: "Metrics") -> "FastAPI":
    """Return the routes, with MCP at /mcp."""
    from fastapi import FastAPI

    from assistant.api import errors, mcp, routes

    tools = mcp.server(workspace, lanes)
    # The gate has judged host and origin already; no session is kept, so a restart is no loss.
    spoken = tools.streamable_http_app(json_response=True, stateless_http=True, transport_security=_judged())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with tools.session_manager.run():
            yield
        lanes.close()

    app = FastAPI(
        title="Edge research assistant", version=__version__, docs_url=None, redoc_url=None, lifespan=lifespan
    )
    app.include_router(routes.router(workspace, lanes, metrics))
    app.router.routes.extend(spoken.routes)
    errors.handle(app)
    _describe(app)
    return app


def _judged() -> Any:  # noqa: ANN401
    from mcp.server.transport_security import TransportSecuritySettings

    return TransportSecuritySettings(enable_dns_rebinding_protection=False)


def _describe(app: "FastAPI") -> None:
    """Leave FastAPI's own 422 out of the description: what doesn't fit is answered 400, in OpenAI's form."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for name in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(name, None)
        schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"key": []}, {}]
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
