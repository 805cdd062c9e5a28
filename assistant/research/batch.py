"""Answer a list of questions, each kept as soon as it stands, so that an interruption costs those under way at most."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from assistant.corpus.glossary import Glossary
from assistant.errors import FaultError, RefusedError
from assistant.records import Answer, Egress
from assistant.research import changes, comparison, evidence, fact_tables, report, runs, together
from assistant.research import outlook as outlooks
from assistant.research.evidence import Documents, Witness
from assistant.research.fact_tables import Laid
from assistant.research.outlook import Outlook
from assistant.research.progress import Progress, Silent
from assistant.research.questions import QuestionList
from assistant.research.runs import Basis, Entry, Run, Session


def run(
    questions: QuestionList,
    ask: Callable[[str], Answer],
    out: Path,
    *,
    basis: Basis,
    resume: bool = False,
    progress: Progress | None = None,
    axes: Mapping[str, str] | None = None,
    show_unsupported: bool = False,
    witness: Witness | None = None,
    documents: Documents | None = None,
    glossary: Glossary = Glossary(),  # noqa: B008  (frozen)
    tables: tuple[Laid, ...] = (),
    outlook: Outlook | None = None,
    workers: int = 1,
    halt: threading.Event | None = None,
) -> Run:
    """Answer all `questions` with `ask`, write answers and reports to a folder in `out`, and return the run.

    Each answer is on disk as soon as it stands. Up to `workers` questions are asked at a time, each from a thread of
    its own where it is more than one; what ends the run sets `halt`, which has to end those under way. With `resume`,
    the newest unfinished run of the same basis goes on, and only what has no answer yet, or reads differently now, is
    asked. A question that `ask` refuses (RefusedError) is noted in the report; any other error, and Ctrl-C, leaves a
    run that can be resumed.
    `axes` gives each axis id its title; `show_unsupported` keeps unsupported statements, marked.
    What `witness` saw of each answer's evidence, and the live `documents`, are kept with the run, for comparisons;
    it is compared with the finished run before it, statements matched with the terms of the `glossary`. The report
    shows `tables` of facts, and in the `outlook` what the evidence covers.
    Raises FaultError where `out` can't be written, and whatever `ask` raises.
    """
    heard = progress or Silent()
    found = runs.resumable(out, basis, questions) if resume else None
    current = found or runs.start(out, basis, questions)
    current = replace(current, axes=dict(axes or {}), show_unsupported=show_unsupported)
    if tables:
        fact_tables.save(current.folder, tables)
    if outlook is not None:
        outlooks.save(current.folder, outlook)
    if documents is not None:
        evidence.save_documents(current.folder, documents)
    total = len(current.entries)
    heard.begin(total, total - len(current.open))
    try:
        current = _answer_open(current, ask, heard, witness, workers, halt or threading.Event())
    finally:
        heard.end()
    current = replace(current, finished=runs.now())
    _compare(current, out, glossary)
    report.write(current)
    runs.save(current)  # after the reports: a run is finished when they stand
    runs.write(out / "latest.txt", current.folder.name + "\n")
    return current


def _compare(current: Run, out: Path, glossary: Glossary) -> None:
    """Write what changed since the finished run before, if there is one."""
    earlier = (run for run in runs.finished(out) if run.started <= current.started and run.folder != current.folder)
    previous = next(earlier, None)
    if previous is not None:
        changes.save(current.folder, comparison.between(previous, current, glossary))


def _answer_open(
    current: Run,
    ask: Callable[[str], Answer],
    progress: Progress,
    witness: Witness | None,
    workers: int,
    halt: threading.Event,
) -> Run:
    """Return `current` with an answer or a failure for each open question, and this session noted in it."""
    before = current.sessions
    session = Session(runs.now(), None, Egress("audit-hook", 0))
    total = len(current.entries)

    def answer(entry: Entry) -> Entry:
        progress.asking(entry, total)
        return _answer(entry, ask)

    try:
        for answered in together.each(current.open, answer, workers, halt):
            question = answered.question
            if answered.answer is not None:
                if witness is not None:
                    evidence.save(current.folder, question, witness.of(question.text))
                runs.save_answer(current, question, answered.answer)
                session = replace(session, egress=answered.answer.egress)
            current = replace(
                current,
                entries=tuple(answered if e.number == answered.number else e for e in current.entries),
                sessions=(*before, session),
            )
            runs.save(current)
            progress.done(answered, total)
    finally:
        if current.sessions != before:
            current = replace(current, sessions=(*before, replace(session, finished=runs.now())))
        with suppress(FaultError):  # whatever ended the session is the error to hear of
            runs.save(current)
    return current


def _answer(entry: Entry, ask: Callable[[str], Answer]) -> Entry:
    question = entry.question
    try:
        return replace(entry, answer=replace(ask(question.text), id=question.id, question=question.text))
    except RefusedError as error:
        return replace(entry, failure=str(error))
