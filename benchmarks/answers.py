"""Are the answers good? Every question of `answers/questions.toml`, asked of the corpus that it is about.

    python benchmarks/answers.py [--length standard] [--only ID] [--show] [--json]

For each question: how many of the claims that a good answer must carry it carries (recall), its statements, those that
begin or end broken, the largest overlap of two of them in weighted terms, its sources and the largest share of one of
them, the parts with neither statement nor gap, and whether the same question gets the same answer again.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from assistant import terminal
from assistant.engines.sentences import broken
from assistant.records import Answer
from assistant.retrieval.diversity import Weights
from assistant.wiring import Assistant, open_workspace

ROOT = Path(__file__).resolve().parents[1]
CORPORA = {"claims": ROOT / "corpus", "prose": ROOT / "tests" / "golden" / "prose"}
RECALL, SAME, SHARE = 0.85, 0.6, 0.5
"""The targets: mean recall at least, overlap of two statements under, share of one source at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one answer. `missed` are the claims it should have carried."""

    id: str
    language: str
    recall: float
    statements: int
    unsupported: int
    broken: int
    overlap: float
    sources: int
    share: float
    unanswered: int
    same: bool
    seconds: float
    missed: tuple[str, ...]


def main() -> int:
    """Ask, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", default="standard", choices=("brief", "standard", "full"))
    parser.add_argument("--only", default="", help="only questions whose id begins with this")
    parser.add_argument("--show", action="store_true", help="print the answers as well")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    asked = tomllib.loads((ROOT / "benchmarks/answers/questions.toml").read_text(encoding="utf-8"))["question"]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        open_ = {name: _open(Path(folder) / name, files, args.length) for name, files in CORPORA.items()}
        for question in asked:
            if question["id"].startswith(args.only):
                rows += list(_ask(open_[question.get("corpus", "claims")], question, show=args.show))
    if args.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
    else:
        _print(rows)
    return 0


def _open(folder: Path, corpus: Path, length: str) -> Assistant:
    """Return an assistant over a copy of `corpus`, indexed, with the repository's framework and glossary."""
    shutil.copytree(corpus, folder / "corpus")
    for name in ("framework.toml", "glossary.toml"):
        shutil.copy(ROOT / "corpus" / name, folder / "corpus" / name)
    assistant = open_workspace(str(folder), {"engine": "extractive", "length": length})
    assistant.refresh()
    return assistant


def _ask(assistant: Assistant, question: dict[str, Any], *, show: bool) -> Iterator[Row]:
    for key, language in (("zh", "zh-TW"), ("en", "en")):
        if key not in question:
            continue
        start = time.perf_counter()
        answer = assistant.answerer.answer(question[key])
        seconds = time.perf_counter() - start
        again = assistant.answerer.answer(question[key])
        if show:
            print(f"\n=== {question['id']} ({language}): {question[key]}\n{terminal.answered(answer)}\n")
        yield _measure(question["id"], language, question["must"], answer, again, seconds, assistant)


def _measure(
    name: str, language: str, must: Sequence[str], answer: Answer, again: Answer, seconds: float, assistant: Assistant
) -> Row:
    ids = [citation.passage_id for citation in answer.citations]
    claims = {i: hit.passage.claim for i, hit in assistant.journal.hits_by_id(list(dict.fromkeys(ids))).items()}
    told = {claims.get(citation.passage_id) or "" for citation in answer.citations}
    texts = [statement.text for statement in answer.statements if statement.verdict == "supported"]
    said = "\n".join(texts)
    missed = [one for one in must if not any(other in told or other in said for other in one.split("|"))]
    weights = Weights(texts)
    overlaps = [weights.overlap(a, b) for a, b in combinations(texts, 2)]
    sources = _sources(answer)
    open_parts = [
        part for part in answer.parts
        if part.status == "abstained" and not any(part.question in gap for gap in answer.gaps)
    ]  # fmt: skip
    return Row(
        id=name, language=language, recall=round(1 - len(missed) / len(must), 3), statements=len(texts),
        unsupported=len(answer.statements) - len(texts), broken=sum(broken(text) for text in texts),
        overlap=round(max(overlaps, default=0.0), 2), sources=len(sources),
        share=round(max(sources.values(), default=0) / max(1, len(texts)), 2), unanswered=len(open_parts),
        same=_essence(answer) == _essence(again), seconds=round(seconds, 3), missed=tuple(missed),
    )  # fmt: skip


def _sources(answer: Answer) -> Counter[str]:
    """Return how many statements rest on each source: a page, or else a file of the corpus."""
    by_number = {citation.n: citation.url or citation.document for citation in answer.citations}
    return Counter(source for s in answer.statements for source in {by_number[n] for n in s.citations})


def _essence(answer: Answer) -> str:
    return json.dumps({k: v for k, v in answer.to_json().items() if k not in ("timings", "id")}, sort_keys=True)


def _print(rows: Sequence[Row]) -> None:
    print(f"{'question':<26} {'lang':<6} {'recall':>6} {'lines':>5} {'unsup':>5} {'broken':>6} {'same':>5} "
          f"{'src':>4} {'share':>5} {'open':>4} {'again':>5} {'s':>6}  missed")  # fmt: skip
    for row in rows:
        print(f"{row.id:<26} {row.language:<6} {row.recall:>6.2f} {row.statements:>5} {row.unsupported:>5} "
              f"{row.broken:>6} {row.overlap:>5.2f} {row.sources:>4} {row.share:>5.2f} {row.unanswered:>4} "
              f"{'yes' if row.same else 'NO':>5} {row.seconds:>6.3f}  {' '.join(row.missed)}")  # fmt: skip
    groups = {
        "the twelve, zh-TW": [r for r in rows[:24] if r.language == "zh-TW"],
        "the twelve, en": [r for r in rows[:24] if r.language == "en"],
        "more about claims": [r for r in rows[24:] if not r.id.startswith("prose")],
        "prose": [r for r in rows if r.id.startswith("prose")],
        "all": list(rows),
    }
    for title, group in groups.items():
        if group:
            mean = statistics.mean(row.recall for row in group)
            close = sum(row.overlap >= SAME for row in group)
            print(f"{title}: {len(group)} questions, recall {mean:.3f} (target {RECALL}), "
                  f"{sum(row.broken for row in group)} broken, {close} with overlap of {SAME} or more, "
                  f"{sum(row.share > SHARE for row in group)} leaning on one source, "
                  f"{sum(row.unanswered for row in group)} parts left open, "
                  f"{sum(not row.same for row in group)} not the same again")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
