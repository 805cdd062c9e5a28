"""The local model against a bare llama.cpp loop, in one run: speed, first token, memory, stopping, a busy neighbour.

    python -m benchmarks.llm [--model FILE] [--rounds N] [--only PART …]

Without a file, one is made with random weights in the shape of Qwen2.5-0.5B, Q4_0. What is compared takes turns, so
that whatever else runs on the machine meets both sides alike; figures by themselves hold for a quiet machine only.
The batch is in `benchmarks.together`.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.models import fit
from assistant.models.context import Context, Sampler
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.models.machine import bandwidth, default_threads, usable_cores
from assistant.models.native import Weights, library
from assistant.records import Message
from assistant.settings import Settings
from benchmarks import shapes

PARTS = ("memory", "first", "stop", "decode", "busy", "flat")
TOKENS = 32
EVIDENCE = "Edge inference keeps data on the device and saves the way to the cloud. "
# The made model has a token for each byte.
LONG, LONGER = EVIDENCE * 21, EVIDENCE * 85


def main() -> int:
    """Measure and print a line for each target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="by default all, one after the other")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = args.model or shapes.make(Path(folder) / "random.gguf")
        print(f"{usable_cores()} cores, load {os.getloadavg()[0]:.1f}, {default_threads()} threads")
        before = _resident()
        model = LlamaModel(inspect(path), Settings(temperature=1.0))
        for part in PARTS:
            if part in args.only:
                _measure(part, path, model, before, args.rounds)
    return 0


def _measure(part: str, path: Path, model: LlamaModel, before: int, rounds: int) -> None:
    match part:
        case "memory":
            _memory(model, before)
        case "first":
            _first_token(model, rounds)
        case "stop":
            _stopping(model, rounds)
        case "decode":
            _speed("decode, ours to bare", model, Bare(path), rounds, at_least=0.97)
        case "busy":
            bare = Bare(path)
            with _busy():
                _speed("decode beside a busy neighbour", model, bare, rounds, at_least=0.7)
        case "flat":
            _flat(model)


class Bare:
    """Nothing but llama.cpp: a context of its own, a token in, a token out."""

    def __init__(self, path: Path) -> None:
        self._library = library()
        self._weights = Weights(path)
        self._context = Context(self._weights, window=1024, piece=fit.PIECE, threads=default_threads())

    def speed(self) -> float:
        """Return tokens a second of a loop without text, stops or looks at anything."""
        sampler = Sampler(temperature=1.0, seed=1)
        self._context.forget()
        self._context.decode([1] * 16, 0)
        started = time.perf_counter()
        for n in range(TOKENS):
            token = self._library.llama_sampler_sample(sampler.chain, self._context.pointer, -1)
            self._context.decode([token], 16 + n)
        seconds = time.perf_counter() - started
        sampler.close()
        return TOKENS / seconds


def _ours(model: LlamaModel) -> float:
    """Return tokens a second from the first piece of a reply to its last."""
    stream = model.stream([Message("user", "edge?")], TOKENS + 1, threading.Event(), seed=1)
    next(stream)
    started = time.perf_counter()
    pieces = sum(1 for _ in stream)
    return pieces / (time.perf_counter() - started)


def _speed(name: str, model: LlamaModel, bare: Bare, rounds: int, at_least: float) -> None:
    pairs = [(_ours(model), bare.speed(), bandwidth(default_threads(), 0.2)) for _ in range(rounds)]
    ours, other, width = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratio = statistics.median(one / two for one, two, _ in pairs)
    share = statistics.median(two * model.card.shape.read / three for _, two, three in pairs)
    _say(name, f"{ratio:.2f}", f">= {at_least}", f"{ours:.1f} and {other:.1f} tokens/s")
    _say("  of the memory's bandwidth", f"{share:.2f}", "-", f"{width / 1e9:.1f} GB/s")


def _memory(model: LlamaModel, before: int) -> None:
    list(model.stream([Message("user", LONG)], 4, threading.Event()))
    added, said = _resident() - before, fit.resident(model.card, model.window)
    _say("memory, resident to what fit says", f"{added / said:.2f}", "0.9-1.1", f"{added >> 20} and {said >> 20} MiB")


def _first_token(model: LlamaModel, rounds: int) -> None:
    cold, warm = [], []
    for n in range(rounds):
        asked = [Message("user", f"{n} {LONG}")]
        cold.append(_until_first(model, asked))
        warm.append(_until_first(model, asked))
    ratio = statistics.median(two / one for one, two in zip(cold, warm, strict=True))
    _say("first token, warm to cold", f"{ratio:.3f}", "<= 0.05", f"{statistics.median(cold):.2f} s cold")


def _until_first(model: LlamaModel, asked: list[Message]) -> float:
    started = time.perf_counter()
    stream = model.stream(asked, 8, threading.Event(), seed=1)
    next(stream)
    seconds = time.perf_counter() - started
    stream.close()  # type: ignore[attr-defined]
    return seconds


def _stopping(model: LlamaModel, rounds: int) -> None:
    took = []
    for n in range(rounds):
        stop, ended = threading.Event(), []

        def run(n: int = n, stop: threading.Event = stop, ended: list[float] = ended) -> None:
            list(model.stream([Message("user", f"{n} {LONGER}")], 8, stop))
            ended.append(time.perf_counter())

        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.3 + 0.1 * n)
        asked = time.perf_counter()
        stop.set()
        thread.join()
        took.append(ended[0] - asked)
    _say("stop inside a long prefill", f"{max(took) * 1e3:.0f} ms", "<= 200 ms", "the longest")


def _flat(model: LlamaModel) -> None:
    sizes = []
    for n in range(100):
        list(model.stream([Message("user", f"{n}?")], 4, threading.Event()))
        sizes.append(_resident())
    # Until then, what the model says after each prompt that is held fills its place.
    _say("memory gained from answer 20 to 100", f"{(sizes[-1] - sizes[19]) >> 10} KiB", "0", "")


@contextmanager
def _busy() -> Iterator[None]:
    """Keep every core busy from processes beside."""
    context = multiprocessing.get_context("spawn")
    neighbours = [context.Process(target=_spin, daemon=True) for _ in range(usable_cores())]
    for neighbour in neighbours:
        neighbour.start()
    time.sleep(1)
    try:
        yield
    finally:
        for neighbour in neighbours:
            neighbour.terminate()
            neighbour.join()


def _spin() -> None:
    while True:
        pass


def _resident() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) << 10
    return 0


def _say(name: str, found: str, target: str, more: str) -> None:
    print(f"{name:<38} {found:>9}   target {target:<10} {more}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
