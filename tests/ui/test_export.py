import json
from dataclasses import replace

import pytest

from assistant.records import Answer
from assistant.settings import Settings
from assistant.ui import export
from tests.support import answers

GEMMA = answers.GEMMA
DOUBTED = next(s.text for s in GEMMA.statements if s.verdict == "unsupported")


def test_json_is_the_whole_answer() -> None:
    assert Answer.from_json(json.loads(export.text(GEMMA, "json", Settings()))) == GEMMA


@pytest.mark.parametrize("form", ["md", "html"])
def test_the_settings_say_what_becomes_of_unsupported_statements(form: export.Form) -> None:
    assert DOUBTED not in export.text(GEMMA, form, Settings())
    assert DOUBTED in export.text(GEMMA, form, Settings(show_unsupported=True))


@pytest.mark.parametrize("form", ["md", "html"])
def test_every_source_is_named(form: export.Form) -> None:
    written = export.text(GEMMA, form, Settings(show_unsupported=True))
    assert all(citation.title in written for citation in GEMMA.citations)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("../../etc/passwd", "etc-passwd.md"),
        ("研華的策略是什麼？", "研華的策略是什麼.md"),
        ("???", "answer.md"),
        ("a\n<b>: c|d", "a-b-c-d.md"),
    ],
)
def test_a_file_name_keeps_letters_only(question: str, name: str) -> None:
    assert export.name(replace(GEMMA, question=question), "md") == name
