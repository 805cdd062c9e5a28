"""From outcomes to a verdict: scores, costs, comparisons in pairs, and which model to use, by a rule that is told."""

import statistics as plain
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.records import Language
from assistant.research.evaluation import statistics
from assistant.research.evaluation.items import Suite
from assistant.research.evaluation.result import KINDS, Comparison, Cost, Kind, Row
from assistant.research.evaluation.running import Outcome
from assistant.research.evaluation.statistics import Point
from assistant.research.evaluation.subjects import Subject

FLOOR = "extractive"
# Slower than this no one reads along: about 240 English words a minute (M. Brysbaert, Journal of Memory and Language
# 109 (2019)) at 1.3 tokens a word.
LEAST_SPEED = 5.0
# With more rows, only the best is compared with each of the others.
MOST_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A row with the points behind it, by kind."""

    row: Row
    points: Mapping[Kind, tuple[Point, ...]]


def judge(subject: Subject, suites: Sequence[Suite], outcomes: Sequence[Outcome]) -> Judged:
    """Return a model's row. `outcomes` are those of the suites' items, in their order."""
    points: dict[Kind, list[Point]] = {}
    own: dict[str, list[Point]] = {}
    each = iter(outcomes)
    for suite in suites:
        target = own.setdefault(suite.name, []) if suite.own else points.setdefault(suite.kind, [])
        target += [_point(next(each)) for _ in suite.items]
    ordered = {kind: tuple(points[kind]) for kind in KINDS if kind in points}
    scores = {kind: statistics.score(found) for kind, found in ordered.items()}
    # Where only own suites were run, they are all there is to go by.
    counted = ordered or {suite.kind: tuple(own[suite.name]) for suite in suites}
    info = subject.engine.info
    row = Row(
        subject.id, subject.name, info.name, info.sha256, subject.weigh is not None, scores,
        statistics.overall(counted), _cost(subject, outcomes), _practical(outcomes),
        {name: statistics.score(found) for name, found in own.items()},
    )  # fmt: skip
    return Judged(row, counted)


def compare(judged: Sequence[Judged]) -> tuple[Comparison, ...]:
    """Return how far the better of each pair is ahead; `judged` are best first."""
    pairs = list(combinations(judged, 2))
    if len(judged) > MOST_COMPARED:
        pairs = [(judged[0], other) for other in judged[1:]]
    found = []
    for one, other in pairs:
        value, low, high = (round(part, 6) for part in statistics.difference(one.points, other.points))
        found.append(Comparison(one.row.id, other.row.id, value, low, high, told=low > 0 or high < 0))
    return tuple(found)


def recommend(judged: Sequence[Judged]) -> tuple[str, dict[Language, str]]:
    """Return the `id` of the row to use and the reason, in both languages. `judged` are best first, a floor among them.

    The rule: of the models that are told from the extractive floor, above it, and write `LEAST_SPEED` tokens a
    second or more, those that can't be told from the best of them; of these the fastest. Where there is none, the
    floor.
    """
    floor = next(each for each in judged if each.row.engine == FLOOR)
    models = [each for each in judged if each is not floor]
    above = [each for each in models if statistics.difference(each.points, floor.points)[1] > 0]
    quick = [each for each in above if (each.row.cost.speed or LEAST_SPEED) >= LEAST_SPEED]
    if not quick:
        return floor.row.id, _why_floor(models, above)
    best = quick[0]
    level = [each for each in quick if each is best or statistics.difference(best.points, each.points)[1] <= 0]
    chosen = max(level, key=lambda each: (each.row.cost.speed or 0.0, each.row.overall.value))
    count, least = len(level), f"{LEAST_SPEED:g}"
    return chosen.row.id, {
        "zh-TW": (
            f"規則：高於擷取式底線（差距分得出）且每秒至少寫 {least} 個 token 的模型有 {len(quick)} 個；"
            f"其中 {count} 個與最高分者分不出高下，取最快的一個。"
        ),
        "en": (
            f"The rule: {len(quick)} of the models are told from the extractive floor, above it, and write at least "
            f"{least} tokens a second; {count} of those can't be told from the best; of these the fastest is taken."
        ),
    }


def _why_floor(models: Sequence[Judged], above: Sequence[Judged]) -> dict[Language, str]:
    least = f"{LEAST_SPEED:g}"
    if not models:
        return {
            "zh-TW": "沒有可評測的模型，只有擷取式引擎。",
            "en": "There was no model to evaluate beside the extractive engine.",
        }
    if above:
        return {
            "zh-TW": (
                f"規則：高於擷取式底線的模型有 {len(above)} 個，但每秒都寫不到 {least} 個 token，所以用擷取式引擎。"
            ),
            "en": (
                f"The rule: {len(above)} of the models are above the extractive floor, but none writes {least} "
                "tokens a second, so the extractive engine is taken."
            ),
        }
    return {
        "zh-TW": "規則：沒有模型的分數分得出高於擷取式底線，所以用擷取式引擎。",
        "en": "The rule: no model is told from the extractive floor, above it, so the extractive engine is taken.",
    }


def _point(outcome: Outcome) -> Point:
    item = outcome.item
    chance = 1 / len(item.choices) if item.choices else 0.0
    return Point(item.family, outcome.points.value, chance)


def _cost(subject: Subject, outcomes: Sequence[Outcome]) -> Cost:
    """Return what the reports took: they were written one at a time."""
    reports = [o.reply for o in outcomes if o.item.task == "report" and not o.reply.refused]
    writing = [r.written / (r.seconds - r.first) for r in reports if r.seconds > r.first and r.written > 1]
    reading = [r.read / r.first for r in reports if r.first > 0]
    used = [r.joules for r in reports if r.joules is not None]
    model = subject.engine.info.name != FLOOR
    return Cost(
        speed=plain.median(writing) if writing and model else None,
        reading=plain.median(reading) if reading and model else None,
        seconds=plain.median(r.seconds for r in reports) if reports else None,
        memory=subject.memory,
        joules=plain.fmean(used) if used else None,
    )


def _practical(outcomes: Sequence[Outcome]) -> dict[str, float]:
    found = [o.points.measures for o in outcomes if o.points.measures]
    return {name: round(plain.fmean(measures[name] for measures in found), 6) for name in found[0]} if found else {}
