"""What an application costs on site and in the cloud, over years: totals by item, break-even, range, sensitivity.

Amounts are US dollars. Equipment is bought at the start and again whenever its life is over; all else is spent evenly
over the months. The cloud's prices fall once a year. Break-even is when the money spent on site first falls to the
money that the cloud would have cost by then.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.research.assess.application import Application, Load
from assistant.research.assess.assumptions import Assumption, Case

DAYS, HOURS, MONTHS = 365, 8760, 12
EDGE = ("equipment", "setup", "licence", "power", "upkeep", "staff")
CLOUD = ("tokens", "video", "traffic", "subscription", "staff")
# Assumptions of which the edge gains when they are high: they make the cloud dear, or the equipment last.
_FAVOURS_EDGE = frozenset(
    ("device_years", "cloud_staff", "token_price_in", "token_price_out", "stream_year", "traffic_gb", "seat_month")
)


@dataclass(frozen=True, slots=True)
class Course:
    """One side over time: totals by item, and the money spent by the end of each month, month 0 first."""

    items: Mapping[str, float]
    spent: tuple[float, ...]

    @property
    def total(self) -> float:
        """All that is spent."""
        return self.spent[-1]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the saving of the edge over all years is when one assumption is low or high, all others being likely."""

    assumption: Assumption
    low: float
    high: float

    @property
    def swing(self) -> float:
        """How far the assumption moves the saving."""
        return abs(self.high - self.low)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Edge against cloud.

    `break_even` is in months from the start, None where it isn't reached in the years compared: likely, and with all
    assumptions at the ends that favour the edge (`best`) or the cloud (`worst`).
    """

    years: float
    edge: Course
    cloud: Course
    edge_range: tuple[float, float]
    cloud_range: tuple[float, float]
    break_even: float | None
    best: float | None
    worst: float | None
    sensitivity: tuple[Sensitivity, ...]

    @property
    def saving(self) -> float:
        """What the edge saves over all years; negative where it costs more."""
        return self.cloud.total - self.edge.total


def compare(application: Application) -> Comparison:
    """Return the comparison of an application."""
    load, assumed = application.load, application.assumed
    likely = {name: a.value.likely for name, a in assumed.items()}
    best = {name: a.value.high if name in _FAVOURS_EDGE else a.value.low for name, a in assumed.items()}
    worst = {name: a.value.low if name in _FAVOURS_EDGE else a.value.high for name, a in assumed.items()}
    return Comparison(
        years=load.years,
        edge=edge(load, likely),
        cloud=cloud(load, likely),
        edge_range=(edge(load, best).total, edge(load, worst).total),
        cloud_range=(cloud(load, worst).total, cloud(load, best).total),
        break_even=break_even(edge(load, likely), cloud(load, likely)),
        best=break_even(edge(load, best), cloud(load, best)),
        worst=break_even(edge(load, worst), cloud(load, worst)),
        sensitivity=_sensitivity(load, assumed, likely),
    )


def edge(load: Load, figures: Mapping[str, float]) -> Course:
    """Return what running on site costs."""
    devices = load.sites * load.devices_per_site
    purchase = devices * figures["device_price"]
    yearly = {
        "licence": devices * figures["licence_year"],
        "power": devices * figures["device_watts"] / 1000 * HOURS * figures["electricity"],
        "upkeep": devices * figures["upkeep_year"],
        "staff": figures["edge_staff"] * figures["engineer_year"],
    }
    setup = load.sites * figures["setup_site"]
    months = round(load.years * MONTHS)
    life = max(1, round(figures["device_years"] * MONTHS))
    running = sum(yearly.values()) / MONTHS
    # What is bought at the end of a life serves the months after it, so the last month buys nothing.
    bought = [1 + min(m, months - 1) // life for m in range(months + 1)]
    spent = tuple(setup + purchase * bought[m] + running * m for m in range(months + 1))
    years = months / MONTHS
    items = {"equipment": purchase * bought[-1], "setup": setup} | {k: v * years for k, v in yearly.items()}
    return Course(items, spent)


def cloud(load: Load, figures: Mapping[str, float]) -> Course:
    """Return what the cloud costs."""
    requests = load.sites * load.requests_per_day * DAYS
    price = load.tokens_in * figures["token_price_in"] + load.tokens_out * figures["token_price_out"]
    falling = {
        "tokens": requests * price / 1e6,
        "video": load.sites * load.streams * figures["stream_year"],
    }
    steady = {
        "traffic": requests * load.kb_per_request / 1e6 * figures["traffic_gb"],
        "subscription": load.seats * figures["seat_month"] * MONTHS,
        "staff": figures["cloud_staff"] * figures["engineer_year"],
    }
    kept = max(0.0, 1 - figures["token_price_fall"] / 100)
    months = round(load.years * MONTHS)
    level = [kept ** (m // MONTHS) for m in range(months)]
    years = sum(level) / MONTHS
    items = {k: v * years for k, v in falling.items()} | {k: v * months / MONTHS for k, v in steady.items()}
    spent = [0.0]
    for m in range(months):
        spent.append(spent[-1] + (sum(falling.values()) * level[m] + sum(steady.values())) / MONTHS)
    return Course(items, tuple(spent))


def break_even(edge: Course, cloud: Course) -> float | None:
    """Return after how many months the edge has cost no more than the cloud, None where it never does."""
    before = edge.spent[0] - cloud.spent[0]
    if before <= 0:
        return 0.0
    for month in range(1, len(edge.spent)):
        now = edge.spent[month] - cloud.spent[month]
        if now <= 0:
            # Both spend evenly within a month.
            return month - 1 + before / (before - now) if math.isfinite(now) else None
        before = now
    return None


def _sensitivity(load: Load, assumed: Mapping[str, Assumption], likely: Mapping[str, float]) -> tuple[Sensitivity, ...]:
    """Return what each assumption that has a range does to the saving, the strongest first."""

    def saving(name: str, case: Case) -> float:
        figures = {**likely, name: assumed[name].value.at(case)}
        return cloud(load, figures).total - edge(load, figures).total

    found = [Sensitivity(a, saving(name, "low"), saving(name, "high")) for name, a in assumed.items()]
    return tuple(sorted((s for s in found if s.swing >= 0.5), key=lambda s: (-s.swing, s.assumption.id)))
