"""Briefs line by line: every claim with the line it stands on, and what keeps it from being read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assistant.corpus import claims
from assistant.corpus.readers import decoding, front_matter
from assistant.corpus.readers.front_matter import FrontMatter
from assistant.errors import RefusedError
from assistant.records import Language, Reference

FOLDER = "briefs"
_NAME = re.compile(r"(?P<stem>.+)\.(?P<language>zh-TW|en)\.md")
_ITEM = re.compile(r"[-*+] +")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something in the corpus that has to be mended. `path` is relative to the corpus folder, `line` counts from 1."""

    path: str
    line: int
    rule: str
    what: str

    def __str__(self) -> str:
        """Return the fault as compilers write them."""
        return f"{self.path}:{self.line}: {self.what} ({self.rule})"


@dataclass(frozen=True, slots=True)
class Located:
    """A claim and where it stands. Its n-th source is on the n-th line after `source_line`, which counts from 1."""

    id: str
    text: str
    references: tuple[Reference, ...]
    line: int
    source_line: int


@dataclass(frozen=True, slots=True)
class Brief:
    """One file of claims. `key` is its path without language and suffix: both languages of a brief share it."""

    path: str
    key: str
    folder: str
    language: Language
    about: FrontMatter
    claims: tuple[Located, ...]
    faults: tuple[Fault, ...]


def find(corpus: Path) -> list[Brief]:
    """Return the briefs of a corpus folder, sorted by path. A file that can't be read is a brief with a fault."""
    return [_read(file, corpus) for file in sorted((corpus / FOLDER).rglob("*.md"))]


def host(address: str) -> str:
    """Return the host of a web address in lower case, without a leading "www."."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _read(file: Path, corpus: Path) -> Brief:
    path = file.relative_to(corpus).as_posix()
    name = _NAME.fullmatch(file.name)
    language: Language = "en" if name and name["language"] == "en" else "zh-TW"
    key = f"{Path(path).parent.as_posix()}/{name['stem'] if name else file.stem}"
    faults = [] if name else [Fault(path, 1, "name", "a brief is called TOPIC.zh-TW.md or TOPIC.en.md")]
    try:
        about, body = front_matter.split(decoding.decode(file.read_bytes(), path), path)
    except RefusedError as error:
        return Brief(path, key, file.parent.name, language, FrontMatter(), (), (Fault(path, 1, "file", error.what),))
    found = list(_claims(body, path, about.lines))
    return Brief(
        path=path,
        key=key,
        folder=file.parent.name,
        language=language,
        about=about,
        claims=tuple(entry for entry in found if isinstance(entry, Located)),
        faults=(*faults, *(entry for entry in found if isinstance(entry, Fault))),
    )


def _claims(body: str, path: str, before: int) -> Iterator[Located | Fault]:
    """Yield the claims of a brief, and a fault for each list item that is none. `before` lines precede the body."""
    for line, item in _items(body, before):
        try:
            claim = claims.parse(item)
        except claims.MalformedError as error:
            yield Fault(path, line + error.line, "source", str(error))
            continue
        if claim is None:
            yield Fault(path, line, "id", "a list item without {#id}: give it one, or make it a paragraph")
            continue
        yield Located(claim.id, claim.text, claim.references, line, line + claim.text.count("\n"))


def _items(body: str, before: int) -> Iterator[tuple[int, str]]:
    """Yield the top-level list items as the parser of claims takes them, with the line of each."""
    start, item = 0, list[str]()
    for n, line in enumerate([*body.split("\n"), ""], start=before + 1):
        mark = _ITEM.match(line)
        if item and (mark or not line.strip() or line.startswith("#")):
            yield start, "\n".join(item)
            item = []
        if mark:
            start, item = n, [line[mark.end() :]]
        elif item:
            item.append(line.strip())
