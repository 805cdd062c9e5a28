"""What models are asked: items, each with how its reply is scored, gathered in suites."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.records import Language, content_id
from assistant.research.evaluation.result import Kind

Task = Literal["choice", "answer", "number", "absent", "refuse", "keep", "report"]
"""What is asked for: a choice; a name or a few words; a figure; to say that the passages don't say; to refuse; to keep
what the instruction says to keep; a cited answer."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question for a model.

    Items with the same `family` ask the same in two languages, so they count as one when chance is reckoned.
    `answers` are what is right, any of them; of a choice, the text of the right one of `choices`. `forbidden` is
    what a reply must not have. `instruction` is told to the model beside the rules. `key` has, for each claim that a
    report must carry, the numbers of the passages that carry it.
    """

    id: str
    family: str
    kind: Kind
    language: Language
    task: Task
    question: str
    answers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    instruction: str = ""
    key: tuple[tuple[int, ...], ...] = ()

    @property
    def digest(self) -> str:
        """What tells this item from any other wording of it."""
        return content_id(self.language, *(repr(value) for value in (self.task, *_asked(self))))


def _asked(item: Item) -> tuple[object, ...]:
    return item.question, item.choices, item.passages, item.instruction


@dataclass(frozen=True, slots=True)
class Suite:
    """Items of one kind under one name. `own` ones are the user's, which don't count in the five scores."""

    name: str
    kind: Kind
    version: str
    items: tuple[Item, ...]
    own: bool = False

    @property
    def fingerprint(self) -> str:
        """The version with the digest of all items, so that a suite that was changed unsaid is told apart."""
        made = hashlib.sha256(repr([_plain(item) for item in self.items]).encode("utf-8"))
        return f"{self.version}-{made.hexdigest()[:8]}"


def _plain(item: Item) -> dict[str, Any]:
    return asdict(item)
