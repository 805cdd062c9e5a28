"""`prove`: answer the questions, then try to get out, and write down how that went."""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.commands import DONE, NOT_READY, Registry, open_assistant
from assistant.commands.answering import answer_list
from assistant.errors import AssistantError, RefusedError
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.records import CorpusInfo
    from assistant.research.runs import Run
    from assistant.wiring import Assistant

FAULT, REFUSED = 1, 4


def register(registry: Registry) -> None:
    """Add the command."""
    text = "answer the questions, try every way out, and write an attestation into the report"
    sub = registry.add("prove", prove, text, "workspace", "json", "engine")
    sub.add_argument("--questions", metavar="FILE", type=Path, help="another list than questions.md")
    sub.add_argument("--out", metavar="DIR", type=Path, help="another folder than reports/")
    sub.add_argument(
        "--verify", metavar="FILE", type=Path, help="check the attestation in attestation.json or report.json"
    )


def prove(args: argparse.Namespace) -> int:
    """Prove that nothing leaves, or check an earlier proof.

    Returns 0 where everything that was tried was refused, 3 where this system has no filter to refuse it, 1 where
    something got out under the filter; and for a check 0 where all of it holds here and now, else 4.
    """
    assistant = open_assistant(args)
    return _verify(assistant, args) if args.verify else _prove(assistant, args)


def _prove(assistant: "Assistant", args: argparse.Namespace) -> int:
    from assistant.offline import attacks, attestation
    from assistant.research import report, runs

    run = answer_list(assistant, args.questions, args.out, fresh=True)
    answered = attestation.Answered(
        _statuses(run), attestation.digest_of(report.as_dict(run)["answers"]), run.egress.attempts
    )
    outcomes = attacks.run()
    made = attestation.make(answered, run.basis.engine, run.basis.corpus, assistant.guard, outcomes, __version__)
    report.write(runs.save_attestation(run, made))
    for outcome in outcomes:
        way = f"refused by {outcome.by}" if outcome.refused else "GOT OUT" if outcome.tried else "not tried"
        note(f"{way:22} {outcome.what}" + ("" if outcome.refused else f": {outcome.said}"))
    say(json.dumps(made, ensure_ascii=False) if args.json else str(run.folder / runs.ATTESTATION))
    if made["held"]:
        return DONE
    if made["enforcement"] == "seccomp":
        return FAULT
    note(f"the kernel's filter isn't in force, so what is below Python isn't stopped: {assistant.guard.unsealed}")
    return NOT_READY


def _statuses(run: "Run") -> dict[str, int]:
    return dict(Counter(entry.answer.status if entry.answer else "failed" for entry in run.entries))


def _verify(assistant: "Assistant", args: argparse.Namespace) -> int:
    from assistant.offline import attestation

    attested = attestation.parse(_read(args.verify), where=str(args.verify))
    findings = attestation.check(
        attested,
        corpus=_corpus(assistant),
        models=_models(assistant, attested["engine"]["model"]),
        answers=_answers(args.verify.parent / "report.json"),
    )
    whole = all(finding.ok for finding in findings)
    if args.json:
        checks = [{"name": f.name, "ok": f.ok, "found": f.said} for f in findings]
        say(json.dumps({"ok": whole, "made": attested["made"], "checks": checks}, ensure_ascii=False))
    else:
        say("\n".join(f"{'ok  ' if finding.ok else 'FAIL'} {finding.name}: {finding.said}" for finding in findings))
    return DONE if whole else REFUSED


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"the file can't be read: {error}", where=str(file)) from error


def _corpus(assistant: "Assistant") -> "CorpusInfo | None":
    try:
        return assistant.journal.info()
    except AssistantError:
        return None


def _models(assistant: "Assistant", name: str | None) -> dict[str, str]:
    from assistant.models import files

    cards = files.list_models(assistant.workspace.models)[0] if name else []
    return {card.name: files.sha256(card.path) for card in cards if card.name == name}


def _answers(report: Path) -> object:
    try:
        return json.loads(report.read_text(encoding="utf-8"))["answers"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
