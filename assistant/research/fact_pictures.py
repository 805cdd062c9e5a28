"""Pictures of fact tables, as SVG: bars for a column of figures of one kind, a timeline for a column of dates.

A row takes part whose cell gives one figure, or one range, in the column's unit; what a reader would have to pick out
of a sentence stays in the table.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from assistant.research.fact_tables import Laid, columns
from assistant.text.figures import Figure, find

LEAST_ROWS = 3
_LABEL, _BARS, _VALUE, _ROW = 250, 260, 130, 26
_LONGEST = 34
# Characters beside its figure ("about", "up to"); with more, a cell says of what it is, as a speed of its model.
_BESIDE = 9
# From here on lengths follow the logarithm, or the small bars could not be told apart.
_WIDE = 100
_TIME, _GAP = 200, 30
_RANGE = re.compile(r"[^\d。，；,;]{0,4}(?:-|–|—|~|to|至|到)\s*(?:US\$|NT\$)?\s*")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, with what it shows in words."""

    svg: str
    text: str
    title: str


def draw(table: Laid) -> list[Drawn]:
    """Return the pictures of a table, a column each, in the order of the columns."""
    found = []
    for name, texts in zip(table.head, columns(table), strict=True):
        cells = [(row[0], text) for row, text in zip(table.rows, texts, strict=True) if text]
        dated = [(label, text, date) for label, text in cells if (date := _date(text))]
        if len(dated) == len(cells) >= LEAST_ROWS:
            found.append(_timeline(f"{table.title} · {name}", dated))
            continue
        units = Counter(figure.unit for _, text in cells for figure in _measures(text))
        unit = units.most_common(1)[0][0] if units else ""
        ranged = [(label, text, ends) for label, text in cells if (ends := _ends(text, unit))]
        if len(ranged) >= LEAST_ROWS:
            found.append(_bars(f"{table.title} · {name}", ranged))
    return found


def _date(text: str) -> Figure | None:
    """Return the date that a cell begins with."""
    figures = find(text)
    return figures[0] if figures and figures[0].kind == "date" and figures[0].start == 0 else None


def _measures(text: str) -> list[Figure]:
    return [figure for figure in find(text) if figure.kind in ("money", "quantity", "percent")]


def _ends(text: str, unit: str) -> tuple[float, ...]:
    """Return the one figure of a cell in a unit, or both ends of its one range; nothing where it says more or less."""
    measures = _measures(text)
    figures = sum(figure.end - figure.start for figure in measures)
    if len(text) - figures > _BESIDE:
        return ()
    if any(figure.unit != unit for figure in measures) or len(measures) not in (1, 2):
        return ()
    if len(measures) == 2 and not _RANGE.fullmatch(text[measures[0].end : measures[1].start]):
        return ()
    return tuple(sorted(float(figure.value) for figure in measures))


def _bars(title: str, rows: Sequence[tuple[str, str, tuple[float, ...]]]) -> Drawn:
    """Draw a bar for each row: from nothing to its figure, or between the ends of its range."""
    most, least = max(ends[-1] for _, _, ends in rows) or 1.0, min(ends[0] for _, _, ends in rows)
    logarithmic = least > 0 and most / least > _WIDE
    title = f"{title} (log)" if logarithmic else title

    def length(value: float) -> float:
        return _BARS * (math.log(value / least * 2) / math.log(most / least * 2) if logarithmic else value / most)

    parts = []
    for n, (label, text, ends) in enumerate(rows):
        y = n * _ROW + 6
        left = length(ends[0]) if len(ends) == 2 else 0.0
        width = max(2.0, length(ends[-1]) - left)
        tick = f'<text class="tick" y="{y + 13}"'
        parts.append(f'{tick} x="{_LABEL - 8}" text-anchor="end">{escape(_short(label))}</text>')
        parts.append(f'<rect class="bar" x="{_LABEL + left:.1f}" y="{y}" width="{width:.1f}" height="{_ROW - 9}"/>')
        parts.append(f'{tick} x="{_LABEL + left + width + 6:.1f}">{escape(_short(text))}</text>')
    box = f"0 0 {_LABEL + _BARS + _VALUE} {len(rows) * _ROW + 8}"
    return _drawn(box, title, [(label, text) for label, text, _ in rows], parts, "bars")


def _timeline(title: str, dated: Sequence[tuple[str, str, Figure]]) -> Drawn:
    """Draw the rows down a line, in the order of their dates."""
    ordered = sorted(dated, key=lambda d: d[2].value)
    bottom = len(ordered) * _GAP
    parts = [f'<line class="axis" x1="{_TIME}" y1="0" x2="{_TIME}" y2="{bottom}"/>']
    for n, (label, text, date) in enumerate(ordered):
        y = n * _GAP + _GAP / 2
        parts.append(f'<circle class="mark" cx="{_TIME}" cy="{y:g}" r="5"/>')
        when = escape(text[date.start : date.end])
        parts.append(f'<text class="tick" x="{_TIME - 14}" y="{y + 4:g}" text-anchor="end">{when}</text>')
        parts.append(f'<text x="{_TIME + 14}" y="{y + 4:g}">{escape(label)}</text>')
    return _drawn(f"0 0 640 {bottom}", title, [(label, text) for label, text, _ in ordered], parts, "timeline")


def _drawn(box: str, title: str, told: Sequence[tuple[str, str]], parts: Sequence[str], kind: str) -> Drawn:
    text = "; ".join(f"{label}: {said}" for label, said in told)
    svg = (
        f'<svg class="{kind}" viewBox="{box}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(text)}</desc>{''.join(parts)}</svg>"
    )
    return Drawn(svg, text, title)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
