"""The check of a corpus: every claim sourced, dated and filed, both languages alike, and nothing from a refused site.

It looks at the briefs, the framework, the refused sites and the tables of facts; other documents are as they come.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant import tables
from assistant.corpus import briefs, facts, framework, numbers
from assistant.corpus.briefs import Brief, Fault, Located
from assistant.corpus.framework import Framework
from assistant.corpus.readers.front_matter import plain_date
from assistant.records import Language, Reference
from assistant.text import sentences

FRAMEWORK = "framework.toml"
REFUSED_SITES = "refused-sites.toml"
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")
# A claim is a sentence or two that is taken in at once, and fits into an answer as it stands.
MOST_SENTENCES = 2
MOST_CHARACTERS = 150
MOST_WORDS = 45
# What a source line may say after the confidence (corpus/README.md). The second kind names something.
NOTES = frozenset({"vendor", "derived", "estimate", "observation", "summary", "gap"})
NAMING_NOTES = frozenset({"sponsor", "since", "contradicts"})
# Claims of our own making, the user's own observations, and what was not found, need no page.
OWN = frozenset({"derived", "estimate", "observation", "summary", "gap"})


@dataclass(frozen=True)
class Corpus:
    """Everything that the check looks at."""

    folder: Path
    briefs: tuple[Brief, ...]
    framework: Framework
    refused: Mapping[str, str]
    """Hosts whose pages are no sources, each with the reason."""
    tables: tuple[facts.Table, ...]

    @cached_property
    def claims(self) -> Mapping[str, Mapping[Language, tuple[Brief, Located]]]:
        """All claims by id and language, with the brief that they stand in; the first one where an id stands twice."""
        found: dict[str, dict[Language, tuple[Brief, Located]]] = defaultdict(dict)
        for brief in self.briefs:
            for claim in brief.claims:
                found[claim.id].setdefault(brief.language, (brief, claim))
        return found


def load(folder: Path) -> Corpus:
    """Return what is to be checked in a corpus folder. Raises RefusedError for a TOML file that can't be read."""
    sites = tables.read_if_there(folder / REFUSED_SITES)
    where = str(folder / REFUSED_SITES)
    return Corpus(
        folder=folder,
        briefs=tuple(briefs.find(folder)),
        framework=framework.load(folder / FRAMEWORK),
        refused={
            tables.text(site, "host", where): tables.text(site, "reason", where)
            for site in tables.entries(sites, "site", where)
        },
        tables=facts.load(folder),
    )


def check(corpus: Corpus) -> list[Fault]:
    """Return all faults of the corpus, by file and line."""
    return sorted({fault for rule in RULES for fault in rule(corpus)})


def form(corpus: Corpus) -> Iterator[Fault]:
    """Every list item is a claim with an id of its own and sources in the right form, which have a date."""
    for brief in corpus.briefs:
        yield from brief.faults
        for claim in brief.claims:
            other, first = corpus.claims[claim.id][brief.language]
            if first is not claim:
                yield Fault(brief.path, claim.line, "id", f"{claim.id} stands in {other.path}:{first.line} already")


def filing(corpus: Corpus) -> Iterator[Fault]:
    """Every brief says its title, language, day, axis and topics, and they fit the framework and the file's place."""
    topics = {topic.id: axis.id for axis in corpus.framework.axes for topic in axis.topics}
    axes = {axis.id for axis in corpus.framework.axes}
    for brief in corpus.briefs:
        about = brief.about.values

        def fault(what: str, path: str = brief.path) -> Fault:
            return Fault(path, 1, "filing", what)

        axis = about.get("axis")
        if axis is None:
            yield fault("no axis: its claims are filed nowhere")
        elif axis not in axes:
            yield fault(f"no axis is called {axis!r}; use one of {', '.join(sorted(axes))}")
        elif axis != brief.folder:
            yield fault(f"the axis is {axis!r}, and the file lies in the folder {brief.folder!r}")
        if not brief.about.topics:
            yield fault("no topics")
        yield from (fault(f"no topic is called {topic!r}") for topic in brief.about.topics if topic not in topics)
        if about.get("language") != brief.language:
            yield fault(f"the language is {about.get('language')!r}, and the file's name says {brief.language!r}")
        if "title" not in about:
            yield fault("no title")
        if plain_date(about.get("as_of")) is None:
            yield fault("no as_of: the day to which the brief holds (YYYY-MM-DD)")


def dead_topics(corpus: Corpus) -> Iterator[Fault]:
    """Every topic of the framework has a claim."""
    alive = {topic for brief in corpus.briefs if brief.claims for topic in brief.about.topics}
    for axis in corpus.framework.axes:
        for topic in axis.topics:
            if topic.id not in alive:
                line = _line(corpus.folder / FRAMEWORK, f'id = "{topic.id}"')
                yield Fault(FRAMEWORK, line, "topic", f"no brief has a claim on the topic {topic.id!r}")


def sources(corpus: Corpus) -> Iterator[Fault]:
    """Every source has a page, unless the claim is our own, and no page is on a refused site; notes are known ones."""
    for brief, claim in _all(corpus):
        for n, reference in enumerate(claim.references, start=1):
            line = claim.source_line + n
            if reference.url is None and not OWN & set(reference.notes):
                yield Fault(
                    brief.path,
                    line,
                    "source",
                    f"{claim.id}: no address, and it is not marked as derived, estimate, observation, summary or gap",
                )
            site = briefs.host(reference.url) if reference.url else ""
            for refused, reason in corpus.refused.items():
                if site == refused or site.endswith(f".{refused}"):
                    yield Fault(brief.path, line, "site", f"{claim.id}: {site} is refused: {reason}")
            yield from (
                Fault(brief.path, line, "note", f"{claim.id}: {what}") for what in _wrong_notes(reference, corpus)
            )


