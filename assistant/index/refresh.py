"""Refresh: bring the index up to date with the corpus folder, in one transaction.

New vectors go into Chroma first, one commit of the journal flips what is live, stale vectors go last. Killed anywhere,
the last committed state answers; the next refresh finds the `settled` mark missing and compares the two stores.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.corpus import framework as frameworks
from assistant.corpus import reading, sources, splitting
from assistant.errors import AssistantError, FaultError, NotReadyError
from assistant.index.embedders import Embedder
from assistant.index.journal import Journal, Place
from assistant.index.vectors import Vectors
from assistant.records import Document, Passage, Source, content_id
from assistant.settings import Settings
from assistant.text import tokens
from assistant.workspace import Workspace

LOCK = "refresh.lock"
# Passages embedded and written at once: enough to keep Chroma busy, little enough for a small box.
BATCH = 512
# A file written this close to the last refresh may have changed again without its time or size telling.
RACY_NS = 2_000_000_000

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Report:
    """What a refresh did. `passages` is how many are live now, `quarantined` what could not be read and why."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    quarantined: list[dict[str, str]] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0
    rebuilt: str | None = None


@dataclass(slots=True)
class Plan:
    """What has to be done: files to read, places to note anew, paths to forget."""

    read: list[tuple[Source, str]] = field(default_factory=list)
    noted: list[Place] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.read or self.noted or self.removed)


def fingerprints(embedder: Embedder, settings: Settings) -> dict[str, str]:
    """Return what an index depends on besides the corpus; one that was made with others must not answer."""
    return {
        "embedder": embedder.fingerprint,
        "tokens": str(tokens.VERSION),
        "splitter": f"{splitting.SPLITTER}-{settings.passage_tokens}",
        "reader": str(reading.READER_VERSION),
    }


def refresh(
    workspace: Workspace,
    settings: Settings,
    embedder: Embedder,
    *,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, total, path: None,
) -> Report:
    """Bring the index up to date and return what was done; with `dry_run`, what would be.

    `force` reads everything again. Raises NotReadyError where there is no corpus or another refresh is at work,
    FaultError where the index can't be written.
    """
    started = time.perf_counter()
    workspace.require_corpus()
    try:
        workspace.vectorstore.mkdir(parents=True, exist_ok=True)
        with FileLock(workspace.vectorstore / LOCK, blocking=False):
            report = _Refresh(workspace, settings, embedder, progress).run(force=force, dry_run=dry_run)
    except Timeout:
        raise NotReadyError(
            "another refresh is at work on this workspace",
            where=str(workspace.vectorstore),
            remedy="wait until it is done; what was indexed before can be asked meanwhile",
        ) from None
    except OSError as error:
        raise FaultError(
            f"the index can't be written: {error.strerror or error}",
            where=str(error.filename or workspace.vectorstore),
            remedy="make the vectorstore folder writable, or free space on its disk; nothing was lost",
        ) from error
    report.seconds = round(time.perf_counter() - started, 3)
    return report


