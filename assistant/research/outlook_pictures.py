"""The coverage as a picture: a bar of claims by sureness for each row, and the time that its evidence spans.

As the other pictures: no script, no font, no colour of its own; the same figures stand as text beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.research.coverage import SURENESS

_LABEL, _BARS, _COUNT, _TIME, _ROW, _HEAD = 270, 190, 40, 150, 22, 30
_LONGEST = 38
"""Columns of a label; a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question or a topic: its name and group, claims by sureness, and the dates that its evidence spans."""

    name: str
    group: str
    sureness: Mapping[str, int]
    median: str | None
    newest: str | None

    @property
    def claims(self) -> int:
        """All its claims."""
        return sum(self.sureness.values())


def evidence(title: str, rows: Sequence[Row], sureness: Mapping[str, str], told: str) -> str:
    """Return the rows under their groups, as SVG; `sureness` has the legend's words."""
    most = max((row.claims for row in rows), default=0) or 1
    dates = [at for row in rows for date in (row.median, row.newest) if (at := _year(date)) is not None]
    first, last = (int(min(dates)), int(max(dates)) + 1) if dates else (0, 1)
    left = _LABEL + _BARS + _COUNT

    def when(year: float) -> float:
        return left + (year - first) / (last - first) * _TIME

    parts, y, group = [_legend(sureness)], _ROW, ""
    for row in rows:
        if row.group != group:
            group, y = row.group, y + _HEAD
            parts.append(f'<text class="group" x="0" y="{y - 6}">{escape(group)}</text>')
        parts += _bar(row, most, y)
        parts += _span(row, when, y)
        y += _ROW
    for year in range(first, last + 1, max(1, (last - first) // 3)):
        x = when(year)
        parts.append(f'<line class="ring" x1="{x:.1f}" y1="{_ROW + 8}" x2="{x:.1f}" y2="{y}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{y + 16}" text-anchor="middle">{year}</text>')
    return (
        f'<svg class="coverage" viewBox="0 0 {left + _TIME + 20} {y + 24}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title><desc>{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _legend(sureness: Mapping[str, str]) -> str:
    parts, x = [], float(_LABEL)
    for level in SURENESS:
        parts.append(f'<rect class="bar {level}" x="{x:g}" y="2" width="14" height="12"/>')
        parts.append(f'<text class="tick" x="{x + 19:g}" y="13">{escape(sureness[level])}</text>')
        x += 32 + 7 * sum(1 if c.isascii() else 2 for c in sureness[level])
    return "".join(parts)


def _bar(row: Row, most: int, y: int) -> list[str]:
    label = escape(_short(row.name))
    parts = [f'<text class="tick" x="{_LABEL - 8}" y="{y + 13}" text-anchor="end">{label}</text>']
    x = float(_LABEL)
    for level in SURENESS:
        width = row.sureness.get(level, 0) / most * _BARS
        if width:
            parts.append(f'<rect class="bar {level}" x="{x:.1f}" y="{y + 2}" width="{width:.1f}" height="{_ROW - 8}"/>')
        x += width
    parts.append(f'<text class="tick" x="{x + 6:.1f}" y="{y + 13}">{row.claims}</text>')
    return parts


def _span(row: Row, when: Callable[[float], float], y: int) -> list[str]:
    median, newest = _year(row.median), _year(row.newest)
    if newest is None:
        return []
    start = when(median if median is not None else newest)
    middle = y + _ROW / 2 - 1
    line = f'<line class="span" x1="{start:.1f}" y1="{middle:g}" x2="{when(newest):.1f}" y2="{middle:g}"/>'
    return [line, f'<circle class="dot" cx="{when(newest):.1f}" cy="{middle:g}" r="4"/>']


def _year(date: str | None) -> float | None:
    """Return a date as it stands in sources (a year, a month, a day) as a number of years."""
    if not date or not date[:4].isdecimal():
        return None
    month = int(date[5:7]) if date[5:7].isdecimal() else 1
    return int(date[:4]) + (month - 1) / 12


def _short(text: str) -> str:
    """Return as much of a text as a label holds."""
    room = _LONGEST
    for n, character in enumerate(text):
        room -= 1 if character.isascii() else 2
        if room < 0:
            return text[: n - 1] + "…"
    return text
