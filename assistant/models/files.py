"""The models folder: what is in it, which file to write with, and the SHA-256 of a file."""

import hashlib
import json
import logging
import os
import tempfile
from pathlib import Path

from assistant.errors import NotReadyError, RefusedError
from assistant.models.gguf import PART, ModelCard, inspect

logger = logging.getLogger(__name__)

CHECKSUMS = ".checksums.json"
CHUNK = 1 << 20


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

    The digest is kept beside the file under its size and modification time, so an unchanged file is read once;
    a folder that can't be written to is left alone. Raises OSError where the file can't be read.
    """
    parts = _parts(path)
    status = [part.stat() for part in parts]
    stamp = [[entry.st_size, entry.st_mtime_ns] for entry in status]
    store = path.parent / CHECKSUMS
    known = _load(store)
    entry = known.get(path.name)
    if isinstance(entry, dict) and entry.get("stamp") == stamp and isinstance(entry.get("sha256"), str):
        return str(entry["sha256"])
    digest = hashlib.sha256()
    for part in parts:
        with part.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    known[path.name] = {"stamp": stamp, "sha256": digest.hexdigest()}
    _save(store, {name: value for name, value in known.items() if (path.parent / name).exists()})
    return digest.hexdigest()


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


def _parts(path: Path) -> list[Path]:
    part = PART.match(path.name)
    if part is None:
        return [path]
    return [path.with_name(f"{part['stem']}-{n:05}-of-{part['count']}.gguf") for n in range(1, int(part["count"]) + 1)]


def _named(folder: Path, wanted: str) -> ModelCard:
    path = folder / wanted
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


def _save(store: Path, known: dict[str, object]) -> None:
    try:
        with tempfile.NamedTemporaryFile("w", dir=store.parent, delete=False, encoding="utf-8") as file:
            json.dump(known, file, indent=1, sort_keys=True)
        Path(file.name).replace(store)
    except OSError as error:
        logger.debug("checksums are not kept: %s", os.strerror(error.errno or 0))
