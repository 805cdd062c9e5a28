"""Twelve answers at once against twelve plain calls in turn, with the same prompts and as many tokens.

    python -m benchmarks.together [--short] [--model FILE] [--threads N] [--rounds N] [--written N] [--apart]

The plain calls are `Llama.create_chat_completion` of llama-cpp-python in a process of its own, with its own reuse of
what the last prompt began with. Half of them run before ours and half after, each side beginning with nothing known of
the prompts, so that whatever else runs on the machine meets both alike. Then ours once more after one document changed,
with what was kept of the last time: first without the replies, so that all twelve are written again, then with them, as
the program does it. And the first token of a prompt that was read before a restart.

Beside the seconds stand the processor's: with `--threads 1` no thread spins while it waits for another, and they hardly
depend on what else runs.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from assistant.models.batch import SUFFIX
from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.models.machine import usable_cores
from assistant.records import Message
from assistant.settings import Settings
from benchmarks import shapes

# The question list's groups. The passages that the changed document gave stand at the end of three questions.
GROUPS = (3, 2, 3, 3, 1)
TOUCHED = 3
Chat = list[Message]


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and those of the processor in all threads."""

    wall: float
    processor: float

    def __add__(self, other: "Took") -> "Took":
        return Took(self.wall + other.wall, self.processor + other.processor)

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s of processor)"


