"""What a reader makes of a file's bytes, and the builder that keeps text and blocks together."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.records import Block, BlockKind, Language, Reference

# Neither stored nor shown: control characters but tab and line feed, and halves of characters beyond 16 bits.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
RECOGNISED = "recognised"
"""The note of a reference to text that was recognised in a picture: letters may be wrong."""

_BREAKS = re.compile("\r\n?|\f")


@dataclass(frozen=True, slots=True)
class Content:
    """A file as read. What the file does not say of itself is None; `remarks` tell what had to be left out.

    `recognised` says that some of the text was recognised in pictures.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    language: Language | None = None
    axis: str | None = None
    topics: tuple[str, ...] = ()
    reference: Reference | None = None
    remarks: tuple[str, ...] = ()
    recognised: bool = False


def clean(text: str) -> str:
    """Return `text` with every line break as a line feed and without characters that can't be stored."""
    return _UNFIT.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return `text` on one line, with single spaces."""
    return " ".join(clean(text).split())


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """Return a table as lines of cells between pipes, the header first. Empty rows are left out."""
    lines = [[one_line(cell).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines if any(cells))


class Builder:
    """Puts a text together block by block, so that the blocks tile it by construction."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._headings: list[tuple[int, str]] = []

    @property
    def first_heading(self) -> str | None:
        """The title that the text itself begins with, if it has any heading."""
        block = next((b for b in self._blocks if b.kind == "heading"), None)
        return self.text[block.start : block.end].strip() if block else None

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self._pieces)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks so far."""
        return tuple(self._blocks)

    def heading(self, title: str, level: int, *, page: int | None = None) -> None:
        """Add a heading; it stands above what follows, until one of the same or a lower level number.

        One without a title only ends those before it.
        """
        title = one_line(title)
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self.add(title, kind="heading", page=page)
        if title:
            self._headings.append((level, title))

    def add(
        self,
        text: str,
        *,
        kind: BlockKind = "prose",
        end: str = "\n\n",
        page: int | None = None,
        claim: str | None = None,
        references: tuple[Reference, ...] = (),
    ) -> None:
        """Add a block and the white space after it. Text without a visible character adds nothing."""
        text = clean(text).strip("\n").rstrip()
        if not text:
            return
        start, self._length = self._length, self._length + len(text) + len(end)
        self._pieces.append(text + end)
        headings = tuple(title for _, title in self._headings)
        self._blocks.append(Block(start, self._length, kind, page, headings, claim, references))
