import socket
import threading
import time
from collections.abc import Iterator

import pytest

from assistant.web.asgi import Receive, Scope, Send

uvicorn = pytest.importorskip("uvicorn")
patience = pytest.importorskip("assistant.web.patience")


async def slow(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer after longer than a connection may be silent."""
    import asyncio

    await asyncio.sleep(5 * patience.HEADERS_S)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(patience, "HEADERS_S", 0.1)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(slow, http=patience.Impatient, ws="none", lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def closed(client: socket.socket, *, saying: bytes = b"") -> bool:
    """Whether the server ends the connection, while `saying` is sent byte by byte."""
    client.settimeout(0.02)
    for n in range(500):
        try:
            client.send(saying[n : n + 1])
            if client.recv(1) == b"":
                return True
        except TimeoutError:
            time.sleep(0.01)
        except OSError:
            return True
    return False


def test_a_connection_that_says_nothing_is_ended(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        assert closed(client)


def test_a_request_that_trickles_in_is_ended(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        assert closed(client, saying=b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 1000)


def test_an_answer_may_take_its_time_and_another_may_follow(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(10)
        for _ in range(2):
            client.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"ok"):
                answer += client.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200")