class Watch:
    """Takes the time from where it is made."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> Took:
        """Return what has passed."""
        return Took(time.perf_counter() - self._wall, time.process_time() - self._processor)


@dataclass(frozen=True)
class Size:
    """Tokens of a prompt (the made model has one for each byte) and of a reply.

    `rules` begin all prompts, `shared` evidence those of a group, and the rest is each question's `own`.
    """

    rules: int
    shared: int
    own: int
    written: int


# The product's prompts for its twelve questions in Chinese have 3,034 tokens in the median by Qwen2's vocabulary, the
# extractive engine's answers to them 916, and a model may write 900. LONG is half of that and a little more: the less
# is written, the more is left to reading, which both sides share.
LONG, SHORT = Size(240, 600, 750, 480), Size(300, 0, 200, 32)


def main() -> int:
    """Measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--short", action="store_true", help="prompts of 500 tokens and replies of 32, some minutes")
    parser.add_argument(
        "--threads", type=int, default=0, help="for both; without it ours chooses, plain takes all cores"
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--written", type=int, default=0, help="tokens of a reply, in place of the usual number")
    parser.add_argument("--apart", action="store_true", help="no evidence is shared within a group")
    parser.add_argument("--plain", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.plain:
        plainly(args.model, Size(*json.loads(args.plain)), args.threads, apart=args.apart)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = args.model or shapes.make(Path(folder) / "random.gguf")
        size = SHORT if args.short else LONG
        size = replace(size, written=args.written or size.written)
        compare(path, Path(folder), size, args.threads, args.rounds, apart=args.apart)
    return 0


def chats(size: Size, *, apart: bool, document: str = "old") -> list[Chat]:
    """Return the prompts of the twelve questions; with another `document` three of them end otherwise."""
    found = []
    for group, count in enumerate(GROUPS):
        for _ in range(count):
            number = len(found)
            shared = _text(f"g{group}q{number if apart else 0}", size.shared)
            own = _text(f"q{number}", size.own - 100)
            end = _text(document if number < TOUCHED else "old", 100)
            rules = ("Answer only from the numbered evidence. " * size.rules)[: size.rules]
            found.append([Message("system", rules), Message("user", f"{shared}{own}{end} Question {number}?")])
    return found


def _text(name: str, size: int) -> str:
    return (f"[{name}] Edge inference keeps data on the device and saves the way to the cloud. " * size)[:size]


def plainly(path: Path, size: Size, threads: int, *, apart: bool) -> None:
    """For each line that comes in, print how many seconds plain calls for half of the prompts take, in turn."""
    from llama_cpp import Llama

    count = threads or usable_cores()
    model = Llama(str(path), n_ctx=2048, n_threads=count, n_threads_batch=count, verbose=False)
    prompts = [[{"role": m.role, "content": m.content} for m in chat] for chat in chats(size, apart=apart)]
    model.create_chat_completion(prompts[0][:1], max_tokens=2)
    halves = itertools.cycle((prompts[: len(prompts) // 2], prompts[len(prompts) // 2 :]))
    for _, half in zip(sys.stdin, halves, strict=False):
        if half[0] is prompts[0]:
            model.reset()
        watch = Watch()
        for prompt in half:
            # At temperature 1 random weights don't end a reply; all of them write as many tokens as they may.
            model.create_chat_completion(prompt, max_tokens=size.written, temperature=1.0, seed=1)
        print(json.dumps(astuple(watch.read())), flush=True)


@contextmanager
def beside(path: Path, size: Size, threads: int, *, apart: bool) -> Iterator["subprocess.Popen[str]"]:
    """Run `plainly` in a process of its own."""
    options = ["--plain", json.dumps(astuple(size)), "--model", str(path), "--threads", str(threads)]
    command = [sys.executable, "-m", "benchmarks.together", *options, *(["--apart"] if apart else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def compare(path: Path, folder: Path, size: Size, threads: int, rounds: int, *, apart: bool) -> None:
    """Let both sides take turns, then measure what ours keeps."""
    settings = Settings(temperature=1.0, seed=1, threads=threads)
    asked, later, last = (chats(size, apart=apart, document=name) for name in ("old", "new", "newer"))
    plain, cold = [], []
    with beside(path, size, threads, apart=apart) as process:
        for n in range(rounds):
            before = _ask(process)
            model = LlamaModel(inspect(path), settings, states=folder / f"states{n}")
            cold.append(_batch(model, asked, size.written))
            plain.append(before + _ask(process))
            print(f"plain {plain[-1]}, ours {cold[-1]}, load {os.getloadavg()[0]:.1f}", flush=True)
            model.close()
    states = folder / f"states{rounds - 1}"
    model = LlamaModel(inspect(path), settings, states=states)
    for reply in states.glob(f"*{SUFFIX}"):
        reply.unlink()
    anew, again = _batch(model, later, size.written), _batch(model, last, size.written)
    model.close()
    fresh = LlamaModel(inspect(path), settings)
    print(f"prompts of {fresh.count_messages(asked[0])} tokens, {size.written} written")
    _say("a batch, cold", statistics.median(map(_ratio, plain, cold)), "times as fast, target 1.5", cold[-1])
    _say("again, one document changed", _ratio(plain[-1], again), "times as fast, target 2.5", again)
    _say("  and all written anew", _ratio(plain[-1], anew), "times as fast", anew)
    kept = LlamaModel(inspect(path), settings, states=states)
    first, restarted, warm = _first(fresh, last[5]), _first(kept, last[5]), _first(kept, last[5])
    _say("first token after a restart, to cold", _ratio(restarted, first), "target <= 0.15", restarted)
    _say("first token warm, to cold", _ratio(warm, first), "target <= 0.05", warm)
    kept.close()
    fresh.close()


def _ask(process: "subprocess.Popen[str]") -> Took:
    assert process.stdin is not None, "a pipe was asked for"
    assert process.stdout is not None, "a pipe was asked for"
    process.stdin.write("go\n")
    process.stdin.flush()
    return Took(*json.loads(process.stdout.readline()))


def _ratio(one: Took, other: Took) -> float:
    return one.wall / other.wall


def _say(name: str, found: float, target: str, took: Took) -> None:
    print(f"{name:<40} {found:>6.3f} {target:<26} {took}", flush=True)


def _batch(model: LlamaModel, prompts: Sequence[Chat], tokens: int) -> Took:
    watch = Watch()
    with model.together(len(prompts)) as workers, ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda chat: list(model.stream(chat, tokens, threading.Event())), prompts))
    return watch.read()


def _first(model: LlamaModel, chat: Chat) -> Took:
    watch = Watch()
    stream = model.stream(chat, 8, threading.Event())
    next(stream)
    took = watch.read()
    stream.close()  # type: ignore[attr-defined]
    return took


if __name__ == "__main__":
    raise SystemExit(main())
