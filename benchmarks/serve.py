"""`serve` under load: so many clients at once, each asking its next question as soon as it has an answer.

    python -m benchmarks.serve [--clients 50] [--seconds 300]

A workspace is made from the checkout's corpus and indexed; `serve` runs over it in a process of its own with the
extractive engine, and the clients in this one, on the same machine. Half of the requests go to `/v1/chat/completions`
(every other one as a stream), the rest to `/answers` and `/search`. Then three times as many clients as it has room
for ask for `OVERLOAD_S`, and come back when Retry-After says so; and at last the first load again for as long.

Given are requests a second, the median and the 99th percentile in seconds, what was refused with 429, what failed, and
the memory of the server before and after.
"""

import argparse
import asyncio
import itertools
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from assistant.research import questions

ROOT = Path(__file__).resolve().parent.parent
OVERLOAD_S = 20.0
ROOM = 64 + 2
"""Requests that `serve` has room for with the settings as they are: `queue`, and two at work."""


@dataclass
class Seen:
    """What the clients saw: seconds of each request by kind, and all other endings by status."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)

    def row(self, name: str, lasted: float) -> str:
        """Return a line of the table."""
        took = sorted(s for each in self.seconds.values() for s in each)
        p99 = took[int(0.99 * (len(took) - 1))] if took else 0.0
        middle = statistics.median(took) if took else 0.0
        others = ", ".join(f"{status}: {n}" for status, n in self.others.items()) or "none"
        return f"{name:<22} {len(took):>8} {len(took) / lasted:>8.1f} {middle:>8.2f} {p99:>8.2f}  {others}"


def main() -> int:
    """Run and print; return 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300.0)
    args = parser.parse_args()
    asked = [question.text for question in questions.read(ROOT / "questions.md").questions]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "corpus", Path(folder, "corpus"))
        subprocess.run([sys.executable, "-m", "assistant", "refresh", "--workspace", folder], check=True, cwd=ROOT)
        with serving(folder) as (address, process):
            asyncio.run(load(address, asked, 2, 2.0))  # the first questions pay for what is read once
            before = memory(process)
            print(f"{'':<22} {'answered':>8} {'each s':>8} {'p50 s':>8} {'p99 s':>8}  others")
            failed = 0
            for name, clients, seconds in (
                (f"{args.clients} clients", args.clients, args.seconds),
                (f"{3 * ROOM} clients", 3 * ROOM, OVERLOAD_S),
                (f"{args.clients} clients again", args.clients, OVERLOAD_S),
            ):
                started = time.perf_counter()
                seen = asyncio.run(load(address, asked, clients, seconds))
                print(seen.row(name, time.perf_counter() - started), flush=True)
                failed += sum(n for status, n in seen.others.items() if status != "429")
            for kind, took in sorted(seen.seconds.items()):
                print(f"  of the last, {kind:<18} p50 {statistics.median(took):.2f} s of {len(took)}")
            print(f"memory of the server: {before} MB before, {memory(process)} MB after")
    return 1 if failed else 0


@contextmanager
def serving(folder: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run `serve` and give its address; it has to end in order."""
    command = ["-m", "assistant", "serve", "--port", "0", "--engine", "extractive", "--workspace", folder]
    process = subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE, text=True, cwd=ROOT)
    with process:
        try:
            assert process.stderr is not None
            yield next(line for line in process.stderr if "http://" in line).split()[0], process
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0, process.returncode


async def load(address: str, asked: list[str], clients: int, seconds: float) -> Seen:
    """Let `clients` ask for `seconds` and return what they saw."""
    seen, end = Seen(), time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits, trust_env=False) as client:
        await asyncio.gather(*(one(client, asked, n, end, seen) for n in range(clients)))
    return seen


async def one(client: httpx.AsyncClient, asked: list[str], number: int, end: float, seen: Seen) -> None:
    """Ask question after question until `end`, and wait where the server says so."""
    for n in itertools.count(number):
        if time.perf_counter() > end:
            return
        question = asked[n % len(asked)]
        kind, path, body = (
            ("chat", "/v1/chat/completions", chat(question, stream=False)),
            ("answers", "/answers", {"question": question}),
            ("chat, streamed", "/v1/chat/completions", chat(question, stream=True)),
            ("search", "/search", {"query": question}),
        )[n // len(asked) % 4 if number % 2 else n % 4]
        started = time.perf_counter()
        try:
            reply = await client.post(path, json=body)
        except httpx.HTTPError as error:
            seen.others[type(error).__name__] += 1
            continue
        if reply.status_code == 200 and (kind != "chat, streamed" or reply.text.endswith("[DONE]\n\n")):
            seen.seconds.setdefault(kind, []).append(time.perf_counter() - started)
        else:
            seen.others[str(reply.status_code)] += 1
            await asyncio.sleep(float(reply.headers.get("retry-after", 0)))


def chat(question: str, *, stream: bool) -> dict[str, object]:
    """Return the body of a chat request."""
    return {"model": "assistant", "messages": [{"role": "user", "content": question}], "stream": stream}


def memory(process: "subprocess.Popen[str]") -> int:
    """Return the resident memory of a process in MB, 0 where the system doesn't say."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


if __name__ == "__main__":
    sys.exit(main())
