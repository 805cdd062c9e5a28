"""What the page does with the corpus: takes files in, files observations, deletes, and refreshes in the background."""

import logging
import os
import threading
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal

from assistant import doctor
from assistant.corpus import observations, sources
from assistant.errors import AssistantError, FaultError, RefusedError
from assistant.index.journal import Place
from assistant.index.refresh import Report, Step
from assistant.records import Hit, Language, content_id
from assistant.wiring import Assistant

if TYPE_CHECKING:
    from assistant.ui.desk import Desk

logger = logging.getLogger(__name__)

INBOX = "inbox"
"""The folder of the corpus that takes what is dropped on the page."""

MOST_KEPT = 100
"""Results of added files that are remembered, newest last."""

LONGEST_NAME = 120
"""Bytes of a file's name without its suffix: with a number added it still fits every file system."""

AT_ONCE = 500
"""Passages looked up at a time."""

Outcome = Literal["added", "known", "empty", "large", "format", "unwritable"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file that was dropped on the page. `path` is its place in the corpus, if it has one."""

    name: str
    outcome: Outcome
    path: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A live document: where it is, what it is, how many passages it has, and what had to be left out of it.

    `date` is that of its newest source, `orders` are stretches that would give a model orders, `sureness` counts its
    passages by how sure their first source is.
    """

    path: str
    title: str
    language: Language
    axis: str | None
    date: str | None
    passages: int
    remarks: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    sureness: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """A refresh: how far it is, and once it is over what it did or why it failed."""

    step: Step | None = None
    over: bool = False
    report: Report | None = None
    error: AssistantError | None = None


class Library:
    """The corpus as the page sees it. One refresh at a time; what comes meanwhile is taken in by one more."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._again = False
        self.work: Work | None = None
        self.added: list[Added] = []
        self.observed = 0
        self._begun = 0
        self._known: tuple[str, list[Listed]] = ("", [])

    @property
    def busy(self) -> bool:
        """Whether a refresh is at work."""
        return self.work is not None and not self.work.over

    @property
    def mark(self) -> str:
        """What changes whenever the documents are to be shown anew."""
        return f"{self._begun}.{self.busy}"

    @property
    def corpus(self) -> Path:
        """The corpus folder. Raises NotReadyError where there is none."""
        return self._desk.assistant.workspace.require_corpus()

    def listed(self) -> tuple[list[Listed], list[Place]]:
        """Return the live documents, and the files that can't be read. Raises AssistantError without an index."""
        journal = self._desk.assistant.journal
        places = journal.places()
        mark = content_id(journal.info().fingerprint, *places)
        if self._known[0] != mark:
            self._known = mark, _listing(self._desk.assistant, places)
        return self._known[1], [place for place in places.values() if place.reason]

    def refresh(self) -> None:
        """Begin a refresh, or have the one at work followed by another."""
        with self._lock:
            if self.busy:
                self._again = True
                return
            self.work = Work()
            self._begun += 1
        threading.Thread(target=self._refresh, name="refresh", daemon=True).start()

    def _refresh(self) -> None:
        report: Report | None = None
        error: AssistantError | None = None
        try:
            report = self._desk.assistant.refresh(progress=self._step)
            self._desk.standing()
        except AssistantError as raised:
            error = raised
        except Exception as raised:
            logger.exception("a refresh failed")
            error = FaultError(f"{type(raised).__name__}: {raised}", remedy="a fault of the program: report it")
        with self._lock:
            self.work = Work(over=True, report=report, error=error)
            again, self._again = self._again, False
        if again:
            self.refresh()
        elif error is None:
            self._desk.warm()

    def _step(self, step: Step) -> None:
        with self._lock:
            if self.work is not None:
                self.work = replace(self.work, step=step)

    def observe(self, text: str, source: str, date: str) -> None:
        """File an observation and refresh. Raises UsageError for an empty text or a wrong date."""
        framework = self._desk.framework()
        self.added = []
        observations.observe(self.corpus, text, source=source or None, date=date or None, framework=framework)
        self.observed += 1
        self.refresh()

    def drop(self, path: str) -> None:
        """Delete a file of the corpus and refresh. Raises RefusedError for what is no document there."""
        file = self.corpus / path
        inside = not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
        if not inside or path not in self._desk.assistant.journal.places():
            raise RefusedError(
                "this is no document of the corpus", where=path, remedy="refresh, and open the page again"
            )
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise FaultError(f"the file can't be deleted: {error.strerror}", where=path) from error
        self.refresh()

    async def take(self, name: str, body: AsyncIterator[bytes], *, first: bool = True) -> Added:
        """Write a file into the inbox, whole or not at all, and return what became of it.

        With the `first` of several, what became of earlier ones is forgotten.
        """
        added = await self._take(name, body)
        self.added = [*([] if first else self.added), added][-MOST_KEPT:]
        return added

    async def _take(self, name: str, body: AsyncIterator[bytes]) -> Added:
        safe = safe_name(name)
        if PurePosixPath(safe).suffix.lower() not in sources.SUFFIXES:
            return Added(name, "format")
        folder = self.corpus / INBOX
        part = folder / f".{os.getpid()}-{threading.get_ident()}-{len(self.added)}.part"
        try:
            folder.mkdir(exist_ok=True)
            size = 0
            with part.open("wb") as file:
                async for chunk in body:
                    size += len(chunk)
                    if size > sources.MOST_BYTES:
                        return Added(name, "large")
                    file.write(chunk)
            if not size:
                return Added(name, "empty")
            place, known = _place(folder, safe, sources.digest(part))
            if not known:
                part.replace(place)
            return Added(name, "known" if known else "added", f"{INBOX}/{place.name}")
        except OSError:
            logger.exception("a file can't be taken in")
            return Added(name, "unwritable")
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _listing(assistant: Assistant, places: Mapping[str, Place]) -> list[Listed]:
    journal = assistant.journal
    ids = journal.passage_ids()
    hits: list[Hit] = []
    for start in range(0, len(ids), AT_ONCE):
        hits += journal.hits_by_id(ids[start : start + AT_ONCE]).values()
    counts = Counter(hit.passage.document_id for hit in hits)
    sureness: dict[str, Counter[str]] = {}
    dates: dict[str, str] = {}
    about = {}
    for hit in hits:
        document = hit.passage.document_id
        about[document] = hit
        if hit.passage.reference and hit.passage.reference.confidence:
            sureness.setdefault(document, Counter())[hit.passage.reference.confidence] += 1
        newest = (r.date for r in hit.passage.references if r.date)
        dates[document] = max((dates.get(document, ""), *newest))
    remarks: dict[str, list[str]] = {}
    for path, remark in journal.remarks():
        remarks.setdefault(path, []).append(remark)
    orders: dict[str, list[str]] = {}
    for order in doctor.orders(assistant):
        orders.setdefault(order.document, []).append(order.text)
    found = []
    for path, place in places.items():
        name = place.document_id
        if name is not None and name in about:
            hit = about[name]
            said = tuple(remarks.get(path, ()))
            passage = hit.passage
            found.append(
                Listed(
                    path,
                    hit.title,
                    passage.language,
                    passage.axis,
                    dates[name] or None,
                    counts[name],
                    said,
                    tuple(dict.fromkeys(orders.get(path, ()))),
                    sureness.get(name, {}),
                )
            )
    return found


def safe_name(name: str) -> str:
    """Return the last part of a file's name without what could lead elsewhere, hide it or upset a file system."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c if c.isprintable() and c not in '<>:"|?*' else "-" for c in last).strip(" .-")
    stem, dot, suffix = kept.rpartition(".")
    stem = (stem or suffix).encode("utf-8")[:LONGEST_NAME].decode("utf-8", errors="ignore").strip(" .")
    return f"{stem}{dot}{suffix}" if dot and stem else ""


def _place(folder: Path, name: str, digest: str) -> tuple[Path, bool]:
    """Return where a file goes, and whether it stands there already: other contents never replace a file."""
    stem, dot, suffix = name.rpartition(".")
    number, place = 1, folder / name
    while place.exists():
        if sources.digest(place) == digest:
            return place, True
        number += 1
        place = folder / f"{stem}-{number}{dot}{suffix}"
    return place, False
