"""How sure a score is: bootstrap over families of items, paired differences, and what difference can be told.

Bootstrap: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7 (1979). Items of one
family ask the same in two languages, so whole families are drawn.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.research.evaluation.result import Kind, Score

Floats = npt.NDArray[np.float64]
DRAWS, SEED = 2000, 20250101
# Two-sided 5%, and 80% power: quantiles of the normal distribution.
_SURE, _POWER = 1.96, 0.84
# Where all items came out alike, a bootstrap sees no doubt: at most 3/n of other outcomes go with n alike ones (95%;
# J. Hanley, A. Lippman-Hand, JAMA 249 (1983)).
_RULE_OF_THREE = 3.0


@dataclass(frozen=True, slots=True)
class Point:
    """The points of one item, with its family and what guessing gets."""

    family: str
    value: float
    chance: float = 0.0


Points = Mapping[Kind, Sequence[Point]]


def score(points: Sequence[Point]) -> Score:
    """Return the mean of `points` with its interval. There has to be one at least."""
    value = _mean(points)
    return _score(value, _draws(points, 0), _least_doubt(points), points)


def overall(points: Points) -> Score:
    """Return the mean over the kinds, each of equal weight, with its interval."""
    value = sum(_mean(own) for own in points.values()) / len(points)
    draws = sum(_draws(own, n) for n, own in enumerate(points.values())) / len(points)
    doubt = math.hypot(*(_least_doubt(own) for own in points.values())) / len(points)
    every = [point for own in points.values() for point in own]
    assert isinstance(draws, np.ndarray)
    return _score(value, draws, doubt, every)


def difference(one: Points, other: Points) -> tuple[float, float, float]:
    """Return how far `one` is ahead of `other` overall, with its 95% interval, item against item.

    Both have the same kinds and items in the same order.
    """
    paired = {
        kind: [Point(a.family, a.value - b.value) for a, b in zip(one[kind], other[kind], strict=True)] for kind in one
    }
    value = sum(_mean(own) for own in paired.values()) / len(paired)
    draws = sum(_draws(own, n) for n, own in enumerate(paired.values())) / len(paired)
    low, high = np.quantile(draws, (0.025, 0.975))
    return value, float(low), float(high)


def _score(value: float, draws: Floats, least: float, points: Sequence[Point]) -> Score:
    low, high = (float(end) for end in np.quantile(draws, (0.025, 0.975)))
    low, high = min(low, value - least), max(high, value + least)
    error = max(float(draws.std()), least / _SURE)
    chance = sum(point.chance for point in points) / len(points)
    tells = (_SURE + _POWER) * math.sqrt(2) * error
    value, low, high = round(value, 6), round(max(low, 0.0), 6), round(min(high, 1.0), 6)
    return Score(value, low, high, len(points), round(chance, 6), round(min(tells, 1.0), 6))


def _mean(points: Sequence[Point]) -> float:
    return sum(point.value for point in points) / len(points)


def _draws(points: Sequence[Point], stream: int) -> Floats:
    """Return the means of so many draws of families with replacement, spread as families of their number are."""
    sums, counts = _families(points)
    n = len(sums)
    picked = np.random.default_rng((SEED, stream, n)).integers(n, size=(DRAWS, n))
    means: Floats = sums[picked].sum(axis=1) / counts[picked].sum(axis=1)
    # The bootstrap's variance is (n - 1) / n of the unbiased one: with two reports that is half.
    value = sums.sum() / counts.sum()
    return value + (means - value) * math.sqrt(n / (n - 1)) if n > 1 else means


def _least_doubt(points: Sequence[Point]) -> float:
    """Return what is left of doubt where all families came out alike, else 0."""
    sums, counts = _families(points)
    return min(1.0, _RULE_OF_THREE / len(sums)) if np.ptp(sums / counts) == 0 else 0.0


def _families(points: Sequence[Point]) -> tuple[Floats, Floats]:
    found: dict[str, list[float]] = {}
    for point in points:
        found.setdefault(point.family, []).append(point.value)
    return np.array([sum(own) for own in found.values()]), np.array([float(len(own)) for own in found.values()])
