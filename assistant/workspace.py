"""The folders of a workspace: where the corpus, the models, the index and the reports are."""

import os
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import FaultError, NotReadyError, RefusedError

MARKS = ("assistant.toml", "questions.md", "corpus")
CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Workspace:
    """One user's corpus with everything made from it."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """`assistant.toml`, which need not exist."""
        return self.root / "assistant.toml"

    @property
    def questions(self) -> Path:
        """The list of questions that `batch` answers."""
        return self.root / "questions.md"

    @property
    def corpus(self) -> Path:
        """The documents."""
        return self.root / "corpus"

    @property
    def framework(self) -> Path:
        """The axes and topics that everything is filed under."""
        return self.corpus / "framework.toml"

    @property
    def glossary(self) -> Path:
        """The bilingual terms."""
        return self.corpus / "glossary.toml"

    @property
    def models(self) -> Path:
        """GGUF files and sentence-transformers folders."""
        return self.root / "models"

    @property
    def vectorstore(self) -> Path:
        """The index."""
        return self.root / "vectorstore"

    @property
    def suites(self) -> Path:
        """The user's own suites for `eval models`; need not exist."""
        return self.root / "evaluation"

    @property
    def states(self) -> Path:
        """What a model made of the standing questions' prompts; part of the index, and deleted with it."""
        return self.vectorstore / "states"

    @property
    def reports(self) -> Path:
        """What `batch` wrote, a folder a run."""
        return self.root / "reports"

    def require_corpus(self) -> Path:
        """Return the corpus folder. Raises NotReadyError where there is none."""
        if not self.corpus.is_dir():
            raise NotReadyError(
                "this workspace has no corpus folder",
                where=str(self.corpus),
                remedy=f"make one and put documents in it, or run: assistant init {self.root}",
            )
        return self.corpus


def locate(named: str | Path | None = None) -> Workspace:
    """Return the workspace to work in.

    That is `named`, else the ASSISTANT_WORKSPACE variable, else the working directory or the checkout this
    program runs from, whichever looks like one. Raises NotReadyError for a folder that does not exist.
    """
    chosen = named or os.environ.get("ASSISTANT_WORKSPACE")
    if chosen:
        root = Path(chosen).expanduser().resolve()
        if not root.is_dir():
            raise NotReadyError(
                "the workspace does not exist", where=str(root), remedy=f"make it with: assistant init {chosen}"
            )
        return Workspace(root)
    here = Path.cwd()
    return Workspace(next((root for root in (here, CHECKOUT) if _looks_like_one(root)), here))


def _looks_like_one(root: Path) -> bool:
    return any((root / mark).exists() for mark in MARKS)


def create(folder: str | Path) -> Workspace:
    """Make a workspace in `folder` with the starting questions, framework and glossary; return it.

    Files that stand there already are kept. Raises RefusedError where `folder` is a file, FaultError
    where it can't be written.
    """
    workspace = Workspace(Path(folder).expanduser().resolve())
    if workspace.root.exists() and not workspace.root.is_dir():
        raise RefusedError("a workspace is a folder, and a file stands there", where=str(workspace.root))
    packed = Path(__file__).parent / "starter"
    starter = packed if packed.is_dir() else CHECKOUT
    try:
        for made in (workspace.corpus, workspace.models, workspace.vectorstore, workspace.reports):
            made.mkdir(parents=True, exist_ok=True)
        for name in ("questions.md", "corpus/README.md", "corpus/framework.toml", "corpus/glossary.toml"):
            target = workspace.root / name
            if not target.exists():
                target.write_bytes((starter / name).read_bytes())
    except OSError as error:
        raise FaultError(
            f"the workspace can't be made: {error.strerror}",
            where=str(error.filename or workspace.root),
            remedy="choose a folder that you may write to",
        ) from error
    return workspace
