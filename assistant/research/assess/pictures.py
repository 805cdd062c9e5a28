"""The pictures of an assessment as SVG, to stand inside an HTML page: radar, money over time, sensitivity.

No script, no font, no colour of their own: the page's style sheet colours the classes, in light and in dark. Each has
a title and a description, and the same figures stand as text beside it.
"""

import math
from collections.abc import Sequence
from html import escape

from assistant.research.assess.costs import Comparison, Sensitivity
from assistant.research.assess.scores import MOST

_SIZE, _RADIUS, _RINGS = 290, 105, 5
_WIDE, _HIGH, _LEFT, _BOTTOM = 640, 260, 78, 34
_ROW, _BARS, _LABEL = 26, 300, 250
_LINE, _LONGEST = 15, 14
Point = tuple[float, float]


def radar(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], title: str, most: float = MOST) -> str:
    """Return a radar of one or several series of scores from 0 to `most`, one axis a label."""
    spokes = [_spoke(k, len(labels), 1) for k in range(len(labels))]
    rings = "".join(
        _polygon([_spoke(k, len(labels), r / _RINGS) for k in range(len(labels))], "ring") for r in range(1, _RINGS + 1)
    )
    lines = "".join(f'<line class="ring" x1="0" y1="0" x2="{x:.1f}" y2="{y:.1f}"/>' for x, y in spokes)
    shapes = "".join(
        _polygon([_spoke(k, len(labels), v / most) for k, v in enumerate(values)], f"shape s{n % 4}")
        for n, (_, values) in enumerate(series)
    )
    texts = "".join(_at_spoke(label, k, len(labels)) for k, label in enumerate(labels))
    told = "; ".join(
        f"{name}: " + ", ".join(f"{label} {value:.3g}" for label, value in zip(labels, values, strict=True))
        for name, values in series
    )
    half = _SIZE / 2
    names = "".join(_legend(name, n) for n, (name, _) in enumerate(series)) if len(series) > 1 else ""
    high = _SIZE + (_ROW * len(series) if names else 0)
    box = f"{-half - 60:g} {-half:g} {_SIZE + 120:g} {high:g}"
    return _svg(box, title, told, rings + lines + shapes + texts + names, "radar")


