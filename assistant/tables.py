"""Reads TOML files that people write, with errors that name the file and the entry."""

import tomllib
from pathlib import Path
from typing import Any

from assistant.errors import RefusedError

Table = dict[str, Any]
# The largest that ships, the glossary, has 40 KB.
MOST_BYTES = 4 << 20


def read(path: Path) -> Table:
    """Return the file's top table. Raises FileNotFoundError, and RefusedError where it can't be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RefusedError(
                f"{path.name} is larger than {MOST_BYTES >> 20} MiB", where=str(path), remedy="make it smaller"
            )
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise
    # A number of thousands of digits is a plain ValueError, brackets within brackets end in a RecursionError.
    except (ValueError, RecursionError, OSError) as error:
        raise RefusedError(
            f"{path.name} can't be read: {error}", where=str(path), remedy="mend the file; it is TOML in UTF-8"
        ) from error


def read_if_there(path: Path) -> Table:
    """Return the file's top table, empty where there is no file. Raises RefusedError where it can't be read."""
    try:
        return read(path)
    except FileNotFoundError:
        return {}


def entries(table: Table, key: str, where: str) -> list[Table]:
    """Return the tables under `[[key]]`. Raises RefusedError where something else stands there."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise RefusedError(f"{key!r} is not a list of tables", where=where, remedy=f"write each one as [[{key}]]")
    return found


def text(entry: Table, key: str, where: str, *, default: str | None = None) -> str:
    """Return the text under `key`. Raises RefusedError where it is missing and has no default, or is not text."""
    found = entry.get(key, default)
    if not isinstance(found, str) or not (found.strip() or default is not None):
        raise RefusedError(f"{key!r} has to be text in {entry}", where=where, remedy=f'write {key} = "…"')
    return found.strip()


def texts(entry: Table, key: str, where: str) -> tuple[str, ...]:
    """Return the texts under `key`, none where it is missing. Raises RefusedError where they are not texts."""
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise RefusedError(f"{key!r} has to be a list of texts in {entry}", where=where, remedy=f'write {key} = ["…"]')
    return tuple(item.strip() for item in found if item.strip())
