"""Find the evidence for a question: every part asks by itself, words and vectors are fused, documents share room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.corpus.framework import Framework
from assistant.corpus.glossary import Glossary
from assistant.index.embedders import Embedder
from assistant.index.journal import Journal
from assistant.index.vectors import Vectors
from assistant.records import Findings, Hit, Language, PartFindings
from assistant.retrieval import parts as question_parts
from assistant.retrieval import scoring
from assistant.retrieval.diversity import diversify
from assistant.retrieval.parts import SubQuestion
from assistant.text import language as languages
from assistant.text import tokens

# Candidates that lexical search hands on to be scored exactly; it holds the right passage in over 99.7% of three
# public sets at 50 (docs/LOG.md).
CANDIDATES = 60
# What a term counts in a part's query: in its focus, elsewhere in the part, elsewhere in the question (the subject
# that "their limits" leaves out). A glossary equivalent counts this much of the term it stands for.
FOCUS, OWN, CONTEXT, EQUIVALENT = 1.0, 0.5, 0.35, 0.4
# A Latin name in a question is one term where a Chinese word is three (a pair and its two characters); single
# characters, and pairs with a particle, tell little by themselves.
NAME, FILLER = 1.6, 0.5
# How much a semantic embedder's cosine, scaled to 1, adds to a score that goes up to 1.5.
DENSE_WEIGHT = 0.75
# Evidence in the asker's language comes first; the other language's has to be clearly better.
OTHER_LANGUAGE = 0.6
# Evidence filed under a topic of the question, by the framework's terms.
SAME_TOPIC = 1.25
# Every part gets this many hits at least, however many parts share the room.
LEAST_A_PART = 10
# Passages that tell how far the question is covered.
STRENGTH_HITS = 8


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit has to be: on this axis, and dated this day or later (YYYY-MM-DD; undated passages stay out)."""

    axis: str | None = None
    since: str | None = None

    def pass_(self, hit: Hit) -> bool:
        """Say whether a hit may be shown."""
        if self.axis and hit.passage.axis != self.axis:
            return False
        if not self.since:
            return True
        date = hit.passage.reference.date if hit.passage.reference else None
        # A date given as year or month counts as its last day, so that "2025" is not before "2025-03".
        return date is not None and f"{date}-12-31"[:10] >= self.since