def course(comparison: Comparison, edge: str, cloud: str, year: str, title: str, told: str) -> str:
    """Return the money spent on both sides, month by month, with the break-even marked."""
    most = max(*comparison.edge.spent, *comparison.cloud.spent, 1.0)
    step = _step(most)
    months = len(comparison.edge.spent) - 1

    def place(month: float, amount: float) -> Point:
        return _LEFT + month / months * (_WIDE - _LEFT - 80), _HIGH - _BOTTOM - amount / most * (_HIGH - _BOTTOM - 16)

    marks = []
    for k in range(int(most / step) + 1):
        x, y = place(0, k * step)
        marks.append(f'<line class="ring" x1="{x:.1f}" y1="{y:.1f}" x2="{_WIDE - 80}" y2="{y:.1f}"/>')
        marks.append(f'<text class="tick" x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{_amount(k * step)}</text>')
    for k in range(0, months // 12 + 1, max(1, months // 12 // 10)):
        x, y = place(12 * k, 0)
        marks.append(f'<text class="tick" x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{k}</text>')
    marks.append(f'<text class="tick" x="{_WIDE - 66}" y="{_HIGH - _BOTTOM + 16}">{escape(year)}</text>')
    for name, spent, kind in ((edge, comparison.edge.spent, "s0"), (cloud, comparison.cloud.spent, "s1")):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(m, a) for m, a in enumerate(spent)))
        x, y = place(months, spent[-1])
        marks.append(f'<polyline class="line {kind}" points="{points}"/>')
        marks.append(f'<text class="name {kind}" x="{x + 6:.1f}" y="{y + 4:.1f}">{escape(name)}</text>')
    if comparison.break_even:
        month = comparison.break_even
        x, y = place(month, _between(comparison.cloud.spent, month))
        marks.append(f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
    return _svg(f"0 0 {_WIDE} {_HIGH}", title, told, "".join(marks), "course")


def sensitivity(found: Sequence[tuple[Sensitivity, str]], saving: float, title: str) -> str:
    """Return a bar for each assumption, by name, from the saving when it is low to that when it is high."""
    ends = [value for s, _ in found for value in (s.low, s.high)] + [saving]
    least, most = min(ends), max(ends)
    width = (most - least) or 1.0

    def place(amount: float) -> float:
        return _LABEL + (amount - least) / width * _BARS

    bars = []
    for n, (s, name) in enumerate(found):
        y = n * _ROW + 8
        left, right = sorted((place(s.low), place(s.high)))
        bars.append(f'<text class="tick" x="{_LABEL - 8}" y="{y + 12}" text-anchor="end">{escape(name)}</text>')
        bars.append(
            f'<rect class="bar" x="{left:.1f}" y="{y}" width="{max(1.0, right - left):.1f}" height="{_ROW - 10}"/>'
        )
    bottom = len(found) * _ROW + 8
    bars.append(f'<line class="axis" x1="{place(saving):.1f}" y1="0" x2="{place(saving):.1f}" y2="{bottom}"/>')
    for amount, anchor in ((least, "start"), (most, "end")):
        bars.append(
            f'<text class="tick" x="{place(amount):.1f}" y="{bottom + 16}" text-anchor="{anchor}">'
            f"{_amount(amount)}</text>"
        )
    told = "; ".join(f"{name}: {s.low:,.0f} … {s.high:,.0f}" for s, name in found)
    return _svg(f"0 0 {_LABEL + _BARS + 20} {bottom + 24}", title, told, "".join(bars), "bars")


def _svg(box: str, title: str, told: str, inside: str, kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="{box}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{inside}</svg>"
    )


def _spoke(k: int, count: int, share: float) -> Point:
    angle = 2 * math.pi * k / count - math.pi / 2
    return math.cos(angle) * _RADIUS * share, math.sin(angle) * _RADIUS * share


def _legend(name: str, n: int) -> str:
    y = _SIZE / 2 + _ROW * n
    line = f'<line class="line s{n % 4}" x1="-90" y1="{y:g}" x2="-58" y2="{y:g}"/>'
    return f'{line}<text class="tick" x="-50" y="{y + 4:g}">{escape(name)}</text>'


def _polygon(points: Sequence[Point], kind: str) -> str:
    return f'<polygon class="{kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'


def _at_spoke(label: str, k: int, count: int) -> str:
    x, y = _spoke(k, count, 1.14)
    anchor = "middle" if abs(x) < 1 else "start" if x > 0 else "end"
    first, second = _lines(label)
    lines = escape(first)
    if second:
        lines = f'{lines}<tspan x="{x:.1f}" dy="{_LINE}">{escape(second)}</tspan>'
        y -= _LINE / 2
    return f'<text class="tick" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{lines}</text>'


def _lines(label: str) -> tuple[str, str]:
    """Return a label on one line, or on two about equal ones: beside the radar there is room for `_LONGEST`."""
    spaces = [k for k, c in enumerate(label) if c == " "]
    if len(label) <= _LONGEST or not spaces:
        return label, ""
    at = min(spaces, key=lambda k: abs(2 * k - len(label)))
    return label[:at], label[at + 1 :]


def _step(most: float) -> float:
    """Return a round distance of about a quarter."""
    power: float = 10.0 ** math.floor(math.log10(most / 4))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= most / 4)


def _amount(value: float) -> str:
    for size, sign in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{sign}"
    return f"{value:.0f}"


def _between(spent: Sequence[float], month: float) -> float:
    low = math.floor(month)
    high = min(low + 1, len(spent) - 1)
    return spent[low] + (spent[high] - spent[low]) * (month - low)
