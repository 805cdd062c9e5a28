"""The journal in a real PostgreSQL: what it says, how copies follow, what fails and how that is told."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import AssistantError, FaultError, NotReadyError, UsageError
from assistant.index import postgres, shared, shared_tables
from assistant.index.journal import Journal, Place
from assistant.index.shared import SharedJournal
from assistant.index.tables import VERSION
from assistant.text import tokens
from tests.contracts.journal_contract import JournalContract, Open, document, put
from tests.support.postgres_server import PASSWORD, PostgresServer, postgres_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def server(running: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """Return a server that is up, whatever the test before did to it; readers ask it at every turn."""
    monkeypatch.setattr(shared, "FRESH", 0.0)
    if running.down:
        running.start()
    return running


@pytest.fixture
def address(server: PostgresServer) -> str:
    return server.database()


class Boxes:
    """Opens the journal of one database on this box or that."""

    def __init__(self, folder: Path, server: PostgresServer, address: str) -> None:
        self.folder, self.server, self.address = folder, server, address
        self.opened: list[Journal] = []

    def __call__(self, box: str = "box", *, writable: bool = False) -> SharedJournal:
        journal = SharedJournal(self.folder / box, self.server.connection(self.address), writable=writable)
        self.opened.append(journal)
        return journal

    def close(self) -> None:
        for journal in self.opened:
            journal.close()


@pytest.fixture
def boxes(tmp_path: Path, server: PostgresServer, address: str) -> Iterator[Boxes]:
    made = Boxes(tmp_path, server, address)
    yield made
    made.close()


class TestInPostgres(JournalContract):
    """Each opening is on a box of its own, so that all it knows has come through the database."""

    @pytest.fixture
    def opened(self, tmp_path: Path, server: PostgresServer) -> Iterator[Open]:
        made: dict[str, Boxes] = {}

        def open_one(name: str = "one", *, writable: bool = False) -> Journal:
            if name not in made:
                made[name] = Boxes(tmp_path / name, server, server.database())
            return made[name](f"box {len(made[name].opened)}", writable=writable)

        yield open_one
        for boxes in made.values():
            boxes.close()


def content(journal: SharedJournal) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a copy says, by table, numbers included."""
    journal.generation()
    db = sqlite3.connect(journal.path)
    try:
        said = {
            table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("meta", "documents", "places", "passages", "texts", "postings")
        }
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return said
    finally:
        db.close()


def disturb(journal: Journal, chance: random.Random) -> None:
    """Make one commit that adds, removes and renames."""
    places = journal.places()
    with journal.transaction():
        for path, place in places.items():
            if chance.random() < 0.3:
                journal.drop(path)
            elif chance.random() < 0.2:
                journal.drop(path)
                journal.put(Place(f"{path} renamed", 1, chance.randrange(9**9), place.digest, place.document_id))
        for _ in range(chance.randrange(4)):
            number = chance.randrange(30)
            made, passages = document(f"第{number}份文件 about Gemma {number}。\n結尾 {number}\n", cut=10)
            if journal.document(made.id) is None:
                journal.add(made, passages)
            journal.put(Place(f"{number}.md", number, 2, made.id, made.id, None, 5))
        for orphan in journal.orphans():
            journal.remove(orphan)
        if chance.random() < 0.05:
            journal.clear()
        journal.set_meta({"settled": str(chance.random())})


def test_copies_say_what_the_writers_says_however_late_they_follow(boxes: Boxes) -> None:
    chance = random.Random(20261130)
    writer = boxes("writer", writable=True)
    quick, slow = boxes("quick"), boxes("slow")
    for round_ in range(60):
        disturb(writer, chance)
        assert content(quick) == content(writer)
        if round_ % 17 == 16:
            assert content(slow) == content(writer)
            assert content(boxes(f"new {round_}")) == content(writer)
    assert content(slow) == content(writer)


def test_another_box_goes_on_where_the_first_one_stopped(boxes: Boxes) -> None:
    chance = random.Random(5)
    for turn in range(12):
        writer = boxes(f"box {turn % 3}", writable=True)
        disturb(writer, chance)
        said = content(writer)
        writer.close()
        assert content(boxes("reader")) == said


