"""Tables of facts that a report can draw: each cell says something in both languages and names the claims behind it.

A table is a file `corpus/facts/NAME.toml` (corpus/README.md). Its cells are data of the corpus, not documents:
what they say is found and cited through their claims.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant import tables
from assistant.errors import RefusedError
from assistant.records import Language

FOLDER = "facts"


@dataclass(frozen=True, slots=True)
class Text:
    """The same said in both languages."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the text in a language."""
        return self.zh if language == "zh-TW" else self.en


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says in one place, and the ids of the claims that say so."""

    text: Text
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A subject and what the columns say of it, by column id; a column without evidence has no cell."""

    id: str
    name: Text
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of facts. `columns` are the heads by id, in order; `questions` are ids that it helps to answer."""

    id: str
    title: Text
    columns: Mapping[str, Text]
    rows: tuple[Row, ...]
    topics: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def grid(self, language: Language) -> list[list[str]]:
        """Return the table as rows of text, the heads first; a cell without evidence is empty."""
        heads = ["", *(column.in_(language) for column in self.columns.values())]
        return [heads, *([row.name.in_(language), *self._texts(row, language)] for row in self.rows)]

    def _texts(self, row: Row, language: Language) -> list[str]:
        cells = (row.cells.get(column) for column in self.columns)
        return [cell.text.in_(language) if cell else "" for cell in cells]

    def claims(self) -> frozenset[str]:
        """Return the ids of all claims that the table stands on."""
        return frozenset(claim for row in self.rows for cell in row.cells.values() for claim in cell.claims)


def load(corpus: Path) -> tuple[Table, ...]:
    """Return the tables of a corpus folder, by file name; none where there is no folder of facts.

    Raises RefusedError, naming file and entry, for a file that can't be read, a row or column without both languages,
    a cell without text or claims or outside the columns, and a row that stands twice.
    """
    return tuple(_table(path) for path in sorted((corpus / FOLDER).glob("*.toml")))


def _table(path: Path) -> Table:
    written, where = tables.read_if_there(path), str(path)
    columns = {
        tables.text(entry, "id", where): _text(entry, where) for entry in tables.entries(written, "column", where)
    }
    rows = tuple(_row(entry, columns, where) for entry in tables.entries(written, "row", where))
    ids = [row.id for row in rows]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise RefusedError(f"the row {', '.join(twice)} stands twice", where=where, remedy="give each row its own id")
    return Table(
        id=path.stem,
        title=_text(written, where),
        columns=columns,
        rows=rows,
        topics=tables.texts(written, "topics", where),
        questions=tables.texts(written, "questions", where),
    )


def _row(entry: tables.Table, columns: Mapping[str, Text], where: str) -> Row:
    cells = {name: value for name, value in entry.items() if isinstance(value, dict)}
    name = tables.text(entry, "id", where)
    if unknown := [cell for cell in cells if cell not in columns]:
        raise RefusedError(
            f"the row {name!r} has cells outside the columns: {', '.join(unknown)}",
            where=where,
            remedy=f"use one of {', '.join(columns)}",
        )
    return Row(
        name, _text(entry, where), {column: _cell(cells[column], where) for column in columns if column in cells}
    )


def _cell(entry: tables.Table, where: str) -> Cell:
    claims = tables.texts(entry, "claims", where)
    if not claims:
        raise RefusedError(f"a cell without claims: {entry}", where=where, remedy='write claims = ["ID"]')
    return Cell(_text(entry, where), claims)


def _text(entry: tables.Table, where: str) -> Text:
    return Text(tables.text(entry, "zh", where), tables.text(entry, "en", where))
