"""Tables of the corpus's structured facts as a report shows them: every cell with the sources of its claims.

reports/<run>/tables.json   the tables as they stood when the run was made
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.corpus import facts
from assistant.records import Language
from assistant.research import runs
from assistant.research.assess.assessment import Cited, Index, claims_of

FILE = "tables.json"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says in one place, with the numbers of its sources; no text where there is no evidence."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Laid:
    """A table in one language. `sources` are numbered from 1 in the order of their first use."""

    id: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    sources: tuple[Cited, ...]


def lay(corpus: Path, index: Index, language: Language) -> tuple[Laid, ...]:
    """Return the tables of a corpus folder, each cell cited.

    A cell none of whose claims is live in the index is left empty: it has no evidence any more. A table without any
    cell is left out. Raises RefusedError for a file that can't be read.
    """
    tables = facts.load(corpus)
    known = claims_of(index, language) if tables else {}
    laid = (_table(table, known, language) for table in tables)
    return tuple(table for table in laid if table.sources)


def save(folder: Path, tables: Iterable[Laid]) -> None:
    """Write the tables beside the run in `folder`. Raises FaultError."""
    runs.write(folder / FILE, runs.as_json([asdict(table) for table in tables]))


def load(folder: Path) -> tuple[Laid, ...]:
    """Return the tables that were written with the run in `folder`; none where there are none."""
    try:
        return tuple(map(_laid, json.loads((folder / FILE).read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _table(table: facts.Table, known: dict[str, Cited], language: Language) -> Laid:
    numbers: dict[str, int] = {}
    rows = []
    for row in table.rows:
        cells = []
        for column in table.columns:
            cell = row.cells.get(column)
            claims = [claim for claim in cell.claims if claim in known] if cell else []
            if cell is None or not claims:
                cells.append(Cell("", ()))
                continue
            cited = tuple(numbers.setdefault(claim, len(numbers) + 1) for claim in claims)
            cells.append(Cell(cell.text.in_(language), cited))
        rows.append((row.name.in_(language), tuple(cells)))
    head = tuple(column.in_(language) for column in table.columns.values())
    return Laid(table.id, table.title.in_(language), head, tuple(rows), tuple(known[claim] for claim in numbers))


def _laid(data: dict[str, Any]) -> Laid:
    rows = tuple(
        (name, tuple(Cell(cell["text"], tuple(cell["sources"])) for cell in cells)) for name, cells in data["rows"]
    )
    sources = tuple(Cited(**{**source, "notes": tuple(source["notes"])}) for source in data["sources"])
    return Laid(data["id"], data["title"], tuple(data["head"]), rows, sources)


def columns(table: Laid) -> Sequence[Sequence[str]]:
    """Return the texts of each column, empty where a cell is."""
    return [[cells[n].text for _, cells in table.rows] for n in range(len(table.head))]
