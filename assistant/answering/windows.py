"""The stretches of a passage that a statement is held against: its sentences, alone, in pairs and all together.

What stands above a passage (headings, the source's title, publisher and date) is read beside it: it may supply a name
or a date, but no figure. A table is read row by row, each cell with its row's and its column's heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from assistant.answering.assertions import Assertion, Reader
from assistant.records import Hit, Passage
from assistant.text import hostile, sentences

# A passage up to this many sentences is also read as a whole.
_WHOLE = 4
_MARKUP = re.compile(r"\{#[^}]*\}|[*`]|^#{1,6} ", re.MULTILINE)
_TABLE_RULE = re.compile(r"[\s|:+-]+$")


@dataclass(frozen=True)
class Window:
    """A stretch of a passage, `start` and `end` in its text, with what it says, as a whole and sentence by sentence.

    `context` is what is said above the passage.
    """

    passage: str
    start: int
    end: int
    said: Assertion
    context: Assertion
    sentences: tuple[Assertion, ...] = ()

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset((*self.said.weights, *self.context.weights))

    def has(self, key: str) -> bool:
        """Say whether the anchor stands here or above."""
        return key in self._keys or (key[0] == "@" and key[1:] in self._parts)

    @cached_property
    def _parts(self) -> frozenset[str]:
        return self.said.parts | self.context.parts


class Windows:
    """Gives the windows of passages, read once."""

    _MOST_KEPT = 4096

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._made: dict[tuple[str, str, str], tuple[Window, ...]] = {}

    def of(self, hit: Hit) -> tuple[Window, ...]:
        """Return the windows of the hit's passage, the widest last."""
        above = _above(hit)
        key = (hit.passage.id, hit.passage.text, above)
        if key not in self._made:
            if len(self._made) >= self._MOST_KEPT:
                self._made.clear()
            context = self._reader.read(above)
            self._made[key] = tuple(
                Window(
                    hit.passage.text, start, end, self._reader.read(text), context,
                    tuple(self._reader.read(text[s:e]) for s, e in sentences.spans(text)),
                )
                for start, end, text in _stretches(hit.passage)
            )  # fmt: skip
        return self._made[key]


def _above(hit: Hit) -> str:
    references = (part for r in hit.passage.references for part in (r.title, r.publisher or "", r.date or ""))
    return "\n".join(dict.fromkeys(part for part in (hit.title, *hit.passage.headings, *references) if part))


def _stretches(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and the text to read of each window."""
    text = passage.text
    if passage.kind == "table" or text.lstrip().startswith("|"):
        yield from _rows(text)
        return
    spans = sentences.spans(text)
    singles = len(spans)
    spans += [(one[0], other[1]) for one, other in pairwise(spans)]
    if 2 < singles <= _WHOLE:
        spans.append((spans[0][0], spans[singles - 1][1]))
    # What gives an order carries nothing.
    for start, end in (span for span in spans if not hostile.overlap(text, *span)):
        yield start, end, _MARKUP.sub(" ", text[start:end])


def _rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield a table's rows as "row heading, column heading: cell" lines."""
    header: list[str] = []
    position = 0
    for line in text.splitlines(keepends=True):
        start, position = position, position + len(line)
        cells = [cell.strip() for cell in re.split(r"\||\t", line.strip().strip("|"))]
        if not line.strip() or _TABLE_RULE.match(line):
            continue
        # What stands above a table in its passage is no header.
        if not header and len(cells) > 1:
            header = cells
        titles = [*header, *[""] * len(cells)]
        # "power (W)" would be cut at its bracket.
        titles = [re.sub(r"[()（）]", " ", title) for title in titles]
        said = [f"{cells[0]} {titles[i]} {cell}" for i, cell in enumerate(cells) if i and cell] or cells
        yield start, start + len(line.rstrip()), "; ".join(said)