def test_a_reader_beside_the_writer_does_not_wait_for_the_end_of_a_refresh(
    boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = boxes("box", writable=True)
    reader = boxes("box")
    asked, commit, found = threading.Event(), writer._server.attempt, list[int]()
    newest = reader._newest

    def noticed(*args: object) -> object:
        try:
            return newest(*args)  # type: ignore[arg-type]
        finally:
            asked.set()

    reading = threading.Thread(target=lambda: found.append(reader.info().documents))

    def committed(*args: object) -> object:
        # Between PostgreSQL's commit and the copy's the reader learns that there is something new.
        done = commit(*args)  # type: ignore[arg-type]
        if not asked.is_set():
            reading.start()
            asked.wait()
        return done

    monkeypatch.setattr(reader, "_newest", noticed)
    monkeypatch.setattr(writer._server, "attempt", committed)
    asked.clear()
    put(writer, *document())
    with writer.transaction():
        reading.join(20)
        assert found == [1]


def test_two_cannot_write_at_once(boxes: Boxes) -> None:
    one = boxes("one", writable=True)
    with pytest.raises(NotReadyError, match="another refresh is at work on this journal") as caught:
        boxes("two", writable=True)
    assert caught.value.where == boxes.server.connection(boxes.address).where
    one.close()
    put(boxes("two", writable=True), *document())


def test_a_writer_that_was_cut_off_while_another_wrote_gives_way(boxes: Boxes, server: PostgresServer) -> None:
    one = boxes("one", writable=True)
    server.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'assistant'")
    two = boxes("two", writable=True)
    put(two, *document())
    with pytest.raises(NotReadyError, match="another refresh is at work"):
        put(one, *document("another\nof two lines\n", cut=8), "b.md")
    two.close()
    with pytest.raises(NotReadyError, match="has changed the journal meanwhile"):
        put(one, *document("another\nof two lines\n", cut=8), "b.md")
    one.close()
    again = boxes("one", writable=True)
    put(again, *document("another\nof two lines\n", cut=8), "b.md")
    assert set(boxes("reader").places()) == {"a.md", "b.md"}


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("moment", ["before the commit", "after PostgreSQL's commit", "after its own commit"])
def test_a_writer_killed_around_its_commit_leaves_one_state(boxes: Boxes, moment: str) -> None:
    put(boxes("box", writable=True), *document())
    boxes.opened[-1].close()
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from assistant.index.postgres import Postgres
from assistant.index.shared import SharedJournal
from tests.contracts.journal_contract import document, put
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
journal = SharedJournal(Path({str(boxes.folder / "box")!r}), Postgres({boxes.address!r}, {PASSWORD!r}), writable=True)
commit, moment = journal._server.attempt, {moment!r}
if moment == "before the commit":
    journal._server.attempt = die
elif moment == "after PostgreSQL's commit":
    journal._server.attempt = lambda what, call: (commit(what, call), die())
put(journal, *document("another\\nof two lines\\n", cut=8), "b.md")
die()
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (-9, "")
    wanted = {"a.md"} if moment == "before the commit" else {"a.md", "b.md"}
    here, elsewhere = boxes("box"), boxes("elsewhere")
    assert set(here.places()) == wanted
    assert content(here) == content(elsewhere)
    here.close()
    writer = boxes("box", writable=True)
    put(writer, *document("a third\nof two lines\n", cut=8), "c.md")
    assert content(writer) == content(elsewhere)


# ------------------------------------------------------------ a server that fails


def test_a_server_killed_and_started_again_in_mid_query_answers_all_the_same(boxes: Boxes) -> None:
    put(boxes("writer", writable=True), *document())
    reader = boxes("reader")
    before = reader.search(["gemma"], 5)
    starting = boxes.server.restart()
    assert reader.search(["gemma"], 5) == before != []
    starting.join()


def test_a_server_killed_in_mid_commit_and_started_again_loses_nothing(
    boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, starting = boxes("writer", writable=True), list[threading.Thread]()
    written = shared_tables.write

    def write(*args: object) -> None:
        written(*args)  # type: ignore[arg-type]
        if not starting:
            starting.append(boxes.server.restart())

    monkeypatch.setattr(shared_tables, "write", write)
    put(writer, *document())
    starting[0].join()
    assert content(boxes("reader")) == content(writer)
    assert set(writer.places()) == {"a.md"}


def test_a_commit_whose_reply_was_lost_is_not_made_twice(boxes: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    writer = boxes("writer", writable=True)
    committed, lost = writer._commit, list[int]()

    def commit(*args: object) -> None:
        committed(*args)  # type: ignore[arg-type]
        if not lost:
            lost.append(1)
            raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(writer, "_commit", commit)
    put(writer, *document())
    assert lost == [1]
    assert content(boxes("reader")) == content(writer)
    put(writer, *document("another\nof two lines\n", cut=8), "b.md")


def test_a_server_that_stays_away_is_said_in_bounded_time_and_then_just_goes_on(
    boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(boxes("writer", writable=True), *document())
    boxes.opened[-1].close()
    reader, tried = boxes("reader"), list[float]()
    monkeypatch.setattr(postgres, "PAUSES", (0.01, 0.02))
    monkeypatch.setattr("assistant.index.faults.time.sleep", tried.append)
    boxes.server.kill()
    for use in (
        lambda: reader.search(["gemma"], 5),
        reader.info,
        lambda: boxes("new"),
        lambda: boxes("x", writable=True),
    ):
        tried.clear()
        with pytest.raises(NotReadyError, match="can't be reached") as caught:
            use()
        assert tried == [0.01, 0.02]
        assert str(boxes.server.port) in caught.value.where
        assert "start it" in caught.value.remedy
    boxes.server.start()
    assert len(reader.search(["gemma"], 5)) == 1


def test_who_waited_while_the_server_was_called_in_vain_hears_so_too(
    boxes: Boxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(boxes("writer", writable=True), *document())
    boxes.opened[-1].close()
    reader, rounds, caught = boxes("reader"), list[float](), list[AssistantError]()
    monkeypatch.setattr(postgres, "PAUSES", (0.5,))
    boxes.server.kill()
    tried = reader._server.attempt

    def attempt(*args: object) -> object:
        rounds.append(1)
        return tried(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(reader._server, "attempt", attempt)
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        with pytest.raises(NotReadyError) as error:
            reader.info()
        caught.append(error.value)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(caught), len(rounds)) == (8, 1)


# ------------------------------------------------------------ who may not, and what is not there


def refused(boxes: Boxes, address: str, password: str = PASSWORD, *, writable: bool = True) -> AssistantError:
    with pytest.raises(AssistantError) as caught:
        SharedJournal(boxes.folder / "refused", postgres.Postgres(address, password), writable=writable)
    said = f"{caught.value} {caught.value.where} {caught.value.remedy}"
    assert password not in said
    assert PASSWORD not in said
    assert caught.value.remedy
    return caught.value


def test_a_wrong_password_is_said_at_once_and_not_shown(boxes: Boxes) -> None:
    error = refused(boxes, boxes.address, "another secret")
    assert isinstance(error, UsageError)
    assert "doesn't let this user in" in error.what
    assert "journal_password" in error.remedy


def test_without_a_password_it_is_asked_for(boxes: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    with pytest.raises(UsageError, match="doesn't let this user in"):
        SharedJournal(boxes.folder / "box", postgres.Postgres(boxes.address))


def test_the_password_file_of_postgresql_serves_as_well(
    boxes: Boxes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:*:{PASSWORD}\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    SharedJournal(boxes.folder / "box", postgres.Postgres(boxes.address), writable=True).close()


def test_a_database_that_is_not_there_is_said_at_once(boxes: Boxes) -> None:
    error = refused(boxes, boxes.address.rpartition("/")[0] + "/nowhere")
    assert isinstance(error, UsageError)
    assert 'database "nowhere" does not exist' in error.what


def test_a_user_that_is_not_there_is_not_let_in(boxes: Boxes) -> None:
    error = refused(boxes, boxes.address.replace("postgresql://journal", "postgresql://nobody"))
    assert "doesn't let this user in" in error.what


def test_a_user_who_may_not_write_or_read_is_told_so(boxes: Boxes, server: PostgresServer) -> None:
    put(boxes("box", writable=True), *document())
    boxes.opened[-1].close()
    other = server.database()
    address = other.rpartition("/")[0] + "/" + boxes.address.rpartition("/")[2]
    for writable in (True, False):
        error = refused(boxes, address, writable=writable)
        assert isinstance(error, UsageError)
        assert "may not do that" in error.what
        assert "administrator" in error.remedy
    server.admin(f"REVOKE CONNECT ON DATABASE {boxes.address.rpartition('/')[2]} FROM public")
    assert "may not do that" in refused(boxes, address).what


def test_a_user_without_the_right_to_make_a_schema_is_told_and_takes_one_that_is_made_for_it(
    boxes: Boxes, server: PostgresServer
) -> None:
    name = boxes.address.rpartition("/")[2]
    server.admin(f"ALTER DATABASE {name} OWNER TO admin")
    assert "may not do that" in refused(boxes, boxes.address).what
    server.admin(f"CREATE SCHEMA assistant AUTHORIZATION {name}", name)
    put(boxes("box", writable=True), *document())
    assert len(boxes("reader").search(["gemma"], 5)) == 1


def test_encryption_that_the_server_does_not_have_is_said_at_once(boxes: Boxes) -> None:
    error = refused(boxes, boxes.address + "?sslmode=require")
    assert isinstance(error, FaultError)
    assert "SSL" in error.what


def test_a_journal_of_a_newer_program_is_refused_and_one_of_an_older_made_anew(
    boxes: Boxes, server: PostgresServer
) -> None:
    put(boxes("box", writable=True), *document())
    boxes.opened[-1].close()
    name = boxes.address.rpartition("/")[2]

    def as_version(version: int) -> None:
        server.admin(f"UPDATE assistant.meta SET value = '{version}' WHERE key = 'version'", name)

    as_version(VERSION + 1)
    for writable in (True, False):
        error = refused(boxes, boxes.address, writable=writable)
        assert isinstance(error, NotReadyError)
        assert (f"version {VERSION + 1}" in error.what, "newer program" in error.remedy) == (True, True)
    assert server.admin("SELECT count(*) FROM assistant.documents", name) == [(1,)]
    as_version(VERSION - 1)
    assert "assistant refresh" in refused(boxes, boxes.address, writable=False).remedy
    assert boxes("box", writable=True).places() == {}
    assert boxes("reader").info().documents == 0


def test_a_schema_of_the_same_name_that_is_not_ours_is_left_alone(boxes: Boxes, server: PostgresServer) -> None:
    name = boxes.address.rpartition("/")[2]
    server.admin(f"CREATE SCHEMA assistant AUTHORIZATION {name}", name)
    server.admin(
        f"CREATE TABLE assistant.documents (theirs text); ALTER TABLE assistant.documents OWNER TO {name}", name
    )
    assert isinstance(refused(boxes, boxes.address), FaultError)
    assert server.admin("SELECT count(*) FROM assistant.documents", name) == [(0,)]
    assert server.admin("SELECT to_regclass('assistant.meta')", name) == [(None,)]


# ------------------------------------------------------------ another journal than before


def test_a_database_set_back_to_an_older_copy_and_changed_is_noticed(boxes: Boxes, server: PostgresServer) -> None:
    writer = boxes("writer", writable=True)
    put(writer, *document())
    name = boxes.address.rpartition("/")[2]
    server.admin("CREATE TABLE assistant.kept AS SELECT * FROM assistant.commits", name)
    put(writer, *document("lost with the backup\nof two lines\n", cut=21), "b.md")
    reader = boxes("reader")
    assert set(reader.places()) == {"a.md", "b.md"}
    writer.close()
    # What a restore of a dump brings back: all as it was after the first commit.
    server.admin("DELETE FROM assistant.places WHERE path = 'b.md'", name)
    server.admin(
        "DELETE FROM assistant.passages WHERE document = 2; DELETE FROM assistant.documents WHERE number = 2", name
    )
    server.admin("DELETE FROM assistant.commits WHERE mark NOT IN (SELECT mark FROM assistant.kept)", name)
    assert set(reader.places()) == {"a.md"}
    again = boxes("another box", writable=True)
    put(again, *document("written after it\nof two lines\n", cut=17), "c.md")
    assert set(boxes("writer").places()) == {"a.md", "c.md"}
    assert content(reader) == content(again)


def test_a_program_with_other_tokens_makes_its_copy_anew(boxes: Boxes, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = boxes("writer", writable=True)
    put(writer, *document())
    boxes("reader").close()
    with monkeypatch.context() as patch:
        patch.setattr(tokens, "VERSION", tokens.VERSION + 1)
        put(writer, *document("another\nof two lines\n", cut=8), "b.md")
        changed = boxes("reader")
    assert content(changed) == content(writer)


def test_erased_nothing_is_left_in_the_database_nor_in_a_copy_that_follows(
    boxes: Boxes, server: PostgresServer
) -> None:
    secret = "der Klang von 熊貓 in the fog"
    writer = boxes("writer", writable=True)
    put(writer, *document(f"{secret}\nof two lines\n", cut=len(secret) + 1))
    reader = boxes("reader")
    assert secret.encode() in reader.path.read_bytes() + Path(f"{reader.path}-wal").read_bytes()
    writer.erase()
    writer.close()
    assert reader.places() == {}
    name = boxes.address.rpartition("/")[2]
    for table in shared_tables.TABLES:
        assert secret not in str(server.admin(f"SELECT * FROM assistant.{table}", name))
    left = [path for path in reader.path.parent.iterdir() if secret.encode() in path.read_bytes()]
    assert left == []
    server.admin("CHECKPOINT")
    heap = [
        path for path in (server.data / "base").rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
    ]
    assert heap == []


def test_what_one_refresh_took_out_is_no_longer_on_the_pages_of_a_copy(boxes: Boxes) -> None:
    secret = "der Klang von 熊貓 in the fog"
    writer = boxes("writer", writable=True)
    put(writer, *document())
    made, passages = document(f"{secret}\nof two lines\n", cut=len(secret) + 1)
    put(writer, made, passages, "b.md")
    reader = boxes("reader")
    assert reader.document(made.id) == made
    with writer.transaction():
        writer.drop("b.md")
        writer.remove(made.id)
    assert reader.document(made.id) is None
    reader.close()
    assert secret.encode() not in reader.path.read_bytes()