def reading(corpus: Corpus) -> Iterator[Fault]:
    """Every claim is a sentence or two, short enough to be taken in at once."""
    for brief, claim in _all(corpus):
        said = len(sentences.spans(claim.text))
        if said > MOST_SENTENCES:
            yield Fault(brief.path, claim.line, "length", f"{claim.id}: {said} sentences, more than {MOST_SENTENCES}")
        size, most, unit = len(claim.text), MOST_CHARACTERS, "characters"
        if brief.language == "en":
            size, most, unit = len(claim.text.split()), MOST_WORDS, "words"
        if size > most:
            yield Fault(brief.path, claim.line, "length", f"{claim.id}: {size} {unit}, more than {most}; split it")


def pairs(corpus: Corpus) -> Iterator[Fault]:
    """Every brief has its other language, with the same claims, figures and sources, filed alike."""
    by_key: dict[str, dict[Language, Brief]] = defaultdict(dict)
    for brief in corpus.briefs:
        by_key[brief.key][brief.language] = brief
    for found in by_key.values():
        for language in LANGUAGES:
            if language not in found:
                (only,) = found.values()
                yield Fault(only.path, 1, "pair", f"there is no {language} file beside it")
        if len(found) == len(LANGUAGES):
            yield from _pair(found["zh-TW"], found["en"])


def _pair(chinese: Brief, english: Brief) -> Iterator[Fault]:
    for key in ("axis", "as_of"):
        if chinese.about.values.get(key) != english.about.values.get(key):
            yield Fault(english.path, 1, "pair", f"{key} differs from {chinese.path}")
    if chinese.about.topics != english.about.topics:
        yield Fault(english.path, 1, "pair", f"topics differ from {chinese.path}")
    here, there = ({claim.id: claim for claim in brief.claims} for brief in (chinese, english))
    for brief, own, others in ((chinese, here, there), (english, there, here)):
        for name in own.keys() - others.keys():
            yield Fault(brief.path, own[name].line, "pair", f"{name} stands in this language alone")
    for name in here.keys() & there.keys():
        only_here, only_there = numbers.differences(here[name].text, there[name].text)
        if only_here or only_there:
            said = f"{name}: figures differ: {_list(only_here)} in zh-TW, {_list(only_there)} in en"
            yield Fault(english.path, there[name].line, "figures", said)
        # Titles and publishers may be translated; the page, the date and how sure it is may not.
        if [_facts(r) for r in here[name].references] != [_facts(r) for r in there[name].references]:
            yield Fault(english.path, there[name].source_line + 1, "pair", f"{name}: sources differ from zh-TW")


def facts_tables(corpus: Corpus) -> Iterator[Fault]:
    """Every cell of a table of facts stands on claims that exist and carry its figures."""
    for table in corpus.tables:
        path = f"{facts.FOLDER}/{table.id}.toml"
        for row in table.rows:
            for column, cell in row.cells.items():
                line = _line(corpus.folder / path, f'id = "{row.id}"', f"[row.{column}]")
                place = f"{row.id}, {column}"
                if unknown := [name for name in cell.claims if name not in corpus.claims]:
                    yield Fault(path, line, "table", f"{place}: no claim is called {', '.join(unknown)}")
                    continue
                for language in LANGUAGES:
                    known = [c.text for name in cell.claims for _, c in [corpus.claims[name].get(language, _NONE)] if c]
                    if absent := numbers.missing(cell.text.in_(language), known):
                        yield Fault(path, line, "table", f"{place}: its claims don't say {_list(absent)} ({language})")


RULES: tuple[Callable[[Corpus], Iterator[Fault]], ...] = (
    form,
    filing,
    dead_topics,
    sources,
    reading,
    pairs,
    facts_tables,
)
_NONE: tuple[None, None] = (None, None)


def _all(corpus: Corpus) -> Iterator[tuple[Brief, Located]]:
    return ((brief, claim) for brief in corpus.briefs for claim in brief.claims)


def _wrong_notes(reference: Reference, corpus: Corpus) -> Iterator[str]:
    """Yield what is wrong with the notes of a source: unknown ones, and those that name a claim which isn't there."""
    for note in reference.notes:
        name, colon, value = (part.strip() for part in note.partition(":"))
        if not (name in NAMING_NOTES if colon else name in NOTES):
            yield f"no note is called {note!r}"
        elif name in ("since", "contradicts") and value not in corpus.claims:
            yield f"{name} names {value!r}, which is no claim"


def _facts(reference: Reference) -> tuple[object, ...]:
    kinds = Counter(note for note in reference.notes if not note.startswith("sponsor"))
    return reference.url, reference.date, reference.confidence, sorted(kinds.items())


def _list(figures: list[str]) -> str:
    return ", ".join(figures) or "none"


def _line(path: Path, *marks: str) -> int:
    """Return the line where, after all marks before it in turn, the last mark stands; the last one found, else 1."""
    found = 0
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for mark in marks:
        found = next((n for n, line in enumerate(lines[found:], start=found + 1) if mark in line), found)
    return found or 1
