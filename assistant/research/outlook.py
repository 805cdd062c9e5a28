"""What the evidence covers and what to look for next: questions and topics with amount, sources, age and sureness.

reports/<run>/coverage.json   the coverage as it stood when the run was made
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from assistant.corpus.framework import Framework, Topic
from assistant.corpus.glossary import Glossary
from assistant.records import Hit
from assistant.research import coverage, runs
from assistant.research.coverage import LEAST_CLAIMS, LEAST_SOURCES, SURENESS, Coverage, Finder
from assistant.research.questions import Question

FILE = "coverage.json"
LEAST_OF_TOPIC = 6
"""Claims below which a topic of the framework is thin."""
MOST_TERMS = 5
AT_ONCE = 500


class Index(Protocol):
    """What knows the live passages: assistant.index.journal.Journal."""

    def passage_ids(self) -> list[str]:
        """Return the ids of all live passages."""

    def hits_by_id(self, ids: list[str]) -> dict[str, Hit]:
        """Return live passages by id."""


@dataclass(frozen=True, slots=True)
class Search:
    """Terms to search for, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Held:
    """The evidence of a question: claims by sureness, different sources, dates, and how many claims are disputed.

    `bare` are its parts without a claim of their own, `few` and `narrow` say that claims and sources are too few.
    """

    id: str
    question: str
    axis: str | None
    sureness: Mapping[str, int]
    sources: int
    newest: str | None
    median: str | None
    disputed: int
    bare: tuple[str, ...]
    search: Search

    @property
    def claims(self) -> int:
        """How many claims bear on it."""
        return sum(self.sureness.values())

    @property
    def few(self) -> bool:
        """Whether the claims are too few."""
        return self.claims < LEAST_CLAIMS

    @property
    def narrow(self) -> bool:
        """Whether they come from too few sources."""
        return self.sources < LEAST_SOURCES

    @property
    def thin(self) -> bool:
        """Whether one withdrawn page or one vendor could turn the answer."""
        return self.few or self.narrow or bool(self.bare)


@dataclass(frozen=True, slots=True)
class Ground:
    """The evidence of a topic of the framework, named in both languages."""

    axis: str
    zh: str
    en: str
    sureness: Mapping[str, int]
    newest: str | None
    search: Search

    @property
    def claims(self) -> int:
        """How many claims are filed under it."""
        return sum(self.sureness.values())


@dataclass(frozen=True, slots=True)
class Outlook:
    """All questions and topics; `axes` has the title of each axis in both languages."""

    questions: tuple[Held, ...]
    topics: tuple[Ground, ...]
    axes: Mapping[str, tuple[str, str]]

    @property
    def thin_topics(self) -> tuple[Ground, ...]:
        """The topics with the fewest claims first, as far as they are thin."""
        thin = (topic for topic in self.topics if topic.claims < LEAST_OF_TOPIC)
        return tuple(sorted(thin, key=lambda topic: (topic.claims, topic.newest or "")))

    @property
    def aged_topics(self) -> tuple[Ground, ...]:
        """The topics, not thin, whose newest claim is a year or more behind the newest of all; the oldest first."""
        newest = max((topic.newest or "" for topic in self.topics), default="")
        if not newest[:4].isdecimal():
            return ()
        least = f"{int(newest[:4]) - 1}{newest[4:]}"
        aged = (t for t in self.topics if t.claims >= LEAST_OF_TOPIC and t.newest and t.newest <= least)
        return tuple(sorted(aged, key=lambda topic: topic.newest or ""))

    @property
    def weakest(self) -> tuple[Held, ...]:
        """The questions that lack something, those with the fewest claims first."""
        return tuple(sorted((held for held in self.questions if held.thin), key=lambda held: held.claims))


def look(
    questions: Iterable[Question], finder: Finder, index: Index, framework: Framework, glossary: Glossary
) -> Outlook:
    """Return what the live evidence covers."""
    hits = list(_claims(index))
    disputed = {hit.passage.claim for hit in hits if _disputed(hit)}
    measured = coverage.measure(questions, finder, framework)
    topics = (_ground(axis.id, topic, hits) for axis in framework.axes for topic in axis.topics)
    return Outlook(
        tuple(_held(one, disputed, glossary) for one in measured),
        tuple(topics),
        {axis.id: (axis.name_zh, axis.name_en) for axis in framework.axes},
    )


def save(folder: Path, outlook: Outlook) -> None:
    """Write the coverage beside the run in `folder`. Raises FaultError."""
    runs.write(folder / FILE, runs.as_json(asdict(outlook)))


def load(folder: Path) -> Outlook | None:
    """Return the coverage that was written with the run in `folder`, None where there is none."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        held = (Held(**_with_search(one) | {"bare": tuple(one["bare"])}) for one in data["questions"])
        topics = (Ground(**_with_search(one)) for one in data["topics"])
        return Outlook(tuple(held), tuple(topics), {i: (zh, en) for i, (zh, en) in data["axes"].items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _with_search(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "search": Search(**data["search"])}


def _claims(index: Index) -> Iterator[Hit]:
    """Yield the live claims, each once in whatever language it stands first."""
    ids, seen = index.passage_ids(), set()
    for start in range(0, len(ids), AT_ONCE):
        for hit in index.hits_by_id(ids[start : start + AT_ONCE]).values():
            if hit.passage.claim and hit.passage.claim not in seen:
                seen.add(hit.passage.claim)
                yield hit


def _disputed(hit: Hit) -> bool:
    return any(note.startswith("contradicts") for reference in hit.passage.references for note in reference.notes)


def _held(found: Coverage, disputed: set[str | None], glossary: Glossary) -> Held:
    evidence = found.evidence
    bare = tuple(part.question for part in found.parts if not part.own)
    return Held(
        found.id, found.question, found.axis, dict(evidence.confidence), evidence.sources, evidence.newest,
        evidence.median, len(disputed & set(evidence.claims)), bare,
        _terms(" ".join(bare) or found.question, glossary),
    )  # fmt: skip


def _terms(text: str, glossary: Glossary) -> Search:
    """Return the terms of the field that a question uses, each by its name in either language."""
    chinese: list[str] = []
    english: list[str] = []
    for said, others in glossary.equivalents(text).items():
        names = (said, *others)
        chinese += [next((name for name in names if not name.isascii()), said)]
        english += [next((name for name in names if name.isascii()), said)]
    return Search(*(" ".join(list(dict.fromkeys(each))[:MOST_TERMS]) or text for each in (chinese, english)))


def _ground(axis: str, topic: Topic, hits: Sequence[Hit]) -> Ground:
    under = [hit for hit in hits if topic.id in hit.passage.topics]
    first = [hit.passage.reference for hit in under]
    dates = [reference.date for reference in first if reference and reference.date]
    sure: dict[str, int] = {level: sum(r is not None and r.confidence == level for r in first) for level in SURENESS}
    chinese = [term for term in topic.terms if not term.isascii() and term not in topic.name_zh]
    english = [t for t in topic.terms if t.isascii() and t.lower() not in topic.name_en.lower()]
    search = Search(" ".join((topic.name_zh, *chinese[:2])), " ".join((topic.name_en, *english[:2])))
    return Ground(axis, topic.name_zh, topic.name_en, sure, max(dates, default=None), search)
