"""How fast a model is on this machine, measured.

What comes out is which number of threads is best, what share of the memory's bandwidth writing reaches, and what
guessing ahead costs (`assistant.models.lookup`). All are noted beside the file; loading it and `models fit` go by them.
The numbers of threads take turns, so that what else runs on the machine meets all of them alike.
"""

import statistics
import time
from collections import defaultdict
from dataclasses import dataclass

from assistant.models.context import Context, Run
from assistant.models.files import remember
from assistant.models.fit import GUESSING, NOTE, PIECE, THREADS, check
from assistant.models.gguf import ModelCard
from assistant.models.lookup import GUESSES
from assistant.models.machine import bandwidth, default_threads, usable_cores
from assistant.models.native import Weights
from assistant.models.trial import try_out
from assistant.settings import Settings

ROUNDS, TOKENS = 3, 16
GLANCE_S = 0.1
# More threads have to bring this much, for they take a core from everything else on the box.
WORTH = 1.1


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second with a number of threads, reading a prompt and writing, and `bandwidth` in bytes a second.

    `guessing` says how many times longer a step with guesses takes than one without.
    """

    threads: int
    reading: float
    writing: float
    bandwidth: float
    guessing: float = float("inf")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a model: a speed for each number of threads, the one chosen, and its share of bandwidth."""

    name: str
    speeds: tuple[Speed, ...]
    threads: int
    efficiency: float


def measure(card: ModelCard, settings: Settings) -> Measured:
    """Measure the model of `card` and note what was found. Raises as `assistant.models.llama.load` does."""
    plan = check(card, settings)
    try_out(card.path, settings.gpu_layers)
    window = min(plan.window, 2 * PIECE + ROUNDS * TOKENS)
    weights = Weights(card.path, settings.gpu_layers)
    try:
        context = Context(weights, window=window, piece=PIECE, threads=1, whole=plan.whole, outputs=1 + GUESSES)
        try:
            speeds = _speeds(context, weights)
        finally:
            context.close()
    finally:
        weights.close()
    chosen = choose(speeds)
    efficiency = min(chosen.writing * card.shape.read / chosen.bandwidth, 1.0)
    remember(card.path, THREADS, str(chosen.threads))
    remember(card.path, NOTE, f"{efficiency:.3f}")
    remember(card.path, GUESSING, f"{chosen.guessing:.2f}")
    return Measured(card.name, speeds, chosen.threads, efficiency)


def choose(speeds: tuple[Speed, ...]) -> Speed:
    """Return the speed of the threads to run with: each further thread has to be worth the core that it takes."""
    chosen = speeds[0]
    for speed in speeds[1:]:
        if speed.writing > chosen.writing * WORTH:
            chosen = speed
    return chosen


def _speeds(context: Context, weights: Weights) -> tuple[Speed, ...]:
    counts = sorted({default_threads(), usable_cores()})
    reading, writing, bytes_, guessing = (defaultdict(list) for _ in range(4))
    tokens = [max(weights.bos, 0)] * PIECE
    for _ in range(ROUNDS):
        for threads in counts:
            context.use_threads(threads)
            context.forget()
            started = time.perf_counter()
            context.decode(tokens, 0)
            read = time.perf_counter()
            for n in range(TOKENS):
                context.decode(tokens[:1], PIECE + n)
            written = time.perf_counter()
            context.keep(PIECE)
            for n in range(0, TOKENS, 1 + GUESSES):
                context.run([Run(tokens[: 1 + GUESSES], PIECE + n, every=True)])
            guessed = time.perf_counter()
            steps = TOKENS / (1 + GUESSES)
            guessing[threads].append((guessed - written) / steps / ((written - read) / TOKENS))
            reading[threads].append(PIECE / (read - started))
            writing[threads].append(TOKENS / (written - read))
            bytes_[threads].append(bandwidth(threads, GLANCE_S))
    middle = statistics.median
    return tuple(
        Speed(n, middle(reading[n]), middle(writing[n]), middle(bytes_[n]), middle(guessing[n])) for n in counts
    )
