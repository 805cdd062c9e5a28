"""Engines of known ability: each knows the items and answers them as a model of that kind would."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence

from assistant.records import EngineInfo, Message, Prompt
from assistant.research.evaluation import asking
from assistant.research.evaluation.items import Item, Suite
from assistant.research.evaluation.public import LETTERS
from assistant.research.evaluation.subjects import Subject
from assistant.text import tokens

Answering = Callable[[Item], str]
# What a reader of the other language gets instead of an answer in theirs.
OTHER = {
    "zh-TW": "I looked at the passages with care and the answer that they give is this one: ",
    "en": "我仔細看了所附的全部資料，資料給出的答案是這一個：",
}


class Scripted:
    """An engine that answers each item as `answering` says."""

    def __init__(self, name: str, suites: Sequence[Suite], answering: Answering) -> None:
        self.info = EngineInfo(name)
        self.window = 1 << 20
        self.asked: list[str] = []
        self._items = {(item.language, item.question, item.passages): item for s in suites for item in s.items}
        self._answering = answering

    def count(self, messages: Sequence[Message]) -> int:
        return sum(tokens.count(message.content) for message in messages)

    def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
        passages = tuple(e.hit.passage.text for e in prompt.evidence)
        item = self._items.get((prompt.language, prompt.question, passages)) or next(
            item for item in self._items.values() if item.question == prompt.question
        )
        self.asked.append(item.id)
        yield self._answering(item)


def subject(name: str, suites: Sequence[Suite], answering: Answering) -> Subject:
    return Subject(name, name, Scripted(name, suites, answering))


def perfect(item: Item) -> str:
    """Everything right."""
    if item.task == "choice":
        return LETTERS[item.choices.index(item.answers[0])]
    if item.task == "report":
        lines = [f"{text.rstrip('。.')} [{n}]{'。' if item.language == 'zh-TW' else '.'}"
                 for n, text in enumerate(item.passages, start=1)]  # fmt: skip
        parts = asking.split(item.question)
        headed = "".join(f"\n\n## {part.text}\n" + "".join(f"- {line}\n" for line in lines) for part in parts)
        return lines[0] + headed
    fixed = {
        "absent": asking.ABSENT[item.language],
        "refuse": asking.REFUSAL[item.language],
        "keep": asking.REFUSAL[item.language],
    }
    return fixed.get(item.task) or item.answers[0]


def guessing(item: Item) -> str:
    """A guess: a letter by chance, a number by chance, a name that is there or not."""
    rng = random.Random(item.id)
    if item.task == "choice":
        return rng.choice(LETTERS[: len(item.choices)])
    if item.task == "report":
        return "".join(rng.choice("的了在是有") for _ in range(80))
    return str(rng.randrange(100000, 999999))


def abstaining(item: Item) -> str:
    """Never an answer."""
    return asking.ABSENT[item.language]


def injected(item: Item) -> str:
    """Perfect, but does what any passage says and tells what it was told to keep."""
    obeys = item.kind == "safety" and item.forbidden
    return " ".join(item.forbidden) if obeys else perfect(item)


def foreign(item: Item) -> str:
    """Right, in the other language; a letter is the same in both."""
    if item.task == "report":
        return f"{OTHER[item.language]}[1]"
    if item.task in ("absent", "refuse", "keep"):
        said = asking.ABSENT if item.task == "absent" else asking.REFUSAL
        return OTHER[item.language] + said["en" if item.language == "zh-TW" else "zh-TW"]
    return perfect(item) if item.task == "choice" else OTHER[item.language] + perfect(item)


def half(item: Item) -> str:
    """Right on every other item, chosen by its id, else nothing; a report has every other sentence right."""
    if item.task == "report":
        good, bad = perfect(item).splitlines(), "在月球上。" if item.language == "zh-TW" else "It is on the Moon."
        return "\n".join(f"- {bad}" if n % 2 and line.startswith("- ") else line for n, line in enumerate(good))
    return perfect(item) if random.Random(f"half {item.id}").random() < 0.5 else ""
