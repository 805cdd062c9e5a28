"""The files of the corpus folder: which ones are read, and which are refused by name."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.records import Source

# The formats of assistant.corpus.readers, by the end of a file's name.
SUFFIXES = (
    *(".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml", ".pdf"),
    *(".docx", ".pptx", ".xlsx", ".csv", ".tsv", ".eml", ".mhtml", ".mht"),
)
# What says something about the corpus and is not part of it: the README at its top, and all TOML files (axes, terms,
# feeds, refused sites, tables of facts).
OWN_FILES = frozenset({"README.md"})
OWN_SUFFIX = ".toml"
# A file beyond this is no document that a person reads; it would cost memory and time for every other one.
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not read, and why. `ignored` ones are no document at all and need no attention."""

    path: str
    reason: str
    ignored: bool = False


def find(corpus: Path) -> tuple[list[Source], list[Refusal]]:
    """Return the documents of the corpus folder and what is refused in it, both sorted by path.

    Hidden files and folders are passed over. Of each unknown format the first file is reported, as ignored.
    """
    found: list[Source] = []
    refused: list[Refusal] = []
    for path, entry in _walk(corpus, "") if corpus.is_dir() else ():
        if path in OWN_FILES or path.lower().endswith(OWN_SUFFIX):
            continue
        looked_at = _look(entry, path, corpus) if isinstance(entry, os.DirEntry) else entry
        if isinstance(looked_at, Source):
            found.append(looked_at)
        else:
            refused.append(Refusal(_printable(path), *looked_at))
    return sorted(found, key=lambda s: s.path), sorted(_once_a_format(refused), key=lambda r: r.path)


def digest(path: Path) -> str:
    """Return the SHA-256 of the file's bytes in hexadecimal. Raises OSError where it can't be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


Problem = tuple[str, bool]


def _walk(folder: Path, path: str) -> Iterator[tuple[str, "os.DirEntry[str] | Problem"]]:
    """Yield the files below `folder` with their paths in the corpus, and folders that can't be entered with the reason.

    Paths are text here: a `Path` takes longer to make than a file to look at.
    """
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield path or ".", (f"the folder can't be read: {error.strerror}", False)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        below = f"{path}/{entry.name}" if path else entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), below)
        else:
            yield below, entry


def _look(entry: "os.DirEntry[str]", path: str, corpus: Path) -> Source | Problem:
    """Return the source that a file is, or why it is none."""
    try:
        # Not what the listing knows: Windows' has no time of the last change of a file's description.
        known = os.lstat(entry.path)
        if stat.S_ISLNK(known.st_mode):
            target = Path(entry.path).resolve(strict=True)
            known = target.stat()
            if not target.is_relative_to(corpus.resolve()):
                return "a symbolic link that leaves the corpus folder; copy the file there", False
            if target.is_dir():
                return "a symbolic link to a folder of the corpus, whose files are read where they are", True
    except OSError as error:
        return f"the file can't be read: {error.strerror}", False
    except RuntimeError:
        return "a symbolic link that leads to itself; delete it", False
    if not stat.S_ISREG(known.st_mode):
        return "not a file with contents (a device, a pipe or a socket); take it out of the corpus", False
    return _take(path, known)


def _take(path: str, known: os.stat_result) -> Source | Problem:
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122
    if path != _printable(path):
        return "the file's name is not UTF-8; rename it", False
    if suffix not in SUFFIXES:
        return f"{suffix or 'files without a suffix'}: not a format that is read ({' '.join(SUFFIXES)})", True
    if known.st_size > MOST_BYTES:
        return f"{known.st_size >> 20} MiB is too large; the limit is {MOST_BYTES >> 20} MiB. Split the file", False
    return Source(path, known.st_size, known.st_mtime_ns, known.st_ctime_ns)


def _printable(path: str) -> str:
    return os.fsencode(path).decode("utf-8", errors="replace")


def _once_a_format(refused: list[Refusal]) -> list[Refusal]:
    """Return `refused` with one entry for each reason to ignore a file."""
    once = {(r.reason if r.ignored else r.path): r for r in reversed(refused)}
    return list(once.values())
