"""Put items to a model and score what it says, so that an interruption costs one reply at most."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answering.grounding import Grounder
from assistant.research.evaluation import asking, checks
from assistant.research.evaluation.checks import Points
from assistant.research.evaluation.items import Item, Suite
from assistant.research.evaluation.replies import Replies, Reply
from assistant.research.evaluation.subjects import Subject
from assistant.text import tokens

# Tokens that a reply is expected to have, and how many prompt tokens are read in the time that one is written: about
# what small processors do. Both only weigh the items against each other for the time that is left.
EXPECTED = {"choice": 3, "report": asking.MOST["report"]}
EXPECTED_OF_A_LINE, READ_FOR_ONE = 8, 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """An item with what was replied and the points for it."""

    item: Item
    reply: Reply
    points: Points


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a model has come: items done of all, those known from before, and the seconds left, None at first."""

    name: str
    done: int
    total: int
    kept: int
    left: float | None


Heard = Callable[[Progress], None]


def run(
    subject: Subject, suites: Sequence[Suite], replies: Replies, grounder: Grounder, heard: Heard = lambda _: None
) -> list[Outcome]:
    """Return the outcome of every item of the suites, in their order. Only what `replies` lacks is asked."""
    items = [item for suite in suites for item in suite.items]
    todo = [item for item in items if replies.get(item.digest) is None]
    clock = _Clock(subject, items, todo, heard)
    # The same words first: what stays the same of the prompts is read once.
    for _, group in groupby(sorted(todo, key=_alike), key=_alike):
        for item, reply in _ask(subject, list(group)):
            replies.add(item.digest, reply)
            clock.done(item)
    return [_outcome(item, replies, subject, grounder) for item in items]


def size(item: Item, *, likelihood: bool) -> tuple[int, int]:
    """Return how many tokens of a prompt and of a reply to expect."""
    read = sum(tokens.count(message.content) for message in asking.messages(item))
    return read, 0 if item.task == "choice" and likelihood else EXPECTED.get(item.task, EXPECTED_OF_A_LINE)


def _alike(item: Item) -> tuple[str, str]:
    return (item.task if item.task in ("choice", "report") else "line"), item.language


def _ask(subject: Subject, items: Sequence[Item]) -> Iterator[tuple[Item, Reply]]:
    """Yield items with their replies as they come: reports one at a time, for they are timed, all else together."""
    task = _alike(items[0])[0]
    if task == "line" or (task == "choice" and subject.weigh is None):
        for n, reply in subject.several([asking.prompt(item, subject.engine) for item in items]):
            yield items[n], reply
        return
    for item in items:
        prompt = asking.prompt(item, subject.engine)
        yield item, subject.written(prompt) if task == "report" else subject.chosen(prompt, asking.letters(item))


def _outcome(item: Item, replies: Replies, subject: Subject, grounder: Grounder) -> Outcome:
    reply = replies.get(item.digest)
    assert reply is not None, "every item was asked"
    if reply.refused:
        return Outcome(item, reply, Points(0.0, "refused"))
    return Outcome(item, reply, checks.score(item, reply.text, asking.prompt(item, subject.engine), grounder))


class _Clock:
    """Says how far a model has come and, from its own speed so far, how long it will take."""

    def __init__(self, subject: Subject, items: Sequence[Item], todo: Sequence[Item], heard: Heard) -> None:
        likelihood = subject.weigh is not None
        self._weights = {item.id: _weight(item, likelihood) for item in todo}
        self._left = sum(self._weights.values())
        self._name, self._total, self._kept = subject.name, len(items), len(items) - len(todo)
        self._heard, self._started, self._worked, self._count = heard, time.perf_counter(), 0.0, 0
        heard(Progress(self._name, self._kept, self._total, self._kept, None))

    def done(self, item: Item) -> None:
        """Count an item as done and say so."""
        self._worked += self._weights[item.id]
        self._left -= self._weights[item.id]
        self._count += 1
        left = (time.perf_counter() - self._started) / self._worked * self._left if self._worked else None
        self._heard(Progress(self._name, self._kept + self._count, self._total, self._kept, left))


def _weight(item: Item, likelihood: bool) -> float:
    read, written = size(item, likelihood=likelihood)
    return read + READ_FOR_ONE * written
