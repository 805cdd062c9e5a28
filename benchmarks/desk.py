"""The page under load: so many users at once, each asking, looking until it is answered, and opening pages.

    python -m benchmarks.desk [--users 30] [--minutes 5]

A workspace is made from the checkout's corpus and indexed; `ui` runs over it in a process of its own with the
extractive engine, and the users in this one, on the same machine. Each does what the page's script does, over the same
routes: loads the page, holds its heartbeat, asks, looks as often as the page says until the answer stands, opens a
citation and another page, thinks `THINK_S`, and after `QUESTIONS_A_TAB` questions opens a new tab.

Given are how often each was done, the median and the 99th percentile in seconds, what failed, and the server's resident
memory (MiB) every `SAMPLE_S` and at the end. Linux only: memory comes from /proc.
"""

import argparse
import asyncio
import itertools
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from assistant.research import questions

ROOT = Path(__file__).resolve().parent.parent

THINK_S = 2.0
QUESTIONS_A_TAB = 5
SAMPLE_S = 30.0
PATIENCE_S = 60.0
PAGES = ("questions", "corpus", "assess", "machine")


@dataclass
class Seen:
    """What the users saw: seconds by what was done, and failures by what failed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Note how long the block takes, or that it failed."""
        started = time.perf_counter()
        try:
            yield
        except (httpx.HTTPError, AssertionError, KeyError, ValueError) as error:
            self.failures[f"{what}: {type(error).__name__} {error}"[:90]] += 1
        else:
            self.seconds.setdefault(what, []).append(time.perf_counter() - started)

    def rows(self) -> Iterator[str]:
        """Yield the lines of the table."""
        yield f"{'':<12} {'times':>7} {'median':>8} {'p99':>8}"
        for what, each in self.seconds.items():
            took = sorted(each)
            yield f"{what:<12} {len(took):>7} {statistics.median(took):>8.3f} {took[int(0.99 * (len(took) - 1))]:>8.3f}"
        yield f"failures: {sum(self.failures.values())} {dict(self.failures) or ''}"


class Tab:
    """One open page."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any]) -> None:
        self._client = client
        self.session = secrets.token_hex(5)
        names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        self._events = {
            (names.get(part), event): each["id"] for each in config["dependencies"] for part, event in each["targets"]
        }

    async def tell(self, part: str | None, event: str, *values: str, **data: object) -> list[Any]:
        """Send what happened on a part of the page and return the new values of the parts."""
        asked = {
            "data": values,
            "event_data": data,
            "fn_index": self._events[part, event],
            "session_hash": self.session,
        }
        reply = await self._client.post("/gradio_api/run/predict", json=asked)
        reply.raise_for_status()
        values_now: list[Any] = reply.json()["data"]
        return values_now

    async def stand(self) -> None:
        """Wait until the page says what the corpus holds, which it does once the index is open."""
        asked = {"data": [], "fn_index": self._events[None, "load"] + 1, "session_hash": self.session}
        reply = await self._client.post("/gradio_api/run/predict", json=asked)
        reply.raise_for_status()
        assert 'class="trouble"' not in reply.text, "the index can't be opened"

    async def ask(self, question: str) -> int:
        """Ask and look until the answer stands; return the turn's number. AssertionError where it fails."""
        live = str((await self.tell("send", "click", question))[1])
        started = time.perf_counter()
        while 'aria-busy="true"' in live:
            assert time.perf_counter() - started < PATIENCE_S, "no answer in time"
            pace, mark = re.search(r'data-look="(\d+)"', live), re.search(r'data-mark="([\d.]+)"', live)
            assert pace, "nothing says when to look again"
            await asyncio.sleep(int(pace[1]) / 1000)
            seen = (await self.tell("live", "look", mark=mark[1] if mark else ""))[1]
            live = seen if isinstance(seen, str) else live
        assert 'class="turn done' in live, "the answer failed"
        turn = re.search(r'data-turn="(\d+)"', live)
        return int(turn[1]) if turn else 0


@asynccontextmanager
async def tab(client: httpx.AsyncClient, seen: Seen) -> AsyncIterator[Tab]:
    """Load the page as a browser does, and hold its heartbeat until it is closed."""
    opened: Tab | None = None
    with seen.timed("load"):
        (await client.get("/")).raise_for_status()
        config = (await client.get("/config")).json()
        opened = Tab(client, config)
        await opened.tell(None, "load")
    assert opened is not None, "the page did not load"
    async with client.stream("GET", f"/gradio_api/heartbeat/{opened.session}") as beat:
        beat.raise_for_status()
        yield opened


async def use(client: httpx.AsyncClient, mine: Iterator[str], seen: Seen, end: float) -> None:
    """Be one user until `end`."""
    pages = itertools.cycle(PAGES)
    while time.perf_counter() < end:
        with suppress(AssertionError):
            async with tab(client, seen) as opened:
                for question in itertools.islice(mine, QUESTIONS_A_TAB):
                    turn = 0
                    with seen.timed("answer"):
                        turn = await opened.ask(question)
                    with seen.timed("citation"):
                        await opened.tell("live", "cite", turn=str(turn), n="1")
                    with seen.timed("page"):
                        await opened.tell("masthead", "open", page=next(pages))
                    await asyncio.sleep(THINK_S)
                    if time.perf_counter() > end:
                        break


async def load(address: str, server: int, texts: list[str], users: int, seconds: float) -> tuple[Seen, list[float]]:
    """Run all users and return what they saw, and the server's memory every `SAMPLE_S` and at the end."""
    seen, memory, end = Seen(), [], time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=users)
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_S, limits=limits, trust_env=False) as client:
        # Everyone begins with another question.
        lists = [itertools.islice(itertools.cycle(texts), n % len(texts), None) for n in range(users)]
        everyone = [asyncio.create_task(use(client, mine, seen, end)) for mine in lists]
        while end - time.perf_counter() > SAMPLE_S:
            await asyncio.sleep(SAMPLE_S)
            memory.append(resident(server))
        for lost in await asyncio.gather(*everyone, return_exceptions=True):
            if lost is not None:
                seen.failures[f"user: {type(lost).__name__} {lost}"[:90]] += 1
        memory.append(resident(server))
    return seen, memory


def resident(process: int) -> float:
    """Return the resident memory of a process in MiB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


@contextmanager
def served(workspace: Path) -> Iterator[tuple[str, int]]:
    """Serve the page over a workspace; give its address and the process's number."""
    words = [sys.executable, "-m", "assistant", "ui", "--port", "0", "--engine", "extractive", "--workspace"]
    with subprocess.Popen([*words, str(workspace)], stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stderr is not None
            found = next(filter(None, (re.search(r"http://[\w.:]+", line) for line in process.stderr)))
            yield found.group(), process.pid
        finally:
            process.terminate()


def main() -> int:
    """Run and print; return 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        shutil.copytree(ROOT / "corpus", workspace / "corpus")
        shutil.copy(ROOT / "questions.md", workspace)
        subprocess.run([sys.executable, "-m", "assistant", "refresh", "--workspace", folder], check=True)
        texts = [question.text for question in questions.read(workspace / "questions.md").questions]
        with served(workspace) as (address, process):
            seen, memory = asyncio.run(load(address, process, texts, asked.users, asked.minutes * 60))
    print(f"{asked.users} users for {asked.minutes:g} minutes", *seen.rows(), sep="\n")
    print("memory MiB: " + ", ".join(f"{each:.0f}" for each in memory))
    return 1 if seen.failures else 0


if __name__ == "__main__":
    sys.exit(main())
