"""The user's own copies of public sets, in the form in which they are handed out.

- MMLU: CSV without a header, each row question, four choices, letter of the right one.
- TMMLU+: CSV with a header, among its columns question, A, B, C, D, answer.
- MMLU as JSON lines: question, choices, answer (a place from 0, or a letter).
- ARC: JSON lines, question (a text, or stem and choices), choices with text and label, answerKey.
- HellaSwag: JSON lines, ctx, endings, label.
- GSM8K: JSON lines, question, answer that ends in "#### 42".
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import RefusedError
from assistant.records import content_id
from assistant.research.evaluation.items import Item, Suite
from assistant.text.language import detect

LETTERS = "ABCDEFGHIJ"
FORMATS = "MMLU or TMMLU+ CSV; MMLU, ARC, HellaSwag or GSM8K JSON lines"


def suite(file: Path, text: str, lines: Sequence[Mapping[str, Any]]) -> Suite:
    """Return a public set as a suite of the kind `standard` (GSM8K: `reasoning`), named after its file.

    `lines` are the objects of a JSON lines file, empty for a CSV. Raises RefusedError, naming the line, where a line is
    in none of the forms.
    """
    read = (_line(line) for line in lines) if lines else _rows(text)
    items: list[Item] = []
    number = 0
    try:
        for number, (question, choices, answer) in enumerate(read, start=1):  # noqa: B007  (named in the error)
            items.append(_item(question, choices, answer))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise RefusedError(
            f"line {number + 1} is in no form that is known here ({error})", where=str(file), remedy=f"give {FORMATS}"
        ) from error
    if not items:
        raise RefusedError("this file has no items", where=str(file), remedy=f"give {FORMATS}")
    unique = {item.id: item for item in items}
    return Suite(file.stem, items[0].kind, content_id(text)[:8], tuple(unique.values()), own=True)


def _item(question: str, choices: Sequence[str], answer: str) -> Item:
    family = content_id(question, *choices)
    if not choices:
        return Item(family, family, "reasoning", detect(question), "number", question, (answer,))
    return Item(
        family, family, "standard", detect(question + "".join(choices)), "choice", question, (answer,), tuple(choices)
    )


def _rows(text: str) -> Iterator[tuple[str, Sequence[str], str]]:
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "question" in head and "answer" in head:
        columns = [head.index(letter.lower()) for letter in LETTERS if letter.lower() in head]
        for row in rows[1:]:
            choices = [row[column] for column in columns]
            yield row[head.index("question")], choices, _right(choices, row[head.index("answer")])
        return
    for question, *choices, letter in rows:
        yield question, choices, _right(choices, letter)


def _line(line: Mapping[str, Any]) -> tuple[str, Sequence[str], str]:
    if "endings" in line:
        return line["ctx"], line["endings"], _right(line["endings"], line["label"])
    if "answerKey" in line:
        asked = line["question"]
        nested = isinstance(asked, dict)
        given = asked["choices"] if nested else line["choices"]
        pairs = (
            list(zip(given["label"], given["text"], strict=True))
            if isinstance(given, dict)
            else [(choice["label"], choice["text"]) for choice in given]
        )
        return asked["stem"] if nested else asked, [text for _, text in pairs], dict(pairs)[line["answerKey"]]
    if "choices" in line:
        return line["question"], line["choices"], _right(line["choices"], line["answer"])
    _, mark, figure = line["answer"].rpartition("####")
    if not mark:
        raise ValueError("no #### before the answer")
    return line["question"], (), figure.strip()


def _right(choices: Sequence[str], answer: object) -> str:
    """Return the right choice, named by its letter or by its place from 0."""
    said = str(answer).strip()
    at = LETTERS.index(said.upper()) if said.upper() in LETTERS and said else int(said)
    if at < 0 or len(choices) < 2:
        raise ValueError(f"{said!r} names none of {len(choices)} choices")
    return choices[at]
