"""Where the sources of an answer disagree: which statements, with what figures and dates, and which one to prefer.

Two sources disagree where one of them is marked so in the corpus (`contradicts: ID`), where two passages say the
same of the same thing, names, dates and all, but for one figure, or where they give a property of one thing different
values, in whatever words (`readings.py`). A figure for another year, product, unit or condition is no contradiction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from assistant.answering import readings
from assistant.answering.assertions import Assertion, Reader, family, figure_key
from assistant.records import Evidence, Language, Reference
from assistant.text import sentences
from assistant.text.figures import Figure

Preference = Literal["newer", "surer", "both", "unclear", "none"]

# The share of what two passages say, figures aside, that has to be the same before their figures are compared.
LEAST_SAME = 0.8
MOST_SHOWN = 3
_LONGEST = 70
_CERTAINTY = {"high": 2, "medium": 1, "low": 0}
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh-TW": {
        "line": "來源說法不一：{one}；{other}。{why}",
        "side": "{said}（{source}）",
        "comma": "，",
        "undated": "未註明日期",
        "newer": "以較新的{one}為準。",
        "surer": "以較可信的{one}為準。",
        "both": "以較新且較可信的{one}為準。",
        "unclear": "{one}較新，另一個較可信，兩者並陳。",
        "none": "兩者的日期與可信度相當，無從取捨。",
    },
    "en": {
        "line": "Sources disagree: {one}; {other}. {why}",
        "side": "{said} ({source})",
        "comma": ", ",
        "undated": "undated",
        "newer": "The newer one, {one}, is preferred.",
        "surer": "The more certain one, {one}, is preferred.",
        "both": "The newer and more certain one, {one}, is preferred.",
        "unclear": "{one} is newer, the other more certain; both stand.",
        "none": "Neither is newer or more certain.",
    },
}


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says: its evidence, the figure that the other lacks (or a short quotation), and its date."""

    evidence: Evidence
    said: str
    date: str | None
    source: str
    certainty: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sources that disagree, the preferred one first; `preference` says why it is, or why neither is."""

    one: Side
    other: Side
    preference: Preference
    marked: bool


def among(cited: Sequence[Evidence], reader: Reader) -> list[Disagreement]:
    """Return where the evidence that an answer cites disagrees, what the corpus itself marks first."""
    distinct = list({e.hit.passage.id: e for e in cited}.values())
    found = [(_disagreement(one, other, reader), one, other) for one, other in combinations(distinct, 2)]
    return sorted((d for d, _, _ in found if d), key=lambda d: not d.marked)


def lines(found: Sequence[Disagreement], language: Language) -> Iterator[str]:
    """Yield each of the first disagreements as a sentence with both figures, both dates and the preference."""
    words = _WORDS[language]
    for each in found[:MOST_SHOWN]:
        one, other = (_shown(side, words) for side in (each.one, each.other))
        why = words[each.preference].format(one=each.one.source.partition(words["comma"])[0])
        yield words["line"].format(one=one, other=other, why=why)


def _shown(side: Side, words: Mapping[str, str]) -> str:
    source = words["comma"].join((side.source, side.date or words["undated"]))
    return words["side"].format(said=side.said, source=source)


def _disagreement(one: Evidence, other: Evidence, reader: Reader) -> Disagreement | None:
    marked = _marks(one, other) or _marks(other, one)
    ours, theirs = reader.read(one.hit.passage.text), reader.read(other.hit.passage.text)
    apart = _figures_apart(ours, theirs)
    same_but_these = apart is not None and _same_but_figures(ours, theirs, apart)
    valued = None if same_but_these else readings.apart(ours, theirs)
    if not (marked or same_but_these or valued):
        return None
    apart = valued or apart
    said = [_quoted(e) for e in (one, other)]
    if apart:
        texts = (ours.text, theirs.text)
        said = [text[f.start : f.end].strip() for text, f in zip(texts, apart, strict=True)]
    first, second = _side(one, said[0]), _side(other, said[1])
    newer, surer = _more(first.date, second.date), first.certainty - second.certainty
    if newer < 0 or (newer == 0 and surer < 0):
        first, second, newer, surer = second, first, -newer, -surer
    return Disagreement(first, second, _preference(newer, surer), bool(marked))


def _preference(newer: int, surer: int) -> Preference:
    """Return why the first of two is preferred; it is the newer one, or the surer one of two of the same date."""
    if newer and surer < 0:
        return "unclear"
    if newer:
        return "both" if surer > 0 else "newer"
    return "surer" if surer > 0 else "none"


def _more(one: str | None, other: str | None) -> int:
    """Return 1, 0 or -1 as the first date is later; dates of different precision compare as far as both go."""
    if not one or not other:
        return 0
    size = min(len(one), len(other))
    return (one[:size] > other[:size]) - (one[:size] < other[:size])


def _marks(one: Evidence, other: Evidence) -> bool:
    """Say whether the first passage's sources note that it contradicts the other's claim."""
    claim = other.hit.passage.claim
    named = {n.partition(":")[2].strip() for r in one.hit.passage.references for n in r.notes if n.startswith("contra")}
    return claim is not None and claim in named


def _figures_apart(ours: Assertion, theirs: Assertion) -> tuple[Figure, Figure] | None:
    """Return the one figure of each that the other lacks, of the same kind and unit; None where that isn't one each."""
    keys = {figure_key(f) for f in ours.figures}, {figure_key(f) for f in theirs.figures}
    mine = [f for f in ours.figures if figure_key(f) not in keys[1] and f.kind != "date"]
    other = [f for f in theirs.figures if figure_key(f) not in keys[0] and f.kind != "date"]
    pairs = [(a, b) for a in mine for b in other if family(a) == family(b) and (a.unit or a.kind == "number")]
    return pairs[0] if pairs and len({figure_key(a) for a, _ in pairs}) == 1 else None


def _same_but_figures(ours: Assertion, theirs: Assertion, apart: tuple[Figure, Figure]) -> bool:
    """Say whether two passages say the same of the same things but for one figure each."""
    if ours.language != theirs.language:
        return False
    differing = {figure_key(f) for f in apart}
    one, other = ({k: w for k, w in a.weights.items() if k not in differing} for a in (ours, theirs))
    # Another name, term, date or further figure means another thing.
    if any(k[0] in "#@=" for k in one.keys() ^ other.keys()):
        return False
    shared = sum(one[k] for k in one.keys() & other.keys())
    return shared >= LEAST_SAME * max(sum(one.values()), sum(other.values()), 1.0)


def _side(evidence: Evidence, said: str) -> Side:
    reference: Reference | None = evidence.hit.passage.reference
    source = (reference.publisher or reference.title) if reference else evidence.hit.title or evidence.hit.path
    certainty = _CERTAINTY[reference.confidence] if reference and reference.confidence else 1
    return Side(evidence, said, reference.date if reference else None, source, certainty)


def _quoted(evidence: Evidence) -> str:
    """Return the first sentence of a passage, cut at a length that still says what it is about."""
    text = " ".join(evidence.hit.passage.text.split())
    start, end = next(iter(sentences.spans(text)), (0, len(text)))
    first = text[start:end].rstrip("。.")
    longest = _LONGEST if evidence.hit.passage.language == "en" else _LONGEST // 2
    return first if len(first) <= longest * 2 else first[: longest * 2].rstrip() + "…"
