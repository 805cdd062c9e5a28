"""Whether model files are what they were: their headers, the extent of their tensors, and every byte."""

from dataclasses import dataclass
from pathlib import Path

from assistant.models.files import PROMISED, digest, list_models, recall, remember, reminded


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one file: `said` is what was found, `remedy` what to do where it is not `ok`."""

    name: str
    ok: bool
    said: str
    sha256: str = ""
    remedy: str = ""


def verify(folder: Path, name: str = "") -> list[Verdict]:
    """Return a verdict on each model in `folder`, or on the one called `name`; every byte is read for it.

    A file is held against the SHA-256 that its server promised when it was pulled, else against the one noted when it
    was first used; a file that nothing is known of is noted now.
    """
    cards, errors = list_models(folder)
    verdicts = [
        Verdict(Path(error.where).name, ok=False, said=error.what, remedy=error.remedy)
        for error in errors
        if name in ("", Path(error.where).name)
    ]
    return verdicts + [_compared(card.path) for card in cards if name in ("", card.name)]


def _compared(path: Path) -> Verdict:
    found = digest(path)
    known_by = {"its server promised": reminded(path, PROMISED), "was noted": recall(path, "sha256")}
    for meaning, known in known_by.items():
        if known:
            if found == known:
                return Verdict(path.name, ok=True, said=f"is what {meaning}", sha256=found)
            return Verdict(
                path.name,
                ok=False,
                said=f"is not what {meaning}, SHA-256 {known}",
                sha256=found,
                remedy="pull or copy it again; the disk may be failing",
            )
    remember(path, "sha256", found)
    return Verdict(
        path.name, ok=True, said="is whole; nothing was noted of it before, now its SHA-256 is", sha256=found
    )
