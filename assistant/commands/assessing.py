"""`assess`: an application held against the five edge advantages, and its cost on site and in the cloud."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands import DONE, Registry, open_assistant
from assistant.commands.desk import LANGUAGES
from assistant.terminal import say

if TYPE_CHECKING:
    from assistant.records import Language
    from assistant.research.assess.application import Application
    from assistant.research.assess.assessment import Assessment


def register(registry: Registry) -> None:
    """Add the command."""
    text = "the five edge advantages of an application, and its edge-against-cloud cost"
    sub = registry.add("assess", assess, text, "workspace", "json")
    sub.add_argument("applications", metavar="FILE|TEXT", nargs="+", help="TOML files, or descriptions in words")
    sub.add_argument("--out", metavar="DIR", type=Path, help="another folder than reports/assessments/")
    sub.add_argument("--language", choices=LANGUAGES, default="zh-TW", help="language of the report (default: zh-TW)")


def assess(args: argparse.Namespace) -> int:
    """Assess applications and write a report."""
    assistant = open_assistant(args)
    from assistant.research.assess import assessment, report

    described = [_read(given) for given in args.applications]
    language: Language = args.language
    found = assessment.assess(described, assistant.answerer.retriever, assistant.journal, language)
    folder = args.out or assistant.workspace.reports / "assessments" / "+".join(a.id for a in described)[:120]
    _make(folder)
    report.write(folder, found, language)
    if args.json:
        say(json.dumps(report.as_dict(found, language), ensure_ascii=False))
    else:
        say("\n".join([*(_line(one, language) for one in found), str(folder / "assessment.html")]))
    return DONE


def _read(given: str) -> "Application":
    """Return the application of a file, or of a text where it doesn't look like one."""
    from assistant.research.assess import application, described

    if given.endswith(".toml"):
        return application.read(Path(given))
    return described.read(given)


def _make(folder: Path) -> None:
    from assistant.errors import FaultError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FaultError(
            f"the report can't be written: {error.strerror}",
            where=str(folder),
            remedy="choose another folder with --out",
        ) from error


def _line(one: "Assessment", language: "Language") -> str:
    from assistant.research.assess.wording import WORDS

    words = WORDS[language]
    scored = words.comma.join(f"{words.advantage[s.advantage]} {s.value}" for s in one.scores)
    months = one.comparison.break_even
    even = words.never.format(years=one.comparison.years) if months is None else words.months.format(months=months)
    leans = f"{one.application.name.in_(language)}{words.colon}{words.lean[one.lean]} {one.overall:g}"
    return f"{leans} ({scored}); {words.break_even}{words.colon}{even}"
