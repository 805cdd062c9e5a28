"""Two boxes with one index: its journal in a real PostgreSQL, which fails, its vectors on a real Chroma server."""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import NotReadyError
from assistant.index import postgres, shared
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import Report, refresh
from assistant.library import Workspace as Library
from assistant.records import Egress
from assistant.settings import Settings
from assistant.wiring import Assistant
from assistant.workspace import Workspace
from tests.index.snapshots import alike, oracle, snapshot, vectors
from tests.support import small_workspace
from tests.support.chroma_server import ChromaServer, chroma_server
from tests.support.interrupted import Interrupted
from tests.support.postgres_server import PASSWORD, PostgresServer, postgres_server

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(300)  # commands that make the dictionary anew, on a busy machine
QUESTIONS = ("邊緣 AI 有哪些隱私上的好處？", "What are the privacy benefits of edge AI?")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PostgresServer, ChromaServer]]:
    with postgres_server() as journal, chroma_server(tmp_path_factory.mktemp("chroma") / "data") as store:
        yield journal, store


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the dictionary, which takes seconds to make; every box gets a copy."""
    folder = tmp_path_factory.mktemp("dictionary")
    Dictionary(folder)
    return folder


@dataclass
class Site:
    """Boxes that see one corpus, each with a workspace of its own, and the servers that they share."""

    folder: Path
    dictionary: Path
    server: PostgresServer
    settings: Settings

    def box(self, name: str) -> Workspace:
        """Return the workspace of a box. Its corpus is the one of all, as where a file server has it."""
        root = self.folder / name
        if not root.exists():
            root.mkdir()
            for entry in (self.folder / "site").iterdir():
                (root / entry.name).symlink_to(entry)
            shutil.copytree(self.dictionary, root / "vectorstore")
        return Workspace(root)

    def refresh(self, name: str, embedder: HashEmbedder | None = None) -> Report:
        return refresh(self.box(name), self.settings, embedder or HashEmbedder())

    def open(self, name: str) -> Library:
        return Library.of(Assistant(self.box(name), self.settings, GUARD))

    def write(self, number: int, said: str = "") -> None:
        """Write a note of more passages than are embedded at once."""
        text = "\n\n".join(f"## 第 {number}.{n} 節\n\n邊緣運算的成本是 {number * n} 元。{said}" for n in range(40))
        (self.folder / "site" / "corpus" / f"{number}.md").write_text(f"# Note {number}\n\n{text}\n", encoding="utf-8")

    def assert_whole(self, *names: str, scratch: str) -> None:
        """See that every box, and one that comes new, has what an index made from nothing has."""
        wanted, wanted_vectors = oracle(self.box("new").corpus, self.folder / scratch)
        for name in (*names, f"new for {scratch}"):
            shared.open_journal(self.box(name).vectorstore, self.settings).close()
            assert snapshot(self.box(name), shared.FILE) == wanted
        assert alike(vectors(self.box("new"), self.settings), wanted_vectors)


class _Guard:
    """What answers ask of a guard that is not up in the process of the tests."""

    def record(self) -> Egress:
        return Egress("audit-hook", 0, ())


GUARD: Any = _Guard()


@pytest.fixture
def site(
    tmp_path: Path, servers: tuple[PostgresServer, ChromaServer], dictionary: Path, monkeypatch: pytest.MonkeyPatch
) -> Site:
    monkeypatch.setattr(shared, "FRESH", 0.0)
    server, store = servers
    if server.down:
        server.start()
    small_workspace.make(tmp_path / "site")
    settings = Settings(journal=server.database(), journal_password=PASSWORD, store=store.address, engine="extractive")
    return Site(tmp_path, dictionary, server, settings)


def answers(library: Library) -> list[dict[str, Any]]:
    """Return the answers to all questions, without what depends on the moment."""
    told = [library.ask(question) for question in QUESTIONS]
    return [{"statements": a.statements, "citations": a.citations, "corpus": a.corpus, "gaps": a.gaps} for a in told]


def test_one_box_refreshes_and_an_open_reader_of_the_other_follows_and_answers_alike(site: Site) -> None:
    site.refresh("one")
    assert not (site.box("one").vectorstore / "journal.sqlite").exists()
    with site.open("one") as here, site.open("two") as there:
        before = answers(there)
        assert before == answers(here)
        assert before[0]["statements"]
        note = site.folder / "site" / "corpus" / "new.md"
        note.write_text("# 隱私\n\n邊緣 AI 把影像留在工廠，隱私外洩的風險降低 83%。\n", encoding="utf-8")
        assert site.refresh("one").added == 1
        after = answers(there)
        assert after == answers(here) != before
        assert "83%" in str(after)
        hit = there.search("隱私外洩")[0]
        assert there.related(hit.passage.id) == here.related(hit.passage.id)
        note.unlink()
        assert site.refresh("two").removed == 1
        assert answers(here) == answers(there)
        assert "83%" not in str(answers(here))


def test_nothing_is_read_again_on_another_box(site: Site) -> None:
    first = site.refresh("one")
    second = site.refresh("two")
    assert (second.added, second.changed, second.unchanged) == (0, 0, first.added)
    site.assert_whole("one", "two", scratch="oracle")


def test_two_refreshes_at_once_one_leaves_with_what_to_do(site: Site) -> None:
    for number in range(5):
        site.write(number)
    caught: list[NotReadyError] = []

    def other() -> None:
        with pytest.raises(NotReadyError, match="another refresh is at work on this journal") as error:
            site.refresh("two")
        caught.append(error.value)

    site.refresh("one", Interrupted(other))
    assert "wait until it is done" in caught[0].remedy
    assert site.refresh("two").added == 0
    site.assert_whole("one", "two", scratch="oracle")


def test_postgresql_killed_and_started_again_in_mid_refresh_loses_nothing(site: Site) -> None:
    for number in range(5):
        site.write(number)
    embedder = Interrupted(site.server.restart)
    site.refresh("one", embedder)
    assert embedder.batches == 2
    site.assert_whole("one", scratch="oracle")


def test_postgresql_that_stays_away_costs_nothing_and_any_box_ends_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.refresh("one")
    before = snapshot(site.box("one"), shared.FILE)
    for number in range(5):
        site.write(number)
    with monkeypatch.context() as patch:
        patch.setattr(postgres, "PAUSES", (0.01, 0.01))
        with pytest.raises(NotReadyError, match="can't be reached") as caught:
            site.refresh("one", Interrupted(site.server.kill))
    assert "start it" in caught.value.remedy
    assert snapshot(site.box("one"), shared.FILE) == before
    site.server.start()
    with site.open("two") as reader:
        assert answers(reader)[0]["statements"]
    assert site.refresh("two").added == 5
    site.assert_whole("one", "two", scratch="oracle")


def test_a_database_that_was_lost_is_filled_again(site: Site) -> None:
    site.refresh("one")
    name = site.settings.journal.rpartition("/")[2]
    site.server.admin("DROP SCHEMA assistant CASCADE", name)
    with pytest.raises(NotReadyError, match="not indexed yet"):
        shared.open_journal(site.box("two").vectorstore, site.settings)
    assert site.refresh("one").added > 0
    site.assert_whole("one", "two", scratch="oracle")


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_killed_at_any_moment_on_either_box_the_next_refresh_ends_where_a_rebuild_would(site: Site) -> None:
    chance = random.Random(20261130)
    site.refresh("one")
    usual = 3.0
    for turn in range(4):
        for number in chance.sample(range(6), 3):
            site.write(number, f"第 {turn} 次")
        (site.folder / "site" / "corpus" / f"{chance.randrange(6)}.md").unlink(missing_ok=True)
        started = command(site, "refresh", name=("one", "two")[turn % 2])
        time.sleep(chance.uniform(0.5, usual))
        started.kill()
        started.communicate()
    site.refresh("two")
    site.assert_whole("one", "two", scratch="oracle")


# ------------------------------------------------------------ as a user runs it


def command(site: Site, *args: str, name: str = "one", **environ: str) -> "subprocess.Popen[str]":
    names = {
        "ASSISTANT_JOURNAL": site.settings.journal,
        "ASSISTANT_JOURNAL_PASSWORD": PASSWORD,
        "ASSISTANT_STORE": site.settings.store,
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *args, "--workspace", str(site.box(name).root)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env={**os.environ, **names, **environ},
    )  # fmt: skip


def told(site: Site, *args: str, code: int = 0, **more: str) -> tuple[str, str]:
    """Return what a command says on stdout and stderr; neither has the password."""
    running = command(site, *args, **more)
    said, complained = running.communicate(timeout=240)
    assert running.returncode == code, complained
    assert PASSWORD not in said + complained
    assert "Traceback" not in said + complained
    return said, complained


def test_the_commands_work_on_either_box_and_behind_the_guard(site: Site) -> None:
    # Whatever leads libpq elsewhere is overruled.
    elsewhere = {"PGHOSTADDR": "192.0.2.1", "PGHOST": "192.0.2.1", "PGPORT": "9", "PGDATABASE": "other"}
    assert json.loads(told(site, "refresh", "--json", **elsewhere)[0])["added"] > 0
    for name in ("one", "two"):
        answer = json.loads(told(site, "ask", QUESTIONS[1], "--json", name=name, **elsewhere)[0])
        assert answer["status"] == "answered"
        # The host of the servers is named, and so the kernel, which can't tell hosts apart, leaves it to the hook.
        assert answer["egress"] == {"enforcement": "audit-hook", "attempts": 0, "hosts": ["127.0.0.1"]}
    doctor = json.loads(told(site, "doctor", "--json", name="two")[0])
    assert [check["name"] for check in doctor["checks"] if not check["ok"]] == []
    assert "journal: 127.0.0.1" in str(doctor)


def test_the_commands_say_what_is_wrong_and_never_the_password(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    told(site, "refresh")
    for args in (("refresh",), ("ask", QUESTIONS[1])):
        _, said = told(site, *args, code=2, ASSISTANT_JOURNAL_PASSWORD="another secret")
        assert "doesn't let this user in" in said
        assert "another secret" not in said
    _, said = told(site, "refresh", code=2, ASSISTANT_JOURNAL=site.settings.journal + "_not")
    assert "does not exist" in said
    _, said = told(site, "refresh", code=2, ASSISTANT_JOURNAL="postgresql://me:hidden@127.0.0.1/one")
    assert "hidden" not in said
    _, said = told(site, "refresh", code=2, ASSISTANT_STORE="")
    assert "vectors that are shared" in said


def test_forgotten_a_document_is_in_no_copy_and_no_table(site: Site) -> None:
    secret = "der Klang von 熊貓 im Nebel"
    (site.folder / "site" / "corpus" / "secret.md").write_text(f"# Note\n\n{secret} costs 17.\n", encoding="utf-8")
    told(site, "refresh")
    with site.open("two") as reader:
        assert reader.search("Klang Nebel")
        said, _ = told(site, "forget", "secret.md")
        assert "none is left" in said
        assert reader.search("Klang Nebel") == []
    assert traces(site, "two", secret) == []
    name = site.settings.journal.rpartition("/")[2]
    for table in ("documents", "passages", "places", "meta"):
        assert "熊貓" not in str(site.server.admin(f"SELECT * FROM assistant.{table}", name))
    site.assert_whole("one", "two", scratch="oracle")


def traces(site: Site, name: str, secret: str) -> list[Path]:
    files = [path for path in site.box(name).vectorstore.rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]


def test_the_guard_lets_through_to_the_named_host_alone() -> None:
    code = """
from assistant.errors import AssistantError
from assistant.index.postgres import Postgres
from assistant.offline.guard import enforce
guard = enforce(("127.0.0.1",))
for host in ("192.0.2.1", "journal.example", "127.0.0.1"):
    try:
        Postgres(f"postgresql://me@{host}:PORT/one").attempt("it can't be opened", lambda server: None)
    except AssistantError as error:
        print(error.what, guard.record().attempts)
""".replace("PORT", str(_unused()))
    code = "from assistant.index import postgres; postgres.PAUSES = ()\n" + code
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60)
    lines = done.stdout.splitlines()
    assert "the offline guard refused: connect 192.0.2.1" in lines[0], done.stderr
    assert "the offline guard refused: look-up journal.example" in lines[1]
    assert "Connection refused" in lines[2]
    assert [line.rpartition(" ")[2] for line in lines] == ["1", "2", "2"]


def _unused() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port
