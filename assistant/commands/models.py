"""`models`: what is in models/, what would fit, whether files are whole; `pull` fetches one."""

import argparse
import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, open_assistant
from assistant.errors import NotReadyError, UsageError
from assistant.terminal import bytes_progress, note, say

if TYPE_CHECKING:
    from assistant.models.fit import Fit
    from assistant.models.machine import Machine

REFUSED = 4
ACTIONS = {
    "list": "what is in models/, and what can't be used",
    "verify": "whether every byte of the files is what it was",
    "pull": "fetch a model of the catalogue, OWNER/REPOSITORY/FILE.gguf or a URL; this uses the network",
    "bench": "how fast the models write here; what it finds decides on threads and makes fit exact",
    "fit": "which models this machine can run, and how fast: those in models/ and a short catalogue",
}


def register(registry: Registry) -> None:
    """Add the command."""
    sub = registry.add("models", models, "the model files", "workspace", "json")
    sub.add_argument("action", choices=ACTIONS, help="; ".join(f"{name}: {text}" for name, text in ACTIONS.items()))
    sub.add_argument(
        "name", metavar="NAME", nargs="?", default="", help="the model to pull, to verify or to measure (all)"
    )


def models(args: argparse.Namespace) -> int:
    """Do what the action says."""
    actions = {"list": _list, "fit": _fit, "verify": _verify, "pull": _pull, "bench": _bench}
    return actions[args.action](args)


def _list(args: argparse.Namespace) -> int:
    from assistant import terminal
    from assistant.models import files

    cards, broken = files.list_models(open_assistant(args).workspace.models)
    say(terminal.models(cards, broken, as_json=args.json))
    return DONE


def _fit(args: argparse.Namespace) -> int:
    assistant = open_assistant(args)
    from assistant.models import catalogue, files, machine
    from assistant.models.fit import judge

    settings = assistant.settings
    here = machine.examine()
    speed = machine.bandwidth(settings.threads or machine.default_threads())
    cards = [card for card in files.list_models(assistant.workspace.models)[0] if card.kind == "writing"]
    there = [judge(card, here.available, speed, settings.context) for card in cards]
    listed = [judge(entry, here.available, speed, settings.context) for entry in catalogue.entries()]
    if args.json:
        measured = {**asdict(here), "bandwidth": round(speed)}
        found = {"machine": measured, "models": _plain(there), "catalogue": _plain(listed)}
        say(json.dumps(found, ensure_ascii=False))
    else:
        say("\n".join([_machine(here, speed), *_table("in models/", there), *_table("catalogue", listed)]))
    return DONE


def _verify(args: argparse.Namespace) -> int:
    folder = open_assistant(args).workspace.models
    from assistant.models.verify import verify

    verdicts = verify(folder, args.name)
    if args.name and not verdicts:
        raise NotReadyError(
            f"no model file is called {args.name}", where=str(folder), remedy="see: assistant models list"
        )
    if args.json:
        say(json.dumps([asdict(verdict) for verdict in verdicts], ensure_ascii=False))
    else:
        lines = [f"{'ok  ' if each.ok else 'FAIL'} {each.name}: {each.said}" for each in verdicts]
        say("\n".join(lines) or "no model files")
    return DONE if all(verdict.ok for verdict in verdicts) else REFUSED


def _pull(args: argparse.Namespace) -> int:
    """Fetch a model. This command goes without the guard, which can't let through a host that a server names."""
    from assistant.models import files, pull
    from assistant.workspace import locate

    if not args.name:
        raise UsageError("say which model to pull", remedy="assistant models fit lists the catalogue")
    url = pull.address(args.name)
    note(f"this uses the network: {url}")
    with bytes_progress() as progress:
        made = pull.pull(url, locate(args.workspace).models, progress, os.environ.get("HF_TOKEN", ""))
    digest = files.sha256(made)
    say(json.dumps({"path": str(made), "sha256": digest}) if args.json else f"{made}\nSHA-256 {digest}")
    return DONE


def _bench(args: argparse.Namespace) -> int:
    assistant = open_assistant(args)
    from assistant.models import files
    from assistant.models.bench import measure
    from assistant.models.lookup import GUESSES

    folder = assistant.workspace.models
    cards = [files.choose(folder, args.name)] if args.name else files.writers(folder)
    found = [measure(card, assistant.settings) for card in cards if card]
    if args.json:
        say(json.dumps([asdict(each) for each in found], ensure_ascii=False))
        return DONE
    lines = [f"{'':<36} {'threads':>8} {'reading':>9} {'writing':>9} {'GB/s':>6}  (tokens a second)"]
    for each in found:
        for speed in each.speeds:
            row = f"{speed.threads:>8} {speed.reading:>9.1f} {speed.writing:>9.1f} {speed.bandwidth / 1e9:>6.1f}"
            lines.append(f"{each.name:<36} {row}{'  *' if speed.threads == each.threads else ''}")
        lines.append(f"{'':<36} writing reaches {each.efficiency:.0%} of the memory's bandwidth")
        chosen = next(speed for speed in each.speeds if speed.threads == each.threads)
        pays = f"on while they bring {chosen.guessing:.1f} tokens a step" if chosen.guessing < 1 + GUESSES else "off"
        lines.append(f"{'':<36} guesses from the prompt: {pays}")
    say("\n".join(lines) if found else "no model files that write")
    return DONE


def _plain(fits: "list[Fit]") -> list[dict[str, object]]:
    return [
        {
            "name": fit.model.name,
            "size": fit.model.size,
            "fits": fit.plan is not None,
            "context": fit.plan.window if fit.plan else 0,
            "memory": fit.plan.memory if fit.plan else fit.least,
            "tokens_per_second": round(fit.speed, 2),
            "measured": fit.measured,
        }
        for fit in fits
    ]


def _machine(here: "Machine", speed: float) -> str:
    best = f", {here.instructions[-1]}" if here.instructions else ""
    return (
        f"{here.memory / 1e9:.1f} GB of memory, {here.available / 1e9:.1f} GB available; {here.cores} cores{best}; "
        f"memory is read at {speed / 1e9:.1f} GB/s"
    )


def _table(title: str, fits: "list[Fit]") -> list[str]:
    if not fits:
        return []
    lines = ["", f"{title:<44} {'GB':>6} {'memory':>7} {'context':>8} {'tokens/s':>9}"]
    for fit in fits:
        memory = (fit.plan.memory if fit.plan else fit.least) / 1e9
        row = f"{fit.model.name:<44} {fit.model.size / 1e9:>6.2f} {memory:>7.2f}"
        mark = "" if fit.measured else "~"
        speed = f"{mark}{fit.speed:.1f}"
        lines.append(f"{row} {fit.plan.window:>8} {speed:>9}" if fit.plan else f"{row} too large")
    return lines
