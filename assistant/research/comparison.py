"""Compares two runs, statement by statement, and finds the passages and documents that changed each one.

Statements are matched by meaning (assistant.research.meaning). A change of the evidence is told apart from a change
of the writer: a statement whose sources are new or gone follows the corpus; one whose sources stood there both times
was chosen otherwise, because of the other evidence or because another engine, model or setting wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answering.assertions import Reader
from assistant.corpus.glossary import Glossary
from assistant.records import Answer, Confidence, EngineInfo
from assistant.research import evidence, meaning, view
from assistant.research.changes import (
    Change,
    Diff,
    DocumentChanges,
    Kind,
    QuestionChange,
    Reason,
    Source,
    Standing,
    State,
)
from assistant.research.evidence import Documents, Seen
from assistant.research.meaning import Said
from assistant.research.runs import Entry, Run

# Evidence this relevant to a part of the question, of its best, bears on the answer; less only fills the list.
BEARS = 0.5
_SINCE = "since:"
_SURE: tuple[Confidence, ...] = ("high", "medium", "low")


def between(before: Run, after: Run, glossary: Glossary) -> Diff:
    """Return what changed from one finished run to another."""
    old, new = _Side(before), _Side(after)
    writer = _writer(before, after)
    reader = Reader(glossary)
    by_id = {entry.question.id: entry for entry in before.entries}
    by_text = {entry.question.text: entry for entry in before.entries}
    questions, met = [], set()
    for entry in after.entries:
        earlier = by_id.get(entry.question.id) or by_text.get(entry.question.text)
        if earlier is None:
            questions.append(_alone(entry, "new question"))
            continue
        met.add(earlier.question.id)
        questions.append(_Comparison(old, new, earlier, entry, bool(writer), reader).result())
    questions += [_alone(entry, "gone question") for entry in before.entries if entry.question.id not in met]
    return Diff(
        before.folder.name, after.folder.name,
        (before.basis.corpus.fingerprint, after.basis.corpus.fingerprint),
        _documents(old.documents, new.documents), writer, tuple(questions),
    )  # fmt: skip


class _Side:
    """One of the two runs, with what it was answered from."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.documents: Documents = evidence.load_documents(run.folder) or {}
        self.marks = frozenset(mark for live in self.documents.values() for mark in live.marks)
        self.claims = frozenset(claim for live in self.documents.values() for claim in live.claims)

    def seen(self, entry: Entry) -> tuple[Seen, ...]:
        """Return the evidence of an answer; what it cites where the run kept no more."""
        kept = evidence.load(self.run.folder, entry.question.id)
        if kept is not None:
            return kept
        return tuple(evidence.of_citation(c) for c in entry.answer.citations) if entry.answer else ()

    def lacks(self, passage: Seen) -> bool:
        """Say whether a passage of the other run was not live here, or had other sources; False if unknown."""
        return bool(self.documents) and passage.mark not in self.marks


