"""Find the evidence for a question: every part asks by itself, words and vectors are fused, documents share room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.corpus.framework import Framework
from assistant.corpus.glossary import Glossary
from assistant.index.dictionary import Dictionary
from assistant.index.embedders import Embedder
from assistant.index.journal import Journal
from assistant.index.vectors import Vectors
from assistant.records import Findings, Hit, Language, PartFindings
from assistant.retrieval import abstention, evidence, expansion, features, rerank, scoring
from assistant.retrieval import parts as question_parts
from assistant.retrieval.bridge import Bridge
from assistant.retrieval.diversity import diversify, one_language_each
from assistant.retrieval.filters import Filters
from assistant.retrieval.parts import SubQuestion
from assistant.retrieval.scoring import Bag, Matches, Statistics
from assistant.text import language as languages
from assistant.text import tokens

if TYPE_CHECKING:
    from assistant.models.rerankers import Reranker

# Candidates that lexical search hands on; it holds the right passage in over 99.7% of three public sets at 50, and
# answers to broad questions live on the breadth (docs/LOG.md).
CANDIDATES = 60
# In an index of more passages than this, what is found is seldom known from an earlier question, and most of the time
# would go into taking it apart: only so many are, the others keep their order, and only what could come first is put
# over into the other language. That costs the sets nothing, broad questions some claims (docs/LOG.md).
LARGE, TAKEN_APART = 20_000, 12
# Where only a part of the corpus is asked, so many are looked through at once for those that may be shown.
FILTERED_AT_ONCE = 1000
# So many postings a search reads at most: the rarest terms decide. Ten times as many find hardly more (docs/LOG.md).
POSTINGS = 20_000
# How much a semantic embedder adds to a score that goes up to 1: this for the nearest passage, nothing for the last of
# the CANDIDATES. So it is alike for models whose cosines are all high (E5) and for those that spread them. Three times
# as much brings no more where the model knows the language, and ruins the order where it doesn't (docs/LOG.md).
DENSE_WEIGHT = 0.1
# Evidence in the asker's language comes first; the other language's has to be clearly better.
OTHER_LANGUAGE = 0.6
# Evidence filed under a topic of the question, by the framework's terms.
SAME_TOPIC = 1.25
# Every part gets this many hits at least, however many parts share the room.
LEAST_A_PART = 10
# Passages that tell how far the question is covered.
STRENGTH_HITS = 8
# Terms of which is kept how often they occur: to count a common one, all its entries are read.
MOST_FREQUENCIES = 1 << 16
# Passages that are kept as they were read.
MOST_HITS = 1 << 12


@dataclass(frozen=True, slots=True)
class _Collection:
    """The index at one generation: its passages, their mean terms, the languages of its documents."""

    generation: int
    passages: int
    mean_length: float
    languages: frozenset[Language]
    frequencies: dict[str, int] = field(default_factory=dict)
    hits: dict[int, Hit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What is scored: what is `read`, and the `rest` below it by its share of the last one's BM25.

    `other` is in the other language.
    """

    read: Sequence[Hit]
    rest: Sequence[tuple[Hit, float]]
    other: Sequence[Hit]


