"""Questions about a table of one's own, with its units in its header."""

from collections.abc import Iterator

import pytest

from assistant.wiring import Assistant, open_workspace
from tests.support import small_workspace

CSV = '型號,價格（美元）,功耗（W）\nOrin,"1,999",60\nThor,"3,499",130\n'
MARKDOWN = """# Price sheet

| Module | Price (US$) | Power (W) |
|---|---|---|
| Coral | 149 | 4 |
| Kria | 349 | 15 |
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("sheets")
    small_workspace.make(root)
    for name, text in (("prices.csv", CSV), ("prices.md", MARKDOWN)):
        (root / "corpus" / name).write_text(text, encoding="utf-8")
    opened = open_workspace(str(root), {"engine": "extractive"})
    opened.refresh()
    yield opened
    opened.journal.close()


@pytest.mark.parametrize(
    ("question", "opens"),
    [
        ("Orin 多少美元？", "Orin：價格 1,999 美元；功耗 60 W。"),
        ("Thor 幾瓦？", "Thor：價格 3,499 美元；功耗 130 W。"),
        ("How much is a Kria?", "Kria: Price US$349; Power 15 W."),
        ("how many watts does the Coral draw?", "Coral: Price US$149; Power 4 W."),
    ],
)
def test_a_cell_is_told_with_its_unit_and_passes_the_check(assistant: Assistant, question: str, opens: str) -> None:
    answer = assistant.answerer.answer(question)
    assert [answer.statements[i].text for i in answer.conclusion] == [opens]
    assert all(statement.verdict == "supported" for statement in answer.statements)
