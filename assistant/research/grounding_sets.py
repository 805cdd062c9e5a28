"""Measure the grounding check on a set of statements whose verdict is known.

A set is a folder: `passages.jsonl` (id, text, optional headings) and any number of NAME.jsonl, one statement a line
with its `kind`, its `language`, the `passages` it is shown (evidence number: passage id), the `citations` it was
written with, and `carried_by`: the citations that carry it, or null where none does.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.answering.grounding import Grounder, Verdict
from assistant.errors import NotReadyError, RefusedError
from assistant.records import Evidence, Hit, Passage, content_id
from assistant.text.language import detect

PASSAGES = "passages.jsonl"
# Kinds that say something false of a passage, rather than leaving out or misplacing a citation.
FALSE = ("wrong number", "wrong unit", "wrong date", "wrong entity", "swapped", "negated", "exaggerated")
ACROSS = "cross-lingual"
# How many figures and names the passage has to share with a statement to be said to carry it by them.
LEAST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement with the evidence it is shown. `carried_by` is None for one that nothing shown carries."""

    id: str
    kind: str
    language: str
    statement: str
    citations: tuple[int, ...]
    evidence: Mapping[int, Evidence]
    carried_by: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pair with the verdict it got. It is right only with the very citations that carry the statement."""

    pair: Pair
    verdict: Verdict

    @property
    def right(self) -> bool:
        """Whether the check came to what is known."""
        if self.pair.carried_by is None:
            return self.verdict.verdict == "unsupported"
        return self.verdict.verdict == "supported" and self.verdict.citations == self.pair.carried_by


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a kind came out right."""

    kind: str
    language: str
    carried: bool
    right: int
    of: int

    def to_json(self) -> dict[str, Any]:
        """Return the count by name, with its share (0 to 1)."""
        return asdict(self) | {"share": round(self.right / self.of, 4)}


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares (0 to 1) of a set: false statements caught, true ones kept in their language and across.

    `kept_across_named` is of those across that figures and names carry: the passage has two of theirs at least.
    `ms_false` and `ms_true` are the mean time of a check in milliseconds, for statements that nothing carries and for
    others.
    """

    shares: tuple[Share, ...]
    caught: float
    kept: float
    kept_across: float
    kept_across_named: float
    ms_false: float
    ms_true: float

    def to_json(self) -> dict[str, Any]:
        """Return the measures by name."""
        return asdict(self) | {"shares": [share.to_json() for share in self.shares]}


def names(folder: Path) -> list[str]:
    """Return the names of the sets in `folder`. Raises NotReadyError where there is none."""
    found = sorted(file.stem for file in folder.glob("*.jsonl") if file.name != PASSAGES)
    if not found or not (folder / PASSAGES).is_file():
        raise NotReadyError(
            "no set of statements here", where=str(folder),
            remedy=f"name a folder with {PASSAGES} and at least one NAME.jsonl",
        )  # fmt: skip
    return found


def read(folder: Path, name: str) -> list[Pair]:
    """Return the pairs of a set. Raises RefusedError for a line that isn't of the form said above."""
    passages = {row["id"]: _passage(row) for row in _rows(folder / PASSAGES, "id", "text")}
    pairs = []
    for row in _rows(folder / f"{name}.jsonl", "id", "kind", "language", "statement", "passages", "citations"):
        unknown = set(row["passages"].values()) - passages.keys()
        if unknown:
            raise RefusedError(
                f"{row['id']} names a passage that isn't there: {min(unknown)}", where=str(folder),
                remedy=f"add it to {PASSAGES}",
            )  # fmt: skip
        evidence = {
            int(n): Evidence(int(n), Hit(passages[key], "set.md", "", 1.0), (1.0,))
            for n, key in row["passages"].items()
        }
        carried = row.get("carried_by")
        pairs.append(
            Pair(row["id"], row["kind"], row["language"], row["statement"], tuple(row["citations"]), evidence,
                 None if carried is None else tuple(carried))
        )  # fmt: skip
    return pairs


def check(grounder: Grounder, pairs: Sequence[Pair]) -> list[Outcome]:
    """Return what the check says of each pair."""
    return [Outcome(pair, grounder.check(pair.statement, pair.citations, pair.evidence)) for pair in pairs]


def measure(make: Callable[[], Grounder], pairs: Sequence[Pair]) -> Measures:
    """Return the shares that come out right, and how long a check takes once its passages are read.

    `make` gives a grounder that has read nothing yet.
    """
    grounder = make()
    outcomes = check(grounder, pairs)
    counts: dict[tuple[str, str, bool], list[bool]] = {}
    for outcome in outcomes:
        pair = outcome.pair
        counts.setdefault((pair.kind, pair.language, pair.carried_by is not None), []).append(outcome.right)
    shares = tuple(
        Share(kind, language, carried, sum(right), len(right))
        for (kind, language, carried), right in sorted(counts.items())
    )
    return Measures(
        shares,
        caught=_share(s for s in shares if not s.carried and s.kind in FALSE),
        kept=_share(s for s in shares if s.carried and s.kind != ACROSS),
        kept_across=_share(s for s in shares if s.carried and s.kind == ACROSS),
        kept_across_named=_part(o.right for o in outcomes if _across(o.pair) and _named(o.pair, grounder)),
        ms_false=_milliseconds(make(), [p for p in pairs if p.carried_by is None]),
        ms_true=_milliseconds(make(), [p for p in pairs if p.carried_by is not None]),
    )


def _across(pair: Pair) -> bool:
    return pair.kind == ACROSS and pair.carried_by is not None


def _named(pair: Pair, grounder: Grounder) -> bool:
    """Say whether the passage that carries a statement has at least two of its figures and names."""
    assert pair.carried_by is not None
    text = pair.evidence[pair.carried_by[0]].hit.passage.text
    ours, theirs = (grounder.reader.read(each).weights.keys() for each in (pair.statement, text))
    return sum(key[0] in "#@" for key in ours & theirs) >= LEAST_NAMED


def _part(right: Iterator[bool]) -> float:
    counted = list(right)
    return round(sum(counted) / max(1, len(counted)), 4)


def _milliseconds(grounder: Grounder, pairs: Sequence[Pair]) -> float:
    """Return the mean time of a check, the passages read before, each statement for the first time."""
    for pair in pairs:
        grounder.prepare(pair.evidence.values())
    start = time.perf_counter()
    for pair in pairs:
        grounder.check(pair.statement, pair.citations, pair.evidence)
    return round((time.perf_counter() - start) * 1000 / max(1, len(pairs)), 2)


def _share(shares: Iterator[Share]) -> float:
    counted = list(shares)
    return round(sum(s.right for s in counted) / max(1, sum(s.of for s in counted)), 4)


def _passage(row: Mapping[str, Any]) -> Passage:
    text = row["text"]
    return Passage(content_id(text), "set", 0, len(text), text, detect(text), kind=row.get("block", "claim"),
                   headings=tuple(row.get("headings", ())))  # fmt: skip


def _rows(file: Path, *fields: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            missing = [field for field in fields if field not in row]
        except (json.JSONDecodeError, TypeError):
            missing = ["JSON"]
        if missing:
            raise RefusedError(
                f"line {number} lacks {missing[0]}", where=str(file), remedy="write one JSON object a line"
            )
        yield row
