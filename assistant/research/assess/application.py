"""An application as a person describes it: what it needs, how much it has to do, and what it may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from assistant import tables
from assistant.corpus.facts import Text
from assistant.errors import NotReadyError, RefusedError
from assistant.research.assess import assumptions
from assistant.research.assess.assumptions import Assumption

Data = Literal["public", "internal", "personal", "sensitive"]
Connectivity = Literal["none", "intermittent", "metered", "stable", "redundant"]
Customisation = Literal["none", "prompts", "retrieval", "fine-tuned"]
ADVANTAGES = ("latency", "privacy", "cost", "reliability", "customisation")


@dataclass(frozen=True, slots=True)
class Needs:
    """What the application asks of its surroundings.

    `latency_ms` is the longest wait for a reaction; `on_site` says that data may not leave; `stops_work` that work
    stands still without the answer; `model_years` how long the same model has to stay.
    """

    latency_ms: float = 1000
    data: Data = "internal"
    on_site: bool = False
    connectivity: Connectivity = "stable"
    stops_work: bool = False
    customisation: Customisation = "prompts"
    model_years: float = 1


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to do; requests, streams and devices are those of one site, `seats` those of all."""

    sites: float = 1
    devices_per_site: float = 1
    requests_per_day: float = 1000
    tokens_in: float = 800
    tokens_out: float = 200
    kb_per_request: float = 10
    streams: float = 0
    seats: float = 0
    years: float = 5
    budget: float = 0


@dataclass(frozen=True, slots=True)
class Application:
    """A described application. `unsaid` are the fields that took their defaults."""

    id: str
    name: Text
    description: Text
    needs: Needs
    load: Load
    assumed: Mapping[str, Assumption]
    weights: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(ADVANTAGES, 1.0))
    unsaid: tuple[str, ...] = ()


def read(file: Path) -> Application:
    """Return the application that a TOML file describes.

    Raises NotReadyError where there is none, RefusedError for a file that can't be read, an unknown key, or a value
    that doesn't fit.
    """
    where = str(file)
    try:
        written = tables.read(file)
    except FileNotFoundError as error:
        raise NotReadyError("there is no such file", where=where, remedy="see examples/assess/") from error
    return build(written, file.stem, where)


def build(written: Mapping[str, Any], name: str, where: str) -> Application:
    """Return the application of a parsed description. Raises RefusedError."""
    _known(written, ("zh", "en", "description_zh", "description_en", "needs", "load", "assume", "weights"), where)
    needs, load = _table(written, "needs", where), _table(written, "load", where)
    device = load.pop("device", None)
    title = Text(str(written.get("zh", written.get("en", name))), str(written.get("en", written.get("zh", name))))
    about = (str(written.get(f"description_{language}", "")) for language in ("zh", "en"))
    weights = dict.fromkeys(ADVANTAGES, 1.0) | _weights(_table(written, "weights", where), where)
    fields = (*Needs.__slots__, *(f for f in Load.__slots__ if f != "budget"))
    return Application(
        id=name,
        name=title,
        description=Text(*about),
        needs=Needs(**_fit(needs, Needs(), where)),
        load=_sensible(Load(**_fit(load, Load(), where)), where),
        assumed=assumptions.chosen(device, _table(written, "assume", where), where),
        weights=weights,
        unsaid=tuple(f for f in fields if f not in needs and f not in load),
    )


def _known(written: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    if unknown := [key for key in written if key not in names]:
        raise RefusedError(
            f"nothing is called {', '.join(map(repr, unknown))} here", where=where, remedy=f"use {', '.join(names)}"
        )


def _table(written: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    found = written.get(name, {})
    if not isinstance(found, dict):
        raise RefusedError(f"{name} = {found!r} is no table", where=where, remedy=f"begin it with [{name}]")
    return dict(found)


def _fit(said: Mapping[str, Any], default: Needs | Load, where: str) -> dict[str, Any]:
    """Return what was said, checked against the kind of each field."""
    names = type(default).__slots__
    _known(said, tuple(names), where)
    choices = {"data": get_args(Data), "connectivity": get_args(Connectivity), "customisation": get_args(Customisation)}
    for name, value in said.items():
        if name in choices:
            fits, remedy = value in choices[name], f"use one of {', '.join(choices[name])}"
        elif isinstance(getattr(default, name), bool):
            fits, remedy = isinstance(value, bool), "write true or false"
        else:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12
            remedy = "write a number that is not negative"
        if not fits:
            raise RefusedError(f"{name} = {value!r} doesn't fit", where=where, remedy=remedy)
    return dict(said)


def _sensible(load: Load, where: str) -> Load:
    if not 1 <= load.years <= 30 or load.sites < 1:
        raise RefusedError("a comparison covers 1 to 30 years and at least 1 site", where=where, remedy="mend [load]")
    return load


def _weights(said: Mapping[str, Any], where: str) -> dict[str, float]:
    _known(said, ADVANTAGES, where)
    if any(not isinstance(w, int | float) or isinstance(w, bool) or w < 0 for w in said.values()):
        raise RefusedError("a weight is a number that is not negative", where=where, remedy="mend [weights]")
    if said and not sum({**dict.fromkeys(ADVANTAGES, 1.0), **said}.values()):
        raise RefusedError("all weights are 0", where=where, remedy="mend [weights]")
    return {name: float(weight) for name, weight in said.items()}