@dataclass(frozen=True)
class _Comparison:
    """One question in both runs."""

    old: _Side
    new: _Side
    before: Entry
    after: Entry
    rewritten: bool
    reader: Reader

    def result(self) -> QuestionChange:
        """Return what changed."""
        before, after = self._statements(self.old, self.before), self._statements(self.new, self.after)
        found = self._changes(before, after)
        status = (_status(self.before), _status(self.after))
        # Where a question is answered at all that was not, or the reverse, each statement counts.
        room = [change for change in found if change.reason == "selection" and status[0] == status[1]]
        changes, chosen = tuple(change for change in found if change not in room), tuple(room)
        moved = bool(self.came or self.went or chosen)
        state: State = "changed" if changes or status[0] != status[1] else "evidence" if moved else "same"
        return QuestionChange(
            self.after.question.id, self.after.question.text, state, status, changes, self.came, self.went, chosen
        )

    @cached_property
    def came(self) -> tuple[Source, ...]:
        """What the evidence gained from documents that are new or changed."""
        return tuple(_source(s, self.old) for s in self._after_seen.values() if self._bears(s) and self.old.lacks(s))

    @cached_property
    def went(self) -> tuple[Source, ...]:
        """What the evidence lost with documents that are gone or changed."""
        return tuple(
            _source(s, self.new, gone=True) for s in self._before_seen.values() if self._bears(s) and self.new.lacks(s)
        )

    @cached_property
    def _cited(self) -> frozenset[str]:
        answers = [entry.answer for entry in (self.before, self.after) if entry.answer]
        return frozenset(citation.passage_id for answer in answers for citation in answer.citations)

    def _bears(self, passage: Seen) -> bool:
        return passage.relevance >= BEARS or passage.passage_id in self._cited

    @cached_property
    def _before_seen(self) -> dict[str, Seen]:
        return {seen.passage_id: seen for seen in self.old.seen(self.before)}

    @cached_property
    def _after_seen(self) -> dict[str, Seen]:
        return {seen.passage_id: seen for seen in self.new.seen(self.after)}

    def _statements(self, side: _Side, entry: Entry) -> "list[_Statement]":
        """Return the statements of an answer as its report shows them, each text once."""
        if entry.answer is None:
            return []
        answer = view.shown(entry.answer, unsupported=side.run.show_unsupported)
        known = self._before_seen if side is self.old else self._after_seen
        other = self.new if side is self.old else self.old
        return list({s.said.text: s for s in reversed(_stated(answer, known, other.claims))}.values())[::-1]

    def _changes(self, before: "Sequence[_Statement]", after: "Sequence[_Statement]") -> tuple[Change, ...]:
        pairs = meaning.match([s.said for s in before], [s.said for s in after], self.reader)
        paired = {pair.after: pair for pair in pairs}
        found = []
        for j, new in enumerate(after):
            if j not in paired:
                found.append(self._one_sided(None, new))
            else:
                changed = self._pair(before[paired[j].before], new, paired[j].likeness)
                found += [changed] if changed else []
        kept = {pair.before for pair in pairs}
        found += [self._one_sided(old, None) for i, old in enumerate(before) if i not in kept]
        return tuple(found)

    def _one_sided(self, old: "_Statement | None", new: "_Statement | None") -> Change:
        sources = self._caused(old, new)
        reason = self._reason(old, new)
        return Change(
            ("new",) if new else ("gone",), old.said.text if old else "", new.said.text if new else "", (),
            (old.sure if old else None, new.sure if new else None), reason, self._room(sources, reason, new),
        )  # fmt: skip

    def _pair(self, old: "_Statement", new: "_Statement", likeness: float) -> Change | None:
        """Return how a statement changed, None where it still says the same."""
        moved = meaning.moved(old.said.text, new.said.text, self.reader)
        kinds: list[Kind] = []
        if any(not m.is_date for m in moved):
            kinds.append("figure")
        if any(m.is_date for m in moved):
            kinds.append("date")
        if old.sure != new.sure:
            kinds.append("confidence")
        if old.said.text != new.said.text and not moved:
            if meaning.turned(old.said.text, new.said.text, self.reader):
                kinds.append("direction")
            elif likeness < meaning.ONLY_REWORDED:
                kinds.append("wording")
        if not kinds:
            return None
        reason = self._reason(old, new)
        sources = self._room(self._caused(old, new), reason, new)
        return Change(tuple(kinds), old.said.text, new.said.text, moved, (old.sure, new.sure), reason, sources)

    def _reason(self, old: "_Statement | None", new: "_Statement | None") -> Reason:
        came = new is not None and any(self.old.lacks(s) for s in new.sources)
        went = old is not None and any(self.new.lacks(s) for s in old.sources)
        if came or went:
            return "evidence"
        if not (self.old.documents and self.new.documents):
            return "unknown"
        return "writer" if self.rewritten else "selection"

    def _caused(self, old: "_Statement | None", new: "_Statement | None") -> tuple[Source, ...]:
        """Return the sources of both sides that the other run didn't have; all of them where it had them all."""
        ours = [_source(s, self.old) for s in new.sources] if new else []
        theirs = [_source(s, self.new, gone=True) for s in old.sources] if old else []
        every = _once((*ours, *theirs))
        return tuple(s for s in every if s.standing not in ("same document", "unknown")) or every

    def _room(self, sources: tuple[Source, ...], reason: Reason, new: "_Statement | None") -> tuple[Source, ...]:
        """Return the sources, or for a choice that fell otherwise, the evidence that came and went."""
        if reason != "selection":
            return sources
        return ((*self.came, *self.went) if new is None else (*self.went, *self.came)) or sources


