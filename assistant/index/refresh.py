"""Refresh: bring the index up to date with the corpus folder, in one transaction.

New vectors go into Chroma first, one commit of the journal flips what is live, stale vectors go last; those of a small
change may wait (`vector_work.py`). Killed anywhere, the last committed state answers; the next refresh finds the
`settled` mark missing and compares the two stores.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from assistant.corpus import framework as frameworks
from assistant.corpus import reading, splitting
from assistant.corpus.isolation.process import Job, Reading
from assistant.corpus.isolation.workers import Workers
from assistant.corpus.readers.recognition import Recogniser
from assistant.errors import NotReadyError, RefusedError
from assistant.index import plan as plans
from assistant.index.chroma import chroma
from assistant.index.cluster import Cluster, Embedded
from assistant.index.embedders import Embedder
from assistant.index.faults import fault
from assistant.index.journal import Journal, Place
from assistant.index.plan import Plan
from assistant.index.shared import open_journal
from assistant.index.vector_work import BATCH, VectorWork, is_settled, vector_work
from assistant.index.vectors import Vectors
from assistant.records import Source, content_id
from assistant.settings import Settings
from assistant.text import tokens
from assistant.workspace import Workspace

LOCK = "refresh.lock"
# Files of fewer bytes in all are a small change: one worker has read them before another has started, and their vectors
# may wait.
FEW_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Step:
    """How far a refresh is: files done of all there are to read, the one at hand, pages and passages so far."""

    done: int
    total: int
    path: str
    pages: int
    passages: int


Progress = Callable[[Step], None]


@dataclass(slots=True)
class Report:
    """What a refresh did. `passages` is how many are live now, `quarantined` what could not be read and why.

    `files` has the paths that were added, changed and removed; `ignored` names a file of each format that is passed
    over. `remarks` name what had to be left out of documents that
    were read otherwise.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    files: dict[str, list[str]] = field(default_factory=dict)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    ignored: list[dict[str, str]] = field(default_factory=list)
    remarks: list[dict[str, str]] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0
    rebuilt: str | None = None


def fingerprints(embedder: Embedder, settings: Settings) -> dict[str, str]:
    """Return what an index depends on besides the corpus; one that was made with others must not answer."""
    return {
        "embedder": embedder.fingerprint,
        "tokens": str(tokens.VERSION),
        "splitter": f"{splitting.SPLITTER}-{settings.passage_tokens}",
        "reader": _reader_mark(settings),
        "store": settings.store.rstrip("/"),
    }


