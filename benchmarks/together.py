"""Twelve answers at once against twelve plain calls in turn, with the same prompts and as many tokens.

    python -m benchmarks.together [--model FILE] [--tokens N] [--questions N]

The plain calls are `Llama.create_chat_completion` of llama-cpp-python in a process of its own, as one writes them: its
own threads, its own reuse of what the last prompt began with. Ours are measured three times: cold; again after one
document changed, with what was kept of the first time; and the first token of a prompt that was read before a restart.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from assistant.models.gguf import inspect
from assistant.models.llama import LlamaModel
from assistant.records import Message
from assistant.settings import Settings
from benchmarks import shapes

# Prompts of 1,500 tokens: the made model has a token for each byte. Rules are shared, and half of the evidence within
# a group of the question list; the passages that the changed document gave stand at the end of three questions.
RULES = "Answer only from the numbered evidence. " * 6
GROUPS = (3, 2, 3, 3, 1)
SHARED, OWN, TOUCHED = 600, 650, 3
Chat = list[Message]


def main() -> int:
    """Measure and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--tokens", type=int, default=96)
    parser.add_argument("--apart", action="store_true", help="no evidence is shared within a group")
    parser.add_argument("--plain", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.plain:
        plainly(args.plain, args.tokens, apart=args.apart)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = args.model or shapes.make(Path(folder) / "random.gguf")
        ours(path, Path(folder) / "states", args.tokens, apart=args.apart)
    return 0


def chats(*, apart: bool, changed: bool = False) -> list[Chat]:
    """Return the prompts of the twelve questions; where a document `changed`, three of them end otherwise."""
    found = []
    for group, size in enumerate(GROUPS):
        for _ in range(size):
            number = len(found)
            shared = _text(f"g{group}q{number if apart else 0}", SHARED)
            own = _text(f"q{number}", OWN)
            end = _text("new" if changed and number < TOUCHED else "old", 100)
            found.append([Message("system", RULES), Message("user", f"{shared}{own}{end} Question {number}?")])
    return found


def _text(name: str, size: int) -> str:
    return (f"[{name}] Edge inference keeps data on the device and saves the way to the cloud. " * size)[:size]


def plainly(path: Path, tokens: int, *, apart: bool) -> None:
    """Print how many seconds plain calls take, one after the other."""
    from llama_cpp import Llama

    model = Llama(str(path), n_ctx=2048, verbose=False)
    prompts = [[{"role": m.role, "content": m.content} for m in chat] for chat in chats(apart=apart)]
    model.create_chat_completion(prompts[0][:1], max_tokens=2)
    started, written = time.perf_counter(), 0
    for prompt in prompts:
        # At temperature 1 random weights don't end a reply; all of them write as many tokens as they may.
        reply = model.create_chat_completion(prompt, max_tokens=tokens, temperature=1.0, seed=1)
        written += reply["usage"]["completion_tokens"]
    print(json.dumps({"seconds": time.perf_counter() - started, "tokens": written}))


def ours(path: Path, states: Path, tokens: int, *, apart: bool) -> None:
    """Measure ours, and the plain calls between."""
    settings = Settings(temperature=1.0, seed=1)
    first = LlamaModel(inspect(path), settings, states=states)
    print(f"prompts of {first.count_messages(chats(apart=apart)[0])} tokens, {tokens} written", flush=True)
    cold = _batch(first, chats(apart=apart), tokens)
    # Three of twelve alone, and the others' time in proportion, would do on a quiet machine; all are run.
    options = ["--plain", str(path), "--tokens", str(tokens), *(["--apart"] if apart else [])]
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.together", *options], capture_output=True, text=True, check=True
    )
    plain = json.loads(run.stdout.splitlines()[-1])
    again = _batch(first, chats(apart=apart, changed=True), tokens)
    first.close()
    print(f"{'plain':<44} {plain['seconds']:.1f} s for {plain['tokens']} tokens")
    for name, seconds, target in (("a batch, cold", cold, 1.5), ("again, one document changed", again, 2.5)):
        print(f"{name:<44} {plain['seconds'] / seconds:>6.2f} times as fast, target {target}   {seconds:.1f} s")
    second = LlamaModel(inspect(path), settings, states=states)
    fresh = LlamaModel(inspect(path), settings)
    asked = chats(apart=apart, changed=True)[5]
    before = _first(fresh, asked)
    print(f"{'first token after a restart, to cold':<44} {_first(second, asked) / before:>6.3f} target <= 0.15")
    print(
        f"{'first token warm, to cold':<44} {_first(second, asked) / before:>6.3f} target <= 0.05   {before:.2f} s cold"
    )
    second.close()
    fresh.close()


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
