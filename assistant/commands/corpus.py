"""`corpus` and `coverage`: what the corpus holds, and whether it holds together."""

import argparse
import json
from dataclasses import asdict

from assistant.commands import DONE, Registry, open_assistant
from assistant.terminal import say

REFUSED = 4


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("corpus", corpus, "check the claims of the corpus", "workspace", "json")
    sub.add_argument("action", choices=["check"], help="check: sources, dates, filing, and both languages alike")


def corpus(args: argparse.Namespace) -> int:
    """Check the claims of the corpus."""
    from assistant.corpus import check

    found = check.load(open_assistant(args).workspace.require_corpus())
    faults = check.check(found)
    counts = {"briefs": len(found.briefs), "claims": len(found.claims), "tables": len(found.tables)}
    if args.json:
        say(json.dumps({**counts, "faults": [asdict(fault) for fault in faults]}, ensure_ascii=False))
    else:
        held = ", ".join(f"{count} {name}" for name, count in counts.items())
        say("\n".join([*map(str, faults), f"{held}: {len(faults) or 'no'} faults"]))
    return REFUSED if faults else DONE
