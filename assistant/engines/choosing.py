"""Which sentences make the answer: relevant to the part, from several sources, each saying something new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from assistant.engines.asking import Asked
from assistant.engines.sentences import Lifted, standing_alone
from assistant.records import Confidence, Evidence, Length, Prompt
from assistant.retrieval import facets, rows, wanted
from assistant.retrieval.diversity import Weights, figures, overlap
from assistant.retrieval.rows import Row
from assistant.text import dates, tokens
from assistant.text.figures import plain

# How much of a claim's worth remains at each confidence; a claim without one is a user's own document.
CONFIDENCE: dict[Confidence | None, float] = {"high": 1.0, None: 1.0, "medium": 0.96, "low": 0.85}
# Evidence less relevant to a part than this share of its best is not worth a line.
LEAST_WORTH = 0.5
# Two statements whose weighted terms overlap more than this say the same; less is enough without a figure of its own.
SAME, SAME_FIGURES = 0.58, 0.45
# Those on things of different sizes (30B, 70B) are two of a series up to this overlap.
SAME_SERIES = 0.66
# A statement is worded as an answer to a part from here on: it names what is asked.
WORDED = 0.5
# What a candidate loses by each statement that its source, or its document, already has in the answer.
CROWDED_SOURCE, CROWDED_DOCUMENT = 0.8, 0.97
# What a candidate loses by being near to what was said: a new side of the matter goes first.
NEARNESS = 0.15
# What a document tells of a row in passing is worth this much.
ELSEWHERE = 0.8
# A statement may stand under another part than its best when it fits there at least this well.
FITS_TOO = 0.75


@dataclass(frozen=True, slots=True)
class Room:
    """How many statements go where: `alone` under a question's only part, `column` into each of a table."""

    conclusion: int
    points: int
    alone: int
    column: int


