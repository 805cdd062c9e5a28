"""The models folder: what is in it, which file to write with, and what is known of a file."""

import hashlib
import json
import logging
import tempfile
from pathlib import Path

from assistant.errors import NotReadyError, RefusedError
from assistant.models.gguf import PART, ModelCard, inspect

logger = logging.getLogger(__name__)

NOTES = ".models.json"
CHUNK = 1 << 20
# What a server promised of a file stays noted when the file changes: that is what it is held against.
PROMISED = "promised"


def list_models(folder: Path) -> tuple[list[ModelCard], list[RefusedError]]:
    """Return a card for every GGUF model in `folder`, by name, and an error for every file that can't be one.

    A split model has one card, that of its first part. A folder that does not exist has no models.
    """
    cards: list[ModelCard] = []
    errors: list[RefusedError] = []
    for path in _candidates(folder):
        try:
            cards.append(inspect(path))
        except RefusedError as error:
            errors.append(error)
    return cards, errors


def choose(folder: Path, wanted: str = "") -> ModelCard | None:
    """Return the card of the model to write with, or None where `folder` has none.

    `wanted` is a file name in `folder`; the first model by name that can write is taken where it is empty, and
    broken files on the way are logged. Raises NotReadyError for a name that is not there, and RefusedError for
    a named file that is broken or can't write.
    """
    if wanted:
        return _named(folder, wanted)
    return next(iter(writers(folder)), None)


def writers(folder: Path) -> list[ModelCard]:
    """Return the cards of the models in `folder` that can write, in the order in which they are tried."""
    cards, errors = list_models(folder)
    for error in errors:
        logger.warning("skipped a model file: %s", error)
    return [card for card in cards if card.kind == "writing"]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a model file in hexadecimal; of a split model, that of its parts end to end.

    An unchanged file is read once (see `remember`). Raises OSError where the file can't be read.
    """
    known = recall(path, "sha256")
    if known:
        return known
    found = digest(path)
    remember(path, "sha256", found)
    return found


def digest(path: Path) -> str:
    """Return what `sha256` does, but read every byte for it now."""
    made = hashlib.sha256()
    for part in parts(path):
        with part.open("rb") as file:
            while chunk := file.read(CHUNK):
                made.update(chunk)
    return made.hexdigest()


def recall(path: Path, key: str) -> str | None:
    """Return what was noted of the file under `key`; None where nothing was, or the file changed since."""
    note = _load(path.parent / NOTES).get(path.name)
    if not isinstance(note, dict) or note.get("stamp") != _stamp(path):
        return None
    return reminded(path, key)


def reminded(path: Path, key: str) -> str | None:
    """Return what was noted under `key`, even where the file changed since."""
    note = _load(path.parent / NOTES).get(path.name)
    value = note.get(key) if isinstance(note, dict) else None
    return value if isinstance(value, str) else None


def remember(path: Path, key: str, value: str) -> None:
    """Note `value` of the file as it is now, beside it. A folder that can't be written to is left alone."""
    store, stamp = path.parent / NOTES, _stamp(path)
    notes = {name: note for name, note in _load(store).items() if (path.parent / name).exists()}
    before = notes.get(path.name)
    kept = before if isinstance(before, dict) else {}
    if kept.get("stamp") != stamp:
        kept = {name: value for name, value in kept.items() if name == PROMISED}
    notes[path.name] = {**kept, "stamp": stamp, key: value}
    try:
        with tempfile.NamedTemporaryFile("w", dir=store.parent, delete=False, encoding="utf-8") as file:
            json.dump(notes, file, indent=1, sort_keys=True)
        Path(file.name).replace(store)
    except OSError as error:
        logger.debug("nothing is noted of model files: %s", error)


def _candidates(folder: Path) -> list[Path]:
    """Return what may be a model, later parts of a split model left out where the first part is there."""
    if not folder.is_dir():
        return []
    found = sorted(
        (path for path in folder.iterdir() if path.suffix.lower() == ".gguf" and not path.name.startswith(".")),
        key=lambda path: (path.name.casefold(), path.name),
    )
    names = {path.name for path in found}
    return [path for path in found if _first_part(path.name) not in names - {path.name}]


def _first_part(name: str) -> str:
    part = PART.match(name)
    return f"{part['stem']}-00001-of-{part['count']}.gguf" if part else name


def parts(path: Path) -> list[Path]:
    """Return the files of the model whose first or only file is `path`."""
    part = PART.match(path.name)
    if part is None:
        return [path]
    return [path.with_name(f"{part['stem']}-{n:05}-of-{part['count']}.gguf") for n in range(1, int(part["count"]) + 1)]


def _stamp(path: Path) -> list[list[int]]:
    """Return size and modification time of the file, or of each of its parts."""
    return [[status.st_size, status.st_mtime_ns] for status in (part.stat() for part in parts(path))]


def within(folder: Path, wanted: str) -> Path:
    """Return the path of the file or folder called `wanted`. Raises RefusedError for a name that leads elsewhere."""
    if wanted != Path(wanted).name or "\0" in wanted:
        raise RefusedError(
            f"{wanted!r} is not the name of a file or a folder", where=str(folder), remedy="put it there and name it"
        )
    return folder / wanted


def _named(folder: Path, wanted: str) -> ModelCard:
    path = within(folder, wanted)
    if not path.exists() and path.suffix.lower() != ".gguf":
        path = path.with_name(path.name + ".gguf")
    path = path.with_name(_first_part(path.name))
    if not path.exists():
        there = ", ".join(candidate.name for candidate in _candidates(folder)) or "no model"
        raise NotReadyError(
            f"no model file is called {wanted}",
            where=str(folder),
            remedy=f"put it there, or set model to one that is there ({there})",
        )
    card = inspect(path)
    if card.kind != "writing":
        raise RefusedError(
            f"this model is for {card.kind}, not for writing",
            where=str(path),
            remedy="set model to one that writes, or leave it empty",
        )
    return card


def _load(store: Path) -> dict[str, object]:
    try:
        known = json.loads(store.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
