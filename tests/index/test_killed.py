"""A refresh that is killed at any moment leaves one committed state, and the next one ends where a rebuild would.

KILLS=200 in the environment kills so often; a run of the whole suite does it a few times.
"""

import multiprocessing
import os
import random
import shutil
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from assistant.index import vector_work
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import refresh
from assistant.settings import Settings
from assistant.workspace import Workspace
from tests.index.snapshots import alike, oracle, snapshot, vectors

KILLS = int(os.environ.get("KILLS", "6"))
SEED = int(os.environ.get("KILL_SEED", "20261122"))
WORDS = "研華 邊緣 運算 隱私 成本 model chip latency 量化 NPU quantization 記憶體 工廠 retail 資料 主權".split()


def work(root: str, most_deferred: int, told: Connection | None = None) -> None:
    """Refresh, in a process that is there to be killed; then tell what vectors there are."""
    vector_work.MOST_DEFERRED = most_deferred
    workspace = Workspace(Path(root))
    refresh(workspace, Settings(), HashEmbedder())
    if told is not None:
        told.send(vectors(workspace))


def text(chance: random.Random) -> str:
    paragraphs = [" ".join(chance.choices(WORDS, k=30)) + "。" for _ in range(chance.randint(1, 6))]
    return f"# {chance.choice(WORDS)} {chance.random()}\n\n" + "\n\n".join(paragraphs) + "\n"


def disturb(corpus: Path, chance: random.Random) -> None:
    """Add, change, rename, copy and delete a few files."""
    for _ in range(chance.randint(1, 6)):
        files = sorted(corpus.glob("*.md"))
        what = chance.choice(["add", "change", "rename", "copy", "delete"])
        if what == "add" or len(files) < 5:
            (corpus / f"{chance.randrange(10**6)}.md").write_text(text(chance), encoding="utf-8")
        elif what == "change":
            chance.choice(files).write_text(text(chance), encoding="utf-8")
        elif what == "rename":
            chance.choice(files).rename(corpus / f"{chance.randrange(10**6)} renamed.md")
        elif what == "copy":
            shutil.copy(chance.choice(files), corpus / f"{chance.randrange(10**6)} copy.md")
        else:
            chance.choice(files).unlink()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.timeout(0 if KILLS > 6 else 180)
def test_killed_at_any_moment_nothing_is_lost(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    workspace = Workspace(tmp_path / "killed")
    workspace.corpus.mkdir(parents=True)
    for number in range(8):
        (workspace.corpus / f"{number}.md").write_text(text(chance), encoding="utf-8")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", "assistant.index.refresh"])
    usual = 1.0
    first = context.Process(target=work, args=(str(workspace.root), 0))
    first.start()
    first.join()
    committed, killed, before_commit = snapshot(workspace), 0, 0
    while killed < KILLS:
        disturb(workspace.corpus, chance)
        # Vectors written at once, or left for later; then some refresh or other has more of them waiting than may.
        most_deferred = chance.choice([0, 8, 512])
        child = context.Process(target=work, args=(str(workspace.root), most_deferred))
        child.start()
        started = time.perf_counter()
        # Half of them near the end: between the commit and the end lie some hundredths of a refresh.
        child.join(chance.uniform(usual * chance.choice([0, 0.9]), usual * 1.05))
        child.kill()
        child.join()
        killed += child.exitcode != 0
        # So that a refresh is about to be done at the latest kills, whatever the machine is busy with.
        usual = usual * 1.1 if child.exitcode else (usual + time.perf_counter() - started) / 2
        seen = snapshot(workspace)
        before_commit += child.exitcode != 0 and seen == committed
        wanted, wanted_vectors = oracle(workspace.corpus, tmp_path / f"oracle {killed} {chance.random()}")
        # One committed state or the other, whole.
        assert seen in (committed, wanted)
        if chance.random() < 0.5:
            # Else the next refresh finds a store that was left by a kill, and is killed too.
            here, there = context.Pipe(duplex=False)
            mended = context.Process(target=work, args=(str(workspace.root), chance.choice([0, 512]), there))
            mended.start()
            there.close()  # so that a refresh that fails is heard of, not waited for
            assert alike(here.recv(), wanted_vectors)
            mended.join()
            assert snapshot(workspace) == wanted
        committed = snapshot(workspace)
    # Where vectors wait, next to nothing is left to do after the commit: few kills find that moment.
    assert KILLS < 100 or 0 < before_commit < killed
