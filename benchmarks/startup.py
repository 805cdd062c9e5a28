"""How long the commands take as a user starts them, beside the bare interpreter in the same run.

    python benchmarks/startup.py [--runs N]

A workspace is made from the checkout's corpus and questions and indexed first; each command then runs N times as a
process of its own. What is given is the median in seconds, and how many bare interpreters that is. The page counts
until it is loaded with the index open, and until its first answer stands.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import desk

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "研華（Advantech）在 Edge AI 上的策略或重點布局是什麼？"


def main() -> int:
    """Measure and print one row a command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        shutil.copytree(ROOT / "corpus", workspace / "corpus")
        shutil.copy(ROOT / "questions.md", workspace)
        here = ["--workspace", folder]
        rows = {
            "python -c pass": ["-c", "pass"],
            "assistant --help": ["-m", "assistant", "--help"],
            "assistant refresh (first)": ["-m", "assistant", "refresh", *here],
            "assistant refresh (nothing to do)": ["-m", "assistant", "refresh", *here],
            "assistant ask": ["-m", "assistant", "ask", QUESTION, "--engine", "extractive", *here],
            "assistant batch (twelve questions)": ["-m", "assistant", "batch", "--engine", "extractive", *here],
        }
        print(f"{'command':<36} {'seconds':>8} {'x bare':>8}")
        bare = 0.0
        for name, words in rows.items():
            median = statistics.median(_seconds(words) for _ in range(1 if "first" in name else runs))
            bare = bare or median
            print(f"{name:<36} {median:>8.3f} {median / bare:>8.1f}", flush=True)
        opened = [asyncio.run(_page(workspace)) for _ in range(runs)]
        for name, seconds in zip(
            ("the page, index open", "the page, its first answer"), zip(*opened, strict=True), strict=True
        ):
            median = statistics.median(seconds)
            print(f"{name:<36} {median:>8.3f} {median / bare:>8.1f}", flush=True)
    return 0


async def _page(workspace: Path) -> tuple[float, float]:
    """Return the seconds from the start of `ui` until the page stands with its index open, and until an answer does."""
    started = time.perf_counter()
    with desk.served(workspace) as (address, _):
        async with (
            httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client,
            desk.tab(client, desk.Seen()) as tab,
        ):
            await tab.stand()
            stood = time.perf_counter() - started
            await tab.ask(QUESTION)
            return stood, time.perf_counter() - started


def _seconds(words: list[str]) -> float:
    started = time.perf_counter()
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env=environ)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
