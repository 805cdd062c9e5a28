"""Vectors that wait: noted with the change that makes them due, and written with a later one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.index import vector_work
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal
from assistant.index.refresh import refresh
from assistant.index.vectors import Vectors
from assistant.retrieval.related import Related
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.index.snapshots import alike, oracle, vectors

CHANGE = """
import sys
from pathlib import Path
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import refresh
from assistant.settings import Settings
from assistant.workspace import Workspace
print(refresh(Workspace(Path(sys.argv[1])), Settings(), HashEmbedder()).added, "chromadb" in sys.modules)
"""


class Meaning(HashEmbedder):
    semantic = True


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "space")
    made.corpus.mkdir(parents=True)
    for number in range(4):
        write(made, f"{number}.md", f"# 研華 {number}\n\n邊緣運算 {number} 把資料留在現場，隱私風險降低。\n")
    refresh(made, Settings(), HashEmbedder())
    return made


def write(workspace: Workspace, name: str, text: str) -> None:
    (workspace.corpus / name).write_text(text, encoding="utf-8")


def deferred(workspace: Workspace) -> list[str]:
    journal = Journal(workspace.vectorstore)
    found: list[str] = json.loads(journal.meta(vector_work.DEFERRED) or "[]")
    journal.close()
    return found


def in_chroma(workspace: Workspace) -> set[str]:
    return Vectors(workspace.vectorstore, HashEmbedder.fingerprint).ids()


def test_a_small_change_does_not_open_chroma(workspace: Workspace) -> None:
    write(workspace, "new.md", "Hailo-10H has 40 TOPS.\n")
    command = [sys.executable, "-c", CHANGE, str(workspace.root)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert done.stdout.split() == ["1", "False"]
    assert len(deferred(workspace)) == 1
    assert not set(deferred(workspace)) & in_chroma(workspace)


def test_what_waits_is_written_with_a_later_change(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_work, "MOST_DEFERRED", 4)
    write(workspace, "1.md", "# 凌華\n\n另一家公司。\n")
    (workspace.corpus / "2.md").unlink()
    refresh(workspace, Settings(), HashEmbedder())
    write(workspace, "new.md", "Hailo-10H has 40 TOPS.\n")
    refresh(workspace, Settings(), HashEmbedder())
    # Two that Chroma lacks, two that it has and that are live no more.
    assert len(deferred(workspace)) == 4
    (workspace.corpus / "3.md").unlink()
    refresh(workspace, Settings(), HashEmbedder())
    assert deferred(workspace) == []
    wanted = oracle(workspace.corpus, tmp_path / "oracle")[1]
    assert in_chroma(workspace) == wanted.keys()
    assert alike(vectors(workspace), wanted)


def test_what_came_back_meanwhile_is_neither_lost_nor_doubled(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (workspace.corpus / "2.md").read_text(encoding="utf-8")
    for text in ("# 凌華\n\n另一家公司。\n", before):
        write(workspace, "2.md", text)
        refresh(workspace, Settings(), HashEmbedder())
    assert len(deferred(workspace)) == 2
    monkeypatch.setattr(vector_work, "MOST_DEFERRED", 0)
    (workspace.corpus / "3.md").unlink()
    refresh(workspace, Settings(), HashEmbedder())
    assert in_chroma(workspace) == oracle(workspace.corpus, tmp_path / "oracle")[1].keys()


def test_vectors_that_a_search_reads_never_wait(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.corpus.mkdir()
    for number in range(2):
        write(workspace, f"{number}.md", f"Number {number}.\n")
        refresh(workspace, Settings(), Meaning())
        assert deferred(workspace) == []
        assert len(in_chroma(workspace)) == number + 1


def test_a_passage_whose_vector_waits_is_found_as_related(workspace: Workspace) -> None:
    write(workspace, "new.md", "# 消息\n\n研華的邊緣運算把資料留在現場，隱私風險因此降低了。\n")
    refresh(workspace, Settings(), HashEmbedder())
    journal = Journal(workspace.vectorstore)
    (new,) = (hit for hit in journal.hits_by_id(deferred(workspace)).values())
    (old,) = (hit for hit in journal.hits_by_id(journal.passage_ids()).values() if hit.path == "0.md")
    store = Vectors(workspace.vectorstore, HashEmbedder.fingerprint)
    assert new.passage.id in {hit.passage.id for hit in Related(journal, store, HashEmbedder()).to(old)}
    journal.close()
