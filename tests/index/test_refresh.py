"""Refresh, on a real folder, a real journal and a real Chroma."""

import json
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from assistant.errors import FaultError, NotReadyError
from assistant.index import vector_work
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal
from assistant.index.refresh import LOCK, Report, refresh
from assistant.index.vectors import Vectors
from assistant.records import CorpusInfo
from assistant.settings import Settings
from assistant.text import tokens
from assistant.workspace import Workspace, create

NOTES = {
    "advantech.md": "# 研華\n\n研華的邊緣 AI 占營收 17%。\n\n研華與 NVIDIA 合作超過 20 年。\n",
    "gemma.md": "# Gemma 3\n\nGemma 3 27B needs 14.1 GB in int4. It runs on one card.\n",
    "深層/法規 📄.txt": "歐盟人工智慧法自 2025 年 2 月 2 日起禁止特定用途。\n",
}


class OtherEmbedder(HashEmbedder):
    """An embedder of the same width, whose vectors mean something else."""

    fingerprint = "other-512"


@pytest.fixture(params=[0, 512], ids=["vectors at once", "vectors later"])
def deferring(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the vectors of so many passages wait."""
    monkeypatch.setattr(vector_work, "MOST_DEFERRED", request.param)


@pytest.fixture
def workspace(deferring: None, tmp_path: Path) -> Workspace:
    made = create(tmp_path / "工作 space")
    for name, text in NOTES.items():
        file = made.corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return made


def run(workspace: Workspace, *, embedder: HashEmbedder | None = None, **how: bool) -> Report:
    return refresh(workspace, Settings(), embedder or HashEmbedder(), **how)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def state(
    workspace: Workspace, embedder: HashEmbedder | None = None
) -> tuple[CorpusInfo, dict[str, str | None], set[str]]:
    """Return what is live, where, and which vectors there are."""
    journal = Journal(workspace.vectorstore)
    places = {path: place.document_id for path, place in journal.places().items()}
    info, live = journal.info(), set(journal.passage_ids())
    deferred = set(json.loads(journal.meta(vector_work.DEFERRED) or "[]"))
    journal.close()
    there = Vectors(workspace.vectorstore, (embedder or HashEmbedder()).fingerprint).ids()
    vectors = there - deferred | deferred & live
    assert vectors == live
    return info, places, vectors


def found(workspace: Workspace, words: str) -> list[str]:
    journal = Journal(workspace.vectorstore)
    hits = journal.hits([n for n, _ in journal.search(tokens.terms(words), 10)])
    journal.close()
    return sorted({hit.path for hit in hits.values()})


def test_everything_new_is_read_and_found(workspace: Workspace) -> None:
    report = run(workspace)
    assert counts(report) == (3, 0, 0, 0)
    assert report.quarantined == []
    assert found(workspace, "歐盟人工智慧法") == ["深層/法規 📄.txt"]
    assert report.passages == state(workspace)[0].passages >= 3


def test_a_second_refresh_does_nothing(workspace: Workspace) -> None:
    run(workspace)
    before = state(workspace)
    assert counts(run(workspace)) == (0, 0, 0, 3)
    assert state(workspace) == before


def test_a_touched_file_is_not_read_again(workspace: Workspace) -> None:
    run(workspace)
    (workspace.corpus / "gemma.md").touch()
    assert counts(run(workspace)) == (0, 0, 0, 3)


def test_changes_and_deletions_leave_what_a_rebuild_would_give(workspace: Workspace) -> None:
    run(workspace)
    (workspace.corpus / "gemma.md").write_text("# Gemma 4\n\nGemma 4 is out.\n", encoding="utf-8")
    (workspace.corpus / "advantech.md").unlink()
    (workspace.corpus / "new.md").write_text("Hailo-10H has 40 TOPS.\n", encoding="utf-8")
    assert counts(run(workspace)) == (1, 1, 1, 1)
    assert found(workspace, "14.1 GB 研華") == []
    after = state(workspace)
    fresh = create(workspace.root.parent / "fresh")
    for name in ("gemma.md", "new.md", "深層/法規 📄.txt"):
        target = fresh.corpus / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((workspace.corpus / name).read_bytes())
    run(fresh)
    assert state(fresh) == after


def test_the_same_bytes_in_two_places_are_one_document(workspace: Workspace) -> None:
    run(workspace)
    before = state(workspace)
    copy = workspace.corpus / "copy of gemma.md"
    copy.write_bytes((workspace.corpus / "gemma.md").read_bytes())
    run(workspace)
    assert state(workspace)[0] == before[0]
    (workspace.corpus / "gemma.md").unlink()
    run(workspace)
    assert state(workspace)[0] == before[0]
    assert found(workspace, "14.1 GB") == ["copy of gemma.md"]


def test_a_renamed_file_keeps_its_document(workspace: Workspace) -> None:
    run(workspace)
    before = state(workspace)
    (workspace.corpus / "gemma.md").rename(workspace.corpus / "renamed.md")
    assert counts(run(workspace)) == (1, 0, 1, 2)
    after = state(workspace)
    assert (after[0], after[2]) == (before[0], before[2])
    assert found(workspace, "14.1 GB") == ["renamed.md"]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(workspace: Workspace) -> None:
    run(workspace)
    before = state(workspace)
    (workspace.corpus / "gemma.md").unlink()
    assert counts(run(workspace, dry_run=True)) == (0, 0, 1, 2)
    assert state(workspace) == before


def test_an_unreadable_file_costs_only_itself_and_is_read_once_mended(workspace: Workspace) -> None:
    broken = workspace.corpus / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnot much of a PDF")
    report = run(workspace)
    assert [q["path"] for q in report.quarantined] == ["broken.pdf"]
    assert report.passages > 0
    assert [q["path"] for q in run(workspace).quarantined] == ["broken.pdf"]
    broken.unlink()
    assert run(workspace).quarantined == []


def test_a_file_that_breaks_keeps_its_last_readable_version(workspace: Workspace) -> None:
    run(workspace)
    (workspace.corpus / "gemma.md").write_text("---\ntitle: [broken\n---\n", encoding="utf-8")
    report = run(workspace)
    assert [q["path"] for q in report.quarantined] == ["gemma.md"]
    assert found(workspace, "14.1 GB") == ["gemma.md"]


def test_another_embedder_rebuilds_even_at_the_same_width(workspace: Workspace) -> None:
    run(workspace)
    report = run(workspace, embedder=OtherEmbedder())
    assert report.rebuilt == "other embedder"
    assert state(workspace, OtherEmbedder())[0].passages == report.passages
    assert len(Vectors(workspace.vectorstore, HashEmbedder().fingerprint)) == 0


def test_lost_vectors_are_made_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_work, "MOST_DEFERRED", 0)
    run(workspace)
    before = state(workspace)
    vectors = Vectors(workspace.vectorstore, HashEmbedder().fingerprint)
    vectors.remove(sorted(before[2])[:2])
    (workspace.corpus / "new.md").write_text("Something new.\n", encoding="utf-8")
    run(workspace)
    assert state(workspace)[2] > before[2]


def test_a_refresh_that_failed_half_way_is_finished_by_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_work, "MOST_DEFERRED", 0)

    class Fails(HashEmbedder):
        def passages(self, texts: list[str]) -> np.ndarray:
            raise OSError(28, "No space left on device")

    run(workspace)
    before = state(workspace)
    (workspace.corpus / "new.md").write_text("Something new.\n", encoding="utf-8")
    with pytest.raises(FaultError, match="No space left"):
        refresh(workspace, Settings(), Fails())
    assert state(workspace) == before
    # What a refresh leaves that was killed between the vectors and the commit.
    orphan = np.ones((1, HashEmbedder.dimensions), dtype=np.float32)
    Vectors(workspace.vectorstore, HashEmbedder().fingerprint).add(["orphan"], orphan)
    assert run(workspace).added == 1
    assert "orphan" not in state(workspace)[2]


def test_two_refreshes_at_once_are_refused_with_what_to_do(workspace: Workspace) -> None:
    run(workspace)
    with FileLock(workspace.vectorstore / LOCK), pytest.raises(NotReadyError, match="another refresh"):
        run(workspace)


def test_no_corpus_folder_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="assistant init"):
        run(Workspace(tmp_path))


def test_an_empty_corpus_is_an_empty_index(tmp_path: Path) -> None:
    workspace = create(tmp_path / "empty")
    assert counts(run(workspace)) == (0, 0, 0, 0)
    assert state(workspace)[0].passages == 0
