"""The doctor: is everything in place, and if not, what to do."""

import platform
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from typing import Any

from assistant.errors import AssistantError
from assistant.wiring import Assistant

LEAST_FREE_BYTES = 500_000_000
# It writes a row over another since 3.24, and itself into a file since 3.27.
LEAST_SQLITE = (3, 27)
# Passages read from the index at once.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class PlantedOrder:
    """A sentence of the corpus that gives an order to its reader. `start` and `end` are offsets in the document."""

    document: str
    page: int | None
    passage_id: str
    kind: str
    start: int
    end: int
    text: str


def orders(assistant: Assistant) -> Iterator[PlantedOrder]:
    """Yield what `assistant.text.hostile` finds in the live passages, hidden characters made visible."""
    from assistant.text import hostile

    ids = assistant.journal.passage_ids()
    for at in range(0, len(ids), _AT_ONCE):
        for hit in assistant.journal.hits_by_id(ids[at : at + _AT_ONCE]).values():
            passage = hit.passage
            for order in hostile.find(passage.text):
                text = " ".join(passage.text[order.start : order.end].split())
                yield PlantedOrder(
                    hit.path, passage.page, passage.id, order.kind, passage.start + order.start,
                    passage.start + order.end, "".join(c if c.isprintable() else f"<{ord(c):x}>" for c in text),
                )  # fmt: skip


def examine(assistant: Assistant) -> list[Check]:
    """Return a check for each thing that the program needs, in the order in which one would mend them."""
    return [
        Check("python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
        _sqlite(),
        _package("chromadb", "vectors", needed=True),
        _package("llama-cpp-python", "writing with a model", needed=False),
        _package("sentence-transformers", "embedding with a model folder", needed=False),
        _disk(assistant),
        _corpus(assistant),
        _index(assistant),
        _questions(assistant),
        *_models(assistant),
        _guard(assistant),
    ]


def to_json(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the checks as `doctor --json` prints them."""
    return {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}


def _sqlite() -> Check:
    found, least = sqlite3.sqlite_version, ".".join(map(str, LEAST_SQLITE))
    ok = sqlite3.sqlite_version_info >= LEAST_SQLITE
    return Check("sqlite", ok, found if ok else f"{found}, too old", "" if ok else f"use a Python with SQLite {least}")


def _package(name: str, purpose: str, *, needed: bool) -> Check:
    module = {"llama-cpp-python": "llama_cpp"}.get(name, name.replace("-", "_"))
    if find_spec(module) is None:
        return Check(name, not needed, f"not installed ({purpose})", "run: python scripts/bootstrap.py setup")
    return Check(name, True, f"{metadata.version(name)} ({purpose})")


def _disk(assistant: Assistant) -> Check:
    free = shutil.disk_usage(assistant.workspace.root).free
    return Check("disk", free > LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free", "free some space")


def _corpus(assistant: Assistant) -> Check:
    from assistant.corpus import sources

    try:
        found, refused = sources.find(assistant.workspace.require_corpus())
    except AssistantError as error:
        return Check("corpus", False, error.what, error.remedy)
    bad = [refusal for refusal in refused if not refusal.ignored]
    text = f"{len(found)} files" + (f", {len(bad)} refused" if bad else "")
    return Check("corpus", bool(found), text, f"put documents in {assistant.workspace.corpus}")


def _index(assistant: Assistant) -> Check:
    try:
        info = assistant.journal.info()
    except AssistantError as error:
        return Check("index", False, error.what, error.remedy)
    unread = sum(1 for place in assistant.journal.places().values() if place.reason)
    text = f"{info.documents} documents, {info.passages} passages" + (f", {unread} files unread" if unread else "")
    return Check("index", info.passages > 0, text, "run: assistant refresh")


def _questions(assistant: Assistant) -> Check:
    try:
        listed = assistant.questions()
    except AssistantError as error:
        return Check("questions", False, error.what, error.remedy)
    return Check("questions", True, f"{len(listed.questions)} questions")


def _models(assistant: Assistant) -> list[Check]:
    from assistant.models import files

    cards, broken = files.list_models(assistant.workspace.models)
    found = ", ".join(card.name for card in cards) or "none; the extractive engine writes"
    return [
        Check("models", True, found),
        *(Check("model file", False, f"{error.where}: {error.what}", error.remedy) for error in broken),
    ]


def _guard(assistant: Assistant) -> Check:
    record = assistant.guard.record()
    why = f" ({assistant.guard.unsealed})" if assistant.guard.unsealed else ""
    return Check("offline guard", True, f"{record.enforcement} in force{why}, {record.attempts} attempts refused")
