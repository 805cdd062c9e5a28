"""What a refresh has to do: the corpus folder as it is, against the journal's word of how it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.corpus import sources
from assistant.index.journal import Place
from assistant.records import Source

# File systems tell time in steps of up to 2 s (FAT): a file written this close before a refresh looked at it
# may change once more without its time or size telling, so its bytes are looked at again.
RACY_NS = 2_000_000_000


@dataclass(slots=True)
class Plan:
    """Files to read, places to note anew, and the paths that are new, changed, gone or can't be read.

    `doubtful` says that files had to be read to see that they are as they were, because they were so new.
    """

    read: list[tuple[Source, str]] = field(default_factory=list)
    noted: list[Place] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    ignored: list[dict[str, str]] = field(default_factory=list)
    unchanged: int = 0
    doubtful: bool = False

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.read or self.noted or self.removed)

    @property
    def bytes(self) -> int:
        """The size of the files to read."""
        return sum(source.size for source, _ in self.read)


def make(corpus: Path, known: Mapping[str, Place], scanned_ns: int, *, rebuild: bool) -> Plan:
    """Compare the corpus folder with the places that are `known` and return what has to be done.

    `scanned_ns` is when the last refresh began to look, on the clock of the files; with `rebuild` everything is read.
    """
    plan = Plan()
    found, refused = sources.find(corpus)
    for refusal in refused:
        kind = plan.ignored if refusal.ignored else plan.quarantined
        kind.append({"path": refusal.path, "reason": refusal.reason})
    for source in found:
        place = known.get(source.path)
        if place and not rebuild and _surely_same(source, place, scanned_ns):
            _keep(plan, place)
            continue
        try:
            digest = sources.digest(corpus / source.path)
        except OSError as error:
            # It went away or was closed off since it was found; what was read of it before stays.
            plan.quarantined.append({"path": source.path, "reason": error.strerror or type(error).__name__})
            continue
        if place and not rebuild and place.digest == digest:
            _keep(plan, place)
            plan.doubtful = True
            if _stamp(source) != _stamp(place):
                plan.noted.append(as_place(source, digest, place.document_id, place.reason))
            continue
        plan.read.append((source, digest))
        if place is None:
            plan.added.append(source.path)
        elif place.digest != digest:
            plan.changed.append(source.path)
        else:
            plan.unchanged += 1
    here = {source.path for source in found}
    plan.removed = sorted(path for path in known if path not in here)
    return plan


def as_place(source: Source, digest: str, document_id: str | None, reason: str | None) -> Place:
    """Return what is noted of a file."""
    return Place(source.path, source.size, source.mtime_ns, digest, document_id, reason, source.ctime_ns)


def _surely_same(source: Source, place: Place, scanned_ns: int) -> bool:
    return _stamp(source) == _stamp(place) and max(source.mtime_ns, source.ctime_ns) < scanned_ns - RACY_NS


def _stamp(file: Source | Place) -> tuple[int, int, int]:
    return file.size, file.mtime_ns, file.ctime_ns


def _keep(plan: Plan, place: Place) -> None:
    plan.unchanged += 1
    if place.reason:
        plan.quarantined.append({"path": place.path, "reason": place.reason})
