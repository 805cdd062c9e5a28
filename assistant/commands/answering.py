"""`ask` and `batch`: what comes out of the index."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, open_assistant
from assistant.errors import UsageError
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.records import Language
    from assistant.research.questions import QuestionList
    from assistant.research.runs import Run
    from assistant.wiring import Assistant


def register(registry: Registry) -> None:
    """Add the commands."""
    sub = registry.add("ask", ask, "answer one question", "workspace", "json", "engine", "length")
    sub.add_argument("question")
    sub.add_argument("--axis", help="only evidence on this axis of the framework")
    sub.add_argument("--since", metavar="DATE", help="only evidence dated YYYY-MM-DD or later")
    sub.add_argument("--topic", help="only evidence filed under this topic of the framework")
    sub.add_argument(
        "--document", metavar="FILE", help="only evidence of this file, by its path in corpus/ or its name"
    )

    shared = ("workspace", "json", "engine", "length")
    sub = registry.add("batch", batch, "answer the question list and write a report", *shared)
    sub.add_argument("--questions", metavar="FILE", type=Path, help="another list than questions.md")
    sub.add_argument("--out", metavar="DIR", type=Path, help="another folder than reports/")
    sub.add_argument("--resume", action="store_true", help="go on with the last run that was cut short")
    sub.add_argument("--fresh", action="store_true", help="a model writes all again, not only what evidence changed")


def ask(args: argparse.Namespace) -> int:
    """Answer one question."""
    assistant = open_assistant(args)
    from assistant import terminal
    from assistant.retrieval.filters import Filters

    if not args.question.strip():
        raise UsageError("the question is empty", remedy='ask something: assistant ask "…"')
    filters = Filters.of(
        assistant.framework, paths=assistant.journal.places,
        axis=args.axis, since=args.since, topic=args.topic, document=args.document,
    )  # fmt: skip
    answer = assistant.answerer.answer(args.question, filters=filters)
    say(json.dumps(answer.to_json(), ensure_ascii=False) if args.json else terminal.answered(answer))
    return DONE


def batch(args: argparse.Namespace) -> int:
    """Answer the question list and write a report."""
    assistant = open_assistant(args)
    from assistant.research import report

    run = answer_list(assistant, args.questions, args.out, resume=args.resume, fresh=args.fresh)
    say(json.dumps(report.as_dict(run), ensure_ascii=False) if args.json else str(run.folder / "report.html"))
    return DONE


def answer_list(
    assistant: "Assistant", file: Path | None, out: Path | None, *, resume: bool = False, fresh: bool = False
) -> "Run":
    """Answer the questions of `file` (of the workspace's list where it is None), write the report, return the run.

    `resume` goes on with a run that was cut short; where all is to be `fresh`, no draft of the last run stands again.
    """
    from assistant.corpus import glossary
    from assistant.engines.base import together
    from assistant.research import batch, evidence, fact_tables, outlook, progress, questions
    from assistant.research.runs import Basis
    from assistant.research.together import Together

    listed = questions.read(file) if file else assistant.questions()
    for warning in listed.warnings:
        note(f"warning: {warning}")
    answerer = assistant.answerer.at(assistant.settings.report_length)
    terms = glossary.load(assistant.workspace.glossary)
    asked = Together(answerer)
    witness = evidence.Witness(asked)
    with together(answerer.engine, len(listed.questions), fresh=fresh) as workers:
        return batch.run(
            listed,
            witness,
            out or assistant.workspace.reports,
            basis=Basis.of(answerer.corpus(), answerer.engine.info, answerer.settings),
            resume=resume,
            progress=progress.on(sys.stderr),
            axes={axis.id: axis.name("zh-TW") for axis in assistant.framework.axes},
            show_unsupported=assistant.settings.show_unsupported,
            witness=witness,
            documents=evidence.documents(assistant.journal),
            glossary=terms,
            outlook=outlook.look(listed.questions, answerer.retriever, assistant.journal, assistant.framework, terms),
            tables=fact_tables.lay(assistant.workspace.corpus, assistant.journal, _language(listed)),
            workers=workers,
            halt=asked.halt,
        )


def _language(listed: "QuestionList") -> "Language":
    from assistant.research import view

    return view.language_of([question.text for question in listed.questions])
