"""A refresh whose files are read and embedded on a real Dask cluster of two workers, or by so many processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.errors import NotReadyError
from assistant.index import cluster
from assistant.index import refresh as refreshing
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import Step, refresh
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.index.snapshots import alike, oracle, snapshot, vectors

if TYPE_CHECKING:
    from distributed import LocalCluster


@pytest.fixture(scope="module")
def dask() -> Iterator["LocalCluster"]:
    """A scheduler and two workers, each a process on loopback."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", protocol="tcp", dashboard_address=None, silence_logs=50
    ) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(refreshing, "FEW_BYTES", 0)
    made = Workspace(tmp_path / "工作")
    made.corpus.mkdir(parents=True)
    for number in range(60):
        text = "\n\n".join(f"## 第 {n} 節\n\n邊緣運算的成本是 {number * n} 元。It costs {n}." for n in range(6))
        (made.corpus / f"{number}.md").write_text(f"# Note {number}\n\n{text}\n", encoding="utf-8")
    (made.corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnot much of a PDF")
    return made


def assert_whole(workspace: Workspace, scratch: Path) -> None:
    (workspace.corpus / "broken.pdf").unlink()
    refresh(workspace, Settings(), HashEmbedder())
    wanted, wanted_vectors = oracle(workspace.corpus, scratch)
    assert snapshot(workspace) == wanted
    assert alike(vectors(workspace), wanted_vectors)


def test_a_cluster_makes_the_index_that_one_box_makes(
    workspace: Workspace, dask: "LocalCluster", tmp_path: Path
) -> None:
    report = refresh(workspace, Settings(dask=dask.scheduler_address), HashEmbedder())
    assert (report.added, [q["path"] for q in report.quarantined]) == (61, ["broken.pdf"])
    assert_whole(workspace, tmp_path / "oracle")


def test_a_worker_killed_in_the_middle_loses_nothing(
    workspace: Workspace, dask: "LocalCluster", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_FILES", 2)
    victims = [nanny.pid for nanny in dask.workers.values()][:1]

    def kill(step: Step) -> None:
        if step.done == 10:
            os.kill(victims.pop(), signal.SIGKILL)

    report = refresh(workspace, Settings(dask=dask.scheduler_address), HashEmbedder(), progress=kill)
    assert (report.added, victims) == (61, [])
    assert_whole(workspace, tmp_path / "oracle")


def test_a_cluster_with_another_framework_is_told_of(workspace: Workspace, dask: "LocalCluster") -> None:
    class Other(HashEmbedder):
        fingerprint = "other"

    with pytest.raises(NotReadyError, match="another model or another framework"):
        refresh(workspace, Settings(dask=dask.scheduler_address), Other())
    assert refresh(workspace, Settings(), HashEmbedder()).added == 61


def test_no_scheduler_is_said_with_where_and_what_to_do(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    with pytest.raises(NotReadyError, match="cluster") as caught:
        refresh(workspace, Settings(dask="tcp://127.0.0.1:1"), HashEmbedder())
    assert caught.value.where == "tcp://127.0.0.1:1"
    assert "without --dask" in caught.value.remedy


def test_behind_the_guard_a_cluster_is_reached_and_nothing_else(workspace: Workspace, dask: "LocalCluster") -> None:
    command = [sys.executable, "-m", "assistant", "refresh", "--workspace", str(workspace.root)]
    # More than a MiB, or no cluster would be asked.
    filling = f"<!-- {'x' * (1 << 20)} -->"
    page = f"<html><body>{filling}<p>邊緣運算降低成本。</p></body></html>"
    (workspace.corpus / "long.html").write_text(page, encoding="utf-8")
    done = subprocess.run([*command, "--dask", dask.scheduler_address], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "broken.pdf" in done.stdout + done.stderr


@pytest.mark.parametrize("count", [1, 2])
def test_any_number_of_workers_makes_the_same_index(workspace: Workspace, count: int, tmp_path: Path) -> None:
    assert refresh(workspace, Settings(workers=count), HashEmbedder()).added == 61
    assert_whole(workspace, tmp_path / "oracle")
