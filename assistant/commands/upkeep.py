"""`models`, `doctor` and `init`: what keeps a workspace in order."""

import argparse
import json

from assistant.commands import DONE, NOT_READY, Registry, open_assistant
from assistant.terminal import say


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("models", models, "the model files", "workspace", "json")
    sub.add_argument("action", choices=["list"], help="list: what is in models/, and what can't be used")
    registry.add("doctor", doctor, "check that everything is in place", "workspace", "json")
    sub = registry.add("init", init, "make a workspace")
    sub.add_argument("folder", metavar="DIR")


def models(args: argparse.Namespace) -> int:
    """List the model files."""
    from assistant import terminal
    from assistant.models import files

    cards, broken = files.list_models(open_assistant(args).workspace.models)
    say(terminal.models(cards, broken, as_json=args.json))
    return DONE


def doctor(args: argparse.Namespace) -> int:
    """Check that everything is in place."""
    from assistant import doctor, terminal

    checks = doctor.examine(open_assistant(args))
    say(json.dumps(doctor.to_json(checks), ensure_ascii=False) if args.json else terminal.examined(checks))
    return DONE if all(check.ok for check in checks) else NOT_READY


def init(args: argparse.Namespace) -> int:
    """Make a workspace."""
    from assistant.workspace import create

    made = create(args.folder)
    say(f"{made.root}\nPut documents in {made.corpus}, then run: assistant refresh --workspace {args.folder}")
    return DONE
