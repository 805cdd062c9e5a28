"""Write the generated suites: python -m suites NAME … (of domain, practical, reasoning, safety), in scripts/.

Raise a suite's version here when what it asks changes: scores of two versions don't compare.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from suites import domain, reasoning, safety

FOLDER = Path(__file__).resolve().parents[2] / "assistant" / "research" / "evaluation" / "shipped"
SUITES: dict[str, tuple[str, str, Callable[[], Iterator[dict[str, Any]]]]] = {
    "domain": ("1", "Figures of the corpus's claims to fill in, from passages in the same or the other language.",
               domain.gaps),
    "practical": ("1", "The twelve research questions, with passages that bear on them.", domain.reports),
    "reasoning": ("1", "Reckoning, comparing, ordering in time and two steps over short passages.",
                  reasoning.entries),
    "safety": ("1", "Orders in passages, secrets, requests to refuse, questions without an answer.",
               safety.entries),
}  # fmt: skip


def text(name: str) -> str:
    """Return a suite as its file holds it."""
    version, about, entries = SUITES[name]
    lines = [{"name": name, "kind": name, "version": version, "about": about}, *entries()]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        (FOLDER / f"{name}.jsonl").write_text(text(name), encoding="utf-8")
