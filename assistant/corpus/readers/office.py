"""What Word, PowerPoint and Excel files have in common: a ZIP archive of XML, with a description of its own."""

import io
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar

from assistant.corpus.readers.content import one_line
from assistant.corpus.readers.decoding import signature
from assistant.errors import RefusedError
from assistant.records import Reference

T = TypeVar("T")

# Unfolded, with the pictures, that no document of text comes to; XML takes several times its size as a tree.
MOST_UNFOLDED = 512 << 20
MOST_UNFOLDED_XML = 64 << 20
# Where each program keeps what it writes.
_FOLDERS = {"Word": "word/", "PowerPoint": "ppt/", "Excel": "xl/"}
_OLD = b"\xd0\xcf\x11\xe0"


def opened(data: bytes, path: str, program: str, open_file: Callable[[io.BytesIO], T]) -> T:
    """Return what `open_file` makes of the archive.

    Raises RefusedError for a file that is no such archive, is encrypted or broken, or unfolds to too much.
    """
    if data.startswith(_OLD):
        raise RefusedError(
            f"this is an old or an encrypted {program} file",
            where=path,
            remedy=f"open it in {program} and save it without a password in today's format",
        )
    if not data.startswith(b"PK"):
        kind = signature(data) or "another kind of file"
        raise RefusedError(f"this is no {program} file but {kind}", where=path, remedy="give it its format's suffix")
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
        xml = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
        if sum(entry.file_size for entry in entries) > MOST_UNFOLDED or xml > MOST_UNFOLDED_XML:
            raise RefusedError("the archive unfolds to too much", where=path, remedy="split the file into smaller ones")
        if (wrote := _program({entry.filename for entry in entries})) != program:
            what = f"this is no {program} file but one of {wrote}" if wrote else f"this archive is no {program} file"
            raise RefusedError(what, where=path, remedy="give it its format's suffix")
        return open_file(io.BytesIO(data))
    except (RefusedError, MemoryError):
        raise
    except Exception as error:  # each library raises whatever a broken archive makes it stumble over
        raise RefusedError(
            f"the {program} file is broken ({type(error).__name__}: {one_line(str(error))[:200]})",
            where=path,
            remedy="copy or download it again",
        ) from error


def _program(names: set[str]) -> str | None:
    """Return which program wrote an archive with these names in it."""
    return next((program for program, at in _FOLDERS.items() if any(name.startswith(at) for name in names)), None)


def described(properties: Any, path: str) -> tuple[str | None, Reference | None]:  # noqa: ANN401  (any library's)
    """Return the title and the source that a file's core properties give. A program's template names neither."""
    title = one_line(str(properties.title or ""))
    if title.lower() in ("powerpoint presentation", "word document", "powerpoint 簡報"):
        title = ""
    written = properties.modified or properties.created
    date = written.date().isoformat() if written and written.year > 1990 else None
    name = title or path.rpartition("/")[2].rpartition(".")[0]
    return title or None, Reference(name, date=date) if date else None
