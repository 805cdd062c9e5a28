"""`eval`: how well the parts do what they are for."""

import argparse
import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, open_assistant
from assistant.commands.desk import LANGUAGES
from assistant.errors import UsageError
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.research.evaluation.evaluating import Opening
    from assistant.research.evaluation.items import Suite
    from assistant.research.evaluation.running import Heard
    from assistant.wiring import Assistant

KINDS = ("standard", "domain", "practical", "safety", "reasoning")


def register(registry: Registry) -> None:
    """Add the commands."""
    text = "measure retrieval or the grounding check on a set of one's own, or models in five ways"
    sub = registry.add("eval", evaluate, text, "workspace", "json")
    sub.add_argument("what", choices=["grounding", "models", "retrieval"], help="what to measure")
    sub.add_argument(
        "--set",
        dest="folder",
        metavar="DIR",
        type=Path,
        help="retrieval: folder with NAME.passages.jsonl (pid, title, text) and NAME.queries.jsonl (pid, text); "
        "grounding: folder with passages.jsonl and NAME.jsonl, such as tests/golden/grounding",
    )
    sub.add_argument("--limit", metavar="N", type=int, help="retrieval: only the first N questions of each set")
    sub.add_argument("--profile", choices=("quick", "full"), default="quick", help="models: how many items are asked")
    sub.add_argument("--model", metavar="FILE", action="append", default=[], help="models: only this one of models/")
    sub.add_argument("--address", metavar="URL", help="models: the OpenAI-compatible server there, and not models/")
    sub.add_argument("--kind", choices=KINDS, action="append", default=[], help="models: only this kind of item")
    sub.add_argument("--suite", metavar="FILE", type=Path, action="append", default=[], help="models: a suite besides")
    sub.add_argument("--only-own", action="store_true", help="models: only the suites in evaluation/ and of --suite")
    sub.add_argument("--fresh", action="store_true", help="models: ask again what was answered before")
    sub.add_argument("--language", choices=LANGUAGES, default="zh-TW", help="models: language of the report")


def evaluate(args: argparse.Namespace) -> int:
    """Measure what is asked for."""
    return {"models": _models, "grounding": _grounding, "retrieval": _retrieval}[args.what](args)


def _grounding(args: argparse.Namespace) -> int:
    """Measure the grounding check with the glossary and the dictionary of the workspace."""
    from assistant.answering.grounding import Grounder
    from assistant.corpus import glossary
    from assistant.research import grounding_sets

    if args.folder is None:
        raise UsageError("eval grounding needs --set DIR", remedy="such as: --set tests/golden/grounding")
    assistant = open_assistant(args)
    terms = glossary.load(assistant.workspace.glossary)
    found = {
        name: grounding_sets.measure(
            lambda: Grounder(terms, assistant.dictionary, lambda: assistant.meaning),
            grounding_sets.read(args.folder, name),
        )
        for name in grounding_sets.names(args.folder)
    }
    if args.json:
        say(json.dumps({name: measures.to_json() for name, measures in found.items()}, ensure_ascii=False))
        return DONE
    for name, m in found.items():
        say(f"{name}: false caught {m.caught:.1%}, true kept {m.kept:.1%}, across languages {m.kept_across:.1%} "
            f"({m.kept_across_named:.1%} where figures and names carry it), "
            f"{m.ms_false} and {m.ms_true} ms a statement")  # fmt: skip
        for s in m.shares:
            known = "true" if s.carried else "false"
            say(f"  {s.kind:<16} {s.language:<6} {known:<6} {s.right:>4} of {s.of:<4} {s.right / s.of:.1%}")
    return DONE


def _models(args: argparse.Namespace) -> int:
    """Evaluate the extractive engine and the models of the workspace, and say which one to use."""
    assistant = _open(args)
    from assistant.answering.grounding import Grounder
    from assistant.corpus import glossary
    from assistant.research.evaluation import evaluating, history, report

    suites = _suites(args, assistant)
    evaluated = evaluating.evaluate(
        _openings(args, assistant), suites, args.profile, history.folder(assistant.workspace),
        Grounder(glossary.load(assistant.workspace.glossary)), fresh=args.fresh, heard=_lines(),
    )  # fmt: skip
    evaluation, folder = evaluated.evaluation, history.save(assistant.workspace, evaluated, args.language)
    if args.json:
        say(json.dumps(evaluation.to_json() | {"folder": str(folder)}, ensure_ascii=False))
    else:
        files = (str(folder / name) for name in ("evaluation.html", "items.html"))
        say("\n".join([*report.lines(evaluation, args.language), *files]))
    return DONE


