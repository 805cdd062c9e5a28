"""Which sentences make the answer: relevant to the part, from several sources, each saying something new."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.engines.sentences import Lifted, standing_alone
from assistant.records import Confidence, Evidence, Language, Length, Prompt
from assistant.retrieval import facets, rows
from assistant.retrieval.diversity import Weights, figures, overlap
from assistant.retrieval.rows import Row
from assistant.text import names, tokens

# How much of a claim's worth remains at each confidence; a claim without one is a user's own document.
CONFIDENCE: dict[Confidence | None, float] = {"high": 1.0, None: 1.0, "medium": 0.96, "low": 0.85}
# Evidence less relevant to a part than this share of its best is not worth a line.
LEAST_WORTH = 0.5
# Two statements whose weighted terms overlap more than this say the same; less is enough without a figure of its own.
SAME, SAME_FIGURES = 0.58, 0.45
# What a candidate loses by each statement that its source, or its document, already has in the answer.
CROWDED_SOURCE, CROWDED_DOCUMENT = 0.8, 0.97
# What a candidate loses by being near to what was said: a new side of the matter goes first.
NEARNESS = 0.15
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
# Evidence that names nothing of what the question is about by name keeps this much of its worth.
UNNAMED = 0.5
# The other language speaks only where the asker's has little to say.
OTHER_LANGUAGE = 0.4
_ALTERNATIVES = re.compile(r"或|\bor\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be a statement. `worth` has one value for each part; `order` is its place."""

    text: str
    numbers: tuple[int, ...]
    worth: tuple[float, ...]
    source: str
    document: str
    order: int
    row: Row | None = None
    later: bool = False


@dataclass
class Choice:
    """The answer as it is being chosen: what was said, by whom, and how near each text is to it."""

    weights: Weights
    said: list[Candidate] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    _near: dict[str, tuple[int, float]] = field(default_factory=dict)

    def pick(self, candidates: Sequence[Candidate], part: int, most: int) -> list[Candidate]:
        """Return at most `most` new statements for a part, best first, and remember them as said."""
        left = [c for c in candidates if c.worth[part] > 0]
        picked: list[Candidate] = []
        while left and len(picked) < most:
            best = max(left, key=lambda c: (self._value(c, part), -c.order))
            left.remove(best)
            if not self._repeats(best):
                self.say(best)
                picked.append(best)
        return picked

    def say(self, candidate: Candidate) -> None:
        """Remember a statement as said."""
        self.said.append(candidate)
        self.sources[candidate.source] += 1
        self.documents[candidate.document] += 1

    def _value(self, candidate: Candidate, part: int) -> float:
        crowd = (
            CROWDED_SOURCE ** self.sources[candidate.source] * CROWDED_DOCUMENT ** self.documents[candidate.document]
        )
        return candidate.worth[part] * crowd * (1 - NEARNESS * self._nearest(candidate.text))

    def _nearest(self, text: str) -> float:
        """Return the largest overlap with what was said, counting on from where it was left."""
        counted, nearest = self._near.get(text, (0, 0.0))
        for other in self.said[counted:]:
            nearest = max(nearest, self.weights.overlap(text, other.text))
        self._near[text] = (len(self.said), nearest)
        return nearest

    def _repeats(self, candidate: Candidate) -> bool:
        own = figures(candidate.text)
        return any(
            self.weights.overlap(candidate.text, other.text) > (SAME_FIGURES if own <= figures(other.text) else SAME)
            for other in self.said
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a prompt asks for, taken apart once: for each part its facets and terms, and the names of its subject."""

    facets: tuple[frozenset[str], ...]
    terms: tuple[set[str], ...]
    subject: frozenset[str]
    rows: tuple[Row, ...]
    language: Language

    @classmethod
    def of(cls, prompt: Prompt) -> "_Asked":
        focus = prompt.focus or prompt.parts
        # Of alternatives ("GTC or a European show") evidence names one; of things compared the rows take care.
        several = bool(prompt.rows) or bool(_ALTERNATIVES.search(prompt.question))
        return cls(
            tuple(facets.named_in(f) or facets.named_in(part) for f, part in zip(focus, prompt.parts, strict=True)),
            tuple(set(tokens.terms(part)) for part in prompt.parts),
            frozenset() if several else _names(prompt.question),
            prompt.rows,
            prompt.language,
        )

    def on_subject(self, evidence: Evidence) -> float:
        """Return 1, or less for evidence in the other language or on other things than the question names."""
        hit = evidence.hit
        spoken = 1.0 if hit.passage.language == self.language else OTHER_LANGUAGE
        if not self.subject:
            return spoken
        text = " ".join((hit.title, *hit.passage.headings, hit.passage.text))
        shared = len(self.subject & _names(text)) / len(self.subject)
        return spoken * (UNNAMED + (1 - UNNAMED) * shared)


def candidates(prompt: Prompt) -> list[Candidate]:
    """Return what the evidence offers, in its order; the same fact from several passages is one candidate."""
    asked = _Asked.of(prompt)
    found: list[Candidate] = []
    for evidence in prompt.evidence:
        on_subject = asked.on_subject(evidence)
        for lifted in standing_alone(evidence.hit.passage):
            found.append(_candidate(lifted, evidence, asked, on_subject, len(found)))
    return _joined(found)


def _candidate(lifted: Lifted, evidence: Evidence, asked: _Asked, on_subject: float, order: int) -> Candidate:
    hit, passage, text = evidence.hit, evidence.hit.passage, lifted.text
    reference = passage.reference
    trust = CONFIDENCE[reference.confidence if reference else None] * on_subject
    own = set(tokens.terms(text))
    # Within a passage of prose, the sentence with more of the part's words is the better one.
    above = set(tokens.terms(lifted.heading))
    share = [
        1.0 if passage.kind == "claim" else 0.5 + 0.5 * max(overlap(own, words), overlap(above, words))
        for words in asked.terms
    ]
    worth = tuple(
        relevance * trust * s * facets.fit(wanted, hit, text, lifted.heading)
        for relevance, s, wanted in zip(evidence.relevance, share, asked.facets, strict=True)
    )
    source = (reference.url or reference.title) if reference else hit.path
    headings = passage.headings[-1:]
    later = any("since" in facets.named_in(heading) for heading in headings) or (
        any(note.startswith("since") for note in reference.notes) if reference else False
    )
    row = rows.about_hit(hit, text, asked.rows) if asked.rows else None
    return Candidate(text, (evidence.n,), worth, source, hit.path, order, row, later)


def _names(text: str) -> frozenset[str]:
    return frozenset(part for name in names.find(text) for part in name.parts)


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
        kept[same] = Candidate(
            first.text, numbers, worth, first.source, first.document, first.order, first.row, first.later
        )
    return kept


def _same_fact(a: Candidate, b: Candidate, weights: Weights) -> bool:
    """Say whether `a` only repeats `b`: it brings no figure of its own and hardly a word."""
    if a.text == b.text:
        return True
    ours = figures(a.text)
    return bool(ours) and ours == figures(b.text) and weights.overlap(a.text, b.text) > SAME_FIGURES
