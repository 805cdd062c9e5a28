"""A comparison of two runs in words: what a terminal shows on one screen, and what a report shows of it."""

from collections import Counter
from dataclasses import dataclass

from assistant.records import Language
from assistant.research.changes import Change, Diff, QuestionChange, Source
from assistant.research.changes_wording import WORDS, Words
from assistant.research.wording import WORDS as REPORT_WORDS

# So that a dozen questions with changes still fit on a screen.
MOST_LINES = 3
_QUESTION, _STATEMENT = 46, 110


@dataclass(frozen=True, slots=True)
class Item:
    """A change in words. `said` is the statement as it is now, or as it was if it is gone; `was` only if it differs."""

    kind: str
    label: str
    said: str
    was: str
    moves: tuple[str, ...]
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A question that changed. `kind` is `changed`, `evidence`, `come` or `gone`; `state` says it in words."""

    id: str
    question: str
    kind: str
    state: str
    notes: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole comparison in one language."""

    title: str
    runs: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]


def summarise(diff: Diff, language: Language) -> Summary:
    """Return the comparison in words."""
    words = WORDS[language]
    runs = words.since.format(before=diff.before, after=diff.after)
    if diff.empty:
        return Summary(words.title, runs, (words.nothing,), ())
    blocks = tuple(_block(q, words, language) for q in diff.questions if q.state != "same")
    return Summary(words.title, runs, (*_about(diff, words), _counts(diff, words)), blocks)


def screen(summary: Summary, *, every: bool = False, more: str = "") -> str:
    """Return the comparison for a terminal; of each question the first changes, or `every` one."""
    lines = [f"{summary.title}  {summary.runs}", *summary.lines]
    for block in summary.blocks:
        lines += ["", f"{block.id}  {_short(block.question, _QUESTION)}  [{block.state}]"]
        lines += [f"    {note}" for note in (block.notes if every else block.notes[:1])]
        for item in block.items if every else block.items[:MOST_LINES]:
            lines += _lines(item, every=every)
        if not every and len(block.items) > MOST_LINES:
            lines.append(f"    … {more.format(n=len(block.items) - MOST_LINES)}")
    return "\n".join(lines)


def _lines(item: Item, *, every: bool) -> list[str]:
    sign = {"new": "+", "gone": "-"}.get(item.kind, "~")
    head = f"{item.label} {'; '.join(item.moves)}".strip()
    said = item.said if every else _short(item.said, _STATEMENT)
    found = [f"  {sign} {head}: {said}"]
    found += [f"      was: {item.was}"] if every and item.was else []
    sources = item.sources if every else item.sources[:1]
    return [*found, *(f"      < {source}" for source in (*sources, *((item.reason,) if every else ())))]


def _about(diff: Diff, words: Words) -> list[str]:
    found = diff.documents
    corpus = words.unknown if found is None else words.corpus.format(
        added=len(found.added), changed=len(found.changed), removed=len(found.removed)
    )  # fmt: skip
    settings = words.comma.join(
        words.setting.format(name=name, before=old or words.none, after=new or words.none)
        for name, (old, new) in diff.writer.items()
    )
    writer = words.writer.format(changes=settings) if diff.writer else words.writer_same
    return [corpus if diff.corpus[0] != diff.corpus[1] else words.corpus_same, writer]


def _counts(diff: Diff, words: Words) -> str:
    kinds = Counter(
        change.kinds[0] if change.kinds[0] in ("new", "gone") else "changed"
        for q in diff.questions
        for change in q.changes
    )
    states = Counter(question.state for question in diff.questions)
    return words.counts.format(
        new=kinds["new"], gone=kinds["gone"], changed=kinds["changed"], evidence=states["evidence"], same=states["same"]
    )


def _block(question: QuestionChange, words: Words, language: Language) -> Block:
    notes = []
    if question.state == "changed" and question.status[0] != question.status[1]:
        status = REPORT_WORDS[language].status
        before, after = (status.get(s, s) for s in question.status)
        notes.append(words.status.format(before=before, after=after))
    if question.state == "evidence":
        notes += [
            f"{label}{words.colon}{_source(source, words)}"
            for label, sources in ((words.came, question.came), (words.went, question.went))
            for source in sources
        ]
    notes += [
        words.chosen.format(kind=words.kinds[change.kinds[0]], said=change.after or change.before)
        for change in question.chosen
    ]
    items = tuple(_item(change, words) for change in question.changes)
    kind = {"new question": "come", "gone question": "gone"}.get(question.state, question.state)
    return Block(question.id, question.question, kind, words.states[question.state], tuple(notes), items)


def _item(change: Change, words: Words) -> Item:
    moves = [words.became.format(before=m.before or words.none, after=m.after or words.none) for m in change.moved]
    if "confidence" in change.kinds:
        before, after = (words.sure[level] for level in change.confidence)
        moves.append(words.became.format(before=before, after=after))
    return Item(
        kind=change.kinds[0],
        label=words.comma.join(words.kinds[kind] for kind in change.kinds),
        said=change.after or change.before,
        was=change.before if change.after and change.before != change.after else "",
        moves=tuple(moves),
        reason=words.reasons[change.reason],
        sources=tuple(_source(source, words) for source in change.sources),
    )


def _source(source: Source, words: Words) -> str:
    claim = f"#{source.claim}" if source.claim else ""
    date = f" ({source.date})" if source.date else ""
    return f"{words.standing[source.standing]}{words.colon}{source.document}{claim} · {source.title}{date}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