class _Refresh:
    """One refresh: what it works with and what it has counted so far."""

    def __init__(self, workspace: Workspace, settings: Settings, embedder: Embedder, progress: Progress) -> None:
        self.workspace = workspace
        self.settings = settings
        self.embedder = embedder
        self.progress = progress
        self.framework = frameworks.load(workspace.framework)
        self.report = Report()
        self.marks = fingerprints(embedder, settings) | {"framework": _file_mark(workspace.framework)}

    def run(self, *, force: bool, dry_run: bool) -> Report:
        journal = Journal(self.workspace.vectorstore, writable=True)
        try:
            self.report.rebuilt = self._reason_to_rebuild(journal, force=force)
            plan = self._plan(journal.places())
            self.report.passages = journal.info().passages
            if not dry_run and (plan.anything or self.report.rebuilt or not _settled(journal)):
                self._carry_out(plan, journal)
        finally:
            journal.close()
        return self.report

    def _reason_to_rebuild(self, journal: Journal, *, force: bool) -> str | None:
        if journal.meta("embedder") is None:
            return None
        if force:
            return "asked for"
        changed = [name for name, mark in self.marks.items() if journal.meta(name) != mark]
        return f"other {', '.join(changed)}" if changed else None

    def _plan(self, known: dict[str, Place]) -> Plan:
        """Compare the folder with what the journal knows, and count."""
        plan = Plan()
        found, refused = sources.find(self.workspace.corpus)
        self.report.quarantined += [{"path": r.path, "reason": r.reason} for r in refused if not r.ignored]
        newest = max((place.mtime_ns for place in known.values()), default=0)
        for source in found:
            place = known.get(source.path)
            same_stat = place and (place.size, place.mtime_ns) == (source.size, source.mtime_ns)
            if place and same_stat and newest - source.mtime_ns > RACY_NS and not self.report.rebuilt:
                self._count_unchanged(place)
                continue
            digest = sources.digest(self.workspace.corpus / source.path)
            if place and place.digest == digest and not self.report.rebuilt:
                self._count_unchanged(place)
                if not same_stat:
                    plan.noted.append(
                        Place(source.path, source.size, source.mtime_ns, digest, place.document_id, place.reason)
                    )
                continue
            plan.read.append((source, digest))
            if place is None:
                self.report.added += 1
            elif place.digest != digest:
                self.report.changed += 1
            else:
                self.report.unchanged += 1
        here = {source.path for source in found}
        plan.removed = sorted(path for path in known if path not in here)
        self.report.removed = len(plan.removed)
        return plan

    def _count_unchanged(self, place: Place) -> None:
        self.report.unchanged += 1
        if place.reason:
            self.report.quarantined.append({"path": place.path, "reason": place.reason})

    def _carry_out(self, plan: Plan, journal: Journal) -> None:
        vectors = Vectors(self.workspace.vectorstore, self.embedder.fingerprint)
        crashed = not _settled(journal)
        with journal.transaction():
            journal.set_meta({"settled": ""})
        with journal.transaction():
            known = journal.places()
            stale: list[str] = journal.passage_ids() if self.report.rebuilt else []
            if self.report.rebuilt:
                journal.clear()
            for documents in self._documents(plan, known, journal):
                self._write(documents, journal, vectors)
            for place in plan.noted:
                journal.put(place)
            for path in plan.removed:
                journal.drop(path)
            for document_id in journal.orphans():
                stale += journal.remove(document_id)
            journal.set_meta(self.marks)
        live = set(journal.passage_ids())
        vectors.remove([i for i in stale if i not in live])
        if crashed or len(vectors) != len(live):
            self._reconcile(journal, vectors, live)
        vectors.drop_others()
        with journal.transaction():
            journal.set_meta({"settled": "yes"})
        self.report.passages = journal.info().passages

    def _documents(
        self, plan: Plan, known: dict[str, Place], journal: Journal
    ) -> Iterator[list[tuple[Document, list[Passage]]]]:
        """Read the planned files, note their places, and yield new documents in batches of about `BATCH` passages."""
        seen = {} if self.report.rebuilt else {p.digest: p.document_id for p in known.values() if not p.reason}
        batch: list[tuple[Document, list[Passage]]] = []
        for done, (source, digest) in enumerate(plan.read):
            self.progress(done, len(plan.read), source.path)
            reason = None
            # The same bytes in another place are the same document: nothing to read, nothing to embed.
            if digest not in seen:
                try:
                    document = reading.read(self.workspace.corpus / source.path, source.path, digest, self.framework)
                    batch.append((document, splitting.split(document, self.settings.passage_tokens)))
                    seen[digest] = document.id
                except Exception as error:
                    reason = _reason(error)
                    self.report.quarantined.append({"path": source.path, "reason": reason})
            # A file that can't be read any more keeps its last readable version.
            before = known.get(source.path)
            document_id = seen.get(digest) or (before.document_id if before and not self.report.rebuilt else None)
            journal.put(Place(source.path, source.size, source.mtime_ns, digest, document_id, reason))
            if sum(len(passages) for _, passages in batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
        self.progress(len(plan.read), len(plan.read), "")

    def _write(self, documents: list[tuple[Document, list[Passage]]], journal: Journal, vectors: Vectors) -> None:
        new = [p for _, passages in documents for p in passages if p.kind != "heading"]
        if new:
            vectors.add([p.id for p in new], self.embedder.passages([embedded_text(p) for p in new]))
        for document, passages in documents:
            journal.add(document, passages)

    def _reconcile(self, journal: Journal, vectors: Vectors, live: set[str]) -> None:
        """After a crash, or when vectors were lost: make the vectors exactly those of the live passages."""
        there = vectors.ids()
        vectors.remove(sorted(there - live))
        missing = sorted(live - there)
        for start in range(0, len(missing), BATCH):
            hits = journal.hits_by_id(missing[start : start + BATCH])
            texts = [embedded_text(hit.passage) for hit in hits.values()]
            vectors.add(list(hits), self.embedder.passages(texts))


def embedded_text(passage: Passage) -> str:
    """Return what an embedder sees of a passage: its headings give it a subject."""
    return "\n".join((*passage.headings, passage.text.strip()))


def _settled(journal: Journal) -> bool:
    """Say whether the last refresh came to its end; else Chroma may hold more or less than what is live."""
    return journal.meta("settled") == "yes"


def _file_mark(file: Path) -> str:
    return content_id(file.read_text(encoding="utf-8", errors="replace")) if file.exists() else ""


def _reason(error: Exception) -> str:
    """Return in one line why a file could not be read."""
    if isinstance(error, AssistantError):
        return f"{error.what}; {error.remedy}" if error.remedy else error.what
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"its reader failed ({type(error).__name__}: {error})"


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as `refresh --json` prints it."""
    return {name: getattr(report, name) for name in Report.__slots__}
