"""Of which part of the corpus the evidence may be: an axis, a topic, a document, a day or later."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypedDict

from assistant.corpus.framework import Framework
from assistant.errors import UsageError
from assistant.records import Hit


class Only(TypedDict, total=False):
    """Of which part of the corpus someone asks, as they say it; `Filters.of` checks it."""

    axis: str | None
    since: str | None
    topic: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit has to be: on this axis, dated this day or later, filed under this topic, from this file.

    A day is written YYYY-MM-DD, and undated passages stay out; a file is named by its path or its name alone.
    """

    axis: str | None = None
    since: str | None = None
    topic: str | None = None
    document: str | None = None

    @classmethod
    def of(
        cls,
        framework: Framework,
        *,
        paths: Callable[[], Iterable[str]],
        axis: str | None = None,
        since: str | None = None,
        topic: str | None = None,
        document: str | None = None,
    ) -> "Filters":
        """Return the filters that someone asks for; `paths` gives those of the corpus.

        Raises UsageError for an axis, a topic, a document or a date that is none.
        """
        axes, topics = [a.id for a in framework.axes], [t.id for a in framework.axes for t in a.topics]
        for kind, asked, known in (("axis", axis, axes), ("topic", topic, topics)):
            if asked is not None and asked not in known:
                raise UsageError(f"no {kind} is called {asked!r}", remedy=f"use one of {', '.join(known)}")
        if document is not None and not any(document in _names(path) for path in paths()):
            raise UsageError(f"no document is called {document!r}", remedy="name a file by its path in corpus/")
        try:
            return cls(axis, since and datetime.date.fromisoformat(since).isoformat(), topic, document)
        except ValueError as error:
            raise UsageError(f"{since!r} is not a date", remedy="write it as YYYY-MM-DD") from error

    def pass_(self, hit: Hit) -> bool:
        """Say whether a hit may be shown."""
        if self.axis and hit.passage.axis != self.axis:
            return False
        if self.topic and self.topic not in hit.passage.topics:
            return False
        if self.document and self.document not in _names(hit.path):
            return False
        if not self.since:
            return True
        date = hit.passage.reference.date if hit.passage.reference else None
        # A date given as year or month counts as its last day, so that "2025" is not before "2025-03".
        return date is not None and f"{date}-12-31"[:10] >= self.since


def _names(path: str) -> tuple[str, str]:
    """Return what a file may be called: its path, or its name alone."""
    return path, PurePosixPath(path).name
