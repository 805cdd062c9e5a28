"""Signs that a statement ties its figures and names to other things than the passage does.

All figures of a statement may stand in a passage and yet be swapped: "Thor costs US$1,999" where the passage gives
that price for Orin. What stands beside a figure says what it belongs to; where the passage has another figure of the
kind whose neighbours fit the statement clearly better, or where two figures or names of the statement would fit better
the other way round, the statement is swapped.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import combinations

from assistant.answering.assertions import NAME, Assertion, Mark, Segment, family, figure_key, sort
from assistant.answering.pairs import Pairs, fit, holds
from assistant.text.figures import Figure, agrees, plain

# How much better a rival's neighbours have to fit, in the anchors' weights, and how little of their own may speak for
# the place where the figure stands; set on the tuning half of tests/golden/grounding/tune.jsonl.
FIGURE_MARGIN, LEAST_ALONE = 2.0, 1.0
# Across languages: what a rival's own segment has to share, and the part of it that a home needs to outweigh it.
LEAST_ELSEWHERE, HOME_SHARE = 1.0, 0.5
# Two places are exchanged where crossing them fits better by this factor, and by this much.
FIGURES_EXCHANGE, NAMES_EXCHANGE, ACROSS_EXCHANGE = (1.3, 0.5), (1.35, 0.3), (2.0, 1.0)
_LIST = re.compile(r"\s*(?:[-–—~,、/&(]|,?\s*and|to|or|到|至|与|和|及|或)?\s*(?:us\$|nt\$|eur|the)?\s*")
# The share of a statement that one sentence has to carry to be what the statement is about.
OTHER_SUBJECT = 0.5
# What the neighbouring segments count for beside a segment's own anchors.
_BEFORE, _AFTER = 0.6, 0.15
# What a plain word counts for there: it goes with many things.
_WORDS = 0.5
# The distance in characters at which an anchor counts half, and what a segment's and a sentence's border add to it.
_HALF, _BORDER, _SENTENCE, _DECAY = 10, 8, 40, 1.5
_REPORTS = re.compile(
    r"\b(?:said|says?|stat(?:ed|es)|report\w*|announc\w+|publish\w+|wrote|told|noted|notes|estimated|forecast\w*|found)\b"
    r"|表示|指出|说|宣布|报导|发表|公布|提到|评析|专访|社论|报告|研究"
)
_RESPECTIVELY = re.compile(r"\brespectively\b|分别")


def moved(statement: Assertion, window: Assertion, paired: Pairs) -> str:
    """Return a figure of the statement that the passage has with other things, as written, or an empty string."""
    ours, theirs = _unfolded(statement), _unfolded(window)
    moved_in = _figure_moved if statement.language == window.language else _figure_moved_across
    for at, segment in enumerate(ours):
        for figure in segment.figures:
            settled = paired.straight.get(figure_key(figure), set())
            if moved_in(figure, at, ours, theirs, settled) or (
                statement.language != window.language
                and figure_key(figure) not in paired.joined
                and _figure_elsewhere(figure, at, ours, theirs, settled)
            ):
                return statement.text[figure.start : figure.end]
    return ""


def in_turn(statement: Assertion, window: Assertion) -> bool:
    """Say whether one of both tells figures in the order of their things: "A and B cost x and y respectively"."""
    return bool(_RESPECTIVELY.search(plain(statement.text + window.text)))


def other_subject(statement: Assertion, sentences: Sequence[Assertion]) -> str:
    """Return the name that a statement says something of which the passage says of another one, or an empty string.

    That is so where one sentence has nearly all of the statement but its name, names something else instead,
    and the name comes from another sentence.
    """
    if len(sentences) < 2:
        return ""
    first = next((name for segment in statement.segments for name in segment.names if segment.subjects), None)
    if first is None:
        return ""
    stated = frozenset(key for segment in statement.segments for key in segment.subjects)
    rest = {key: weight for key, weight in statement.weights.items() if key not in stated}
    best = max(sentences, key=lambda s: fit(rest, s.weights))
    if not rest or fit(rest, best.weights) < OTHER_SUBJECT * sum(rest.values()):
        return ""
    subject = next((s.subjects for s in best.segments if s.subjects), frozenset())
    missing = not any(f"@{part}" in best.weights for part in first.parts)
    return first.text if missing and subject and not subject & stated else ""


def _figure_moved(
    figure: Figure, at: int, ours: Sequence[Segment], theirs: Sequence[Segment], settled: Set[str]
) -> bool:
    """Say whether another figure of the kind would fit what the statement says of this one better."""
    mine, kind = ours[at].figures, family(figure)
    homes, rivals = _homes_and_rivals(figure, mine, theirs, settled)
    if not homes or not rivals:
        return False
    if figure.kind == "date" and _reports(ours[at]) and any(_reports(theirs[i]) for i in homes):
        return False
    own = {figure_key(f) for f in mine if family(f) == kind}
    wanted = {key: weight for key, weight in _context(at, ours, kind, topic=True).items() if key not in own}
    contexts = [_context(i, theirs, kind) for i in homes]
    for i in rivals:
        rival = _context(i, theirs, kind)
        # Only what one of the two has and the other hasn't can tell them apart.
        gains = [(fit(wanted, rival, home), fit(wanted, home, rival)) for home in contexts]
        if all(there > here + FIGURE_MARGIN or (here == 0 and there >= LEAST_ALONE) for there, here in gains):
            return True
    return False


def _reports(segment: Segment) -> bool:
    """Say whether the segment only says who reported something, or when: "it said in May 2026", "(May 2026)"."""
    return all(mark.key.startswith("#date") for mark in segment.marks) or bool(_REPORTS.search(plain(segment.text)))


def _figure_moved_across(
    figure: Figure, at: int, ours: Sequence[Segment], theirs: Sequence[Segment], settled: Set[str]
) -> bool:
    """Say so for a passage in the other language, whose word order differs: only what stands in one segment counts.

    The figure's own segment must have nothing of the statement's, and another figure's a name or a figure of it.
    """
    homes, rivals = _homes_and_rivals(figure, ours[at].figures, theirs, settled)
    own = {figure_key(f) for f in ours[at].figures if family(f) == family(figure)}
    wanted = {key: weight for key, weight in ours[at].weights.items() if key not in own and key[0] in "#@="}
    if not homes or any(fit(wanted, _context(i, theirs, family(figure))) for i in homes):
        return False
    return any(fit(wanted, theirs[i].weights) >= NAME for i in rivals)


def _figure_elsewhere(
    figure: Figure, at: int, ours: Sequence[Segment], theirs: Sequence[Segment], settled: Set[str]
) -> bool:
    """Say whether the words right beside the figure stand right beside another one of its kind, and only there.

    Names and further figures are no such words: they may be the topic of both.
    """
    homes, rivals = _homes_and_rivals(figure, ours[at].figures, theirs, settled)
    if not homes or not rivals:
        return False
    times = Counter(key for segment in theirs for key in {mark.key for mark in segment.marks})
    telling = {m.key: m.weight for m in ours[at].marks if m.key[0] not in "#@" and times[m.key] == 1}
    here = max(fit(telling, _context(i, theirs, family(figure))) for i in homes)
    there = max(fit(telling, theirs[i].weights) for i in rivals)
    return there >= LEAST_ELSEWHERE and here < HOME_SHARE * there


def _homes_and_rivals(
    figure: Figure, mine: Sequence[Figure], theirs: Sequence[Segment], settled: Set[str]
) -> tuple[list[int], list[int]]:
    """Return the segments that have the figure, and those that have another one of its kind instead.

    `settled` has the keys of those that are no rivals, because the statement has them in their own place.
    """
    kind = family(figure)
    homes = [i for i, s in enumerate(theirs) if any(agrees(figure, f) for f in s.figures)]
    rivals = [
        i
        for i, s in enumerate(theirs)
        if i not in homes
        and any(
            family(f) == kind and figure_key(f) not in settled and not any(agrees(m, f) or agrees(f, m) for m in mine)
            for f in s.figures
        )
    ]
    return homes, rivals


def exchanged(statement: Assertion, window: Assertion, paired: Pairs) -> str:
    """Return two figures of a kind, or two names, that would fit the passage better the other way round."""
    if in_turn(statement, window):
        return ""
    ours, theirs = _Places(statement), _Places(window)
    for one, other in combinations(_slots(statement), 2):
        if one[0] != other[0] or one[1] & other[1]:
            continue
        if (one[1] | other[1]) & paired.told or any(other[1] & paired.straight.get(key, set()) for key in one[1]):
            continue
        if not all(slot[1] & ours.keys and slot[1] & theirs.keys for slot in (one, other)):
            continue
        about = (ours.single & theirs.single) - one[1] - other[1]
        if one[0].startswith("name"):
            about = frozenset(key for key in about if key[0] != "@")
        straight = ours.fit(one[1], one[1], theirs, about) + ours.fit(other[1], other[1], theirs, about)
        crossed = ours.fit(one[1], other[1], theirs, about) + ours.fit(other[1], one[1], theirs, about)
        if _LIST.fullmatch(plain(statement.text[one[4] : other[3]])):
            continue  # "US and German leaders", "20 to 30%": neighbours, whose order says little
        factor, least = NAMES_EXCHANGE if one[0].startswith("name") else FIGURES_EXCHANGE
        if statement.language != window.language:
            factor, least = ACROSS_EXCHANGE
        if crossed > factor * straight and crossed - straight > least:
            return f"{one[2]} / {other[2]}"
    return ""


def _slots(statement: Assertion) -> list[tuple[str, frozenset[str], str, int, int]]:
    """Return what could be exchanged in a statement: its kind, its keys, how it is written, and where."""
    figures = [
        (family(f), frozenset({figure_key(f)}), statement.text[f.start : f.end], f.start, f.end)
        for f in statement.figures
    ]
    names = [(sort(n), frozenset(f"@{part}" for part in n.parts), n.text, n.start, n.end) for n in statement.names]
    return figures + names


class _Places:
    """Where the anchors of a text stand, and how near to each other they are."""

    def __init__(self, assertion: Assertion) -> None:
        self._places: dict[str, list[int]] = {}
        self._weights: dict[str, float] = {}
        borders = 0
        for segment in assertion.segments:
            borders += _SENTENCE if segment.opens else _BORDER
            for mark in segment.marks:
                self._places.setdefault(mark.key, []).append(mark.start + borders)
                self._weights[mark.key] = mark.weight if mark.key[0] in "#@=" else mark.weight * _WORDS
        self.keys = frozenset(self._places)
        # What stands in several places tells none of them apart.
        self.single = frozenset(key for key, places in self._places.items() if len(places) == 1)

    def near(self, one: frozenset[str], key: str) -> float:
        """Return how near (0 to 1) an anchor is to one of several others."""
        there = self._places[key]
        distances = (abs(a - b) for k in one if k in self._places for a in self._places[k] for b in there)
        return float(1 / (1 + (min(distances, default=10**6) / _HALF) ** _DECAY))

    def fit(self, mine: frozenset[str], theirs: frozenset[str], other: "_Places", about: frozenset[str]) -> float:
        """Return how far what stands near `mine` here stands near `theirs` in the other text."""
        return sum(self._weights[key] * self.near(mine, key) * other.near(theirs, key) for key in about)


def _context(at: int, segments: Sequence[Segment], kind: str, *, topic: bool = False) -> dict[str, float]:
    """Return what stands around segment `at`: its own anchors, and those of neighbours without such a figure.

    What has no subject of its own has that of the stretch before, or, with `topic`, the first one of the text.
    """
    around: dict[str, float] = {}

    def add(marks: Iterable[Mark], share: float) -> None:
        for mark in marks:
            around[mark.key] = max(around.get(mark.key, 0.0), mark.weight * share)

    start = max((j for j in range(at + 1) if segments[j].opens), default=0)
    for segment in segments[start:at]:
        # What stands before the first such figure is the topic of all of them.
        if holds(segment, kind):
            break
        add(segment.marks, _BEFORE)
    i = at - 1
    counted = False
    # A neighbour with figures of its own is the last one that is looked at.
    while i >= 0 and not counted and not segments[i + 1].opens and not holds(segments[i], kind):
        counted = bool(segments[i].figures)
        add(segments[i].marks, 1.0 if segments[i].subjects and not segments[at].subjects else _BEFORE)
        i -= 1
    if not any(s.subjects for s in segments[i + 1 : at + 1]):
        if topic:
            first = next((s for s in segments if s.subjects), None)
            add([mark for mark in first.marks if mark.key in first.subjects] if first else [], _BEFORE)
        else:
            _inherit(segments[: i + 1], segments[at + 1 :], kind, add)
    i = at + 1
    while i < len(segments) and not segments[i].opens and not holds(segments[i], kind):
        add(segments[i].marks, _AFTER)
        i += 1
    own = {mark.key: mark.weight for mark in segments[at].marks}
    return around | own


def _inherit(before: Sequence[Segment], after: Sequence[Segment], kind: str, add: Callable[..., None]) -> None:
    """Add what a stretch without a subject of its own speaks of.

    That is what leads the list ("On-premise cost splits into half for hardware and …", "The fair drew 3,500 visitors
    and …") and the last one named.
    """
    for i, segment in enumerate(before):
        if holds(segment, kind) and not any(s.opens for s in before[i + 1 :]):
            first = min(f.start for f in segment.figures if family(f) == kind)
            add([mark for mark in segment.marks if mark.start < first], 1.0)
            break
        if not holds(segment, kind):
            add(segment.marks, _BEFORE)
            add([mark for mark in segment.marks if mark.key in segment.subjects], 1.0)
    # "7.5 times the compute and 3.5 times the efficiency of Orin": both are Orin's.
    named = next((s for s in (*reversed(before), *after) if s.subjects), None)
    if named:
        add([mark for mark in named.marks if mark.key in named.subjects], 1.0)


def _unfolded(assertion: Assertion) -> Sequence[Segment]:
    """Return the segments; "A and B cost x and y respectively" as A with x and B with y."""
    segments = assertion.segments
    if not _RESPECTIVELY.search(plain(assertion.text)):
        return segments
    figures = assertion.figures
    holders = [s for s in segments if s.names]
    if len({(f.kind, f.unit) for f in figures}) != 1 or len(holders) != len(figures):
        return segments
    return [
        Segment(s.text, s.start, (f,), s.names,
                (*(m for m in s.marks if m.key[0] != "#"), Mark(figure_key(f), s.start, 3.0)))
        for s, f in zip(holders, figures, strict=True)
    ]  # fmt: skip
