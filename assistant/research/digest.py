"""What is new since a day: documents and observations by axis, what they say, and what that does to the answers.

A passage is new when its source dates from that day or later, or when the newest run from before that day didn't have
it. It bears on a question when the retriever finds it for a part of it, with at least half the score of the part's
best. Its sentences are then held against the standing answer, that of the newest run, statement by statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from assistant.answering.assertions import Reader
from assistant.corpus.glossary import Glossary
from assistant.records import Findings, Hit, Language
from assistant.research import evidence, meaning
from assistant.research.evidence import Seen
from assistant.research.meaning import Moved, Said
from assistant.research.questions import Question
from assistant.research.runs import Entry, Run
from assistant.retrieval.retriever import relevance
from assistant.text import sentences

Relation = Literal["cited", "supports", "extends", "contradicts", "unanswered"]
# Of a part's best score; docs/LOG.md says of coverage how far such a rule agrees with a reader.
BEARS = 0.5
BEST = 2
_MOST_HITS = 1000
_AT_ONCE = 500
_LEAST_CHARACTERS = 12


class Finder(Protocol):
    """What finds evidence: assistant.retrieval.retriever.Retriever."""

    def find(self, question: str, *, limit: int) -> Findings:
        """Return the evidence for a question, at most `limit` passages over its parts."""


class Index(Protocol):
    """What knows the live passages: assistant.index.journal.Journal."""

    def passage_ids(self) -> list[str]:
        """Return the ids of all live passages."""

    def hits_by_id(self, ids: list[str]) -> dict[str, Hit]:
        """Return live passages by id."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """What a new document does to the standing answer to a question.

    `statement` is the one of the answer that it meets, empty where it extends the answer; `sentence` the document's
    own; `moved` the figures and dates that differ.
    """

    question: str
    relation: Relation
    sentence: str
    statement: str = ""
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A document with something new: its best sentences, and the questions it bears on, the most relevant first."""

    document: str
    title: str
    axis: str | None
    date: str | None
    observed: bool
    passages: int
    sentences: tuple[str, ...]
    bearings: tuple[Bearing, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """All that is new since a day, by axis id, newest first; `run` has the answers that stand, if there are any."""

    since: str
    run: str | None
    before: str | None
    items: tuple[Item, ...]


def make(
    since: str,
    index: Index,
    finder: Finder,
    questions: Sequence[Question],
    known: Sequence[Run],
    glossary: Glossary,
    language: Language,
) -> Digest:
    """Return the digest of what is new since a day (YYYY-MM-DD), of passages in one language.

    `known` are the finished runs, newest first.
    """
    before = next((run for run in known if (run.finished or "") < since), None)
    standing = known[0] if known else None
    new = _new(index, since, before, language)
    found = {question.id: _relevance(finder, question) for question in questions}
    desk = _Desk(questions, found, standing, Reader(glossary))
    items = [desk.item(hits) for hits in new.values()]
    items.sort(key=lambda item: (item.axis or "~", _descending(item.date), item.document))
    return Digest(since, _name(standing), _name(before), tuple(items))


def to_json(digest: Digest) -> dict[str, Any]:
    """Return the digest in the form that `digest --json` prints."""
    return asdict(digest)


def _new(index: Index, since: str, before: Run | None, language: Language) -> dict[str, list[Hit]]:
    """Return the new passages by document."""
    earlier = evidence.load_documents(before.folder) if before else None
    marks = {mark for live in earlier.values() for mark in live.marks} if earlier else None
    new: dict[str, list[Hit]] = {}
    ids = index.passage_ids()
    for start in range(0, len(ids), _AT_ONCE):
        for hit in index.hits_by_id(ids[start : start + _AT_ONCE]).values():
            if hit.passage.kind == "heading" or hit.passage.language != language:
                continue
            reference = hit.passage.reference
            dated = _first_day(reference.date if reference else None) >= since
            if dated or (marks is not None and evidence.seen(hit).mark not in marks):
                new.setdefault(hit.path, []).append(hit)
    return new


def _relevance(finder: Finder, question: Question) -> dict[str, float]:
    """Return how relevant each passage is to the question that bears on it, by passage id."""
    found = relevance(finder.find(question.text, limit=_MOST_HITS))
    return {i: max(row) for i, row in found.items() if max(row) >= BEARS}


class _Desk:
    """Holds new documents against the standing answers."""

    def __init__(
        self, questions: Sequence[Question], found: Mapping[str, Mapping[str, float]], run: Run | None, reader: Reader
    ) -> None:
        self._questions = questions
        self._found = found
        self._reader = reader
        self._entries: dict[str, Entry] = {e.question.id: e for e in run.entries} if run else {}
        self._seen = {i: _cited(entry, run) for i, entry in self._entries.items()} if run else {}

    def item(self, hits: Sequence[Hit]) -> Item:
        """Return what a document's new passages say and do."""
        worth = {hit.passage.id: self._worth(hit) for hit in hits}
        ranked = sorted(hits, key=lambda hit: (-worth[hit.passage.id], hit.passage.start))
        first, reference = ranked[0], ranked[0].passage.reference
        dates = [h.passage.reference.date for h in hits if h.passage.reference and h.passage.reference.date]
        return Item(
            document=first.path,
            title=first.title or (reference.title if reference else first.path),
            axis=first.passage.axis,
            date=max(dates, default=None),
            observed=first.path.startswith("observations/"),
            passages=len(hits),
            sentences=self._best(ranked),
            bearings=self._bearings(ranked),
        )

    def _worth(self, hit: Hit) -> float:
        return max((found.get(hit.passage.id, 0.0) for found in self._found.values()), default=0.0)

    def _best(self, ranked: Sequence[Hit]) -> tuple[str, ...]:
        """Return the two sentences that say most, from the passages that bear most on the questions."""
        said = [
            (self._worth(hit), self._weight(text), -n, text) for n, hit in enumerate(ranked) for text in _sentences(hit)
        ]
        best = sorted(said, key=lambda s: (-s[0], -s[1], -s[2]))[:BEST]
        return tuple(text for *_, text in sorted(best, key=lambda s: -s[2]))

    def _weight(self, text: str) -> float:
        return sum(self._reader.read(text).weights.values())

    def _bearings(self, ranked: Sequence[Hit]) -> tuple[Bearing, ...]:
        found: list[tuple[float, int, Bearing]] = []
        for question in self._questions:
            relevant = self._found[question.id]
            bearing = [hit for hit in ranked if hit.passage.id in relevant]
            if bearing:
                most = max(relevant[hit.passage.id] for hit in bearing)
                found.append((-most, len(found), self._bearing(question, bearing)))
        return tuple(bearing for *_, bearing in sorted(found, key=lambda b: b[:2]))

    def _bearing(self, question: Question, hits: Sequence[Hit]) -> Bearing:
        """Return the strongest relation of the passages to the standing answer: what contradicts it comes first."""
        entry = self._entries.get(question.id)
        first = _sentences(hits[0])[0]
        if entry is None or entry.answer is None or not entry.answer.statements:
            return Bearing(question.id, "unanswered", first)
        related = [self._related(question.id, hit) for hit in hits]
        order: tuple[Relation, ...] = ("contradicts", "supports", "extends", "cited")
        return min(related, key=lambda bearing: order.index(bearing.relation))

    def _related(self, question: str, hit: Hit) -> Bearing:
        """Return how a passage stands to the answer."""
        statements = self._seen[question]
        texts = _sentences(hit)
        mark = evidence.seen(hit).mark
        own = next((text for text, sources in statements if any(s.mark == mark for s in sources)), None)
        if own is not None:
            return Bearing(question, "cited", texts[0], own)
        told = self._noted(question, hit, statements)
        if told is not None:
            return told
        ours = [Said(text, frozenset(filter(None, [hit.passage.claim])), bool(hit.passage.claim)) for text in texts]
        theirs = [
            Said(text, frozenset(s.claim for s in sources if s.claim), any(s.claim for s in sources))
            for text, sources in statements
        ]
        for pair in meaning.match(theirs, ours, self._reader):
            old, new = theirs[pair.before].text, ours[pair.after].text
            moved = tuple(m for m in meaning.moved(old, new, self._reader) if m.before and m.after)
            against = bool(moved) or meaning.turned(old, new, self._reader)
            return Bearing(question, "contradicts" if against else "supports", new, old, moved)
        return Bearing(question, "extends", texts[0])

    def _noted(self, question: str, hit: Hit, statements: Sequence[tuple[str, tuple[Seen, ...]]]) -> Bearing | None:
        """Return what the corpus itself notes: `contradicts: ID`, or `since: ID` for a claim that it overtakes."""
        notes = [note for reference in hit.passage.references for note in reference.notes]
        named = {n.partition(":")[2].strip() for n in notes if n.startswith(("contradicts:", "since:"))}
        for text, sources in statements:
            if named & {s.claim for s in sources if s.claim}:
                own = _sentences(hit)[0]
                moved = tuple(m for m in meaning.moved(text, own, self._reader) if m.before and m.after)
                return Bearing(question, "contradicts", own, text, moved)
        return None


def _cited(entry: Entry, run: Run) -> list[tuple[str, tuple[Seen, ...]]]:
    """Return the supported statements of an answer with the passages they cite."""
    if entry.answer is None:
        return []
    known = {seen.passage_id: seen for seen in evidence.load(run.folder, entry.question.id) or ()}
    cited = {c.n: known.get(c.passage_id) or evidence.of_citation(c) for c in entry.answer.citations}
    return [
        (s.text, tuple(cited[n] for n in s.citations if n in cited))
        for s in entry.answer.statements
        if s.verdict == "supported"
    ]


def _sentences(hit: Hit) -> list[str]:
    """Return the sentences of a passage; a claim is one whole. Never empty."""
    text = hit.passage.text.strip()
    if hit.passage.kind == "claim":
        return [text]
    found = [" ".join(text[start:end].split()) for start, end in sentences.spans(text)]
    return [s for s in found if len(s) >= _LEAST_CHARACTERS] or [text]


def _name(run: Run | None) -> str | None:
    return run.folder.name if run else None


def _first_day(date: str | None) -> str:
    """Return the first day that a date may mean; nothing is before all days."""
    return f"{date}-01-01"[:10] if date and len(date) == len("2026") else f"{date}-01"[:10] if date else ""


def _descending(date: str | None) -> tuple[int, ...]:
    return tuple(-ord(c) for c in date or "")
