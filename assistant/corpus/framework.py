"""The framework: the axes under which documents, observations and questions are filed, and their topics."""

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assistant import tables
from assistant.corpus.terms import Terms
from assistant.errors import RefusedError
from assistant.records import Language

# What a text is about stands in its beginning; to look further costs time and blurs the picture.
FILED_CHARACTERS = 8000
# A topic counts when it is at least this strong against the strongest one of the text; a text has at most so many.
TOPIC_SHARE = 0.4
MOST_TOPICS = 5


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of an axis, and the terms by which a text is filed there."""

    id: str
    name_zh: str
    name_en: str
    terms: tuple[str, ...] = ()

    def name(self, language: Language) -> str:
        """Return the topic's name in `language`."""
        return self.name_zh if language == "zh-TW" else self.name_en


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of the watch, with its topics. Its own terms file a text on the axis without a topic."""

    id: str
    name_zh: str
    name_en: str
    description_zh: str = ""
    description_en: str = ""
    terms: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()

    def name(self, language: Language) -> str:
        """Return the axis's name in `language`."""
        return self.name_zh if language == "zh-TW" else self.name_en


@dataclass(frozen=True)
class Framework:
    """All axes, in the order of the file."""

    axes: tuple[Axis, ...] = ()

    def file(self, text: str) -> tuple[str | None, tuple[str, ...]]:
        """Return the axis that `text` belongs to and its topics, strongest first; (None, ()) where no term occurs.

        A topic's strength is the sum over its terms of 1 + log2(occurrences): a term often repeated says less than
        several different ones. An axis is as strong as its topics and its own terms together. Equal strengths
        go by the order of the file.
        """
        counts = Counter(found.term for found in self._terms.find(text[:FILED_CHARACTERS]))
        weights = {term: 1 + math.log2(count) for term, count in counts.items()}
        axes: dict[str, float] = {}
        topics: dict[str, float] = {}
        for axis in self.axes:
            axes[axis.id] = _strength(axis.terms, weights)
            for topic in axis.topics:
                topics[topic.id] = _strength(topic.terms, weights)
                axes[axis.id] += topics[topic.id]
        if not weights:
            return None, ()
        ranked = sorted(topics, key=lambda topic: -topics[topic])
        least = max(topics.values(), default=0.0) * TOPIC_SHARE
        strong = tuple(topic for topic in ranked if topics[topic] >= max(least, 1.0))
        return max(axes, key=lambda axis: axes[axis]), strong[:MOST_TOPICS]

    @cached_property
    def _terms(self) -> Terms:
        topics = (topic for axis in self.axes for topic in axis.topics)
        return Terms(term for terms in (*(a.terms for a in self.axes), *(t.terms for t in topics)) for term in terms)


def _strength(terms: tuple[str, ...], weights: dict[str, float]) -> float:
    return sum(weights.get(term, 0.0) for term in dict.fromkeys(terms))


def load(path: Path) -> Framework:
    """Return the framework in `path`, an empty one where there is no file.

    Raises RefusedError, naming the file and the entry, for a file that can't be read or an id that stands twice.
    """
    where = str(path)
    axes = tuple(_axis(entry, where) for entry in tables.entries(tables.read_if_there(path), "axis", where))
    ids = Counter([*(axis.id for axis in axes), *(topic.id for axis in axes for topic in axis.topics)])
    if twice := [i for i, count in ids.items() if count > 1]:
        raise RefusedError(
            f"{', '.join(twice)} stands twice", where=where, remedy="give each axis and topic its own id"
        )
    return Framework(axes)


def _axis(entry: tables.Table, where: str) -> Axis:
    name = tables.text(entry, "id", where)
    return Axis(
        id=name,
        name_zh=tables.text(entry, "name_zh", where, default=name),
        name_en=tables.text(entry, "name_en", where, default=name),
        description_zh=tables.text(entry, "description_zh", where, default=""),
        description_en=tables.text(entry, "description_en", where, default=""),
        terms=tables.texts(entry, "terms", where),
        topics=tuple(_topic(topic, where) for topic in tables.entries(entry, "topic", where)),
    )


def _topic(entry: tables.Table, where: str) -> Topic:
    name = tables.text(entry, "id", where)
    return Topic(
        id=name,
        name_zh=tables.text(entry, "name_zh", where, default=name),
        name_en=tables.text(entry, "name_en", where, default=name),
        terms=tables.texts(entry, "terms", where),
    )
