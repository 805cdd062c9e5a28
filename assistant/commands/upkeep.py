"""`doctor` and `init`: what keeps a workspace in order."""

import argparse
import json
from dataclasses import asdict

from assistant.commands import DONE, NOT_READY, Registry, open_assistant
from assistant.terminal import say


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("doctor", doctor, "check that everything is in place", "workspace", "json")
    sub.add_argument("--corpus", action="store_true", help="list the passages that give orders to their reader instead")
    sub = registry.add("init", init, "make a workspace")
    sub.add_argument("folder", metavar="DIR")


def doctor(args: argparse.Namespace) -> int:
    """Check that everything is in place."""
    from assistant import doctor, terminal

    if args.corpus:
        return _orders(args)
    checks = doctor.examine(open_assistant(args))
    say(json.dumps(doctor.to_json(checks), ensure_ascii=False) if args.json else terminal.examined(checks))
    return DONE if all(check.ok for check in checks) else NOT_READY


def _orders(args: argparse.Namespace) -> int:
    """List the passages of the corpus that give orders; they are read as data, and this is for the user to judge."""
    from assistant import doctor

    found = list(doctor.orders(open_assistant(args)))
    if args.json:
        say(json.dumps({"orders": [asdict(order) for order in found]}, ensure_ascii=False))
        return DONE
    for order in found:
        page = f", page {order.page}" if order.page else ""
        say(f"{order.document}{page} ({order.kind}): {order.text}")
    say(f"Passages that give orders to their reader: {len(found)}. They are read as data and never followed.")
    return DONE


def init(args: argparse.Namespace) -> int:
    """Make a workspace."""
    from assistant.workspace import create

    made = create(args.folder)
    say(f"{made.root}\nPut documents in {made.corpus}, then run: assistant refresh --workspace {args.folder}")
    return DONE
