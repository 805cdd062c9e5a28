"""The commands. Each opens the workspace, calls one thing, and says what came of it.

Results go to standard output, progress and errors to standard error; `--json` prints exactly one JSON document.
Heavy parts are imported by the command that needs them, so that `--help` is quick.
"""

import argparse
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import __version__
from assistant.errors import AssistantError, UsageError

if TYPE_CHECKING:
    from assistant.wiring import Assistant

INTERRUPTED = 130
DONE = 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 a fault, 2 wrong usage, 3 not ready, 4 input refused."""
    for stream in (sys.stdout, sys.stderr):
        # Chinese on a console of another encoding must not end in a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = _parser().parse_args(argv)
    from assistant.offline.quiet import hush

    hush()
    try:
        command: Callable[[argparse.Namespace], int] = args.command
        return command(args)
    except AssistantError as error:
        if args.debug:
            traceback.print_exc()
        _note(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        _note("\ninterrupted; what was finished is kept")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more while it flushes at exit.
        sys.stdout = None
        return DONE
    except Exception as error:
        if args.debug:
            traceback.print_exc()
        _note(
            f"error: {type(error).__name__}: {error}\n"
            "  this is a fault of the program\n"
            "  remedy: run again with --debug and report what it prints"
        )
        return 1


# ---------------------------------------------------------------- the parser


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assistant",
        description="Answers research questions about LLMs at the edge from your own corpus, with citations, offline.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--workspace", metavar="DIR", help="the workspace to work in (default: this folder)")
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print one JSON document")
    engine = argparse.ArgumentParser(add_help=False)
    engine.add_argument("--engine", metavar="NAME", help="who writes: auto, extractive or llama")

    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *more: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, parents=[common, *more])
        sub.set_defaults(command=run)
        return sub

    sub = add("refresh", _refresh, "bring the index up to date with corpus/", as_json)
    sub.add_argument("--dry-run", action="store_true", help="say what would be done")
    sub.add_argument("--force", action="store_true", help="read everything again")

    sub = add("ask", _ask, "answer one question", as_json, engine)
    sub.add_argument("question")
    sub.add_argument("--axis", help="only evidence on this axis of the framework")
    sub.add_argument("--since", metavar="DATE", help="only evidence dated YYYY-MM-DD or later")

    sub = add("batch", _batch, "answer the question list and write a report", as_json, engine)
    sub.add_argument("--questions", metavar="FILE", type=Path, help="another list than questions.md")
    sub.add_argument("--out", metavar="DIR", type=Path, help="another folder than reports/")
    sub.add_argument("--resume", action="store_true", help="go on with the last run that was cut short")

    sub = add("ui", _ui, "chat in the browser", engine)
    sub.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    sub.add_argument("--port", type=int, help="port to listen on (default: 7860)")

    sub = add("observe", _observe, "jot down an observation")
    sub.add_argument("text")
    sub.add_argument("--source", metavar="URL", help="where it was seen")
    sub.add_argument("--date", metavar="YYYY-MM-DD", help="when (default: today)")

    models = add("models", _models, "the model files", as_json)
    models.add_argument("action", choices=["list"], help="list: what is in models/, and what can't be used")

    add("doctor", _doctor, "check that everything is in place", as_json)

    sub = commands.add_parser("init", help="make a workspace", description="make a workspace")
    sub.add_argument("folder", metavar="DIR")
    sub.add_argument("--debug", action="store_true", help="show the traceback of an error")
    sub.set_defaults(command=_init)
    return parser


# ---------------------------------------------------------------- the commands


def _open(args: argparse.Namespace) -> "Assistant":
    from assistant.wiring import open_workspace

    names = ("engine", "host", "port")
    return open_workspace(args.workspace, {name: getattr(args, name, None) for name in names}, notify=_note)


def _refresh(args: argparse.Namespace) -> int:
    from assistant import terminal
    from assistant.index.refresh import to_json

    with terminal.file_progress() as progress:
        report = _open(args).refresh(force=args.force, dry_run=args.dry_run, progress=progress)
    _say(json.dumps(to_json(report), ensure_ascii=False) if args.json else terminal.refreshed(report, args.dry_run))
    return DONE


def _ask(args: argparse.Namespace) -> int:
    from assistant import terminal
    from assistant.retrieval.retriever import Filters

    assistant = _open(args)
    if not args.question.strip():
        raise UsageError("the question is empty", remedy='ask something: assistant ask "…"')
    filters = Filters(axis=_axis(assistant, args.axis), since=_date(args.since))
    answer = assistant.answerer.answer(args.question, filters=filters)
    _say(json.dumps(answer.to_json(), ensure_ascii=False) if args.json else terminal.answered(answer))
    return DONE


def _batch(args: argparse.Namespace) -> int:
    from assistant.research import batch, progress, questions, report
    from assistant.research.runs import Basis

    assistant = _open(args)
    listed = questions.read(args.questions) if args.questions else assistant.questions()
    for warning in listed.warnings:
        _note(f"warning: {warning}")
    answerer = assistant.answerer
    run = batch.run(
        listed,
        answerer.answer,
        args.out or assistant.workspace.reports,
        basis=Basis.of(answerer.corpus(), answerer.engine.info, assistant.settings),
        resume=args.resume,
        progress=progress.on(sys.stderr),
        axes={axis.id: axis.name("zh-TW") for axis in assistant.framework.axes},
        show_unsupported=assistant.settings.show_unsupported,
    )
    _say(json.dumps(report.as_dict(run), ensure_ascii=False) if args.json else str(run.folder / "report.html"))
    return DONE


def _ui(args: argparse.Namespace) -> int:
    from assistant.ui import app

    assistant = _open(args)
    app.serve(assistant, announce=_note)
    return DONE


def _observe(args: argparse.Namespace) -> int:
    from assistant.corpus import observations

    assistant = _open(args)
    file = observations.observe(
        assistant.workspace.require_corpus(),
        args.text,
        source=args.source,
        date=_date(args.date),
        framework=assistant.framework,
    )
    assistant.refresh()
    _say(str(file))
    return DONE


def _models(args: argparse.Namespace) -> int:
    from assistant import terminal
    from assistant.models import files

    cards, broken = files.list_models(_open(args).workspace.models)
    _say(terminal.models(cards, broken, as_json=args.json))
    return DONE


def _doctor(args: argparse.Namespace) -> int:
    from assistant import doctor, terminal

    checks = doctor.examine(_open(args))
    _say(json.dumps(doctor.to_json(checks), ensure_ascii=False) if args.json else terminal.examined(checks))
    return DONE if all(check.ok for check in checks) else 3


def _init(args: argparse.Namespace) -> int:
    from assistant.workspace import create

    made = create(args.folder)
    _say(f"{made.root}\nPut documents in {made.corpus}, then run: assistant refresh --workspace {args.folder}")
    return DONE


# ---------------------------------------------------------------- what they share


def _axis(assistant: "Assistant", axis: str | None) -> str | None:
    known = [known.id for known in assistant.framework.axes]
    if axis is not None and axis not in known:
        raise UsageError(f"no axis is called {axis!r}", remedy=f"use one of {', '.join(known)}")
    return axis


def _date(text: str | None) -> str | None:
    import datetime

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", remedy="write it as YYYY-MM-DD") from error


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _note(text: str) -> None:
    sys.stderr.write(text + "\n")
