"""Model servers for tests: llama-cpp-python's own with the tiny GGUF, and one that says whatever a test wants."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KEY = "a key of the model server"


@contextmanager
def llama(model: Path, *, window: int = 1024) -> Iterator[str]:
    """Run llama-cpp-python's server over `model` and give its address; `KEY` is its key."""
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--n_ctx", str(window),
               "--host", "127.0.0.1", "--port", str(port), "--api_key", KEY, "--model_alias", "tiny",
               "--interrupt_requests", "false", "--n_threads", "1", "--logits_all", "false"]  # fmt: skip
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    served = subprocess.Popen(command, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""}, **silent)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{address}/openapi.json"), served)
        yield f"{address}/v1"
    finally:
        served.terminate()
        served.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


def until(ready: Callable[[], bool], process: "subprocess.Popen[Any]", seconds: float = 60) -> None:
    """Wait until `ready` says so. Fails where the process ends or the time does."""
    end = time.monotonic() + seconds
    while not ready():
        assert process.poll() is None, "the server ended before it listened"
        assert time.monotonic() < end, "the server did not come up"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def event(text: str, finish: str | None = None) -> str:
    """Return a piece of a reply as a server sends it."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]})}\n\n"


class Script:
    """What a made-up server answers: `models` to /v1/models, `props` to /props, and `turns` to each chat in turn.

    A turn is (status, headers, body); a body is written piece by piece, and an event in it is waited for. The last
    turn is repeated. `chats` are the requests that came.
    """

    def __init__(
        self,
        turns: Sequence[tuple[int, dict[str, str], Sequence[str | threading.Event]]],
        **told: Any,  # noqa: ANN401
    ) -> None:
        self.turns = list(turns)
        self.told = {"v1/models": {"data": [{"id": "scripted", "max_model_len": 4096}]}, **told}
        self.chats: list[dict[str, Any]] = []
        self.left = threading.Event()


@contextmanager
def scripted(script: Script) -> Iterator[str]:  # noqa: C901
    """Serve a script and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = script.told.get(self.path.strip("/"))
            self._send(404 if told is None else 200, {}, [json.dumps(told)])

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told = script.told.get(self.path.strip("/"))
            if told is not None:
                self._send(200, {}, [json.dumps(told(asked))])
            elif not self.path.endswith("/chat/completions"):
                self._send(404, {}, [])
            else:
                turn = script.turns[min(len(script.chats), len(script.turns) - 1)]
                script.chats.append(asked)
                self._send(*turn)

        def _send(self, status: int, headers: dict[str, str], body: Sequence[str | threading.Event]) -> None:
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in body:
                    if isinstance(piece, threading.Event):
                        piece.wait(30)
                    else:
                        self.wfile.write(piece.encode())
                        self.wfile.flush()
            except OSError:
                script.left.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
