"""Whether a model fits into this machine's memory, with which window, and how fast it would write there.

What is resident is the weights, what is kept of the tokens, and llama.cpp's own tables. To write a token, all
weights that take part and all that is kept are read once, so the memory's bandwidth bounds the speed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import RefusedError
from assistant.models.catalogue import entries
from assistant.models.files import list_models, recall
from assistant.models.gguf import ModelCard
from assistant.models.machine import default_threads, examine
from assistant.models.shape import PADDING, Shape
from assistant.settings import Settings

# The largest window taken unasked: eight thousand tokens hold the evidence of one answer, and their state fits
# into the memory of a small box. Below the least there is no room for evidence and answer.
WINDOW, LEAST = 8192, 2048
# A prompt is run in pieces of this many tokens. Fewer cost speed (the weights are read once a piece), more keep
# `stop` waiting: llama.cpp looks at it between operations, and an operation grows with the piece.
PIECE = 128
# Measured with benchmarks/llm.py (docs/LOG.md): llama.cpp's tables hold 160 bytes for each token of the vocabulary,
# the outputs of up to sixteen prompts that are held 64 more, and 24 MiB hold the graph and the values in flight.
TOKEN_BYTES, WORK_BYTES = 160 + 64, 24 << 20
# Left to the rest of the program: index, chat page, what the answers are made of.
RESERVE = 256 << 20
# The share of the measured bandwidth that writing reaches where `assistant models bench` has not measured it: what one
# thread reached with Q4_0 (docs/LOG.md).
EFFICIENCY = 0.4
# What bench.py notes of a file: that share, the number of threads that writes fastest, and how many times longer a step
# with guesses takes than one without.
NOTE, THREADS, GUESSING = "efficiency", "threads", "guessing"


class Model(Protocol):
    """A model file, or one that could be pulled."""

    @property
    def name(self) -> str:
        """What to call it."""
        ...

    @property
    def size(self) -> int:
        """Bytes of the file."""
        ...

    @property
    def shape(self) -> Shape:
        """What it keeps and reads."""
        ...

    @property
    def vocabulary(self) -> int:
        """How many tokens it knows."""
        ...

    @property
    def context_length(self) -> int:
        """The window it was trained for, 0 where that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model would run: its window in tokens, whether sliding layers keep all of it, and the bytes it takes."""

    window: int
    whole: bool
    memory: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The verdict on one model. `plan` is None where it does not fit; `least` is the memory of its smallest window.

    `speed` is in tokens a second, `measured` says that it rests on a measurement of this very file.
    """

    model: Model
    plan: Plan | None
    least: int
    speed: float
    measured: bool


def resident(model: Model, window: int, *, whole: bool = True) -> int:
    """Return the bytes of memory that `model` takes with a `window` in tokens."""
    kept = model.shape.kept(window, PIECE, whole=whole)
    return model.size + kept + model.vocabulary * TOKEN_BYTES + WORK_BYTES


def plans(model: Model, wanted: int = 0) -> Iterator[Plan]:
    """Yield the ways to run `model`, the best first. A `wanted` window is not made smaller, but for the trained one."""
    trained = model.context_length or WINDOW
    window = min(wanted or WINDOW, trained)
    while True:
        for whole in (True, False) if model.shape.slides else (True,):
            yield Plan(window, whole, resident(model, window, whole=whole))
        if wanted or window // 2 < LEAST:
            return
        window //= 2


def plan(model: Model, available: int, wanted: int = 0) -> Plan | None:
    """Return the best way to run `model` in `available` bytes, None where there is none; 0 bytes are unknown."""
    room = available - RESERVE
    return next((plan for plan in plans(model, wanted) if not available or plan.memory <= room), None)


def judge(model: Model, available: int, bandwidth: float, wanted: int = 0) -> Fit:
    """Return whether and how `model` runs in `available` bytes of memory, read at `bandwidth` bytes a second."""
    chosen = plan(model, available, wanted)
    smallest = min(each.memory for each in plans(model, wanted))
    window = chosen.window if chosen else LEAST
    # On the way through an answer the window is half full.
    read = model.shape.read + model.shape.kept(window // 2, PIECE, whole=False)
    noted = recall(model.path, NOTE) if isinstance(model, ModelCard) else None
    share = float(noted) if noted else EFFICIENCY
    return Fit(model, chosen, smallest, share * bandwidth / read if read else 0.0, measured=bool(noted))


def threads(card: ModelCard, settings: Settings) -> int:
    """Return on how many threads the model runs: as set, else as measured, else on all cores but one."""
    return settings.threads or int(recall(card.path, THREADS) or default_threads())


def spare(card: ModelCard) -> int:
    """Return how many tokens more than its window the model may keep now: those of half the memory that is left."""
    each = (card.shape.kept(2 * WINDOW, PIECE, whole=True) - card.shape.kept(WINDOW, PIECE, whole=True)) / WINDOW
    left = examine().available - RESERVE
    return max(int(left / 2 / each), 0) // PADDING * PADDING if each else 0


def check(card: ModelCard, settings: Settings) -> Plan:
    """Return how to run the model of `card` now. Raises RefusedError, naming what would fit, where it can't be."""
    if settings.gpu_layers:  # what is on a GPU does not count here, and how much that is nobody says
        return next(plans(card, settings.context))
    available = examine().available
    chosen = plan(card, available, settings.context)
    if chosen:
        return chosen
    needed = min(each.memory for each in plans(card, settings.context))
    raise RefusedError(
        f"this model needs {_gb(needed)}, and {_gb(max(available - RESERVE, 0))} of memory can be had",
        where=str(card.path),
        remedy=_instead(card, available, settings),
    )


def _instead(card: ModelCard, available: int, settings: Settings) -> str:
    ways = []
    smaller = plan(card, available) if settings.context else None
    if smaller:
        ways.append(f"set context to {smaller.window}")
    others = [
        other for other in list_models(card.path.parent)[0] if other.kind == "writing" and other.path != card.path
    ]
    ways += [f"set model to {name}" for name in _fitting(others, available)[-1:]]
    ways += [f"run: assistant models pull {name}" for name in _fitting(entries(), available)[-1:]]
    return ", or ".join(ways) or "close other programs, or take a smaller model"


def _fitting(models: Iterable[Model], available: int) -> list[str]:
    return [model.name for model in sorted(models, key=lambda model: model.size) if plan(model, available)]


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
