"""The commands, a module for each group.

A module's `register` names its commands; running one opens the workspace, calls one thing, and says what came of it.
Results go to standard output, progress and errors to standard error; `--json` prints exactly one JSON document.
Heavy parts are imported by the function that needs them, so that `--help` is quick.
"""

import argparse
import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING

from assistant.terminal import note

if TYPE_CHECKING:
    from assistant.wiring import Assistant

Run = Callable[[argparse.Namespace], int]
DONE = 0
NOT_READY = 3

# In the order in which `--help` lists them.
NAMES = (
    "indexing",
    "answering",
    "desk",
    "assessing",
    "corpus",
    "evaluation",
    "serving",
    "proving",
    "safekeeping",
    "models",
    "upkeep",
)


def modules() -> list[ModuleType]:
    """Return the modules of commands."""
    return [importlib.import_module(f"{__name__}.{name}") for name in NAMES]


class Registry:
    """Where modules register their commands, with the flags that several share."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
        self._shared: Mapping[str, argparse.ArgumentParser] = {
            "workspace": _flag("--workspace", metavar="DIR", help="the workspace to work in (default: this folder)"),
            "json": _flag("--json", action="store_true", help="print one JSON document"),
            "engine": _flag("--engine", metavar="NAME", help="who writes: auto, extractive, llama or remote"),
            "length": _flag("--length", metavar="SIZE", help="how long answers are: brief, standard or full"),
            "debug": _flag("--debug", action="store_true", help="show the traceback of an error"),
        }

    def add(self, name: str, run: Run, text: str, *shared: str) -> argparse.ArgumentParser:
        """Add a command and return its parser. `shared` are names of shared flags; --debug every command has."""
        parents = [self._shared[flag] for flag in (*shared, "debug")]
        sub = self._commands.add_parser(name, help=text, description=text, parents=parents)
        sub.set_defaults(run=run)
        return sub


def _flag(name: str, **how: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(name, **how)  # type: ignore[arg-type]
    return parser


def open_assistant(args: argparse.Namespace, *, seal: bool = True) -> "Assistant":
    """Return the assistant of the workspace that the arguments name, with their flags over its settings.

    Call it before anything of the program is imported, so that the guard stands before a library runs its first line.
    `seal` as in `wiring.open_workspace`: a command that listens says False.
    """
    from assistant.wiring import open_workspace

    names = ("engine", "length", "host", "port", "api_port", "workers", "dask")
    return open_workspace(args.workspace, {name: getattr(args, name, None) for name in names}, notify=note, seal=seal)


def day(text: str | None) -> str | None:
    """Return a date as YYYY-MM-DD. Raises UsageError for anything else."""
    import datetime

    from assistant.errors import UsageError

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", remedy="write it as YYYY-MM-DD") from error
