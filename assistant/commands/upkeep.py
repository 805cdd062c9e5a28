"""`doctor` and `init`: what keeps a workspace in order."""

import argparse
import json

from assistant.commands import DONE, NOT_READY, Registry, open_assistant
from assistant.terminal import say


def register(registry: Registry) -> None:
    """Add the commands."""
    registry.add("doctor", doctor, "check that everything is in place", "workspace", "json")
    sub = registry.add("init", init, "make a workspace")
    sub.add_argument("folder", metavar="DIR")


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
