"""What an evaluation found: a row for each model, how they compare, and which one to use."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from assistant.records import Language

Kind = Literal["standard", "domain", "practical", "safety", "reasoning"]
KINDS: tuple[Kind, ...] = ("standard", "domain", "practical", "safety", "reasoning")
Profile = Literal["quick", "full"]


@dataclass(frozen=True, slots=True)
class Score:
    """A share of points from 0 to 1 with its 95% interval. `chance` is what guessing gets.

    `tells` is how far another model's score has to be off to be told from this one's with 80% power.
    """

    value: float
    low: float
    high: float
    items: int
    chance: float
    tells: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a model takes on this box; None is not measured.

    `speed` in tokens written a second and `reading` in prompt tokens a second, of one answer at a time; `seconds` the
    middle one of the practical answers; `memory` in bytes, resident; `joules` for the whole processor, an answer.
    """

    speed: float | None = None
    reading: float | None = None
    seconds: float | None = None
    memory: int | None = None
    joules: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One model's results. `id` tells it from the others, `name` is shown.

    `scores` has the kinds that were run, `overall` their mean. `practical` has the four measures behind that score,
    from 0 to 1, `own` the user's own suites, which don't count in the five. `likelihood` says whether multiple
    choice was scored by likelihood; else by the letter that was written.
    """

    id: str
    name: str
    engine: str
    sha256: str | None
    likelihood: bool
    scores: Mapping[Kind, Score]
    overall: Score
    cost: Cost
    practical: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, Score] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far `better` is ahead of `other` on the same items, with its 95% interval; `told` where that excludes 0."""

    better: str
    other: str
    difference: float
    low: float
    high: float
    told: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation as it is kept. `rows` are best first; `suites` has the version of each suite, times are UTC.

    `recommended` is a row's `id`, `reason` says by which rule, in both languages. `remarks` say what could not be run.
    """

    started: str
    finished: str
    profile: Profile
    suites: Mapping[str, str]
    machine: str
    energy: str
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]
    recommended: str
    reason: Mapping[Language, str]
    remarks: tuple[str, ...] = ()

    def row(self, identity: str) -> Row:
        """Return the row with this `id`. Raises KeyError."""
        return {row.id: row for row in self.rows}[identity]

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation as `eval models --json` prints it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Evaluation":
        """Return the evaluation that `to_json` wrote. Raises KeyError or TypeError on another shape."""
        values = dict(data)
        values["rows"] = tuple(_row(row) for row in data["rows"])
        values["comparisons"] = tuple(Comparison(**comparison) for comparison in data["comparisons"])
        values["remarks"] = tuple(data["remarks"])
        return cls(**values)


def _row(data: Mapping[str, Any]) -> Row:
    values = dict(data)
    for name in ("scores", "own"):
        values[name] = {key: Score(**score) for key, score in data[name].items()}
    return Row(**{**values, "overall": Score(**data["overall"]), "cost": Cost(**data["cost"])})
