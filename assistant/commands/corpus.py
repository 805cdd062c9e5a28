"""`corpus` and `coverage`: what the corpus holds, and whether it holds together."""

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, open_assistant
from assistant.terminal import say

if TYPE_CHECKING:
    from assistant.research.coverage import Coverage, Evidence

REFUSED = 4


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("corpus", corpus, "check the claims of the corpus", "workspace", "json")
    sub.add_argument("action", choices=["check"], help="check: sources, dates, filing, and both languages alike")
    sub.add_argument("--sample", type=int, default=0, metavar="N", help="also draw N claims to look up again")
    sub.add_argument("--seed", type=int, default=0, metavar="S", help="which draw it is (default: 0)")
    registry.add("coverage", coverage, "how much evidence each question has", "workspace", "json")


def corpus(args: argparse.Namespace) -> int:
    """Check the claims of the corpus."""
    from assistant.corpus import check, sampling

    found = check.load(open_assistant(args).workspace.require_corpus())
    faults = check.check(found)
    drawn = sampling.draw(found, args.sample, args.seed)
    counts = {"briefs": len(found.briefs), "claims": len(found.claims), "tables": len(found.tables)}
    if args.json:
        record = {**counts, "faults": [asdict(fault) for fault in faults], "sample": [asdict(claim) for claim in drawn]}
        say(json.dumps(record, ensure_ascii=False))
    else:
        held = ", ".join(f"{count} {name}" for name, count in counts.items())
        say("\n".join([*map(str, drawn), *map(str, faults), f"{held}: {len(faults) or 'no'} faults"]))
    return REFUSED if faults else DONE


def coverage(args: argparse.Namespace) -> int:
    """Say how much evidence each question has."""
    args.engine = "extractive"  # nothing is written, so no model has to be loaded
    assistant = open_assistant(args)
    from assistant.research import coverage

    found = coverage.measure(assistant.questions().questions, assistant.answerer.retriever, assistant.framework)
    say(json.dumps(coverage.to_json(found), ensure_ascii=False) if args.json else "\n\n".join(map(_covered, found)))
    return DONE


def _covered(found: "Coverage") -> str:
    lines = [f"{found.id}: {_evidence(found.evidence)}"]
    if len(found.parts) > 1:
        lines += [f"  {_evidence(part.evidence)}, {len(part.own)} its own: {part.question}" for part in found.parts]
    return "\n".join([*lines, *(f"  lacking: {lack}" for lack in found.lacking)])


def _evidence(found: "Evidence") -> str:
    sure = ", ".join(f"{count} {level}" for level, count in found.confidence.items() if count)
    dates = f"newest {found.newest}, median {found.median}"
    return f"{len(found.claims)} claims from {found.sources} sources ({sure or 'none'}), {dates}"
