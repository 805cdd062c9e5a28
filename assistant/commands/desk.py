"""`runs`, `diff` and `digest`: what was answered before, what changed since, and what is new."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, day, open_assistant
from assistant.errors import NotReadyError, UsageError
from assistant.terminal import say

if TYPE_CHECKING:
    from assistant.records import Language
    from assistant.research.runs import Run

LANGUAGES = ("zh-TW", "en")


def register(registry: Registry) -> None:
    """Add the commands."""
    registry.add("runs", runs, "the finished runs, newest first", "workspace", "json")

    sub = registry.add("diff", diff, "what changed between two runs, and what changed it", "workspace", "json")
    sub.add_argument("runs", metavar="RUN", nargs="*", help="two runs, older first (default: the two newest)")
    sub.add_argument("--language", choices=LANGUAGES, help="language of the summary (default: that of the questions)")
    sub.add_argument(
        "--all", action="store_true", help="every change with its causes, not only the first of each question"
    )

    text = "what is new since a day, and what it does to the answers"
    sub = registry.add("digest", digest, text, "workspace", "json")
    sub.add_argument("--since", metavar="DATE", required=True, help="the first day, YYYY-MM-DD")
    sub.add_argument("--language", choices=LANGUAGES, default="zh-TW", help="language of passages and page")
    sub.add_argument("--out", metavar="FILE", type=Path, help="write the page as HTML to this file")


def runs(args: argparse.Namespace) -> int:
    """List the finished runs."""
    from assistant.research import runs

    found = runs.finished(open_assistant(args).workspace.reports)
    if args.json:
        say(json.dumps({"runs": [_about(run) for run in found]}, ensure_ascii=False))
    else:
        say("\n".join(map(_line, found)) or "no run yet; make one with: assistant batch")
    return DONE


def diff(args: argparse.Namespace) -> int:
    """Compare two runs."""
    assistant = open_assistant(args)
    from assistant.corpus import glossary
    from assistant.research import changes, changes_text, changes_wording, comparison, view

    before, after = _two(assistant.workspace.reports, args.runs)
    found = comparison.between(before, after, glossary.load(assistant.workspace.glossary))
    if args.json:
        say(json.dumps(changes.to_json(found), ensure_ascii=False))
        return DONE
    language = args.language or view.language(after)
    more = changes_wording.WORDS[language].more
    say(changes_text.screen(changes_text.summarise(found, language), every=args.all, more=f"{more} (--all)"))
    return DONE


def digest(args: argparse.Namespace) -> int:
    """Tell what is new since a day."""
    assistant = open_assistant(args)
    from assistant.corpus import glossary
    from assistant.research import digest, digest_text, page, runs

    language: Language = args.language
    found = digest.make(
        str(day(args.since)),
        assistant.journal,
        assistant.answerer.retriever,
        assistant.questions().questions,
        runs.finished(assistant.workspace.reports),
        glossary.load(assistant.workspace.glossary),
        language,
    )
    axes = {axis.id: axis.name(language) for axis in assistant.framework.axes}
    title, blocks = digest_text.title(found, language), tuple(digest_text.of(found, axes, language))
    if args.out:
        runs.write(args.out, page.html(title, digest_text.WORDS[language].lang, blocks))
    say(json.dumps(digest.to_json(found), ensure_ascii=False) if args.json else page.markdown(title, blocks).rstrip())
    return DONE


def _two(reports: Path, names: list[str]) -> "tuple[Run, Run]":
    """Return the two runs to compare, the older one first."""
    from assistant.research import runs

    if len(names) == 2:
        return runs.named(reports, names[0]), runs.named(reports, names[1])
    if names:
        raise UsageError("two runs are compared, and one was named", remedy="name both, or none for the two newest")
    found = runs.finished(reports)
    if len(found) < 2:
        raise NotReadyError(
            f"two finished runs are compared, and there {'is one' if found else 'is none'}",
            where=str(reports),
            remedy="run: assistant batch",
        )
    return found[1], found[0]


def _about(run: "Run") -> dict[str, object]:
    from collections import Counter

    states = Counter(entry.answer.status if entry.answer else "failed" for entry in run.entries)
    return {
        "run": run.folder.name,
        "started": run.started,
        "finished": run.finished,
        "engine": asdict(run.basis.engine),
        "corpus": asdict(run.basis.corpus),
        "settings": dict(run.basis.settings),
        "questions": len(run.entries),
        "states": dict(states),
        "egress": asdict(run.egress),
    }


def _line(run: "Run") -> str:
    about = _about(run)
    engine, corpus = run.basis.engine, run.basis.corpus
    states = about["states"]
    assert isinstance(states, dict)
    counted = ", ".join(f"{n} {state}" for state, n in states.items())
    model = f" {engine.writer}" if engine.writer else ""
    return f"{run.folder.name}  {engine.name}{model}  {corpus.documents} documents  {counted}"
