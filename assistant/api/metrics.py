"""What happens, as figures for Prometheus: counts and times, never a word of a question."""

import time
from functools import partial
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.web.asgi import App, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from assistant.api.work import Lanes
    from assistant.library import Workspace
    from assistant.records import Egress

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
"""Seconds: a search takes the first, a small model on a slow box the last."""


class Metrics:
    """The figures of one server."""

    def __init__(self, workspace: "Workspace", lanes: "Lanes") -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._workspace = workspace
        self._registry = CollectorRegistry()
        to = self._registry
        self.requests = Counter("assistant_requests", "Requests by route and status.", ["route", "status"], registry=to)
        self.seconds = Histogram(
            "assistant_request_seconds", "Seconds of a request.", ["route"], buckets=BUCKETS, registry=to
        )
        for name, text, read in (
            ("egress_attempts", "Refused tries to reach the network.", lambda: self._record().attempts),
            ("sealed", "1 where the kernel refuses sockets.", lambda: self._record().enforcement == "seccomp"),
        ):
            Gauge(f"assistant_{name}", text, registry=to).set_function(read)
        running = Gauge("assistant_running", "Requests at work.", ["lane"], registry=to)
        waiting = Gauge("assistant_waiting", "Requests that wait.", ["lane"], registry=to)
        for lane, work in (("answers", lanes.answers), ("lookups", lanes.lookups)):
            running.labels(lane).set_function(partial(getattr, work, "running"))
            waiting.labels(lane).set_function(partial(getattr, work, "waiting"))
        self._corpus = Gauge("assistant_corpus", "Documents and passages of the index.", ["of"], registry=to)
        self._engine = Gauge("assistant_engine", "Who writes.", ["name", "model", "host"], registry=to)

    def _record(self) -> "Egress":
        return self._workspace.assistant.guard.record()

    def text(self) -> tuple[bytes, str]:
        """Return the figures in Prometheus's form, with its content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        try:
            answerer = self._workspace.answerer()
        except AssistantError:
            pass  # /health says why
        else:
            corpus, engine = answerer.corpus(), answerer.engine.info
            self._corpus.labels("documents").set(corpus.documents)
            self._corpus.labels("passages").set(corpus.passages)
            self._engine.labels(engine.name, engine.model or "", engine.host or "").set(1)
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class Measured:
    """An ASGI application around another one, whose requests are counted and timed."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count it, under its route and not its path, which anyone can make up."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