class Retriever:
    """Searches one index. Safe to use from several threads."""

    def __init__(
        self,
        journal: Journal,
        vectors: Vectors | None,
        embedder: Embedder,
        glossary: Glossary = Glossary(),  # noqa: B008  (frozen)
        framework: Framework = Framework(),  # noqa: B008  (frozen)
        dictionary: Dictionary | None = None,
        reranker: "Reranker | None" = None,
    ) -> None:
        """`vectors` may be None for an embedder that knows only words: it would add nothing to lexical search.

        Without a dictionary only names, figures and the glossary lead from one language to the other. A reranker reads
        the best twenty passages of each search with the question.
        """
        self._journal = journal
        self._vectors = vectors if embedder.semantic else None
        self._embedder = embedder
        self._glossary = glossary
        self._framework = framework
        self._bridge = Bridge(dictionary) if dictionary else None
        self._reranker = reranker
        self._known: _Collection | None = None

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
        best = {hit.passage.id: hit for hits in (whole, *(part.hits for part in found)) for hit in hits[:STRENGTH_HITS]}
        strength, missing = self._strength(question, whole[:STRENGTH_HITS])
        return Findings(question, language, tuple(found), strength, missing, self._absent(question, best.values()))

    def search(self, query: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Return the passages for a query taken as it is, best first."""
        part = SubQuestion(query, query)
        return self._search(part, query, languages.detect(query), filters or Filters(), limit)[:limit]

    def sentences(self, question: str, hits: Sequence[Hit], *, limit: int = 3) -> list[evidence.Sentence]:
        """Return the sentences of `hits` that are likeliest to hold the answer, best first."""
        query = expansion.query(SubQuestion(question, question), question, self._glossary)
        translated = self._bridge.question(query, question) if self._bridge else {}
        return evidence.choose(question, query, translated, hits, self._statistics(query), self._bridge)[:limit]

    def _search(
        self, part: SubQuestion, question: str, language: Language, filters: Filters, wanted: int = CANDIDATES
    ) -> list[Hit]:
        """Return all candidates for a part of a question, best first; equal scores by passage id.

        In a large index there may be only so many as are `wanted`.
        """
        query = expansion.query(part, question, self._glossary)
        translated = self._bridge.question(query, part.text) if self._bridge else {}
        across = self._bridge is not None and _other(language) in self._collection().languages
        statistics = self._statistics({*query, *translated} if across else query)
        near = self._near(part.text)
        candidates = self._candidates(query, translated if across else {}, statistics, near, filters, language, wanted)
        scored = self._score(part.text, query, translated, statistics, candidates, language)
        fused = [(hit, score + DENSE_WEIGHT * near.get(hit.passage.id, 0.0)) for hit, score in scored]
        if self._reranker:
            fused = rerank.read(self._reranker, part.text, fused)
        _, topics = self._framework.file(part.text)
        ranked = [replace(hit, score=score * _preference(hit, language, topics)) for hit, score in fused]
        return one_language_each(sorted(ranked, key=lambda hit: (-hit.score, hit.passage.id)), language)

    def _candidates(
        self,
        query: Bag,
        translated: Bag,
        statistics: Statistics,
        near: Iterable[str],
        filters: Filters,
        language: Language,
        wanted: int,
    ) -> "_Candidates":
        """Return the passages that share words with the question, in either language, or are near in meaning."""
        most = TAKEN_APART if statistics.passages > LARGE else CANDIDATES
        # Those below the first `most` are only read where they can be shown, but the other language is looked for.
        found = self._found(query, statistics, filters, CANDIDATES if translated else max(most, wanted))
        nearest = [hit for hit in self._journal.hits_by_id(list(near)).values() if filters.pass_(hit)]
        # Of the question's own language its own words find what there is.
        beyond = [hit for hit, _ in self._found(translated, statistics, filters, CANDIDATES)] if translated else []
        bridged = self._bridge is not None
        other = [h for h in (*(h for h, _ in found), *beyond, *nearest) if bridged and h.passage.language != language]
        own = [(hit, bm25) for hit, bm25 in found if not bridged or hit.passage.language == language]
        read = {hit.passage.id: hit for hit, _ in own[:most]}
        read |= {hit.passage.id: hit for hit in nearest if not bridged or hit.passage.language == language}
        rest = [(hit, bm25 / own[most - 1][1]) for hit, bm25 in own[most:] if hit.passage.id not in read]
        return _Candidates(list(read.values()), rest, list({hit.passage.id: hit for hit in other}.values()))

    def _found(self, query: Bag, statistics: Statistics, filters: Filters, wanted: int) -> list[tuple[Hit, float]]:
        """Return `wanted` passages that pass and share words with a query, with BM25 for its rarest, best first."""
        chosen = expansion.rarest(query, statistics.frequencies, POSTINGS)
        depth = wanted if filters == Filters() else statistics.passages
        ranked = self._journal.search({term: query[term] for term in chosen}, depth)
        found: list[tuple[Hit, float]] = []
        for start in range(0, len(ranked), FILTERED_AT_ONCE):
            if len(found) < wanted:
                some = ranked[start : start + FILTERED_AT_ONCE]
                hits = self._hits([number for number, _ in some])
                found += [(hit, bm25) for number, bm25 in some if (hit := hits.get(number)) and filters.pass_(hit)]
        return found[:wanted]

    def _hits(self, numbers: Sequence[int]) -> dict[int, Hit]:
        """Return the live passages with these numbers by number; the index is asked once for each."""
        known = self._collection().hits
        found = {number: hit for number in numbers if (hit := known.get(number))}
        read = self._journal.hits([number for number in numbers if number not in found])
        if len(known) > MOST_HITS:
            known.clear()
        known.update(read)
        return found | read

    def _score(
        self,
        text: str,
        query: Bag,
        translated: Bag,
        statistics: Statistics,
        candidates: "_Candidates",
        language: Language,
    ) -> list[tuple[Hit, float]]:
        """Return hits with scores of 0 to 1; those in the other language are scored through the dictionary."""
        matches = Matches.of(query, scoring.analyse(candidates.read), statistics)
        first = rerank.first(matches)
        closest = matches.only([place for _, place in first[: rerank.DEPTH]])
        rows, best = features.features(text, closest), closest.passages
        if self._bridge:
            open_ = rerank.undecided(rows, language) if statistics.passages > LARGE else range(len(rows))
            features.bridge_over([rows[k] for k in open_], translated, [best[k] for k in open_], self._bridge)
        scored = [(p.hit, s) for p, s in zip(best, rerank.model(rows, language), strict=True)]
        # The others keep their order, below all of these.
        floor, last = min((s for _, s in scored), default=0.0), first[len(best) - 1][0] if best else 1.0
        scored += [(candidates.read[place], floor * s / (last or 1.0)) for s, place in first[rerank.DEPTH :]]
        scored += [(hit, floor * share) for hit, share in candidates.rest]
        if self._bridge and candidates.other:
            other = scoring.analyse(candidates.other)
            across = self._bridge.score(text, query, translated, other, statistics).tolist()
            scored += zip(candidates.other, across, strict=True)
        return scored

    def _near(self, part: str) -> dict[str, float]:
        """Return the nearest passages by id, from 1 for the nearest to 0; nothing without a semantic embedder."""
        if self._vectors is None:
            return {}
        near = self._vectors.search(self._embedder.query(part), CANDIDATES)
        top = max((similarity for _, similarity in near), default=0.0)
        # Where fewer are there, the least alike is still a neighbour, and 0 is what shares nothing.
        least = near[-1][1] if len(near) == CANDIDATES else 0.0
        return {i: max(0.0, similarity - least) / (top - least) for i, similarity in near} if top > least else {}

    def _statistics(self, terms: Iterable[str]) -> Statistics:
        collection = self._collection()
        return Statistics(collection.passages, collection.mean_length, self._frequencies(terms))

    def _frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many passages the terms occur, without those that don't; the index is asked once for each."""
        known, asked = self._collection().frequencies, list(terms)
        lacking = [term for term in asked if term not in known]
        if lacking:
            found = self._journal.frequencies(lacking)
            if len(known) > MOST_FREQUENCIES:
                known.clear()
                lacking, found = asked, self._journal.frequencies(asked)
            known.update({term: found.get(term, 0) for term in lacking})
        return {term: known[term] for term in asked if known[term]}

    def _collection(self) -> "_Collection":
        """Return what is known of the whole index, which is read anew only when a refresh has changed it."""
        generation = self._journal.generation()
        if self._known is None or self._known.generation != generation:
            self._known = _Collection(generation, *self._journal.statistics(), self._journal.languages())
        return self._known

    def _strength(self, question: str, hits: Sequence[Hit]) -> tuple[float, tuple[str, ...]]:
        """Return how far the best passages together carry the question, and its terms that no passage knows."""
        wanted = abstention.content_terms(question)
        occurring = self._frequencies(wanted)
        found: set[str] = set().union(*(passage.terms for passage in scoring.analyse(hits)))
        strength = abstention.strength(question, self._glossary.equivalents(question), found)
        return strength, tuple(term for term in wanted if term not in occurring)

    def _absent(self, question: str, hits: Iterable[Hit]) -> tuple[str, ...]:
        """Return the words of the question that the best passages lack, in any wording; none without a dictionary."""
        if self._bridge is None:
            return ()
        wanted = set(tokens.terms(question))
        found: set[str] = set()
        for passage in scoring.analyse(hits):
            found.update(passage.terms, self._bridge.passage(passage.hit.passage.text, wanted))
        return tuple(abstention.absent(question, self._glossary.equivalents(question), found, self._bridge))


def _other(language: Language) -> Language:
    return "en" if language == "zh-TW" else "zh-TW"


def _preference(hit: Hit, language: Language, topics: Sequence[str]) -> float:
    spoken = 1.0 if hit.passage.language == language else OTHER_LANGUAGE
    return spoken * (SAME_TOPIC if set(topics) & set(hit.passage.topics) else 1.0)


def relevance(findings: Findings) -> Mapping[str, tuple[float, ...]]:
    """Return for each passage found (by id) its score for each part, scaled to 1 by the part's best."""
    tops = [max((hit.score for hit in part.hits), default=0.0) or 1.0 for part in findings.parts]
    table: dict[str, list[float]] = {}
    for k, part in enumerate(findings.parts):
        for hit in part.hits:
            table.setdefault(hit.passage.id, [0.0] * len(tops))[k] = hit.score / tops[k]
    return {i: tuple(row) for i, row in table.items()}
