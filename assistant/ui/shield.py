"""What stands before the page: only its own routes, only its own host, and a policy that loads nothing else."""

import re

from assistant.web.asgi import App, Message, Receive, Scope, Send
from assistant.web.hosts import Hosts

ROUTES = re.compile(
    r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json|/(?:assets|static|svelte)/.+"
    r"|/corpus/inbox|/corpus/[0-9a-f]{16}/page-\d{1,5}\.png|/reports/[\w-]+/report\.(?:html|md|json)"
    r"|/gradio_api/(?:queue/(?:join|data)|heartbeat/\w+|cancel|reset|run/predict|app_id|startup-events|theme\.css)/?"
)
"""All the page needs: reports, pictures of pages and dropped files (ui/files.py), and of gradio only this. Gradio's
file serving, uploads, proxy, API, editor and monitoring stay unreachable."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; frame-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
"""The browser itself refuses to load anything from elsewhere. Gradio's page needs inline scripts and its templates
need eval, which is why every text is escaped as well (ui/markup.py)."""

HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Shield:
    """An ASGI application around another one.

    A request for another route is answered 404, one that `hosts` refuse 403.
    """

    def __init__(self, app: App, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        status = self._judge(scope) if scope["type"] == "http" else 404
        if status:
            await _refuse(send, status)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower().decode() not in HEADERS]
                message["headers"] = [*kept, *own]
            await send(message)

        await self._app(scope, receive, guarded)

    def _judge(self, scope: Scope) -> int:
        """Return the status that refuses the request, 0 for one that may pass."""
        if self._hosts.refuse(scope):
            return 403
        return 0 if ROUTES.fullmatch(scope["path"]) else 404


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"not here\n" if status == 404 else b"refused\n"})
