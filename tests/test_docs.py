"""The documents can't drift: every command, flag and setting they name exists, and every one that exists is named."""

import argparse
import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant import cli
from assistant.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "corpus" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
# The log keeps what was tried, also commands and settings that are gone.
LIVE = [document for document in DOCUMENTS if document.name != "LOG.md"]
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"^(?:\$ )?(?:python -m )?assistant (\S.*)$")


def commands() -> dict[str, argparse.ArgumentParser]:
    (sub,) = (a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(sub.choices)


def calls(document: Path) -> list[list[str]]:
    """Return the words of each call of the program that a document shows."""
    found = []
    for block, inline in CODE.findall(document.read_text(encoding="utf-8")):
        for line in (block or inline).splitlines():
            call = CALL.match(line.split("#")[0].strip())
            if call:
                found.append(re.sub(r'"[^"]*"', "TEXT", call[1]).split())
    return found


def test_the_readme_shows_calls() -> None:
    assert len(calls(ROOT / "README.md")) > 5


@pytest.mark.parametrize("document", LIVE, ids=lambda d: d.name)
def test_every_command_and_flag_in_a_document_exists(document: Path) -> None:
    known = commands()
    for words in calls(document):
        assert words[0] in known, f"{document.name}: assistant {' '.join(words)}"
        flags = {option for action in known[words[0]]._actions for option in action.option_strings}
        assert {word for word in words if word.startswith("--")} <= flags, f"{document.name}: {' '.join(words)}"


def test_the_readme_names_every_command() -> None:
    assert set(commands()) <= {words[0] for words in calls(ROOT / "README.md")}


def test_the_settings_page_repeats_every_setting_with_its_default_and_meaning() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(.*?)` \| (.*?) \|$", page, re.MULTILINE)
    wanted = [(f.name, _shown(f.default), f.metadata["help"]) for f in fields(Settings)]
    assert rows == wanted


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return {"": '""', (): "[]"}.get(default, str(default))  # type: ignore[call-overload]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_every_file_that_a_document_links_or_shows_is_there(document: Path) -> None:
    prose = CODE.sub("", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)", prose):
        if not target.startswith(("http://", "https://")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
