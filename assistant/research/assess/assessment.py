"""An application assessed: the five scores, the cost comparison, and the passages of the corpus behind both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from assistant.records import Confidence, Hit, Language, Reference
from assistant.research.assess import costs, scores
from assistant.research.assess.application import Application
from assistant.research.assess.costs import Comparison
from assistant.research.assess.scores import Score

# Passages that a score shows beside those that its rule stands on.
MOST_FOUND = 2
_AT_ONCE = 500
# What is looked for beside the application's name, and the topics of the framework that answer it.
_ASKED: Mapping[str, tuple[str, str, frozenset[str]]] = {
    "latency": ("延遲 即時反應 毫秒", "latency real-time response milliseconds", frozenset({"latency"})),
    "privacy": ("隱私 資料外送 個人資料", "privacy data leaving the site", frozenset({"privacy-sovereignty"})),
    "cost": ("成本 損益兩平 設備投資", "cost break-even equipment", frozenset({"cost", "case-costs", "device-prices"})),
    "reliability": ("斷線 離線 中斷", "outage offline reliability", frozenset({"reliability-offline"})),
    "customisation": ("客製化 微調 自有模型", "fine-tuning own model control", frozenset({"customisation-control"})),
}


class Finder(Protocol):
    """What finds passages: assistant.retrieval.retriever.Retriever."""

    def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Return the passages for a query, best first."""


class Index(Protocol):
    """What knows the live passages: assistant.index.journal.Journal."""

    def passage_ids(self) -> list[str]:
        """Return the ids of all live passages."""

    def hits_by_id(self, ids: list[str]) -> dict[str, Hit]:
        """Return live passages by id."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage as an assessment cites it."""

    passage_id: str
    claim: str | None
    text: str
    document: str
    title: str
    url: str | None
    publisher: str | None
    date: str | None
    confidence: Confidence | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessed application. `evidence` has for each advantage the passages beside those of its rule.

    `claims` are all claims that rules and assumptions stand on, by id, as far as the corpus holds them; `missing` are
    the ids of those it doesn't hold.
    """

    application: Application
    scores: tuple[Score, ...]
    overall: float
    lean: str
    comparison: Comparison
    evidence: Mapping[str, tuple[Cited, ...]]
    claims: Mapping[str, Cited]
    missing: tuple[str, ...]


def assess(
    applications: Iterable[Application], finder: Finder, index: Index, language: Language
) -> tuple[Assessment, ...]:
    """Return the assessments, with evidence in a language as far as there is any."""
    known = claims_of(index, language)
    return tuple(_assess(application, finder, known, language) for application in applications)


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment in the form that `assess --json` prints."""
    comparison = assessment.comparison
    return {
        **asdict(assessment),
        "comparison": {
            **asdict(comparison),
            "saving": comparison.saving,
            "edge": {"total": comparison.edge.total, "items": dict(comparison.edge.items)},
            "cloud": {"total": comparison.cloud.total, "items": dict(comparison.cloud.items)},
            "sensitivity": [
                {"assumption": s.assumption.id, "saving_low": s.low, "saving_high": s.high}
                for s in comparison.sensitivity
            ],
        },
    }


def _assess(application: Application, finder: Finder, known: Mapping[str, Cited], language: Language) -> Assessment:
    comparison = costs.compare(application)
    scored = scores.score(application, comparison)
    wanted = dict.fromkeys(
        (*(c for s in scored for c in s.claims), *(c for a in application.assumed.values() for c in a.claims))
    )
    return Assessment(
        application=application,
        scores=scored,
        overall=scores.overall(scored, application.weights),
        lean=scores.lean(scored, application),
        comparison=comparison,
        evidence={s.advantage: _found(application, s, finder, language) for s in scored},
        claims={claim: known[claim] for claim in wanted if claim in known},
        missing=tuple(claim for claim in wanted if claim not in known),
    )


def _found(application: Application, score: Score, finder: Finder, language: Language) -> tuple[Cited, ...]:
    """Return what the corpus says of the advantage and this application, beside what the rule stands on.

    Only passages filed under the advantage's topics; of these those come first that also name what the application is.
    """
    zh, en, topics = _ASKED[score.advantage]
    query = f"{application.name.in_(language)} {zh if language == 'zh-TW' else en}"
    hits = [
        hit for hit in finder.search(query, limit=40)
        if topics & set(hit.passage.topics) and hit.passage.kind in ("claim", "prose")
        and hit.passage.language == language and hit.passage.claim not in score.claims
    ]  # fmt: skip
    return tuple(cited(hit) for hit in hits[:MOST_FOUND])


def cited(hit: Hit) -> Cited:
    """Return a hit as it is cited."""
    passage = hit.passage
    reference = passage.reference or Reference(hit.title)
    return Cited(
        passage.id, passage.claim, passage.text.strip(), hit.path, reference.title, reference.url, reference.publisher,
        reference.date, reference.confidence, reference.notes,
    )  # fmt: skip


def claims_of(index: Index, language: Language) -> dict[str, Cited]:
    """Return the claims of the corpus by id, in a language where they stand in it."""
    found: dict[str, Hit] = {}
    ids: Sequence[str] = index.passage_ids()
    for start in range(0, len(ids), _AT_ONCE):
        for hit in index.hits_by_id(list(ids[start : start + _AT_ONCE])).values():
            claim = hit.passage.claim
            if claim and (claim not in found or hit.passage.language == language):
                found[claim] = hit
    return {claim: cited(hit) for claim, hit in found.items()}
