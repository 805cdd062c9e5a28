"""Every item with what each model replied: the page that shows where a model fails."""

from collections.abc import Iterator, Mapping, Sequence

from assistant.records import Language
from assistant.research.evaluation.items import Item, Suite
from assistant.research.evaluation.pictures import shown
from assistant.research.evaluation.result import Evaluation
from assistant.research.evaluation.running import Outcome
from assistant.research.evaluation.wording import WORDS
from assistant.research.page import Block, Grid, Heading

RIGHT, WRONG = "✓", "✗"
# Of a reply, as much as fits beside others.
MOST = 160


def blocks(
    evaluation: Evaluation, suites: Sequence[Suite], outcomes: Mapping[str, Sequence[Outcome]], language: Language
) -> Iterator[Block]:
    """Yield a table for each suite, a row an item, a column a model. `outcomes` has those of each row by its `id`."""
    words = WORDS[language]
    head = (words.item, words.right, *(shown(row, language) for row in evaluation.rows))
    start = 0
    for suite in suites:
        each = [outcomes[row.id][start : start + len(suite.items)] for row in evaluation.rows]
        start += len(suite.items)
        yield Heading(2, f"{suite.name} {suite.version}")
        rows = (
            (f"{item.id} · {_short(item.question)}", _right(item), *map(_said, said))
            for item, *said in zip(suite.items, *each, strict=True)
        )
        yield Grid(head, tuple(rows))


def _right(item: Item) -> str:
    return " / ".join(item.answers) or item.task


def _said(outcome: Outcome) -> str:
    points = outcome.points
    mark = RIGHT if points.value == 1 else WRONG if points.value == 0 else f"{points.value * 100:.0f}"
    why = f" ({points.why})" if points.why else ""
    return f"{mark} {_short(outcome.reply.text)}{why}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST else line[: MOST - 1] + "…"
