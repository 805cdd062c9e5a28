"""Twelve answers at once against twelve plain calls in turn, with the same prompts and as many tokens.

    python -m benchmarks.together [--short] [--model FILE] [--threads N] [--rounds N] [--apart]

The plain calls are `Llama.create_chat_completion` of llama-cpp-python in a process of its own, with its own reuse of
what the last prompt began with. The two sides take turns, each beginning with nothing known of the prompts, so that
whatever else runs on the machine meets both alike. Then ours once more after one document changed, with what was kept
of the last time; and the first token of a prompt that was read before a restart.
"""

import argparse
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
from dataclasses import astuple, dataclass
from pathlib import Path

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
class Size:
    """Tokens of a prompt (the made model has one for each byte) and of a reply.

    `rules` begin all prompts, `shared` evidence those of a group, and the rest is each question's `own`.
    """

    rules: int
    shared: int
    own: int
    written: int


LONG, SHORT = Size(240, 600, 750, 96), Size(300, 0, 200, 32)


def main() -> int:
    """Measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--short", action="store_true", help="prompts of 500 tokens and replies of 32, some minutes")
    parser.add_argument(
        "--threads", type=int, default=0, help="for both; without it ours chooses, plain takes all cores"
    )
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--apart", action="store_true", help="no evidence is shared within a group")
    parser.add_argument("--plain", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.plain:
        plainly(args.model, Size(*json.loads(args.plain)), args.threads, apart=args.apart)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = args.model or shapes.make(Path(folder) / "random.gguf")
        size = SHORT if args.short else LONG
        compare(path, Path(folder), size, args.threads, args.rounds, apart=args.apart)
    return 0


def chats(size: Size, *, apart: bool, changed: bool = False) -> list[Chat]:
    """Return the prompts of the twelve questions; where a document `changed`, three of them end otherwise."""
    found = []
    for group, count in enumerate(GROUPS):
        for _ in range(count):
            number = len(found)
            shared = _text(f"g{group}q{number if apart else 0}", size.shared)
            own = _text(f"q{number}", size.own - 100)
            end = _text("new" if changed and number < TOUCHED else "old", 100)
            rules = ("Answer only from the numbered evidence. " * size.rules)[: size.rules]
            found.append([Message("system", rules), Message("user", f"{shared}{own}{end} Question {number}?")])
    return found


def _text(name: str, size: int) -> str:
    return (f"[{name}] Edge inference keeps data on the device and saves the way to the cloud. " * size)[:size]


def plainly(path: Path, size: Size, threads: int, *, apart: bool) -> None:
    """For each line that comes in, print how many seconds plain calls take, one after the other."""
    from llama_cpp import Llama

    count = threads or usable_cores()
    model = Llama(str(path), n_ctx=2048, n_threads=count, n_threads_batch=count, verbose=False)
    prompts = [[{"role": m.role, "content": m.content} for m in chat] for chat in chats(size, apart=apart)]
    model.create_chat_completion(prompts[0][:1], max_tokens=2)
    for _ in sys.stdin:
        model.reset()
        started, written = time.perf_counter(), 0
        for prompt in prompts:
            # At temperature 1 random weights don't end a reply; all of them write as many tokens as they may.
            reply = model.create_chat_completion(prompt, max_tokens=size.written, temperature=1.0, seed=1)
            written += reply["usage"]["completion_tokens"]
        print(json.dumps({"seconds": time.perf_counter() - started, "tokens": written}), flush=True)


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
    asked, later = chats(size, apart=apart), chats(size, apart=apart, changed=True)
    plain, cold = [], []
    with beside(path, size, threads, apart=apart) as process:
        for n in range(rounds):
            plain.append(_ask(process))
            model = LlamaModel(inspect(path), settings, states=folder / f"states{n}")
            cold.append(_batch(model, asked, size.written))
            print(f"plain {plain[-1]:.1f} s, ours {cold[-1]:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
            again = _batch(model, later, size.written) if n == rounds - 1 else 0.0
            model.close()
        plain.append(_ask(process))
    # Each of ours beside the mean of the plain ones before and after it.
    ratio = statistics.median((plain[n] + plain[n + 1]) / 2 / seconds for n, seconds in enumerate(cold))
    fresh = LlamaModel(inspect(path), settings)
    print(f"prompts of {fresh.count_messages(asked[0])} tokens, {size.written} written")
    _say("a batch, cold", ratio, "times as fast, target 1.5", statistics.median(cold))
    _say("again, one document changed", (plain[-2] + plain[-1]) / 2 / again, "times as fast, target 2.5", again)
    kept = LlamaModel(inspect(path), settings, states=folder / f"states{rounds - 1}")
    before, restarted, warm = _first(fresh, later[5]), _first(kept, later[5]), _first(kept, later[5])
    _say("first token after a restart, to cold", restarted / before, "target <= 0.15", restarted)
    _say("first token warm, to cold", warm / before, "target <= 0.05", warm)
    kept.close()
    fresh.close()


def _ask(process: "subprocess.Popen[str]") -> float:
    assert process.stdin is not None, "a pipe was asked for"
    assert process.stdout is not None, "a pipe was asked for"
    process.stdin.write("go\n")
    process.stdin.flush()
    return float(json.loads(process.stdout.readline())["seconds"])


def _say(name: str, found: float, target: str, seconds: float) -> None:
    print(f"{name:<40} {found:>6.3f} {target:<26} {seconds:.2f} s", flush=True)


def _batch(model: LlamaModel, prompts: Sequence[Chat], tokens: int) -> float:
    started = time.perf_counter()
    with model.together(len(prompts)) as workers, ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda chat: list(model.stream(chat, tokens, threading.Event())), prompts))
    return time.perf_counter() - started


def _first(model: LlamaModel, chat: Chat) -> float:
    started = time.perf_counter()
    stream = model.stream(chat, 8, threading.Event())
    next(stream)
    seconds = time.perf_counter() - started
    stream.close()  # type: ignore[attr-defined]
    return seconds


if __name__ == "__main__":
    raise SystemExit(main())
