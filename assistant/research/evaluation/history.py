"""The evaluations made so far.

reports/evaluations/<UTC time>/evaluation.json, .html, .md   one evaluation
reports/evaluations/<UTC time>/items.html                    every item with every reply (details.py)
reports/evaluations/replies/                                 what the models answered (replies.py)
"""

import itertools
import json
from contextlib import suppress
from pathlib import Path

from assistant.errors import FaultError
from assistant.records import Language
from assistant.research import page, runs
from assistant.research.evaluation import details, report
from assistant.research.evaluation.evaluating import Evaluated
from assistant.research.evaluation.result import Evaluation
from assistant.research.evaluation.wording import WORDS
from assistant.workspace import Workspace

FILE = "evaluation.json"


def folder(workspace: Workspace) -> Path:
    """Return where a workspace's evaluations are."""
    return workspace.reports / "evaluations"


def save(workspace: Workspace, evaluated: Evaluated, language: Language) -> Path:
    """Write an evaluation into a folder of its own, with its reports, and return that. Raises FaultError."""
    evaluation = evaluated.evaluation
    name = evaluation.finished.replace("-", "").replace(":", "")
    try:
        for attempt in itertools.count(1):
            made = folder(workspace) / (name if attempt == 1 else f"{name}-{attempt}")
            with suppress(FileExistsError):
                made.mkdir(parents=True)
                break
    except OSError as error:
        raise FaultError(
            f"the evaluation can't be written: {error.strerror}",
            where=str(folder(workspace)),
            remedy="make room there; what the models answered is kept, the same command writes the report",
        ) from error
    blocks, words = tuple(report.blocks(evaluation, language, every(workspace))), WORDS[language]
    runs.write(made / "evaluation.html", page.html(words.title, language, blocks))
    runs.write(made / "evaluation.md", page.markdown(words.title, blocks))
    listed = tuple(details.blocks(evaluation, evaluated.suites, evaluated.outcomes, language))
    runs.write(made / "items.html", page.html(words.items, language, listed))
    runs.write(made / FILE, runs.as_json(evaluation.to_json()))
    return made


def every(workspace: Workspace) -> list[Evaluation]:
    """Return the workspace's evaluations, newest first. What can't be read as one is passed over."""
    found = []
    for file in sorted(folder(workspace).glob(f"*/{FILE}"), reverse=True):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(Evaluation.from_json(json.loads(file.read_text(encoding="utf-8"))))
    return found


def latest(workspace: Workspace) -> Evaluation | None:
    """Return the newest evaluation of the workspace, None where there is none."""
    return next(iter(every(workspace)), None)