def refresh(
    workspace: Workspace,
    settings: Settings,
    embedder: Embedder,
    *,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
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
    except (OSError, sqlite3.DatabaseError) as error:
        raise fault("the index can't be written", workspace.vectorstore, error) from error
    report.seconds = round(time.perf_counter() - started, 3)
    return report


class _Refresh:
    """One refresh: what it works with and what it has counted so far."""

    def __init__(self, workspace: Workspace, settings: Settings, embedder: Embedder, progress: Progress) -> None:
        self.workspace = workspace
        self.settings = settings
        self.embedder = embedder
        self.progress = progress
        self.report = Report()
        self.known: dict[str, Place] = {}
        languages = settings.ocr_languages if settings.ocr else ""
        self.workers = Workers(workspace.framework, count=settings.workers, languages=languages)
        # A framework that can't be read stops the refresh here, before anything is done.
        frameworks.load(workspace.framework)
        self.marks = fingerprints(embedder, settings) | {"framework": _file_mark(workspace.framework)}

    def run(self, *, force: bool, dry_run: bool) -> Report:
        with self.workers, closing(open_journal(self.workspace.vectorstore, self.settings, writable=True)) as journal:
            if not dry_run:
                # It starts while the folder is looked through; where nothing has changed, it ends again.
                self.workers.begin()
            self.report.rebuilt = self._reason_to_rebuild(journal, force=force)
            scanned = {"scanned_ns": str(time.time_ns())}
            plan = self._plan(journal)
            self.report.passages = journal.info().passages
            if dry_run:
                return self.report
            if plan.anything or self.report.rebuilt or not is_settled(journal) or self._lost(journal):
                self._carry_out(plan, journal, scanned)
            elif plan.doubtful:
                with journal.transaction():
                    journal.set_meta(scanned)
            self.report.remarks += [{"path": path, "remark": remark} for path, remark in journal.remarks()]
        return self.report

    def _reason_to_rebuild(self, journal: Journal, *, force: bool) -> str | None:
        if journal.meta("embedder") is None:
            return None
        if force:
            return "asked for"
        changed = [name for name, mark in self.marks.items() if (journal.meta(name) or "") != mark]
        return f"other {', '.join(changed)}" if changed else None

    def _plan(self, journal: Journal) -> Plan:
        """Return what has to be done, and count it."""
        self.known, scanned_ns = journal.places(), int(journal.meta("scanned_ns") or 0)
        plan = plans.make(self.workspace.corpus, self.known, scanned_ns, rebuild=bool(self.report.rebuilt))
        self.report.quarantined += plan.quarantined
        self.report.ignored += plan.ignored
        self.report.files = {"added": plan.added, "changed": plan.changed, "removed": plan.removed}
        self.report.added, self.report.changed = len(plan.added), len(plan.changed)
        self.report.unchanged, self.report.removed = plan.unchanged, len(plan.removed)
        return plan

    def _carry_out(self, plan: Plan, journal: Journal, scanned: dict[str, str]) -> None:
        few = plan.bytes < FEW_BYTES and not self.settings.store and not self.report.rebuilt
        with vector_work(journal, self.embedder, self._vectors, few=few) as vectors:
            with journal.transaction():
                vectors.commit(self._change(plan, journal, vectors))
                journal.set_meta(self.marks | scanned)
            vectors.settle()
        self.report.passages = journal.info().passages

    def _vectors(self, index: str) -> Vectors:
        return Vectors(chroma(self.workspace.vectorstore, self.settings, index), self.embedder.fingerprint)

    def _lost(self, journal: Journal) -> bool:
        """Say whether a server no longer has all vectors; those beside the journal go only where it goes."""
        if not self.settings.store:
            return False
        return len(self._vectors(journal.meta("index") or "")) != journal.statistics()[0]

    def _change(self, plan: Plan, journal: Journal, vectors: VectorWork) -> list[str]:
        """Make the journal what it has to be; return the ids of passages that were live before."""
        stale: list[str] = journal.passage_ids() if self.report.rebuilt else []
        if self.report.rebuilt:
            journal.clear()
        for documents in self._documents(plan, journal):
            self._write(documents, journal, vectors)
        for place in plan.noted:
            journal.put(place)
        for path in plan.removed:
            journal.drop(path)
        for document_id in journal.orphans():
            stale += journal.remove(document_id)
        return stale

    def _documents(self, plan: Plan, journal: Journal) -> Iterator[list[Reading]]:
        """Read the planned files, note their places, and yield new documents in batches of about `BATCH` passages."""
        # The same bytes in another place are the same document: nothing to read, nothing to embed.
        seen = {} if self.report.rebuilt else {p.digest: p.document_id for p in self.known.values() if not p.reason}
        first = {digest: source.path for source, digest in reversed(plan.read) if digest not in seen}
        jobs = {source.path for source, digest in plan.read if first.get(digest) == source.path}
        batch: list[Reading] = []
        pages = passages = 0
        with self._readers(few=plan.bytes < FEW_BYTES) as workers:
            results = workers.read_all(self._job(s, digest) for s, digest in plan.read if s.path in jobs)
            for done, (source, digest) in enumerate(plan.read):
                self.progress(Step(done, len(plan.read), source.path, pages, passages))
                reason = None
                if digest not in seen:
                    # Under another suffix the same bytes may be readable after all.
                    result = next(results if source.path in jobs else workers.read_all([self._job(source, digest)]))
                    reason = self._take(result, source.path, batch)
                    if isinstance(result, Reading):
                        seen[digest] = result.document.id
                        pages += len({b.page for b in result.document.blocks})
                        passages += len(result.passages)
                # A file that can't be read any more keeps its last readable version.
                before = self.known.get(source.path)
                document_id = seen.get(digest) or (before.document_id if before and not self.report.rebuilt else None)
                journal.put(plans.as_place(source, digest, document_id, reason))
                if sum(len(reading.passages) for reading in batch) >= BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch
        self.progress(Step(len(plan.read), len(plan.read), "", pages, passages))

    def _readers(self, *, few: bool) -> Workers | Cluster:
        """Return what reads the files: processes here, or a cluster where one is named and there is enough to do."""
        settings = self.settings
        if settings.dask and not few:
            return Cluster(settings.dask, self.workspace.framework, self.workspace.models, settings, self.embedder)
        if few and not settings.workers:
            self.workers.count = 1
        return self.workers

    def _job(self, source: Source, digest: str) -> Job:
        file = self.workspace.corpus / source.path
        return Job(file, source.path, digest, source.size, self.settings.passage_tokens)

    def _take(self, result: Reading | RefusedError, path: str, batch: list[Reading]) -> str | None:
        """Put what was read into the batch, or return why it can't be read."""
        if isinstance(result, RefusedError):
            reason = f"{result.what}; {result.remedy}" if result.remedy else result.what
            self.report.quarantined.append({"path": path, "reason": reason})
            return reason
        batch.append(result)
        if result.attempts:
            tried = f"its reader tried to reach the network {result.attempts} times, in vain"
            self.report.remarks.append({"path": path, "remark": tried})
        return None

    def _write(self, readings: list[Reading], journal: Journal, vectors: VectorWork) -> None:
        new = [p for reading in readings for p in reading.passages if p.kind != "heading"]
        if new:
            ready = [r.vectors for r in readings if isinstance(r, Embedded) and r.vectors is not None]
            vectors.add(new, np.concatenate(ready) if ready else None)
        for read in readings:
            journal.add(read.document, read.passages)


def _reader_mark(settings: Settings) -> str:
    """Return what the text of a file depends on besides its bytes."""
    recogniser = Recogniser(settings.ocr_languages) if settings.ocr else None
    return f"{reading.READER_VERSION} {recogniser.mark}" if recogniser else reading.READER_VERSION


def _file_mark(file: Path) -> str:
    return content_id(file.read_text(encoding="utf-8", errors="replace")) if file.exists() else ""


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as `refresh --json` prints it."""
    return {name: getattr(report, name) for name in Report.__slots__}
