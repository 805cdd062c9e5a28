"""The short list of models worth trying, from catalogue.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from assistant.models.shape import Layers, Shape


@dataclass(frozen=True, slots=True)
class Entry:
    """A model one could pull: `repository` and `file` at a Hugging Face-compatible server; `size` in bytes, rounded."""

    name: str
    repository: str
    file: str
    size: int
    shape: Shape
    vocabulary: int
    context_length: int
    licence: str
    note: str
    source: str


def entries() -> tuple[Entry, ...]:
    """Return the catalogue, smallest model first."""
    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    return tuple(
        Entry(
            name=said["name"],
            repository=said["file"].rpartition("/")[0],
            file=said["file"].rpartition("/")[2],
            size=round(said["size_gb"] * 1e9),
            shape=Shape(
                tuple(Layers(*each) for each in said["layers"]),
                round(said.get("state_mb", 0) * 1e6),
                round(said["read_gb"] * 1e9),
            ),
            vocabulary=said["vocabulary"],
            context_length=said["context"],
            licence=said["licence"],
            note=said["note"],
            source=said["source"],
        )
        for said in tomllib.loads(text)["model"]
    )
