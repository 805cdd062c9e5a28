"""The extractive engine: it writes with sentences of the evidence and adds nothing of its own.

It needs no model, so the program works with nothing downloaded; and it is the floor that a model has to beat.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.engines.choosing import (
    FITS_TOO,
    LEAST_POINTS,
    LEAST_WORTH,
    ROOM,
    Candidate,
    Choice,
    Room,
    candidates,
)
from assistant.records import EngineInfo, Message, Prompt
from assistant.retrieval import kinds, rows, wanted
from assistant.retrieval.diversity import Weights, figures
from assistant.text import sentences, tokens

# How much of a conclusion's worth comes from what the other evidence speaks of as well.
CENTRAL = 0.4
# How much more a statement is worth there for being worded as an answer to what was asked.
DIRECT = 2.0
# And how much more for being the corpus's own summary of its claims: such a one says the point where claims say facts.
# It is worth that only if it speaks of what is asked, at least this much of what the best statement does.
SUMMARY, SPEAKS = 2.0, 0.6
# Where a figure is asked for, the claim that has it is worth more than its summary.
FIGURE_SUMMED = 0.5
# How much a statement is worth there that names nothing of what the question names, and one that names half of it.
ASIDE, HALF = 0.5, 0.85
# And this much where it begins with others and names in passing what the question is about.
IN_PASSING = 0.7
# A conclusion about more things than this is a list.
MOST_ROWS = 4
# So many are weighed against one another in one statement.
FEW_ROWS = 3


class ExtractiveEngine:
    """Writes drafts from the sentences of the evidence."""

    info = EngineInfo("extractive")
    # Nothing has to fit anywhere: any prompt is within the window.
    window = 1 << 30

    def count(self, messages: Sequence[Message]) -> int:
        """Return the size of the prompt as `tokens.count` has it; this engine reads the evidence itself."""
        return sum(tokens.count(message.content) for message in messages)

    def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        """Yield the draft line by line: a conclusion, then points under each part."""
        for piece in _pieces(prompt):
            if stop.is_set():
                return
            yield piece


def _pieces(prompt: Prompt) -> Iterator[str]:
    offered = candidates(prompt)
    room = ROOM[prompt.length]
    kind = kinds.named(prompt.kind)
    choice = Choice(Weights(c.text for c in offered), kind.spread)
    conclusion = _conclusion(offered, prompt, choice, room)
    # A full-width stop carries its own space.
    yield from (_cited(c) + (" " if c.text[-1:].isascii() else "") for c in conclusion)
    sections = _cells(offered, prompt, choice, room) if prompt.rows else _sections(offered, prompt, choice, room)
    for part, points in zip(prompt.parts, sections, strict=True):
        yield f"\n\n## {part}\n"
        # What came later is told after what it came after.
        yield from (f"- {_cited(c)}\n" for c in sorted(points, key=lambda c: c.later))


def _cited(candidate: Candidate) -> str:
    """Return a statement with its markers at the end of each of its sentences."""
    marks = "".join(f"[{n}]" for n in candidate.numbers)
    return " ".join(candidate.text[a:b] + marks for a, b in sentences.spans(candidate.text))


@dataclass(frozen=True)
class _Opening:
    """How the few statements are chosen that carry the answer: relevant, and central among all that was found."""

    offered: Sequence[Candidate]
    prompt: Prompt
    choice: Choice

    def best(self, pool: Iterable[Candidate], part: int) -> list[Candidate]:
        """Return the statement of `pool` that opens a part best, if any does, and remember it as said."""
        least = LEAST_WORTH * max((c.worth[part] for c in self.offered), default=0.0)
        opening = (c for c in pool if c.worth[part] >= least and self._opens(c, part))
        return self.choice.pick([_weighed(c, self._weight(c, part)) for c in opening], part, 1)

    def _weight(self, candidate: Candidate, part: int) -> float:
        central = 1 - CENTRAL + CENTRAL * self._central[candidate] / (max(self._central.values()) or 1.0)
        direct = 1 + DIRECT * candidate.direct[part]
        share, leads = candidate.named[part], candidate.leads[part]
        named = HALF + (1 - HALF) * min(1.0, 2 * share - 1) if share else ASIDE
        named *= 1.0 if leads or not share else IN_PASSING
        told = FIGURE_SUMMED if candidate.summary and self._asks_figure(part) else 1.0
        return told * central * direct * (1 + SUMMARY * self._sums_up(candidate, part)) * named * candidate.fits[part]

    def _sums_up(self, candidate: Candidate, part: int) -> float:
        """Return how far a statement sums up what is asked, 0 to 1.

        Who asks for a figure asks for no summary, and one that begins with others is none of who is asked about.
        """
        if self._asks_figure(part) or not (candidate.summary and candidate.leads[part]):
            return 0.0
        most = max(c.direct[part] for c in self.offered) or 1.0
        return min(1.0, candidate.direct[part] / most / SPEAKS) ** 2 * candidate.named[part] ** 2

    def _asks_figure(self, part: int) -> bool:
        return self.prompt.kind == "fact" or wanted.is_figure(wanted.of(self.prompt.parts[part]))

    def _opens(self, candidate: Candidate, part: int) -> bool:
        """Say whether a statement may open: what came later does so only if all else says little of the matter."""
        if self.prompt.kind == "fact" or not candidate.later:
            return True
        earlier = (_answers(c, part) for c in self.offered if not c.later)
        return max(earlier, default=0.0) < SPEAKS * _answers(candidate, part)

    @cached_property
    def _central(self) -> dict[Candidate, float]:
        return {c: self.choice.weights.central(c.text) for c in self.offered}


def _conclusion(offered: Sequence[Candidate], prompt: Prompt, choice: Choice, room: Room) -> list[Candidate]:
    """Return the statements that open the answer.

    A question of several parts has one for each of its first parts, a comparison of named things one for each.
    """
    best = _Opening(offered, prompt, choice).best
    if prompt.rows and _is_column(prompt, 0):
        # What weighs two or three against one another says more than what is said of each.
        few = len(prompt.rows) <= FEW_ROWS
        if overall := best((c for c in offered if (few or c.summary) and _compares(c, prompt, whole=few)), 0):
            return overall
        return [
            c for row in prompt.rows[:MOST_ROWS] for c in best((c for c in offered if c.row == row and _leads(c, 0)), 0)
        ]
    if prompt.rows:
        return best(offered, 0)
    if len(prompt.parts) > 1:
        return [c for k in range(len(prompt.parts))[: room.conclusion]
                for c in best((c for c in offered if _belongs(c, k)), k)]  # fmt: skip
    return [c for _ in range(min(room.conclusion - 1, kinds.named(prompt.kind).opens)) for c in best(offered, 0)]


def _answers(candidate: Candidate, part: int) -> float:
    """Return how much a statement is worth as an answer to a part: relevant, and worded as one."""
    return candidate.worth[part] * (1 + DIRECT * candidate.direct[part])


def _compares(candidate: Candidate, prompt: Prompt, *, whole: bool) -> bool:
    """Say whether a statement tells of most of the rows at once, or of the `whole`."""
    told = sum(rows.named_in(candidate.text, (row,)) for row in prompt.rows)
    return told == len(prompt.rows) if whole else 2 * told > len(prompt.rows)


def _weighed(candidate: Candidate, factor: float) -> Candidate:
    return replace(candidate, worth=tuple(w * factor for w in candidate.worth))


def _belongs(candidate: Candidate, part: int) -> bool:
    return candidate.worth[part] >= max(candidate.worth)


def _leads(candidate: Candidate, part: int) -> bool:
    """Say whether a statement may lead a row: it fits its part best, or sums up the row in several parts at once."""
    return _belongs(candidate, part) or (candidate.summary and _fits_too(candidate, part))


def _fits_too(candidate: Candidate, part: int) -> bool:
    return candidate.worth[part] >= FITS_TOO * max(candidate.worth)


def _sections(offered: Sequence[Candidate], prompt: Prompt, choice: Choice, room: Room) -> list[list[Candidate]]:
    """Return the statements under each part, best first, without what has been said.

    Each statement goes to the part it fits best; a part that is left with little takes what fits it second best.
    """
    most = min(room.alone, kinds.named(prompt.kind).points) if len(prompt.parts) == 1 else room.points
    sections: list[list[Candidate]] = [[] for _ in prompt.parts]
    for bar in (1.0, FITS_TOO):
        for k, section in enumerate(sections):
            top = max((c.worth[k] for c in offered), default=0.0)
            fit = [c for c in offered if c.worth[k] >= max(bar * max(c.worth), LEAST_WORTH * top)]
            section += choice.pick(fit, k, (most if bar == 1.0 else LEAST_POINTS) - len(section))
    for k, section in enumerate(sections):
        # What answers two parts at once stands under the one that has nothing else.
        lent = [(c, other) for other in sections if len(other) > 1 for c in other if _fits_too(c, k)]
        if lent and not section:
            best, lender = max(lent, key=lambda pair: pair[0].worth[k])
            lender.remove(best)
            section.append(best)
        elif not section and not any(_belongs(c, k) for c in choice.said):
            section += _nearly_said(offered, k, choice)
    return sections


def _nearly_said(offered: Sequence[Candidate], part: int, choice: Choice) -> list[Candidate]:
    """Return what answers a part best and was left out as said, if it has a figure of its own: nothing else does."""
    top = max((c.worth[part] for c in offered), default=0.0)
    known = frozenset[str]().union(*(figures(c.text) for c in choice.said))
    fit = [c for c in offered if _belongs(c, part) and c.worth[part] == top]
    return [c for c in fit if top > 0 and not figures(c.text) <= known][:1]


def _cells(offered: Sequence[Candidate], prompt: Prompt, choice: Choice, room: Room) -> list[list[Candidate]]:
    """Return the statements of a comparison under each part: row by row, so that each row has its say."""
    sections: list[list[Candidate]] = [[] for _ in prompt.parts]
    columns = [k for k in range(len(sections)) if _is_column(prompt, k)]
    most = max(1, round(room.column / len(prompt.rows)))
    least = [LEAST_WORTH * max((c.worth[k] for c in offered), default=0.0) for k in range(len(sections))]
    # In turns: what answers one cell best isn't taken by another as its second.
    for _ in range(most):
        for row in prompt.rows:
            for k in columns:
                mine = [
                    c for c in offered if c.row == row and c.worth[k] >= max(least[k], *(c.worth[j] for j in columns))
                ]
                sections[k] += choice.pick(mine, k, 1)
    kind = kinds.named(prompt.kind)
    for k, section in enumerate(sections):
        top = max((c.worth[k] for c in offered), default=0.0)
        fit = [c for c in offered if c.worth[k] >= LEAST_WORTH * top]
        if k in columns:
            # What is said of none of the rows stands beside them.
            fit = [c for c in fit if c.row is None and _belongs(c, k)]
        section += choice.pick(fit, k, kind.beside if k in columns else LEAST_POINTS)
    return sections


def _is_column(prompt: Prompt, part: int) -> bool:
    """Say whether a part asks of each row; where the evidence enumerated them, the first part asked who there is."""
    each = len(prompt.parts) == 1 or kinds.named(prompt.kind).finds == "about"
    return part > 0 or each or rows.named_in(prompt.parts[0], prompt.rows)
