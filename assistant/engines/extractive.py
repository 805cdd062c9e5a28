"""The extractive engine: it writes with sentences of the evidence and adds nothing of its own.

It needs no model, so the program works with nothing downloaded; and it is the floor that a model has to beat.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.records import Confidence, EngineInfo, Evidence, Message, Prompt
from assistant.retrieval.diversity import overlap
from assistant.text import sentences, tokens

# How much of a claim's worth remains at each confidence; a claim without one is a user's own document.
CONFIDENCE: dict[Confidence | None, float] = {"high": 1.0, None: 1.0, "medium": 0.95, "low": 0.85}
# Evidence less relevant to a part than this share of its best is not worth a line.
LEAST_RELEVANCE = 0.45
# Two statements whose terms overlap more than this say the same.
SAME = 0.6
POINTS = 5
LEAST_POINTS = 2
# A statement may stand under another part than its best when it fits there at least this well.
FITS_TOO = 0.6
POINTS_ALONE = 8
CONCLUSIONS = 3

# A sentence that leans on the one before can't be quoted alone.
_DANGLING = re.compile(
    r"^(?:此外|另外|然而|但是?|不過|因此|所以|其中|同時|而且|並且|該|此|這|其|它|他們|前者|後者|上述|例如"
    r"|(?:it|its|this|that|these|those|they|their|he|she|however|but|and|or|so|also|moreover|furthermore|therefore"
    r"|thus|such|both|the (?:former|latter|same|above))\b)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[。！？!?.」』”\"）)]$")
_LEAST_TOKENS, _MOST_TOKENS = 8, 120


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be a statement. `worth` has one value (0 to 1) for each part of the question."""

    text: str
    n: int
    worth: tuple[float, ...]
    terms: frozenset[str]
    document: str


class ExtractiveEngine:
    """Writes drafts from the sentences of the evidence."""

    info = EngineInfo("extractive")
    # Nothing has to fit anywhere: any prompt is within the window.
    window = 1 << 30

    def count(self, messages: Sequence[Message]) -> int:
        """Return 0: this engine reads the evidence itself, not the rendered prompt."""
        return 0

    def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        """Yield the draft line by line: a conclusion, then points under each part."""
        candidates = [c for evidence in prompt.evidence for c in _candidates(evidence, prompt)]
        conclusion = _conclusion(candidates, len(prompt.parts))
        yield from _until(stop, (_cited(c) + _gap(prompt) for c in conclusion))
        sections = _sections(candidates, conclusion, len(prompt.parts))
        for part, points in zip(prompt.parts, sections, strict=True):
            yield from _until(stop, [f"\n\n## {part}\n", *(f"- {_cited(c)}\n" for c in points)])


def _until(stop: threading.Event, pieces: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for piece in pieces:
        if stop.is_set():
            return
        yield piece


def _gap(prompt: Prompt) -> str:
    return "" if prompt.language == "zh-TW" else " "


def _cited(candidate: Candidate) -> str:
    return f"{candidate.text}[{candidate.n}]"


def _candidates(evidence: Evidence, prompt: Prompt) -> Iterator[Candidate]:
    """Yield what a passage offers: a claim as a whole, prose sentence by sentence."""
    passage = evidence.hit.passage
    reference = passage.reference
    trust = CONFIDENCE[reference.confidence if reference else None]
    texts = [passage.text] if passage.kind == "claim" else [passage.text[a:b] for a, b in sentences.spans(passage.text)]
    wanted = [set(tokens.terms(part)) for part in prompt.parts]
    for text in texts:
        line = " ".join(text.split())
        if passage.kind != "claim" and not _stands_alone(line):
            continue
        terms = frozenset(tokens.terms(line))
        # Within a passage of prose, the sentence with more of the part's words is the better one.
        fits = [1.0 if passage.kind == "claim" else 0.5 + 0.5 * overlap(set(terms), w) for w in wanted]
        worth = tuple(r * f * trust for r, f in zip(evidence.relevance, fits, strict=True))
        yield Candidate(line, evidence.n, worth, terms, passage.document_id)


def _stands_alone(line: str) -> bool:
    """Say whether a sentence of prose can be quoted without its neighbours."""
    size = tokens.count(line)
    return _LEAST_TOKENS <= size <= _MOST_TOKENS and bool(_WHOLE.search(line)) and not _DANGLING.match(line)


def _conclusion(candidates: Sequence[Candidate], parts: int) -> list[Candidate]:
    """Return the few statements that carry the answer: relevant, and central among all that was found."""
    central = {c: max(c.worth) * (0.5 + 0.5 * _centrality(c, candidates)) for c in candidates}
    ranked = sorted(candidates, key=lambda c: (-central[c], c.n))
    chosen: list[Candidate] = []
    for k in range(min(parts, CONCLUSIONS)) if parts > 1 else range(1):
        mine = [c for c in ranked if c.worth[k] == max(c.worth) or parts == 1]
        chosen += _fresh(mine, chosen, 1 if parts > 1 else 2)
    return chosen


def _centrality(candidate: Candidate, candidates: Sequence[Candidate]) -> float:
    """Return the mean overlap with the other candidates, 0 to 1."""
    others = [overlap(set(candidate.terms), set(o.terms)) for o in candidates if o is not candidate]
    return sum(others) / len(others) if others else 0.0


def _sections(candidates: Sequence[Candidate], conclusion: Sequence[Candidate], parts: int) -> list[list[Candidate]]:
    """Return the statements under each part, best first, without what has been said.

    Each statement goes to the part it fits best; a part that is left with little takes what fits it second best.
    """
    most = POINTS_ALONE if parts == 1 else POINTS
    sections: list[list[Candidate]] = [[] for _ in range(parts)]
    said = list(conclusion)
    for bar in (1.0, FITS_TOO):
        for k, section in enumerate(sections):
            top = max((c.worth[k] for c in candidates), default=0.0)
            ranked = sorted(candidates, key=lambda c, k=k: (-c.worth[k], c.n))  # type: ignore[misc]
            fit = [c for c in ranked if c.worth[k] >= max(bar * max(c.worth), bar * LEAST_RELEVANCE * top, 1e-9)]
            new = _fresh(fit, said, (most if bar == 1.0 else LEAST_POINTS) - len(section))
            section += new
            said += new
    return sections


def _fresh(ranked: Sequence[Candidate], said: Sequence[Candidate], most: int) -> list[Candidate]:
    """Return the first `most` of `ranked` that say something new."""
    chosen: list[Candidate] = []
    for candidate in ranked:
        if len(chosen) >= most:
            break
        if not any(overlap(set(candidate.terms), set(other.terms)) > SAME for other in (*said, *chosen)):
            chosen.append(candidate)
    return chosen
