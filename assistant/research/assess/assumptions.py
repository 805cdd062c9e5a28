"""What a cost comparison takes for granted: figures with a range, the claims they stand on, and what changes them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from assistant.corpus.facts import Text
from assistant.errors import RefusedError

FILE = Path(__file__).with_name("assumptions.toml")
Case = Literal["low", "likely", "high"]


@dataclass(frozen=True, slots=True)
class Range:
    """A figure as it may be: low, likely and high."""

    low: float
    likely: float
    high: float

    def at(self, case: Case) -> float:
        """Return the figure of a case."""
        return {"low": self.low, "likely": self.likely, "high": self.high}[case]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure of the comparison: `given` if the application brought it; `why` it follows from the claims."""

    id: str
    name: Text
    unit: str
    value: Range
    claims: tuple[str, ...]
    why: Text
    given: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """A device that an application can name; prices in US dollars, power in watts."""

    id: str
    name: Text
    price: Range
    watts: Range
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Defaults:
    """The assumptions by id, and the devices by id."""

    assumptions: Mapping[str, Assumption]
    devices: Mapping[str, Device]


@cache
def defaults() -> Defaults:
    """Return what is shipped."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    devices = written.pop("device")
    return Defaults({i: _assumption(i, entry) for i, entry in written.items()},
                    {i: _device(i, entry) for i, entry in devices.items()})  # fmt: skip


def chosen(device: str | None, own: Mapping[str, Any], where: str) -> dict[str, Assumption]:
    """Return the assumptions for an application that names a device, or none, and brings figures of its `own`.

    Raises RefusedError, naming `where`, for a device or a figure that isn't known, or one that is no number or range.
    """
    shipped = defaults()
    found = dict(shipped.assumptions)
    if device is not None:
        if device not in shipped.devices:
            known = ", ".join(shipped.devices)
            raise RefusedError(f"no device is called {device!r}", where=where, remedy=f"use one of {known}")
        taken = shipped.devices[device]
        for name, value in (("device_price", taken.price), ("device_watts", taken.watts)):
            found[name] = replace(found[name], value=value, claims=taken.claims, why=taken.name)
    for name, value in own.items():
        if name not in found:
            raise RefusedError(
                f"no assumption is called {name!r}", where=where, remedy=f"use one of {', '.join(shipped.assumptions)}"
            )
        found[name] = replace(
            found[name], value=_range(value, name, where), claims=(), given=True, why=Text("應用描述所給", "given")
        )
    return found


def _assumption(i: str, entry: Mapping[str, Any]) -> Assumption:
    return Assumption(
        i, Text(entry["zh"], entry["en"]), entry["unit"], _range(entry["value"], i, str(FILE)), tuple(entry["claims"]),
        Text(entry["why_zh"], entry["why_en"]),
    )  # fmt: skip


def _device(i: str, entry: Mapping[str, Any]) -> Device:
    price, watts = (_range(entry[name], i, str(FILE)) for name in ("price", "watts"))
    return Device(i, Text(entry["zh"], entry["en"]), price, watts, tuple(entry["claims"]))


def _range(value: object, name: str, where: str) -> Range:
    """Return a number, or three in order, as a range. Raises RefusedError."""
    figures = value if isinstance(value, list) else [value] * 3
    fit = len(figures) == 3 and all(isinstance(f, int | float) and not isinstance(f, bool) and f >= 0 for f in figures)
    if not fit or sorted(figures) != figures:
        raise RefusedError(
            f"{name} = {value!r} is neither a number nor three from low to high", where=where, remedy="write [1, 2, 3]"
        )
    return Range(*map(float, figures))
