"""An index whose vectors are on a real Chroma server, which fails in the middle of things."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.errors import AssistantError, NotReadyError, UsageError
from assistant.index import chroma
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import Report, refresh
from assistant.index.vectors import Vectors
from assistant.settings import Settings
from assistant.wiring import Assistant
from assistant.workspace import Workspace
from tests.contracts.vectors_contract import unit
from tests.index.snapshots import alike, oracle, snapshot, vectors
from tests.support.chroma_server import ChromaServer, chroma_server
from tests.support.interrupted import Interrupted


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture
def server(running: ChromaServer) -> ChromaServer:
    """Return a server that is up, whatever the test before did to it."""
    running.kill()
    running.start()
    return running


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "工作")
    made.corpus.mkdir(parents=True)
    for number in range(5):
        write(made, number)
    return made


def write(workspace: Workspace, number: int) -> None:
    """Write a note of more passages than are embedded at once."""
    text = "\n\n".join(f"## 第 {number}.{n} 節\n\n邊緣運算的成本是 {number * n} 元。" for n in range(40))
    (workspace.corpus / f"{number}.md").write_text(f"# Note {number}\n\n{text}\n", encoding="utf-8")


def run(workspace: Workspace, server: ChromaServer, embedder: HashEmbedder | None = None) -> Report:
    return refresh(workspace, Settings(store=server.address), embedder or HashEmbedder())


def assert_whole(workspace: Workspace, server: ChromaServer, scratch: Path) -> None:
    wanted, wanted_vectors = oracle(workspace.corpus, scratch)
    assert snapshot(workspace) == wanted
    assert alike(vectors(workspace, Settings(store=server.address)), wanted_vectors)


def test_the_vectors_are_on_the_server_and_not_in_the_workspace(
    workspace: Workspace, server: ChromaServer, tmp_path: Path
) -> None:
    assert run(workspace, server).added == 5
    assert not (workspace.vectorstore / "chroma").exists()
    assert_whole(workspace, server, tmp_path / "oracle")
    (workspace.corpus / "0.md").unlink()
    write(workspace, 7)
    run(workspace, server)
    assert_whole(workspace, server, tmp_path / "oracle 2")


def test_a_server_killed_and_started_again_in_mid_refresh_loses_nothing(
    workspace: Workspace, server: ChromaServer, tmp_path: Path
) -> None:
    embedder = Interrupted(server.restart)
    assert run(workspace, server, embedder).added == 5
    assert embedder.batches == 2
    assert_whole(workspace, server, tmp_path / "oracle")


def test_a_server_that_stays_away_in_mid_refresh_costs_nothing_and_the_next_refresh_ends_it(
    workspace: Workspace, server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(workspace, server)
    before = snapshot(workspace)
    for number in range(10, 15):
        write(workspace, number)
    with monkeypatch.context() as patch:
        patch.setattr(chroma, "PAUSES", (0.01, 0.01))
        with pytest.raises(NotReadyError, match="can't be reached") as caught:
            run(workspace, server, Interrupted(server.kill))
    assert caught.value.where == server.address
    assert "start it" in caught.value.remedy
    assert snapshot(workspace) == before
    server.start()
    assert run(workspace, server).added == 5
    assert_whole(workspace, server, tmp_path / "oracle")


def test_a_server_killed_and_started_again_in_mid_query_answers_all_the_same(server: ChromaServer) -> None:
    rows = unit(20)
    opened = Vectors(chroma.Server(server.address, "query"), "one")
    opened.add([f"p{n}" for n in range(20)], rows)
    before = opened.search(rows[3], 5)
    starting = server.restart()
    assert opened.search(rows[3], 5) == before
    starting.join()


def test_no_server_is_said_with_where_and_what_to_do(
    workspace: Workspace, server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.kill()
    monkeypatch.setattr(chroma, "PAUSES", (0.01,))
    with pytest.raises(NotReadyError, match="can't be reached") as caught:
        run(workspace, server)
    assert (caught.value.where, "chroma run" in caught.value.remedy) == (server.address, True)


def test_vectors_that_the_server_lost_are_made_again(
    workspace: Workspace, server: ChromaServer, tmp_path: Path
) -> None:
    run(workspace, server)
    server.kill()
    server.data.rename(tmp_path / "lost")
    server.start()
    assert run(workspace, server).unchanged == 5
    assert_whole(workspace, server, tmp_path / "oracle")


def test_another_store_rebuilds_there_and_back(workspace: Workspace, server: ChromaServer, tmp_path: Path) -> None:
    refresh(workspace, Settings(), HashEmbedder())
    assert run(workspace, server).rebuilt == "other store"
    assert_whole(workspace, server, tmp_path / "oracle")
    assert refresh(workspace, Settings(), HashEmbedder()).rebuilt == "other store"


def test_what_is_dropped_is_off_the_server(workspace: Workspace, server: ChromaServer) -> None:
    settings = Settings(store=server.address)
    run(workspace, server)
    assert len(vectors(workspace, settings)) > 0
    Assistant(workspace, settings, None).clear_servers()  # type: ignore[arg-type]  (it asks nothing of the guard)
    assert len(vectors(workspace, settings)) == 0


def test_a_proxy_that_asks_for_a_token_gets_it(server: ChromaServer) -> None:
    with proxy(server.address, "秘密".encode().hex()) as address:
        opened = Vectors(chroma.Server(address, "token", "秘密".encode().hex()), "one")
        opened.add(["a"], unit(1))
        assert opened.ids() == {"a"}
        with pytest.raises(UsageError, match="wants a token") as caught:
            Vectors(chroma.Server(address, "token", "another"), "one")
    assert caught.value.remedy == "set store_token"


def test_a_busy_server_is_asked_again_and_no_longer_than_the_limit(
    server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma, "PAUSES", (0.01, 0.01))
    with proxy(server.address, "t", busy=2) as address:
        assert len(Vectors(chroma.Server(address, "busy", "t"), "one")) == 0
    with proxy(server.address, "t", busy=99) as address, pytest.raises(AssistantError, match="can't be reached"):
        Vectors(chroma.Server(address, "busy", "t"), "one")


@contextmanager
def proxy(upstream: str, token: str, *, busy: int = 0) -> Iterator[str]:
    """Run a proxy that lets through who has the token, once it has been busy so many times."""
    left = [busy]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers["Authorization"] != f"Bearer {token}":
                return self._answer(401, b"who are you?")
            left[0] -= 1
            if left[0] >= 0:
                return self._answer(503, b"later")
            data = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
            kind = {"Content-Type": "application/json"}
            request = urllib.request.Request(upstream + self.path, data, kind, method=self.command)
            try:
                with urllib.request.urlopen(request, timeout=30) as reply:
                    return self._answer(reply.status, reply.read())
            except urllib.error.HTTPError as error:
                return self._answer(error.code, error.read())

        do_POST = do_DELETE = do_GET  # noqa: N815  (http.server names them)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
