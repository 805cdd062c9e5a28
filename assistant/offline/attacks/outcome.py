"""What an attack is, and how it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from errno import EPERM
from typing import Literal

from assistant.offline.guard import EgressRefused

Layer = Literal["audit-hook", "seccomp"]


class Untried(Exception):  # noqa: N818  (says what the attack is)
    """An attack that this machine has no means for; the text says which."""


@dataclass(frozen=True, slots=True)
class Attack:
    """A way out. `act` raises what refused it, or returns what it got; `needs` is the layer that must refuse it."""

    name: str
    what: str
    needs: Layer
    act: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attack went: refused `by` a layer, or not, and `said` tells what it got or what refused it.

    `tried` is False where this machine has no means for it, and `said` tells which.
    """

    name: str
    what: str
    needs: Layer
    tried: bool
    refused: bool
    by: Layer | None
    said: str


def attempt(attack: Attack) -> Outcome:
    """Carry out an attack and return how it went."""

    def outcome(said: str, *, by: Layer | None = None, tried: bool = True) -> Outcome:
        return Outcome(attack.name, attack.what, attack.needs, tried, by is not None, by, said)

    try:
        return outcome(attack.act())
    except Untried as missing:
        return outcome(str(missing), tried=False)
    except OSError as error:
        reason = getattr(error, "reason", error)  # urllib wraps what it met
        if isinstance(reason, EgressRefused):
            return outcome(reason.strerror or "", by="audit-hook")
        refused = isinstance(reason, OSError) and reason.errno == EPERM
        return outcome(str(reason), by="seccomp" if refused else None)
