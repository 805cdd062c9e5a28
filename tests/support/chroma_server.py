"""A real Chroma server for tests, which can be killed and started again over the same data."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.model_server import answers, free_port, until


class ChromaServer:
    """`chroma run` on loopback."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        code = "import sys; from chromadb.cli.cli import app; sys.exit(app())"
        command = [sys.executable, "-c", code, "run", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--path", str(self.data)]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, env={**os.environ}, **silent)
        until(lambda: answers(f"{self.address}/api/v2/heartbeat"), self._process)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> threading.Thread:
        """Kill it now, and start it again in another thread."""
        self.kill()
        thread = threading.Thread(target=self.start)
        thread.start()
        return thread


@contextmanager
def chroma_server(data: Path) -> Iterator[ChromaServer]:
    server = ChromaServer(data)
    server.start()
    try:
        yield server
    finally:
        server.kill()