def _open(args: argparse.Namespace) -> "Assistant":
    """Return the assistant of the workspace; `--address` stands above its settings."""
    if args.address is None:
        return open_assistant(args)
    from assistant.wiring import open_workspace

    return open_workspace(args.workspace, {"engine": "remote", "remote": args.address}, notify=note)


def _suites(args: argparse.Namespace, assistant: "Assistant") -> list["Suite"]:
    from assistant.research.evaluation import suites

    found = [] if args.only_own else suites.shipped(args.profile)
    found += [*suites.own(assistant.workspace.suites), *(suites.read(file) for file in args.suite)]
    found = [suite for suite in found if not args.kind or suite.kind in args.kind]
    names = [suite.name for suite in found]
    twice = {name for name in names if names.count(name) > 1}
    if not found or twice:
        raise UsageError(
            f"two suites are called {', '.join(sorted(twice))}" if twice else "there is no suite to ask",
            where=str(assistant.workspace.suites),
            remedy="give each suite a name of its own" if twice else "see docs/evaluation.md",
        )
    return found


def _openings(args: argparse.Namespace, assistant: "Assistant") -> list["Opening"]:
    """Return the extractive engine, then the server of the settings, or the files of the models folder."""
    from assistant.models.files import list_models
    from assistant.research.evaluation import models

    found: list[Opening] = [("extractive", lambda: nullcontext(models.floor()))]
    if assistant.settings.engine == "remote":
        subject = models.elsewhere(assistant.settings)
        return [*found, (subject.name, lambda: nullcontext(subject))]
    cards, broken = list_models(assistant.workspace.models)
    for error in broken:
        note(f"a model file can't be used: {error}")
    writing = models.cards_named([card for card in cards if card.kind == "writing"], args.model)
    missing = [name for name in args.model if not models.cards_named(writing, [name])]
    if missing:
        raise UsageError(
            f"no model is called {', '.join(missing)}",
            where=str(assistant.workspace.models),
            remedy="see: assistant models list",
        )
    return [*found, *((card.name, lambda card=card: models.local(card, assistant.settings)) for card in writing)]


def _lines() -> "Heard":
    """Return what tells of progress on standard error: a line each tenth of a model's items."""
    from assistant.research.evaluation.running import Progress

    told: dict[str, int] = {}

    def heard(progress: Progress) -> None:
        tenth = progress.done * 10 // max(1, progress.total)
        if told.get(progress.name) == tenth and progress.done < progress.total:
            return
        told[progress.name] = tenth
        left = "" if progress.left is None else f", about {progress.left:.0f} s left"
        kept = f" ({progress.kept} known from before)" if progress.kept else ""
        note(f"{progress.name}: {progress.done} of {progress.total}{kept}{left}")

    return heard


def _retrieval(args: argparse.Namespace) -> int:
    """Measure retrieval as the workspace is set up: its embedder, its glossary."""
    import tempfile

    from assistant.corpus import glossary
    from assistant.research import retrieval_sets

    if args.folder is None:
        raise UsageError("eval retrieval needs a set", remedy="name its folder with --set")
    if args.limit is not None and args.limit < 1:
        raise UsageError("--limit takes a number of at least 1")
    assistant = open_assistant(args)
    terms = glossary.load(assistant.workspace.glossary)
    found = {}
    for name in retrieval_sets.names(args.folder):
        questions = retrieval_sets.read(args.folder, name, args.limit)
        with tempfile.TemporaryDirectory() as folder:
            search = retrieval_sets.searcher(questions, Path(folder), assistant.embedder, terms, assistant.dictionary)
            found[name] = retrieval_sets.measure(search, questions.queries)
    if args.json:
        say(json.dumps({name: measures.to_json() for name, measures in found.items()}, ensure_ascii=False))
        return DONE
    say(f"{'set':<16} {'questions':>9} {'nDCG@10':>8} {'R@1':>7} {'R@5':>7} {'R@10':>7} {'median ms':>9}")
    for name, m in found.items():
        quality = f"{m.ndcg10:>8.4f} {m.recall1:>7.4f} {m.recall5:>7.4f} {m.recall10:>7.4f}"
        say(f"{name:<16} {m.questions:>9} {quality} {m.median_ms:>9.1f}")
    return DONE
