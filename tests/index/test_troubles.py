"""Refresh on full and closed disks, odd clocks, stores of other versions, and beside an open chat."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import FaultError, NotReadyError
from assistant.index import journal as journals
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import FILE, Journal
from assistant.index.refresh import Report, refresh
from assistant.settings import Settings
from assistant.text import tokens
from assistant.workspace import Workspace
from tests.index.snapshots import alike, oracle, snapshot, vectors

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")
# A refresh that may not write any file beyond so many bytes: to SQLite and Chroma that is a full disk.
ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from assistant.errors import FaultError
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import refresh
from assistant.settings import Settings
from assistant.workspace import Workspace
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    refresh(Workspace(Path(sys.argv[1])), Settings(), HashEmbedder())
except FaultError as error:
    print(error)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "space")
    made.corpus.mkdir(parents=True)
    for number in range(6):
        write(made, f"{number}.md", f"# 研華 {number}\n\n" + f"邊緣運算 {number} 把資料留在現場。\n\n" * 30)
    return made


def write(workspace: Workspace, name: str, text: str) -> Path:
    file = workspace.corpus / name
    file.write_text(text, encoding="utf-8")
    return file


def run(workspace: Workspace) -> Report:
    return refresh(workspace, Settings(), HashEmbedder())


def paths(journal: Journal, words: str) -> set[str]:
    return {hit.path for hit in journal.hits([n for n, _ in journal.search(tokens.terms(words), 50)]).values()}


@POSIX
@pytest.mark.parametrize("room", [90_000, 350_000])
def test_a_full_disk_loses_nothing(workspace: Workspace, tmp_path: Path, room: int) -> None:
    run(workspace)
    before = snapshot(workspace)
    for number in range(120):
        write(workspace, f"more {number}.md", f"# {number}\n\n" + f"第 {number} 段文字說明成本與隱私。\n\n" * 80)
    command = [sys.executable, "-c", ON_A_FULL_DISK, str(workspace.root), str(room)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert "free space on its disk" in done.stdout
    assert snapshot(workspace) == before
    run(workspace)
    wanted, wanted_vectors = oracle(workspace.corpus, tmp_path / "oracle")
    assert snapshot(workspace) == wanted
    assert alike(vectors(workspace), wanted_vectors)


@POSIX
def test_a_store_that_may_only_be_read_answers_and_is_not_refreshed(workspace: Workspace) -> None:
    run(workspace)
    before = snapshot(workspace)
    write(workspace, "new.md", "new")
    folders = [workspace.vectorstore, *(p for p in workspace.vectorstore.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    if os.access(workspace.vectorstore, os.W_OK):
        pytest.skip("this user may write anywhere")
    try:
        with pytest.raises(FaultError, match="writable"):
            run(workspace)
        journal = Journal(workspace.vectorstore)
        assert paths(journal, "研華")
        journal.close()
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert snapshot(workspace) == before


def test_a_file_where_the_store_should_be_is_named(workspace: Workspace) -> None:
    workspace.vectorstore.write_bytes(b"")
    with pytest.raises(FaultError, match="index can't be written") as error:
        run(workspace)
    assert error.value.where == str(workspace.vectorstore)


def test_a_store_of_a_newer_version_is_left_alone(workspace: Workspace) -> None:
    run(workspace)
    _set_version(workspace, journals.VERSION + 1)
    before = (workspace.vectorstore / FILE).read_bytes()
    for writable in (True, False):
        with pytest.raises(NotReadyError, match="newer program"):
            Journal(workspace.vectorstore, writable=writable)
    with pytest.raises(NotReadyError):
        run(workspace)
    assert (workspace.vectorstore / FILE).read_bytes() == before


def test_a_store_of_an_older_version_is_made_anew(workspace: Workspace, tmp_path: Path) -> None:
    run(workspace)
    _set_version(workspace, journals.VERSION - 1)
    with pytest.raises(NotReadyError, match="assistant refresh"):
        Journal(workspace.vectorstore)
    assert run(workspace).added == 6
    assert snapshot(workspace) == oracle(workspace.corpus, tmp_path / "oracle")[0]


def _set_version(workspace: Workspace, version: int) -> None:
    db = sqlite3.connect(workspace.vectorstore / FILE)
    db.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(version),))
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_jumps_hides_no_change(workspace: Workspace, years: int) -> None:
    file = workspace.corpus / "1.md"
    when = file.stat().st_mtime_ns + years * 365 * 86400 * 10**9
    os.utime(file, ns=(when, when))
    run(workspace)
    write(workspace, "1.md", "# 研華 1\n\n" + "邊緣運算 1 把資料送到雲端。\n\n" * 30)
    os.utime(file, ns=(when, when))
    assert run(workspace).changed == 1
    journal = Journal(workspace.vectorstore)
    assert paths(journal, "送到雲端") == {"1.md"}
    journal.close()
    assert run(workspace).unchanged == 6


def test_an_open_chat_sees_the_old_or_the_new_state_and_never_half(workspace: Workspace) -> None:
    run(workspace)
    chat = Journal(workspace.vectorstore)
    before = chat.generation()
    seen: list[tuple[int, set[str]]] = []
    (workspace.corpus / "0.md").unlink()
    write(workspace, "9.md", "# 研華 9\n\n新的一段。\n")
    refresh(
        workspace,
        Settings(),
        HashEmbedder(),
        progress=lambda step: seen.append((chat.generation(), paths(chat, "研華"))),
    )
    old = {f"{n}.md" for n in range(6)}
    assert seen
    assert all(found == old for _, found in seen)
    assert paths(chat, "研華") == old - {"0.md"} | {"9.md"}
    assert chat.generation() != before
    chat.close()
