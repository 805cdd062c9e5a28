"""Pulling from servers on loopback: good ones, and ones that drop connections, lie about sizes or send wrong bytes."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.errors import FaultError, NotReadyError, RefusedError, UsageError
from assistant.models import pull
from assistant.models.files import recall
from assistant.models.verify import verify
from tests.support import tiny_gguf

PATH = "/owner/repository/resolve/main/tiny.gguf"


@dataclass
class Server:
    """What the server does, and what it was asked."""

    content: bytes
    promised_size: int | None = None
    promised_sha256: str | None = ""
    drops_after: int = 0  # bytes of each answer after which the connection is cut; 0 never
    ranges: bool = True
    status: int = 200
    elsewhere: str = "/storage/tiny"
    leads_in_circles: bool = False
    url: str = ""
    asked: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)

    @property
    def starts(self) -> list[str | None]:
        return [start for method, path, start, _ in self.asked if method == "GET" and path == self.elsewhere]


def handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def answer(self, *, body: bool) -> None:
            start = self.headers["Range"]
            server.asked.append((self.command, self.path, start, self.headers["Authorization"]))
            if self.path != server.elsewhere or server.leads_in_circles:
                self.send_response(302 if server.status == 200 else server.status)
                size = len(server.content) if server.promised_size is None else server.promised_size
                digest = server.promised_sha256 or hashlib.sha256(server.content).hexdigest()
                self.send_header("X-Linked-Size", str(size))
                if server.promised_sha256 is not None:
                    self.send_header("X-Linked-ETag", f'"{digest}"')
                self.send_header("Location", server.elsewhere)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            first = int(start.removeprefix("bytes=").rstrip("-")) if start and server.ranges else 0
            rest = server.content[first:]
            self.send_response(206 if first else 200)
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(server.content) - 1}/{len(server.content)}")
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            if body:
                self.wfile.write(rest[: server.drops_after or None])
                self.close_connection = True

    return Handler


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return tiny_gguf.write(tmp_path / "made.gguf").read_bytes()


@pytest.fixture
def server(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(pull, "WAIT_S", 0.0)
    made = Server(content)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(made)) as listening:
        made.url = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        listening.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_comes_whole_and_is_noted(server: Server, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    made = pull.pull(server.url + PATH, folder, lambda done, size: seen.append((done, size)))
    assert made == folder / "tiny.gguf"
    assert made.read_bytes() == server.content
    assert recall(made, "sha256") == recall(made, "promised") == hashlib.sha256(server.content).hexdigest()
    assert seen[-1] == (len(server.content), len(server.content))
    assert [verdict.ok for verdict in verify(folder)] == [True]


def test_broken_connections_are_gone_on_from(server: Server, folder: Path) -> None:
    server.drops_after = len(server.content) // 3
    assert pull.pull(server.url + PATH, folder).read_bytes() == server.content
    assert server.starts == [None, f"bytes={server.drops_after}-", f"bytes={2 * server.drops_after}-",
                             *[f"bytes={3 * server.drops_after}-"] * (len(server.content) % 3 > 0)]  # fmt: skip


def test_a_server_that_cannot_go_on_begins_anew(server: Server, folder: Path) -> None:
    server.ranges, server.drops_after = False, len(server.content) // 2
    with pytest.raises(NotReadyError):
        pull.pull(server.url + PATH, folder)
    server.drops_after = 0
    assert pull.pull(server.url + PATH, folder).read_bytes() == server.content


def test_an_interrupted_pull_is_resumed_by_the_next_one(server: Server, folder: Path) -> None:
    def interrupted(done: int, size: int) -> None:
        if done > size // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull.pull(server.url + PATH, folder, interrupted)
    (part,) = folder.iterdir()
    have = part.stat().st_size
    assert 0 < have < len(server.content)
    pull.pull(server.url + PATH, folder)
    assert server.starts[-1] == f"bytes={have}-"
    assert "tiny.gguf" in left(folder)
    assert not [name for name in left(folder) if name.endswith(".part")]


def test_a_part_of_another_version_is_not_gone_on_with(server: Server, folder: Path, tmp_path: Path) -> None:
    server.drops_after, server.ranges = 5000, False
    with pytest.raises(NotReadyError):
        pull.pull(server.url + PATH, folder)
    server.content = tiny_gguf.write(tmp_path / "other.gguf", seed=8).read_bytes()
    server.drops_after, server.ranges = 0, True
    assert pull.pull(server.url + PATH, folder).read_bytes() == server.content


@pytest.mark.parametrize("lie", [-1000, -1, 1, 10**6])
def test_a_lie_about_the_size_is_found(server: Server, folder: Path, lie: int) -> None:
    server.promised_size = len(server.content) + lie
    with pytest.raises((RefusedError, NotReadyError)):
        pull.pull(server.url + PATH, folder)
    assert "tiny.gguf" not in left(folder)


def test_wrong_bytes_are_found_and_deleted(server: Server, folder: Path) -> None:
    server.promised_sha256 = hashlib.sha256(b"what was meant").hexdigest()
    with pytest.raises(RefusedError, match="SHA-256"):
        pull.pull(server.url + PATH, folder)
    assert left(folder) == []


def test_what_is_no_model_is_refused_even_without_a_promise(server: Server, folder: Path) -> None:
    server.content, server.promised_sha256 = b"<html>please sign in</html>" * 9, None
    with pytest.raises(RefusedError, match="GGUF"):
        pull.pull(server.url + PATH, folder)
    assert left(folder) == []


def test_a_disk_that_is_too_small_is_seen_before(server: Server, folder: Path) -> None:
    server.promised_size = 10**18
    with pytest.raises(FaultError, match="free on the disk"):
        pull.pull(server.url + PATH, folder)
    assert server.starts == []


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_does_not_give_it_is_quoted(server: Server, folder: Path, status: int) -> None:
    server.status = status
    with pytest.raises(RefusedError):
        pull.pull(server.url + PATH, folder)


def test_redirects_in_circles_end(server: Server, folder: Path) -> None:
    server.elsewhere = PATH + "?again"
    server.leads_in_circles = True
    with pytest.raises(RefusedError, match="circles"):
        pull.pull(server.url + PATH, folder)


def test_a_token_is_shown_to_its_own_host_alone(server: Server, folder: Path, content: bytes) -> None:
    other = Server(content, elsewhere="/storage/tiny")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(other)) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        server.elsewhere = f"http://127.0.0.1:{listening.server_port}/storage/tiny"
        pull.pull(server.url + PATH, folder, token="secret")
        listening.shutdown()
        thread.join()
    assert {shown for *_, shown in server.asked} == {"Bearer secret"}
    assert {shown for *_, shown in other.asked} == {None}


def test_nobody_there_is_not_ready(folder: Path) -> None:
    with pytest.raises(NotReadyError):
        pull.pull("http://127.0.0.1:9/a/b/tiny.gguf", folder)


def test_a_model_that_is_there_is_left_alone(server: Server, folder: Path) -> None:
    folder.mkdir()
    (folder / "tiny.gguf").write_bytes(b"mine")
    with pytest.raises(UsageError):
        pull.pull(server.url + PATH, folder)
    assert (folder / "tiny.gguf").read_bytes() == b"mine"


@pytest.mark.parametrize("path", ["/a/b/", "/a/b/model.bin", "/a/b/..%2F..%2Fescape.gguf", "/a/b/.hidden.gguf"])
def test_a_name_that_leads_elsewhere_is_refused(server: Server, folder: Path, path: str) -> None:
    with pytest.raises(RefusedError):
        pull.pull(server.url + path, folder)


def test_addresses() -> None:
    there = {"HF_ENDPOINT": "https://mirror.example/"}
    file = "Llama-3.2-1B-Instruct-Q4_K_M.gguf"
    assert pull.address("llama-3.2-1b", {}) == (
        f"https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/{file}"
    )
    assert pull.address("a/b/c d.gguf", there) == "https://mirror.example/a/b/resolve/main/c%20d.gguf"
    for wrong in ("no such", "a/b.gguf", "a/b/c.bin", "a//c.gguf"):
        with pytest.raises(UsageError):
            pull.address(wrong, {})


def test_the_command_pulls_only_when_asked_and_says_so(server: Server, tmp_path: Path) -> None:
    (tmp_path / "questions.md").touch()
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "models", "pull", "owner/repository/tiny.gguf", "--workspace", tmp_path],
        capture_output=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HF_ENDPOINT": server.url},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "this uses the network" in done.stderr
    assert (tmp_path / "models" / "tiny.gguf").read_bytes() == server.content


def test_a_byte_that_flipped_is_found(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    assert "noted" in verify(tmp_path)[0].said
    status, raw = path.stat(), bytearray(path.read_bytes())
    raw[-100] ^= 1
    path.write_bytes(raw)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [verdict.ok for verdict in verify(tmp_path)] == [False]


def test_a_pulled_file_that_was_replaced_is_found(server: Server, folder: Path) -> None:
    pull.pull(server.url + PATH, folder)
    tiny_gguf.write(folder / "tiny.gguf", seed=9)
    assert [(verdict.ok, "promised" in verdict.said) for verdict in verify(folder, "tiny.gguf")] == [(False, True)]


def test_a_cut_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    path.write_bytes(path.read_bytes()[:-5000])
    (verdict,) = verify(tmp_path)
    assert not verdict.ok
    assert verdict.remedy


def test_goes_through_the_proxy_that_the_environment_names(
    server: Server, folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, server.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.elsewhere = "http://models.invalid/storage/tiny"
    made = pull.pull(f"http://models.invalid{PATH}", folder)
    assert made.read_bytes() == content
    assert {path for _, path, _, _ in server.asked} == {f"http://models.invalid{PATH}", server.elsewhere}