@dataclass(frozen=True)
class _Statement:
    """A statement with the passages it cites."""

    said: Said
    sources: tuple[Seen, ...]
    sure: Confidence | None


def _stated(answer: Answer, known: Mapping[str, Seen], elsewhere: frozenset[str]) -> list[_Statement]:
    """Return the statements of an answer; `elsewhere` are the claims that the other run had."""
    cited = {c.n: known.get(c.passage_id) or evidence.of_citation(c) for c in answer.citations}
    found = []
    for statement in answer.statements:
        sources = tuple(cited[n] for n in statement.citations if n in cited)
        own = frozenset(s.claim for s in sources if s.claim)
        overtaken = (note.removeprefix(_SINCE).strip() for s in sources for note in s.notes if note.startswith(_SINCE))
        sure = min((s.confidence for s in sources if s.confidence), key=_SURE.index, default=None)
        said = Said(view.one_line(statement.text), own | frozenset(overtaken), bool(own & elsewhere))
        found.append(_Statement(said, sources, sure))
    return found


def _source(seen: Seen, other: _Side, *, gone: bool = False) -> Source:
    """Return a passage of one run with how it stands to the other."""
    standing: Standing = "same document" if other.documents else "unknown"
    if other.lacks(seen):
        standing = "changed document" if seen.document in other.documents else "new document"
        if gone and standing == "new document":
            standing = "removed document"
    return Source(seen.document, seen.title, seen.claim, seen.passage_id, standing, seen.date, seen.text)


def _once(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return one source for each claim or text of a document."""
    return tuple({(s.document, s.claim or s.text): s for s in reversed(list(sources))}.values())[::-1]


def _alone(entry: Entry, state: State) -> QuestionChange:
    status = _status(entry)
    both = ("", status) if state == "new question" else (status, "")
    return QuestionChange(entry.question.id, entry.question.text, state, both, (), (), ())


def _status(entry: Entry) -> str:
    return entry.answer.status if entry.answer else "failed"


def _documents(old: Documents, new: Documents) -> DocumentChanges | None:
    """Return what came, changed and went; a document that only moved to another path did none of it."""
    if not old or not new:
        return None
    ids = ({live.id for live in old.values()}, {live.id for live in new.values()})
    return DocumentChanges(
        added=tuple(path for path, live in new.items() if path not in old and live.id not in ids[0]),
        changed=tuple(path for path, live in new.items() if path in old and live.id != old[path].id),
        removed=tuple(path for path, live in old.items() if path not in new and live.id not in ids[1]),
    )


def _writer(before: Run, after: Run) -> dict[str, tuple[str, str]]:
    """Return what of the engine and the settings differs; a setting that one run didn't know can't be compared."""
    pairs = {
        "engine": (_engine(before.basis.engine), _engine(after.basis.engine)),
        **{
            name: (str(before.basis.settings[name]), str(after.basis.settings[name]))
            for name in before.basis.settings
            if name in after.basis.settings
        },
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _engine(engine: EngineInfo) -> str:
    return " ".join(part for part in (engine.name, engine.writer, engine.sha256 and engine.sha256[:12]) if part)