ROOM: Mapping[Length, Room] = {
    "brief": Room(conclusion=2, points=2, alone=4, column=4),
    "standard": Room(conclusion=3, points=6, alone=12, column=9),
    "full": Room(conclusion=4, points=10, alone=20, column=16),
}
LEAST_POINTS = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be a statement. `worth` has one value for each part; `order` is its place.

    `side` is the heading it stands under. `direct` says for each part how far it is worded as an answer to it, 0 to 1.
    `summary` marks what the corpus itself says that its claims add up to, `named` is the share of what each
    part names that it does, and `leads` marks what names before all else what the part does. `sizes` are those of each
    part that it has, `measures` all that it has where the part wants a figure, and `fits` is 1 where it has the kind of
    answer that a part wants.
    """

    text: str
    numbers: tuple[int, ...]
    worth: tuple[float, ...]
    source: str
    document: str
    order: int
    row: Row | None = None
    later: bool = False
    side: str = ""
    direct: tuple[float, ...] = ()
    summary: bool = False
    named: tuple[float, ...] = ()
    leads: tuple[bool, ...] = ()
    sizes: tuple[frozenset[str], ...] = ()
    fits: tuple[float, ...] = ()
    measures: tuple[frozenset[str], ...] = ()


@dataclass
class Choice:
    """The answer as it is being chosen: what was said, by whom, and how near each text is to it.

    Each statement from one side of the matter costs the next one from there the factor `spread`.
    """

    weights: Weights
    spread: float = 1.0
    said: list[Candidate] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    sides: Counter[str] = field(default_factory=Counter)
    _near: dict[str, tuple[int, float]] = field(default_factory=dict)

    def pick(self, candidates: Sequence[Candidate], part: int, most: int) -> list[Candidate]:
        """Return at most `most` new statements for a part, best first, and remember them as said."""
        left = [c for c in candidates if c.worth[part] > 0]
        picked: list[Candidate] = []
        while left and len(picked) < most:
            best = max(left, key=lambda c: (self._value(c, part), -c.order))
            left.remove(best)
            if not self._repeats(best, part):
                self.say(best)
                picked.append(best)
        return picked

    def say(self, candidate: Candidate) -> None:
        """Remember a statement as said. A summary takes no room from the claims it sums up: they are its grounds."""
        self.said.append(candidate)
        if candidate.summary:
            return
        self.sources[candidate.source] += 1
        self.documents[candidate.document] += 1
        self.sides[candidate.side] += 1

    def _value(self, candidate: Candidate, part: int) -> float:
        crowd = (
            CROWDED_SOURCE ** self.sources[candidate.source] * CROWDED_DOCUMENT ** self.documents[candidate.document]
        )
        crowd *= self.spread ** self.sides[candidate.side]
        return candidate.worth[part] * crowd * (1 - NEARNESS * self._nearest(candidate.text))

    def _nearest(self, text: str) -> float:
        """Return the largest overlap with what was said, counting on from where it was left."""
        counted, nearest = self._near.get(text, (0, 0.0))
        for other in self.said[counted:]:
            nearest = max(nearest, 0.0 if other.summary else self.weights.overlap(text, other.text))
        self._near[text] = (len(self.said), nearest)
        return nearest

    def _repeats(self, candidate: Candidate, part: int) -> bool:
        return any(
            self.weights.overlap(candidate.text, other.text) > _bar(candidate, other, part) for other in self.said
        )


def _bar(candidate: Candidate, other: Candidate, part: int) -> float:
    """Return the overlap above which a candidate for a part only repeats what was said."""
    # One of a series: of another size than that, or of a size that the part asks for and that has not.
    asked = candidate.sizes[part] - other.sizes[part] if candidate.sizes else frozenset()
    if asked:
        return 1.0
    own, theirs = (c.measures[part] if c.measures else frozenset[str]() for c in (candidate, other))
    if own and theirs and not own & theirs:
        return SAME_SERIES
    # What is worded as an answer to this part says something even without a figure of its own.
    worded = bool(candidate.direct) and candidate.direct[part] >= WORDED
    return SAME if worded or other.summary or not figures(candidate.text) <= figures(other.text) else SAME_FIGURES


def candidates(prompt: Prompt) -> list[Candidate]:
    """Return what the evidence offers, in its order; the same fact from several passages is one candidate."""
    asked = Asked.of(prompt)
    found: list[Candidate] = []
    for evidence in prompt.evidence:
        on_subject = [asked.spoken(evidence) * subject.share(evidence) for subject in asked.subjects]
        for lifted in standing_alone(evidence.hit.passage):
            found.append(_candidate(lifted, evidence, asked, on_subject, len(found)))
    if prompt.rows:
        found = _at_home(found, prompt)
    focus = prompt.focus or prompt.parts
    weights = Weights([*(c.text for c in found), *prompt.parts, *focus])
    words = tuple(zip(prompt.parts, focus, strict=True))
    return _joined([replace(c, direct=_direct(c, words, weights)) for c in found])


def _at_home(found: Sequence[Candidate], prompt: Prompt) -> list[Candidate]:
    """Return the candidates, those worth less that a document tells of a row in passing.

    A document is at home with the rows when it is titled after one or tells of half of them.
    """
    told: dict[str, set[Row]] = {}
    for candidate in found:
        if candidate.row:
            told.setdefault(candidate.document, set()).add(candidate.row)
    above = {e.hit.path: " ".join((e.hit.title, *e.hit.passage.headings[:1])) for e in prompt.evidence}
    home = {
        path
        for path, titles in above.items()
        if rows.named_in(titles, prompt.rows) or 2 * len(told.get(path, ())) >= len(prompt.rows)
    }
    return [
        replace(c, worth=tuple(w * ELSEWHERE for w in c.worth)) if c.row and c.document not in home else c
        for c in found
    ]


def _direct(candidate: Candidate, parts: Sequence[tuple[str, str]], weights: Weights) -> tuple[float, ...]:
    """Return for each part and its focus how far a statement is worded as an answer to it.

    It names what is asked, and has the words of the part and those that tell it from the others.
    """
    return tuple(
        facet + sum(weights.covered(words, candidate.text) for words in asked) / 4
        for facet, asked in zip(candidate.direct, parts, strict=True)
    )


def _candidate(lifted: Lifted, evidence: Evidence, asked: Asked, on_subject: Sequence[float], order: int) -> Candidate:
    hit, passage, text = evidence.hit, evidence.hit.passage, lifted.text
    reference = passage.reference
    trust = [CONFIDENCE[reference.confidence if reference else None] * on for on in on_subject]
    own = set(tokens.terms(text))
    # Within a passage of prose, the sentence with more of the part's words is the better one.
    above = set(tokens.terms(lifted.heading))
    share = [
        1.0 if passage.kind == "claim" else 0.5 + 0.5 * max(overlap(own, words), overlap(above, words))
        for words in asked.terms
    ]
    below = [wanted.below(kinds, text) for kinds in asked.wanted]
    worth = tuple(
        relevance * trust[k] * s * facets.fit(facet, hit, text, lifted.heading) * asked.called(k, evidence) * below[k]
        for k, (relevance, s, facet) in enumerate(zip(evidence.relevance, share, asked.facets, strict=True))
    )
    source = (reference.url or reference.title) if reference else hit.path
    headings = passage.headings[-1:]
    later = any("since" in facets.named_in(heading) for heading in headings) or (
        any(note.startswith("since") for note in reference.notes) if reference else False
    )
    row = rows.about_hit(hit, text, asked.rows) if asked.rows else None
    side = " / ".join((hit.path, *headings))
    direct = tuple(bool(facet & facets.named_in(text)) / 2 for facet in asked.facets)
    summary = reference is not None and "summary" in reference.notes
    return Candidate(
        text,
        (evidence.n,),
        worth,
        source,
        hit.path,
        order,
        row,
        later,
        side,
        direct,
        summary,
        tuple(subject.named_in(text) for subject in asked.subjects),
        tuple(subject.leads(text) for subject in asked.subjects),
        tuple(sizes & frozenset(tokens.measures(text)) for sizes in asked.sizes),
        tuple(wanted.worth(kinds, text) for kinds in asked.wanted),
        tuple(frozenset(tokens.measures(text) if wanted.is_figure(kinds) else ()) for kinds in asked.wanted),
    )


def _joined(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates without repeats: one that says the same with the same figures adds only its number."""
    weights = Weights(c.text for c in found)
    kept: list[Candidate] = []
    for candidate in found:
        same = next((i for i, other in enumerate(kept) if _same_fact(candidate, other, weights)), None)
        if same is None:
            kept.append(candidate)
            continue
        first = kept[same]
        numbers = tuple(dict.fromkeys((*first.numbers, *candidate.numbers)))
        worth = tuple(max(a, b) for a, b in zip(first.worth, candidate.worth, strict=True))
        kept[same] = replace(first, numbers=numbers, worth=worth)
    return kept


@lru_cache(maxsize=1024)
def _measures(text: str) -> bool:
    """Say whether a text has a figure beside its dates: two things of one month are two things."""
    for date in reversed(dates.find(plain(text))):
        text = text[: date.start] + " " + text[date.end :]
    return bool(figures(text))


def _same_fact(a: Candidate, b: Candidate, weights: Weights) -> bool:
    """Say whether `a` only repeats `b`: it brings no figure of its own and hardly a word."""
    if a.text == b.text:
        return True
    measures = _measures(a.text) and figures(a.text) == figures(b.text)
    return measures and weights.overlap(a.text, b.text) > SAME_FIGURES
