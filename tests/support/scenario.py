"""The shipped scenario: a small corpus, the five documents that come later, and the runs before and after."""

import shutil
from dataclasses import replace
from pathlib import Path

from assistant.offline.guard import Guard
from assistant.research import batch, evidence
from assistant.research.runs import Basis, Run
from assistant.settings import Settings
from assistant.wiring import Assistant
from assistant.workspace import Workspace

FOLDER = Path(__file__).parents[1] / "golden" / "changes"


def make(root: Path) -> Workspace:
    """Lay the corpus as it was before into `root`, with the questions, and return the workspace."""
    shutil.copytree(FOLDER / "before", root / "corpus")
    shutil.copy(FOLDER / "questions.md", root / "questions.md")
    return Workspace(root)


def later(workspace: Workspace) -> None:
    """Lay the five documents over the corpus."""
    shutil.copytree(FOLDER / "after", workspace.corpus, dirs_exist_ok=True)


def opened(workspace: Workspace, settings: Settings | None = None) -> Assistant:
    """Return the workspace's assistant with its index brought up to date. The guard only counts."""
    assistant = Assistant(workspace, settings or Settings(engine="extractive"), Guard(frozenset()))
    assistant.refresh()
    return assistant


def answered(workspace: Workspace, settings: Settings | None = None) -> Run:
    """Bring the index up to date, answer the questions, and return the run."""
    assistant = opened(workspace, settings)
    witness = evidence.Witness(assistant.answerer)
    basis = Basis.of(assistant.answerer.corpus(), assistant.engine.info, assistant.settings)
    run = batch.run(
        assistant.questions(), witness, workspace.reports, basis=basis,
        witness=witness, documents=evidence.documents(assistant.journal),
    )  # fmt: skip
    assistant.journal.close()
    return run


def without_evidence(run: Run) -> Run:
    """Return a run as one was kept before evidence was kept with it."""
    old = run.folder.with_name(f"{run.folder.name}-old")
    shutil.copytree(run.folder, old)
    shutil.rmtree(old / evidence.FOLDER)
    (old / evidence.DOCUMENTS).unlink()
    return replace(run, folder=old)
