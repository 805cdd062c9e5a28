"""A real server over a small workspace, and a real browser whose every request is written down."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.support import small_workspace, tiny_gguf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

CHECKOUT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ENDLESS = 9000
"""Tokens of the slow model's script: seconds of writing, however fast the machine."""


@dataclass
class Served:
    """A running `assistant ui`."""

    process: subprocess.Popen[str]
    address: str
    root: Path

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what stood on standard error since the address."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "assistant", *map(str, words)]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "GRADIO_"))}
    return kept | {"PYTHONPATH": str(CHECKOUT)}


def refresh(root: Path) -> None:
    subprocess.run(command("refresh", "--workspace", root), check=True, capture_output=True, env=environment())


def start(root: Path, *flags: str) -> Served:
    """Start the page over a workspace, and wait for the address that it prints when it listens."""
    words = command("ui", "--workspace", root, "--port", "0", *flags)
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(), cwd=root)
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"http://[\w.:\[\]]+", line)
        if found:
            return Served(process, found.group(), root)
    raise AssertionError(f"the page did not start: exit {process.wait()}")


def stop(served: Served) -> None:
    if served.process.poll() is None:
        served.process.kill()
        served.process.communicate()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed workspace that the extractive engine answers from."""
    root = small_workspace.make(tmp_path_factory.mktemp("small")).root
    # One test's conversations are no business of the next.
    (root / "assistant.toml").write_text("history = false\n", encoding="utf-8")
    refresh(root)
    return root


@pytest.fixture(scope="session")
def extractive(small: Path) -> Iterator[Served]:
    served = start(small, "--engine", "extractive")
    yield served
    stop(served)


@pytest.fixture(scope="session")
def slow(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same workspace with a model that says one true sentence and then goes on for thousands of tokens."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    root = tmp_path_factory.mktemp("slow") / "workspace"
    shutil.copytree(small, root)
    true = ["2025 年的調查中，", "62% 的製造商", "把隱私列為採用", "邊緣 AI 的首要好處", "[1][2][3]。", "\n\n"]
    han = [chr(0x4E00 + n) for n in range(100)]
    endless = [a + b for a in han for b in han if a != b][:ENDLESS]
    (root / "models").mkdir()
    tiny_gguf.write(root / "models" / "slow.gguf", says=true + endless, context=32768)
    (root / "assistant.toml").write_text("context = 32768\nmax_tokens = 16000\nhistory = false\n", encoding="utf-8")
    served = start(root, "--engine", "llama")
    yield served
    stop(served)


# Playwright keeps an event loop running while it is open: it must be closed before other packages' tests start theirs.
@pytest.fixture(scope="package")
def chromium() -> "Iterator[Browser]":
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no chromium on this machine")
    # A loaded machine is slow, not wrong: five seconds, the default, are too few beside other work.
    sync_api.expect.set_options(timeout=30_000)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Traffic:
    """What a page asked for, and what it complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: "Page") -> None:
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def outside(self, address: str) -> list[str]:
        """Return the requests that did not go to the server at `address`."""
        own = (f"{address}/", f"{address.replace('http', 'ws', 1)}/", "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


class OpenPage(Protocol):
    """Opens the page of a server in a browser window of its own."""

    def __call__(self, served: Served, path: str = "/", width: int = 1280) -> "Page": ...


@pytest.fixture
def open_page(chromium: "Browser") -> Iterator[OpenPage]:
    """Open the page of a server. Afterwards every request must have gone to it, without a complaint."""
    opened: list[tuple[BrowserContext, Traffic, str]] = []

    def opening(served: Served, path: str = "/", width: int = 1280) -> "Page":
        context = chromium.new_context(viewport={"width": width, "height": 860}, locale="zh-TW")
        page = context.new_page()
        page.set_default_timeout(15_000)
        traffic = Traffic()
        traffic.watch(page)
        page.goto(served.address + path)
        opened.append((context, traffic, served.address))
        return page

    yield opening
    for context, traffic, address in opened:
        context.close()
        assert traffic.requests
        assert traffic.outside(address) == []
        assert traffic.complaints == []
