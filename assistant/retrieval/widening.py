"""More searches for a question than its own words: for each thing compared, and for each lens that fits a part."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.corpus.glossary import Glossary
from assistant.records import Findings, Hit, Language, PartFindings, Passage
from assistant.retrieval import facets, kinds, lenses, rows
from assistant.retrieval.kinds import Kind
from assistant.retrieval.parts import SubQuestion, split
from assistant.retrieval.rows import Row
from assistant.text import names, tokens
from assistant.text.figures import plain
from assistant.text.language import detect

Search = Callable[[str], Sequence[Hit]]
"""Gives the hits for a query, best first."""
Siblings = Callable[[Passage], Sequence[Hit]]
"""Gives the passages that stand under the same headings as this one."""

Translations = Callable[[Sequence[str], Language], Mapping[str, Hit]]
"""Gives the passages of claims in a language, by claim."""

# How much the first, second, … hit of a further search is worth of the best hit of the part.
_WORTH = (0.95, 0.8, 0.7, 0.6)
# Of a search by a row's name only hits that are about that row count, so it looks further down.
_DEEP = 12
# With fewer columns the rows are groups.
_LEAST_ASPECTS = 2
_MOST_HITS = 60
# The best hits of a part bring what else stands under their heading; it is worth this much of them.
_HOSTS, _SIBLING = 3, 0.7
# And this much where the question doesn't say what it asks of its subject, and they don't name that.
_BESIDE = 0.45
# What was found only in the other language is worth this much in the asker's.
_TWIN = 0.6


@dataclass(frozen=True, slots=True)
class Plan:
    """How a question is to be answered: its parts, the things it compares (then its answer is a table), its kind.

    `known` are the names in the question that no letter tells (研華), as `names.find` takes them.
    """

    parts: tuple[SubQuestion, ...]
    rows: tuple[Row, ...] = ()
    kind: Kind = kinds.GENERAL
    known: Mapping[str, str] = field(default_factory=dict)


def translated(findings: Findings, translations: Translations) -> Findings:
    """Return the findings with each claim in the language asked where it stands there in that language, too."""
    language = findings.language
    other = {
        hit.passage.claim
        for part in findings.parts
        for hit in part.hits
        if hit.passage.claim and hit.passage.language != language
    }
    twins = translations(sorted(other), language) if other else {}

    def own(part: PartFindings) -> PartFindings:
        hits: dict[str, Hit] = {}
        for hit in part.hits:
            twin = twins.get(hit.passage.claim or "") if hit.passage.language != language else None
            told = replace(twin, score=_TWIN * hit.score) if twin else hit
            hits.setdefault(told.passage.id, told)
        return replace(part, hits=tuple(hits.values()))

    return replace(findings, parts=tuple(own(part) for part in findings.parts))


def widen(findings: Findings, search: Search, siblings: Siblings, glossary: Glossary) -> tuple[Findings, Plan]:
    """Return the findings with the hits of further searches worked in, and the plan that asked for them.

    Further searches bring only what is in the question's language; of the rest, hits in the other language come last.
    """
    language = findings.language

    def spoken(query: str) -> list[Hit]:
        return [hit for hit in search(query) if hit.passage.language == language]

    split_ = split(findings.question)
    kind = kinds.of(findings.question, split_)
    known_names = _known(findings.question, glossary)
    topic = _topic(findings.question, known_names)

    def looked_up(asked: SubQuestion, part: PartFindings, known: Sequence[Row]) -> PartFindings:
        queries = lenses.searches(asked.text, topic, language)
        # Things that are only told of have no documents of their own: what else bears on a part counts as well.
        separate = bool(known) and kind.finds != "about"
        if asked.focus != asked.text and asked.text.casefold().startswith(asked.focus) and not separate:
            # The words of an example ("Upkeep: how do these cases …") drown in the question around them.
            queries = (asked.focus, *queries)
        further = [spoken(query)[: len(_WORTH)] for query in queries]
        if known and rows_apply(asked, split_, known):
            further += [_of_row(row, asked, spoken, siblings, known) for row in known]
        merged = _merged(_own_first(part, language), further)
        return _own_first(merged if separate else _with_siblings(merged, asked, siblings, known_names), language)

    known = rows.named(findings.question, language, glossary)
    if not known and kind.finds:
        first = looked_up(split_[0], findings.parts[0], ()) if kind.finds == "about" else findings.parts[0]
        known = rows.found(replace(findings, parts=(first, *findings.parts[1:])), kind, glossary)
    if known and len(split_) == 1 and not facets.named_in(findings.question):
        findings, split_ = _by_aspect(findings, known, spoken)
    parts = (looked_up(asked, part, known) for asked, part in zip(split_, findings.parts, strict=True))
    return replace(findings, parts=tuple(parts)), Plan(split_, known, kind, known_names)


def _by_aspect(findings: Findings, known: Sequence[Row], search: Search) -> tuple[Findings, tuple[SubQuestion, ...]]:
    """Return the findings of a question that compares without saying by what, in parts: what the evidence tells of."""
    chinese = findings.language == "zh-TW"
    looked_for = " ".join(facets.word(facet, chinese=chinese) for facet in facets.COMPARED)
    told = Counter(
        facet
        for row in known
        for facet in {
            facet
            for hit in search(f"{row[0]} {looked_for}")
            if _is_about(hit, row, known)
            for facet in facets.COMPARED
            if facets.fit(frozenset((facet,)), hit, hit.passage.text) > 1.0
        }
    )
    common = [facet for facet in facets.COMPARED if told[facet] > 1]
    stem = findings.question.rstrip("？?。. ")
    words = [facets.word(facet, chinese=chinese) for facet in common]
    if len(common) < _LEAST_ASPECTS:
        return findings, split(findings.question)
    parts = tuple(SubQuestion(f"{stem}{'：' if chinese else ': '}{word}", word) for word in words)
    hits = findings.parts[0].hits
    return replace(findings, parts=tuple(PartFindings(part.text, hits) for part in parts)), parts


def _own_first(part: PartFindings, language: Language) -> PartFindings:
    return replace(part, hits=tuple(sorted(part.hits, key=lambda hit: hit.passage.language != language)))


def rows_apply(part: SubQuestion, parts: Sequence[SubQuestion], known: Sequence[Row]) -> bool:
    """Say whether a part asks of each row; the first of a question that finds its rows first asks who there is."""
    return part is not parts[0] or rows.named_in(part.text, known)


def _of_row(row: Row, part: SubQuestion, search: Search, siblings: Siblings, known: Sequence[Row]) -> list[Hit]:
    """Return the best hits that are about a row and bear on the part, with what stands beside the best of them."""
    wanted = facets.named_in(part.focus) or facets.named_in(part.text)

    def worth(hit: Hit) -> float:
        return -facets.fit(wanted, hit, hit.passage.text) * max(hit.score, least)

    asked = part.focus if part.focus != part.text else ""
    words = facets.words(wanted, chinese=detect(part.text) == "zh-TW")
    hits = list(search(f"{row[0]} {asked} {words}")[:_DEEP])
    least = _SIBLING * max((hit.score for hit in hits), default=0.0)
    own = sorted((hit for hit in hits if _is_about(hit, row, known)), key=worth)
    for host in own[:1]:
        seen = {hit.passage.id for hit in own}
        own += [hit for hit in siblings(host.passage) if hit.passage.id not in seen and _is_about(hit, row, known)]
    return sorted(own, key=worth)[: len(_WORTH)]


def _is_about(hit: Hit, row: Row, known: Sequence[Row]) -> bool:
    return rows.about_hit(hit, hit.passage.text, known) == row


def _merged(part: PartFindings, further: Sequence[Sequence[Hit]]) -> PartFindings:
    """Return the part with the hits of further searches, in turns: every search's best, then every one's second."""
    if not further:
        return part
    top = max((hit.score for hit in part.hits), default=1.0)
    scores = {hit.passage.id: hit.score for hit in part.hits}
    merged: dict[str, Hit] = {hit.passage.id: hit for hit in part.hits[:1]}
    for place, worth in enumerate(_WORTH):
        own = part.hits[place + 1 : place + 2]
        for hit in (*(hits[place] for hits in further if place < len(hits)), *own):
            better = max(worth * top if hit not in own else 0.0, scores.get(hit.passage.id, 0.0))
            merged.setdefault(hit.passage.id, replace(hit, score=better))
    rest = (hit for hit in part.hits if hit.passage.id not in merged)
    return PartFindings(part.question, (*merged.values(), *rest)[:_MOST_HITS])


def _with_siblings(
    part: PartFindings, asked: SubQuestion, siblings: Siblings, known: Mapping[str, str]
) -> PartFindings:
    """Return the part with what stands beside its best hits: who asks broadly is answered by a whole section.

    A section counts as a host only if its heading bears on what is asked, or it holds the very best hit.
    """
    wanted = facets.named_in(asked.focus) or facets.named_in(asked.text)
    subject = _names(asked.text, known)
    ranked = sorted(part.hits, key=lambda hit: -hit.score * facets.fit(wanted, hit, hit.passage.text))
    scores = {hit.passage.id: hit.score for hit in part.hits}
    found = {hit.passage.id: hit for hit in part.hits}
    hosts: set[tuple[str, tuple[str, ...]]] = set()
    for place, host in enumerate(ranked):
        key = (host.passage.document_id, host.passage.headings)
        if len(host.passage.headings) < 2 or key in hosts:
            continue
        if place and facets.fit(wanted, host, host.passage.text) <= 1.0:
            continue
        hosts.add(key)
        for sibling in siblings(host.passage):
            worth = _SIBLING if wanted or (subject and subject <= _names(sibling.passage.text, known)) else _BESIDE
            own = max(worth * host.score, scores.get(sibling.passage.id, 0.0))
            found[sibling.passage.id] = replace(sibling, score=own)
        if len(hosts) == _HOSTS:
            break
    ordered = sorted(found.values(), key=lambda hit: -hit.score)
    return PartFindings(part.question, tuple(ordered[:_MOST_HITS]))


def _names(text: str, known: Mapping[str, str]) -> frozenset[str]:
    return frozenset(part for name in names.find(text, known) for part in name.parts)


def _topic(question: str, known: Mapping[str, str]) -> str:
    """Return what the question is about by name, else by its size (8 GB): the first; the others are circumstances."""
    return next(iter((*(name.text for name in names.find(question, known)), *tokens.measures(question), "")))


def _known(question: str, glossary: Glossary) -> dict[str, str]:
    """Return the names that the glossary gives the companies and products of a question, in both languages.

    Those have one word in Latin letters; what has several (a law) is called by a part of them as often.
    """
    known: dict[str, str] = {}
    for term, others in glossary.equivalents(question).items():
        latin = next((name for name in (term, *others) if name.isascii()), "")
        if " " not in latin and names.find(latin):
            known |= {plain(name): latin for name in (term, *others)}
    return known
