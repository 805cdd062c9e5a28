"""The extractive engine: it writes with sentences of the evidence and adds nothing of its own.

It needs no model, so the program works with nothing downloaded; and it is the floor that a model has to beat.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence

from assistant.engines.choosing import (
    FITS_TOO,
    LEAST_POINTS,
    LEAST_WORTH,
    MANY_ROWS,
    ROOM,
    Candidate,
    Choice,
    Room,
    candidates,
)
from assistant.records import EngineInfo, Message, Prompt
from assistant.retrieval.diversity import Weights
from assistant.text import sentences, tokens

# How much of a conclusion's worth comes from what the other evidence speaks of as well.
CENTRAL = 0.4


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
    choice = Choice(Weights(c.text for c in offered))
    gap = "" if prompt.language == "zh-TW" else " "
    conclusion = _conclusion(offered, prompt, choice, room)
    yield from (_cited(candidate) + gap for candidate in conclusion)
    sections = _cells(offered, prompt, choice, room) if prompt.rows else _sections(offered, prompt, choice, room)
    for part, points in zip(prompt.parts, sections, strict=True):
        yield f"\n\n## {part}\n"
        # What came later is told after what it came after.
        yield from (f"- {_cited(c)}\n" for c in sorted(points, key=lambda c: c.later))


def _cited(candidate: Candidate) -> str:
    """Return a statement with its markers at the end of each of its sentences."""
    marks = "".join(f"[{n}]" for n in candidate.numbers)
    return " ".join(candidate.text[a:b] + marks for a, b in sentences.spans(candidate.text))


def _conclusion(offered: Sequence[Candidate], prompt: Prompt, choice: Choice, room: Room) -> list[Candidate]:
    """Return the few statements that carry the answer: relevant, and central among all that was found.

    A comparison has one for each of its first rows, a question of several parts one for each of its first parts.
    """
    central = {c: choice.weights.central(c.text) for c in offered}
    most = max(central.values(), default=0.0) or 1.0
    parts = range(len(prompt.parts))

    def best(pool: Iterable[Candidate], part: int) -> list[Candidate]:
        weighed = [_weighed(c, 1 - CENTRAL + CENTRAL * central[c] / most) for c in pool if not c.later]
        return choice.pick(weighed, part, 1)

    if len(prompt.parts) > 1 and not prompt.rows:
        return [c for k in parts[: room.conclusion] for c in best((c for c in offered if _belongs(c, k)), k)]
    if prompt.rows and len(prompt.parts) > 1:
        opening = best((c for c in offered if c.row is None or _names_several(c, prompt)), 0)
        return opening or best(offered, 0)
    return [c for _ in range(room.conclusion - 1) for c in best(offered, 0)]


def _weighed(candidate: Candidate, factor: float) -> Candidate:
    return Candidate(
        candidate.text, candidate.numbers, tuple(w * factor for w in candidate.worth), candidate.source,
        candidate.document, candidate.order, candidate.row, candidate.later,
    )  # fmt: skip


def _names_several(candidate: Candidate, prompt: Prompt) -> bool:
    return sum(any(name in candidate.text for name in row) for row in prompt.rows) > 2


def _belongs(candidate: Candidate, part: int) -> bool:
    return candidate.worth[part] >= max(candidate.worth)


def _sections(offered: Sequence[Candidate], prompt: Prompt, choice: Choice, room: Room) -> list[list[Candidate]]:
    """Return the statements under each part, best first, without what has been said.

    Each statement goes to the part it fits best; a part that is left with little takes what fits it second best.
    """
    most = room.alone if len(prompt.parts) == 1 else room.points
    sections: list[list[Candidate]] = [[] for _ in prompt.parts]
    for bar in (1.0, FITS_TOO):
        for k, section in enumerate(sections):
            top = max((c.worth[k] for c in offered), default=0.0)
            fit = [c for c in offered if c.worth[k] >= max(bar * max(c.worth), LEAST_WORTH * top)]
            section += choice.pick(fit, k, (most if bar == 1.0 else LEAST_POINTS) - len(section))
    return sections


def _cells(offered: Sequence[Candidate], prompt: Prompt, choice: Choice, room: Room) -> list[list[Candidate]]:
    """Return the statements of a comparison under each part: row by row, so that each row has its say."""
    most = 1 if len(prompt.rows) >= MANY_ROWS and prompt.length == "standard" else room.cell
    sections: list[list[Candidate]] = [[] for _ in prompt.parts]
    for row in prompt.rows:
        for k, section in enumerate(sections):
            mine = [c for c in offered if c.row == row and _belongs(c, k)]
            section += choice.pick(mine, k, most)
    for k, section in enumerate(sections):
        if not section:
            section += choice.pick([c for c in offered if _belongs(c, k)], k, room.points)
    return sections
