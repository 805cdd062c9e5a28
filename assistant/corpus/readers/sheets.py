"""Tables: Excel workbooks sheet by sheet, and files of values separated by commas, tabs or semicolons."""

import csv
import datetime
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from assistant.corpus.readers import decoding, office
from assistant.corpus.readers.content import Builder, Content, table_text
from assistant.errors import RefusedError

# Rows of a table that stand together under its header: few enough that a passage holds them.
ROWS = 20
# Beyond this a sheet is a database, which nobody quotes from.
MOST_ROWS, MOST_COLUMNS = 20_000, 200
_SAMPLE = 1 << 14
_LONGEST_CELL = 1 << 17


def read_workbook(data: bytes, path: str) -> Content:
    """Return the content of a workbook: each sheet under its name, hidden ones left out and remarked on.

    Raises RefusedError for what is no workbook, is encrypted or broken.
    """
    from openpyxl.reader.excel import load_workbook

    def load(file: io.BytesIO) -> Any:  # noqa: ANN401  (openpyxl has no types)
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)  # type: ignore[no-untyped-call]

    book = office.opened(data, path, "Excel", load)
    built = Builder()
    remarks = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            remarks.append(f"sheet {sheet.title!r} is hidden in the workbook")
            continue
        # What a program says about a sheet's size is often wrong, and a wrong one costs hours.
        sheet.reset_dimensions()
        built.heading(sheet.title, 1)
        rows = ([_shown(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.iter_rows())
        if not _add(rows, built):
            remarks.append(f"sheet {sheet.title!r} is read up to row {MOST_ROWS}")
    title, reference = office.described(book.properties, path)
    return Content(built.text, built.blocks, title=title, reference=reference, remarks=tuple(remarks))


def read_values(data: bytes, path: str) -> Content:
    """Return the content of a file of separated values. Raises RefusedError for bytes that aren't text."""
    text = decoding.decode(data, path)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:_SAMPLE], delimiters=",\t;|")
    except csv.Error:
        dialect = csv.excel_tab if path.lower().endswith(".tsv") else csv.excel
    csv.field_size_limit(_LONGEST_CELL)
    built = Builder()
    try:
        whole = _add(csv.reader(text.splitlines(keepends=True), dialect), built)
    except csv.Error as error:
        raise RefusedError(
            f"the table is broken: {error}", where=path, remedy="save it again as comma-separated values"
        ) from error
    return Content(built.text, built.blocks, remarks=() if whole else (f"read up to row {MOST_ROWS}",))


def _add(rows: Iterable[Sequence[str]], built: Builder) -> bool:
    """Add a table in stretches that each begin with its header; say whether all of it was taken."""
    filled = (row for row in rows if any(cell.strip() for cell in row))
    limited = itertools.islice(filled, MOST_ROWS + 1)
    # A title above the table stands alone in its row.
    header: Sequence[str] = ()
    for row in limited:
        if sum(bool(cell.strip()) for cell in row) > 1:
            header = row
            break
        built.add(" ".join(filter(None, row)))
    taken = 1
    for stretch in _stretches(limited):
        taken += len(stretch)
        built.add(table_text([header, *stretch]), kind="table")
    if header and taken == 1:
        built.add(table_text([header]), kind="table")
    return taken <= MOST_ROWS


def _stretches(rows: Iterator[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    while stretch := list(itertools.islice(rows, ROWS)):
        yield stretch


def _shown(cell: Any) -> str:  # noqa: ANN401  (a cell of openpyxl)
    """Return a cell's value as a person sees it: a share in per cent, a date without a time of midnight."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):
            return f"{value * 100:.6g}%"
        return f"{value:.12g}" if isinstance(value, float) else str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
