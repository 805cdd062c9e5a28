"""Two thresholds of the strength of evidence, learnt on the golden questions, and the curve they are read from.

    python -m benchmarks.abstention [--draw docs/images/abstention.svg]

The questions are those of tests/golden: what the corpus answers, what is far from it, and near misses (right subject,
absent fact). Below the lower threshold the program abstains: the highest that refuses at most 3% of what it could
answer. From the upper one on an answer counts as whole: the highest that leaves at most a tenth of what it could answer
below it. Between the two it is told as partial. Drawn are the thresholds of the settings.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assistant.index.dictionary import Dictionary
from assistant.settings import Settings
from tests.retrieval import golden_corpus

# Of what could be answered at most so much is refused, and at most so much refused or told as partial.
MOST_REFUSED, MOST_BELOW = 0.03, 0.10
STEPS = [round(0.01 * step, 2) for step in range(101)]

Strengths = Mapping[str, Sequence[float]]
"""The strengths of the questions of each kind: "answerable", "near", "far"."""

_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 360, 60, 30
_COLOURS = {"answerable": "#1b6ca8", "near": "#c77700", "far": "#8a8a8a"}
_NAMES = {"answerable": "answerable, answered", "near": "near miss, answered", "far": "far, answered"}


def main() -> int:
    """Measure, print a line for each threshold, and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", type=Path, help="the SVG file to write the curve into")
    args = parser.parse_args()
    strengths, now = measured(), Settings()
    low, high = learn(strengths)
    kinds = ", ".join(f"{len(values)} {kind}" for kind, values in strengths.items())
    print(f"{kinds}; the settings have {now.answer_threshold} and {now.whole_threshold}")
    for name, threshold in (("answer_threshold", low), ("whole_threshold", high)):
        shares = ", ".join(f"{kind} {passing(values, threshold):.3f}" for kind, values in strengths.items())
        print(f"{name:<18} {threshold:.2f}  share at or above it: {shares}")
    if args.draw:
        args.draw.write_text(drawing(strengths, now.answer_threshold, now.whole_threshold), encoding="utf-8")
    return 0


def measured() -> dict[str, list[float]]:
    """Return the strength of the evidence for every golden question, by kind."""
    lines = (golden_corpus.GOLDEN.with_name("retrieval_absent.jsonl")).read_text(encoding="utf-8").splitlines()
    absent = [json.loads(line) for line in lines]
    asked: dict[str, list[str]] = {
        "answerable": [question.question for question in golden_corpus.questions()],
        "near": [row["question"] for row in absent if row["kind"] == "near"],
        "far": [row["question"] for row in absent if row["kind"] == "far"],
    }
    with tempfile.TemporaryDirectory() as folder:
        retriever = golden_corpus.retriever(Path(folder), Dictionary(None))
        return {kind: [retriever.find(text).strength for text in texts] for kind, texts in asked.items()}


def passing(values: Sequence[float], threshold: float) -> float:
    """Return the share of `values` at or above a threshold."""
    return sum(value >= threshold for value in values) / max(1, len(values))


def learn(strengths: Strengths) -> tuple[float, float]:
    """Return the lower and the upper threshold, in hundredths."""
    low, high = (
        max(step for step in STEPS if 1 - passing(strengths["answerable"], step) <= most)
        for most in (MOST_REFUSED, MOST_BELOW)
    )
    return low, high


def drawing(strengths: Strengths, low: float, high: float) -> str:
    """Return the shares that pass at every threshold as an SVG, with both thresholds marked."""
    parts = [*_axes()]
    for place, (kind, values) in enumerate(strengths.items()):
        points = " ".join(f"{_x(step):.1f},{_y(passing(values, step)):.1f}" for step in STEPS)
        colour = _COLOURS[kind]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{_LEFT + 14}" y="{_y(0.86) + 20 * place:.0f}" fill="{colour}">{_NAMES[kind]}</text>')
    for name, threshold, lift in (("abstains below", low, 0), ("whole from", high, 16)):
        x = _x(threshold)
        parts.append(f'<path d="M{x:.1f} {_y(1):.1f}V{_y(0):.1f}" stroke="#555" stroke-dasharray="4 3"/>')
        parts.append(
            f'<text x="{x - 4:.1f}" y="{_y(1) - 8 - lift:.1f}" text-anchor="end">{name} {threshold:.2f}</text>'
        )
    return _svg(parts)


def _axes() -> Iterable[str]:
    yield f'<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" fill="none" stroke="#333"/>'
    for tenth in range(0, 11, 2):
        share = tenth / 10
        yield f'<text x="{_x(share):.1f}" y="{_y(0) + 18:.1f}" text-anchor="middle">{share:.1f}</text>'
        yield f'<text x="{_LEFT - 8}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>'
    yield f'<text x="{_x(0.5):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">strength of the evidence asked for</text>'


def _svg(parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
    title = "<title>Questions answered at each threshold of the strength of evidence</title>"
    ground = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
    return "\n".join([f'{head} font-size="12" role="img">', title, ground, *parts, "</svg>"]) + "\n"


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - 20)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (_HEIGHT - _TOP - 50)


if __name__ == "__main__":
    sys.exit(main())
