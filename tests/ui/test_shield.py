import asyncio

import pytest

from assistant.ui.shield import Shield
from assistant.web.asgi import Message, Receive, Scope, Send
from assistant.web.hosts import Hosts


def request(path: str, host: str = "127.0.0.1:7860", origin: str | None = None) -> tuple[int, dict[str, str]]:
    """Send one request through a shield around an application that answers 200 to everything."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/html"), (b"Referrer-Policy", b"unsafe-url")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(Shield(app, Hosts({"127.0.0.1", "localhost", "::1"}))(scope, receive, send))
    return sent[0]["status"], {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/theme.css",
        "/assets/index-1.js",
        "/gradio_api/queue/join",
        "/gradio_api/heartbeat/ab12",
        "/reports/20260101T000000Z-0123abcd/report.html",
        "/corpus/0123456789abcdef/page-12.png",
    ],
)
def test_what_the_page_needs_passes(path: str) -> None:
    status, headers = request(path)
    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/upload", "/gradio_api/proxy=http://x/",
        "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/call/ask", "/gradio_api/vibe-edit", "/monitoring",
        "/gradio_api/component_server", "/gradio_api/mcp/", "/docs", "/gradio_api/run/ask", "/gradio_api/queue/join/x",
        "/reports/../questions.md", "/reports/a/run.json", "/reports/a/../b/report.md", "/reports/a/report.md/x",
        "/corpus/../questions.md", "/corpus/a.pdf/page-1.png", "/corpus/0123456789abcdef/page-.png",
    ],
)  # fmt: skip
def test_the_rest_of_gradio_is_not_there(path: str) -> None:
    assert request(path)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:7860", "", "192.168.1.5:7860"])
def test_another_host_name_is_refused(host: str) -> None:
    assert request("/", host=host)[0] == 403


@pytest.mark.parametrize("host", ["localhost:7860", "[::1]:7860", "LOCALHOST"])
def test_names_of_this_machine_pass(host: str) -> None:
    assert request("/", host=host)[0] == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://127.0.0.1:7860", 200), ("http://127.0.0.1:9999", 403), ("https://evil.example", 403), ("null", 403)],
)
def test_only_its_own_pages_may_call(origin: str, status: int) -> None:
    assert request("/gradio_api/queue/join", origin=origin)[0] == status
