"""`password` and `forget`: who may come in, and what is to leave no trace."""

import argparse
import getpass
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, open_assistant
from assistant.errors import AssistantError, FaultError, RefusedError, UsageError
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.wiring import Assistant
    from assistant.workspace import Workspace


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("forget", forget, "delete documents, or all reports, so that nothing is left", "workspace")
    sub.add_argument("documents", metavar="DOCUMENT", nargs="*", help="a file of the corpus, as citations name it")
    sub.add_argument("--history", action="store_true", help="delete all reports: what was asked and answered")
    registry.add("password", password, "make the line of the settings that asks visitors of the page for a password")


def password(args: argparse.Namespace) -> int:
    """Print the setting for a password that is typed, or that comes as a line on standard input."""
    from assistant.offline import passwords

    if sys.stdin.isatty():
        given = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != given:
            raise UsageError("the two are not the same", remedy="try once more")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    say(f'password = "{passwords.hashed(given)}"')
    note("put this line into assistant.toml; the password itself is kept nowhere")
    return DONE


def forget(args: argparse.Namespace) -> int:
    """Delete documents with all that was made of them, or the history, then look whether anything is left."""
    assistant = open_assistant(args)
    if not args.documents and not args.history:
        raise UsageError("nothing is named", remedy="name a document, or say --history")
    workspace = assistant.workspace
    files = [_inside(workspace.require_corpus(), name) for name in args.documents]
    if args.history:
        for folder in _runs(workspace):
            shutil.rmtree(folder)
        (workspace.reports / "latest.txt").unlink(missing_ok=True)
        shutil.rmtree(workspace.states, ignore_errors=True)
        shutil.rmtree(workspace.reports / "evaluations", ignore_errors=True)  # own suites and replies to them
        say("all reports are deleted")
    if files:
        _forget(assistant, files)
    return DONE


def _forget(assistant: "Assistant", files: list[Path]) -> None:
    from assistant.index import forgetting

    workspace = assistant.workspace
    texts = _texts(assistant)
    names = [file.relative_to(workspace.corpus).as_posix() for file in files]
    others = [text for name, text in texts.items() if name not in names]
    forgotten = "\n".join(texts.get(name) or _raw(file) for file, name in zip(files, names, strict=True))
    marks = [*forgetting.marks(forgotten, others), *names]
    assistant.clear_servers()
    forgetting.wipe(workspace.vectorstore)
    for file in files:
        file.unlink()
    gone = [folder for folder in _runs(workspace) if forgetting.traces([folder], marks)]
    for folder in gone:
        shutil.rmtree(folder)
    _point_at_latest(workspace)
    assistant.refresh()
    left = forgetting.traces([workspace.vectorstore, workspace.reports], marks)
    if left:
        raise FaultError(
            "something of it is left",
            where=", ".join(map(str, left)),
            remedy="delete these files, then: assistant refresh",
        )
    say(f"forgotten: {', '.join(names)}; the index was made anew")
    if gone:
        say(f"deleted, since they quoted it: {', '.join(folder.name for folder in gone)}")
    say(f"looked for its name and lines ({len(marks)}) in all files of the index and the reports: none is left")
    note("a chat that is open still has it in memory: start it anew")


def _inside(corpus: Path, name: str) -> Path:
    """Return the file of the corpus that `name` means. Raises RefusedError for any other."""
    file = corpus / name
    if not file.resolve().is_relative_to(corpus.resolve()) or not file.is_file():
        raise RefusedError(
            f"the corpus has no document {name!r}", where=str(corpus), remedy="name it as citations do, from corpus/ on"
        )
    return file


def _texts(assistant: "Assistant") -> dict[str, str]:
    """Return the text of each document of the index by its path; of none where there is no index."""
    from assistant.index.shared import open_journal

    try:
        journal = open_journal(assistant.workspace.vectorstore, assistant.settings)
    except AssistantError:
        return {}
    try:
        found = {path: journal.document(place.document_id or "") for path, place in journal.places().items()}
        return {path: document.text for path, document in found.items() if document}
    finally:
        journal.close()


def _raw(file: Path) -> str:
    return file.read_bytes().decode("utf-8", errors="ignore")


def _runs(workspace: "Workspace") -> list[Path]:
    if not workspace.reports.is_dir():
        return []
    return sorted(folder for folder in workspace.reports.iterdir() if (folder / "run.json").is_file())


def _point_at_latest(workspace: "Workspace") -> None:
    """Let `latest.txt` name the newest run that is still there."""
    latest, runs = workspace.reports / "latest.txt", _runs(workspace)
    if runs and latest.exists():
        latest.write_text(runs[-1].name + "\n", encoding="utf-8")
    else:
        latest.unlink(missing_ok=True)
