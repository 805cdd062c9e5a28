"""What the places of its words say of a page: that it has two columns of prose, or rows of a table.

Both may be written across, line beside line. Told apart are they by their lines: those of a column run to its edge and
break anywhere, the cells of a table are short, end where they will, and have room around them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise

from assistant.corpus.readers.content import table_text
from assistant.corpus.readers.lines import is_item, join, width

# So often at least a page goes from the left to the right and back, or it isn't taken for one written across.
_LEAST = 4
# Beside one another, at a first look, are lines this near, in points (1/72 inch).
_NEAR = 18.0
# A gutter is this wide, in points, and at most this share of the lines, headings mostly, crosses it.
_GUTTER, _CROSSING = 6.0, 0.3
# Lines of a column of prose: this long, in columns of text (a Chinese character takes two) ...
_LONG = 20
# ... so many of their heights from one to the next, where the rows of a table have room around them ...
_PITCH = 1.7
# ... this share of them runs to this share of the column's width, and at most so many end as sentences do.
_FILLED, _FULL, _ENDING = 0.6, 0.8, 0.5
# Lines of one cell begin this near to one another, in points.
_STACKED = 2.0
_SENTENCE_END = re.compile(r"[。！？；.!?;][\"'”’」』）)]*$")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a page in points, from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    def around(self, other: "Box") -> "Box":
        """Return the rectangle around both."""
        return Box(
            min(self.left, other.left), min(self.bottom, other.bottom),
            max(self.right, other.right), max(self.top, other.top),
        )  # fmt: skip

    def level(self, other: "Box") -> bool:
        """Say whether both stand on one line."""
        return abs(self.bottom - other.bottom) < max(self.height, other.height) / 2

    def beside(self, other: "Box") -> bool:
        """Say whether both stand on a line, more or less."""
        return abs(self.bottom + self.top - other.bottom - other.top) < 2 * max(self.height, other.height)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that stands together on a line."""

    text: str
    box: Box


def stands_aside(neighbours: Iterable[tuple[Box, Box]]) -> bool:
    """Say whether of characters with white space between them the second often stands well to the right of the first.

    This is a first look, which costs little.
    """
    jumps = (b.left - a.right >= _GUTTER and abs(b.bottom - a.bottom) < _NEAR for a, b in neighbours)
    return sum(islice(filter(None, jumps), _LEAST)) == _LEAST


def in_order(pieces: Sequence[Piece]) -> list[str] | None:
    """Return the lines of a page, column by column; None where it has no two columns of prose written across.

    What stands across both columns, such as a heading, stays where it is, and parts what is above from what is below.
    """
    gutter = _gutter([piece.box for piece in pieces])
    if gutter is None:
        return None
    sided = [(_side(piece.box, gutter), piece) for piece in pieces]
    sides = [side for side, _ in sided if side]
    if sum(a > b for a, b in pairwise(sides)) < _LEAST:
        return None
    if not all(_is_prose([piece for at, piece in sided if at == side]) for side in (-1, 1)):
        return None
    ordered: list[tuple[int, Piece]] = []
    for _, band in groupby(sided, key=lambda pair: pair[0] == 0):
        # Sorting is stable: within a column the order of writing stays.
        ordered += sorted(band, key=lambda pair: pair[0])
    return _lines(ordered)


def rows(pieces: Sequence[Piece]) -> list[str]:
    """Return the lines of a page that is no prose in columns: what stands side by side is a row of cells.

    A cell that was broken into lines is one again, where it was written line by line.
    """
    lines: list[list[Piece]] = []
    for piece in pieces:
        last = lines[-1][-1] if lines else None
        if last and piece.box.left > last.box.right and piece.box.level(last.box):
            lines[-1].append(piece)
        elif last and len(lines[-1]) == 1 and _wraps(last, piece):
            joined = join(last.text, piece.text)
            # Its last line counts for what follows, its first for how wide it is.
            place = replace(piece.box, right=max(last.box.right, piece.box.right))
            lines[-1] = [Piece(joined, place)]
        else:
            lines.append([piece])
    return [table_text([[cell.text for cell in line]]) if len(line) > 1 else line[0].text for line in lines]


def _wraps(last: Piece, piece: Piece) -> bool:
    """Say whether a line goes on in the next one: close below, and full where the next is no longer."""
    below = last.box.bottom - piece.box.bottom
    stacked = abs(last.box.left - piece.box.left) < _STACKED and 0 < below <= _PITCH * piece.box.height
    full = last.box.right - last.box.left >= _FULL * (piece.box.right - piece.box.left)
    return stacked and full and not _SENTENCE_END.search(last.text) and not is_item(piece.text)


def _side(box: Box, gutter: float) -> int:
    """Return -1 left of the gutter, 1 right of it, 0 across."""
    return -1 if box.right <= gutter else 1 if box.left >= gutter else 0


def _gutter(boxes: Sequence[Box]) -> float | None:
    """Return where the page parts into two columns, in its middle half, None where it doesn't."""
    lefts, rights = sorted(box.left for box in boxes), sorted(box.right for box in boxes)
    if len(boxes) < 2 * _LEAST:
        return None
    first, last = lefts[0], rights[-1]
    middle = [first + (last - first) * share / 200 for share in range(50, 151)]
    crossing = [bisect_left(lefts, x) - bisect_right(rights, x) for x in middle]
    fewest = min(crossing)
    runs = [list(run) for few, run in groupby(range(len(middle)), key=lambda n: crossing[n] == fewest) if few]
    widest = max(runs, key=len)
    wide = middle[widest[-1]] - middle[widest[0]] + (last - first) / 200
    if wide < _GUTTER or fewest > _CROSSING * len(boxes):
        return None
    return sum(middle[n] for n in widest) / len(widest)


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """Say whether the lines of one side are those of running text."""
    if len(pieces) < _LEAST:
        return False
    widths = sorted(piece.box.right - piece.box.left for piece in pieces)
    usual = widths[int(len(widths) * 0.9)]
    filled = sum(wide >= usual * _FULL for wide in widths)
    ending = sum(_SENTENCE_END.search(piece.text) is not None for piece in pieces)
    long = _median([width(piece.text) for piece in pieces]) >= _LONG
    apart = _median([abs(a.box.bottom - b.box.bottom) for a, b in pairwise(pieces)])
    dense = apart <= _PITCH * _median([piece.box.height for piece in pieces])
    return long and dense and filled >= _FILLED * len(pieces) and ending <= _ENDING * len(pieces)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _lines(ordered: Sequence[tuple[int, Piece]]) -> list[str]:
    """Return pieces as lines: those of one column that stand beside one another are one."""
    lines: list[str] = []
    before: tuple[int, Piece] | None = None
    for side, piece in ordered:
        if before and before[0] == side and before[1].box.beside(piece.box) and piece.box.left > before[1].box.right:
            lines[-1] += " " + piece.text
        else:
            lines.append(piece.text)
        before = (side, piece)
    return lines
