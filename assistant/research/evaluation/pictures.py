"""The pictures of an evaluation as SVG: a five-way radar, and quality against speed against memory.

As all pictures of the reports they bring no colour of their own; the page's style sheet colours the classes.
"""

import math
from collections.abc import Sequence
from html import escape

from assistant.records import Language
from assistant.research.assess import pictures
from assistant.research.evaluation.result import KINDS, Evaluation, Row
from assistant.research.evaluation.wording import WORDS
from assistant.research.page import Picture

# The style sheet has four kinds of lines.
SERIES = 4
_WIDE, _HIGH, _LEFT, _BOTTOM = 640, 300, 60, 40
_LARGEST = 26.0


def radar(evaluation: Evaluation, language: Language) -> Picture:
    """Return the radar of the best three rows and the floor, one axis a kind that was run, from 0 to 100."""
    words = WORDS[language]
    kinds = [kind for kind in KINDS if any(kind in row.scores for row in evaluation.rows)]
    series = [
        (shown(row, language), [row.scores[kind].value * 100 if kind in row.scores else 0.0 for kind in kinds])
        for row in _chosen(evaluation.rows)
    ]
    told = "; ".join(
        f"{name}{words.colon}"
        + words.comma.join(f"{words.kinds[k]} {v:.0f}" for k, v in zip(kinds, values, strict=True))
        for name, values in series
    )
    return Picture(pictures.radar([words.kinds[k] for k in kinds], series, words.radar, most=100), told)


def trade(evaluation: Evaluation, language: Language) -> Picture | None:
    """Return quality against speed against memory, None where no row has a speed."""
    words = WORDS[language]
    rows = [row for row in evaluation.rows if row.cost.speed]
    if not rows:
        return None
    speeds = [row.cost.speed or 1.0 for row in rows]
    low, high = math.log10(min(speeds)) - 0.15, math.log10(max(speeds)) + 0.3
    largest = max((row.cost.memory or 0 for row in rows), default=0) or 1

    def place(speed: float, score: float) -> tuple[float, float]:
        x = _LEFT + (math.log10(speed) - low) / (high - low) * (_WIDE - _LEFT - 20)
        return x, 10 + (1 - score) * (_HIGH - _BOTTOM - 10)

    parts = [*_grid(words.speed), *(_tick(speed, place(speed, 0)[0]) for speed in _round_speeds(low, high))]
    for row, speed in zip(rows, speeds, strict=True):
        x, y = place(speed, row.overall.value)
        r = max(4.0, _LARGEST * math.sqrt((row.cost.memory or 0) / largest))
        parts.append(f'<circle class="shape s0" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>')
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{y - r - 4:.1f}" text-anchor="middle">{escape(row.name)}</text>'
        )
    told = "; ".join(
        f"{row.name}{words.colon}{row.overall.value * 100:.0f}{words.comma}{row.cost.speed:.3g} tok/s"
        + (f"{words.comma}{row.cost.memory / 2**20:.0f} MiB" if row.cost.memory else "")
        for row in rows
    )
    svg = (
        f'<svg class="trade" viewBox="0 0 {_WIDE} {_HIGH}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(words.trade)}</title><desc>{escape(told)}</desc>{''.join(parts)}</svg>"
    )
    return Picture(svg, f"{words.trade_told} {told}")


def shown(row: Row, language: Language) -> str:
    """Return the name of a row, the extractive engine marked as the floor."""
    return row.name + (WORDS[language].floor if row.engine == "extractive" else "")


def _chosen(rows: Sequence[Row]) -> list[Row]:
    floor = [row for row in rows if row.engine == "extractive"][:1]
    return [row for row in rows if row not in floor][: SERIES - len(floor)] + floor


def _round_speeds(low: float, high: float) -> list[float]:
    """Return 1, 2, 5, 10 … as far as they lie between two powers of ten."""
    every = (step * 10.0**power for power in range(-2, 6) for step in (1, 2, 5))
    return [speed for speed in every if low <= math.log10(speed) <= high]


def _tick(speed: float, x: float) -> str:
    return f'<text class="tick" x="{x:.1f}" y="{_HIGH - _BOTTOM + 16}" text-anchor="middle">{speed:g}</text>'


def _grid(label: str) -> list[str]:
    found = []
    for points in range(0, 101, 25):
        y = 10 + (1 - points / 100) * (_HIGH - _BOTTOM - 10)
        found.append(f'<line class="ring" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDE - 20}" y2="{y:.1f}"/>')
        found.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{points}</text>')
    found.append(f'<text class="tick" x="{_WIDE - 20}" y="{_HIGH - 8}" text-anchor="end">{escape(label)} →</text>')
    return found