class Retriever:
    """Searches one index. Safe to use from several threads."""

    def __init__(
        self,
        journal: Journal,
        vectors: Vectors | None,
        embedder: Embedder,
        glossary: Glossary = Glossary(),  # noqa: B008  (frozen)
        framework: Framework = Framework(),  # noqa: B008  (frozen)
    ) -> None:
        """`vectors` may be None for an embedder that knows only words: it would add nothing to lexical search."""
        self._journal = journal
        self._vectors = vectors if embedder.semantic else None
        self._embedder = embedder
        self._glossary = glossary
        self._framework = framework

    def find(self, question: str, *, limit: int = 32, filters: Filters | None = None) -> Findings:
        """Return the evidence for `question`: at most `limit` passages over all its parts."""
        language = languages.detect(question)
        split = question_parts.split(question)
        whole = self._search(SubQuestion(question, question), question, language, filters or Filters())
        per_part = max(LEAST_A_PART, -(-limit // len(split)))
        found = []
        for part in split:
            hits = whole if len(split) == 1 else self._search(part, question, language, filters or Filters())
            found.append(PartFindings(part.text, tuple(diversify(hits, per_part))))
        strength, missing = self._strength(question, whole[:STRENGTH_HITS])
        return Findings(question, language, tuple(found), strength, missing)

    def search(self, query: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return the passages for a query taken as it is, best first."""
        part = SubQuestion(query, query)
        return self._search(part, query, languages.detect(query), filters or Filters())[:limit]

    def _search(self, part: SubQuestion, question: str, language: Language, filters: Filters) -> list[Hit]:
        """Return all candidates for a part of a question, best first; equal scores by passage id."""
        query = self._query(part, question)
        hits = list(self._journal.hits([n for n, _ in self._journal.search(query, CANDIDATES)]).values())
        near = self._near(part.text)
        known = {hit.passage.id for hit in hits}
        hits += self._journal.hits_by_id([i for i in near if i not in known]).values()
        hits = [hit for hit in hits if filters.pass_(hit)]
        analysed = [scoring.analyse(hit) for hit in hits]
        lexical = scoring.score(query, analysed, self._statistics(query))
        _, topics = self._framework.file(part.text)
        scored = [
            replace(
                hit, score=(own + DENSE_WEIGHT * near.get(hit.passage.id, 0.0)) * _preference(hit, language, topics)
            )
            for hit, own in zip(hits, lexical, strict=True)
        ]
        return _one_language_each(sorted(scored, key=lambda hit: (-hit.score, hit.passage.id)), language)

    def _query(self, part: SubQuestion, question: str) -> dict[str, float]:
        """Return the weighted terms of a part: of its focus, of the rest of it, of the question; and of equivalents."""
        query: dict[str, float] = {}
        said = ((part.focus, FOCUS), (part.text, OWN), (question, CONTEXT))
        equivalents = ((name, EQUIVALENT * weight) for text, weight in said for name in self._glossary.expand(text))
        for text, weight in (*said, *equivalents):
            content = set(scoring.content_terms(text))
            for term in tokens.terms(text):
                kind = NAME if not tokens.is_han(term) else 1.0 if term in content else FILLER
                query[term] = max(weight * kind, query.get(term, 0.0))
        return query

    def _near(self, part: str) -> dict[str, float]:
        """Return the cosine of the nearest passages, scaled to 1, by id; nothing without a semantic embedder."""
        if self._vectors is None:
            return {}
        near = self._vectors.search(self._embedder.query(part), CANDIDATES)
        top = max((similarity for _, similarity in near), default=0.0)
        return {i: max(0.0, similarity) / top for i, similarity in near} if top > 0 else {}

    def _statistics(self, terms: Iterable[str]) -> scoring.Statistics:
        passages, mean_length = self._journal.statistics()
        return scoring.Statistics(passages, mean_length, self._journal.frequencies(terms))

    def _strength(self, question: str, hits: Sequence[Hit]) -> tuple[float, tuple[str, ...]]:
        """Return how far the best passages together carry the question, and its terms that no passage knows."""
        wanted = scoring.content_terms(question)
        occurring = self._journal.frequencies(wanted)
        found: set[str] = set().union(*(scoring.analyse(hit).terms for hit in hits))
        strength = scoring.strength(question, self._glossary.equivalents(question), found)
        return strength, tuple(term for term in wanted if term not in occurring)


def _preference(hit: Hit, language: Language, topics: Sequence[str]) -> float:
    spoken = 1.0 if hit.passage.language == language else OTHER_LANGUAGE
    return spoken * (SAME_TOPIC if set(topics) & set(hit.passage.topics) else 1.0)


def _one_language_each(hits: Sequence[Hit], language: Language) -> list[Hit]:
    """Return `hits` without claims in the other language that stand there in the asker's own."""
    own = {hit.passage.claim for hit in hits if hit.passage.claim and hit.passage.language == language}
    return [hit for hit in hits if hit.passage.language == language or hit.passage.claim not in own]


def relevance(findings: Findings) -> Mapping[str, tuple[float, ...]]:
    """Return for each passage found (by id) its score for each part, scaled to 1 by the part's best."""
    tops = [max((hit.score for hit in part.hits), default=0.0) or 1.0 for part in findings.parts]
    table: dict[str, list[float]] = {}
    for k, part in enumerate(findings.parts):
        for hit in part.hits:
            table.setdefault(hit.passage.id, [0.0] * len(tops))[k] = hit.score / tops[k]
    return {i: tuple(row) for i, row in table.items()}
