"""What a GGUF model file says about itself, read without loading it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar

from assistant.errors import RefusedError
from assistant.models.header import DamagedError, Header, Value, read_header
from assistant.models.shape import Shape, shape_of

Kind = Literal["writing", "embedding", "reranking", "other"]
T = TypeVar("T", bool, int, float, str)

REMEDY = "download the file again, or take it out of the models folder"
# llama_ftype (llama.h), which `general.file_type` holds
FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S",
    12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K",
    19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL",
    26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0",
    37: "TQ2_0", 38: "MXFP4_MOE", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip
PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
# llama_pooling_type (llama.h): none, mean, cls, last give embeddings; rank gives a score.
POOLING_RANK = 4


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model file as its header describes it.

    `size` is in bytes, over all parts of a split model; `parameters` counts weights; `context_length` is the
    window the model was trained for, in tokens, and 0 where the file does not say.
    """

    path: Path
    name: str
    title: str
    size: int
    kind: Kind
    architecture: str
    parameters: int
    quantization: str
    context_length: int
    layers: int
    embedding_length: int
    vocabulary: int
    chat_template: str | None
    pooling: int | None
    shape: Shape
    parts: tuple[Path, ...]

    @property
    def is_embedding(self) -> bool:
        """Whether the file makes vectors and not text."""
        return self.kind == "embedding"


def inspect(path: Path) -> ModelCard:
    """Return what the GGUF file `path` says about itself; of a split model, name the first part.

    Raises RefusedError, naming the file and the remedy, for a file that can't be a whole GGUF model: empty,
    truncated, of another format or version, with a header that contradicts its size, or a missing part.
    """
    part = PART.match(path.name)
    if part is None:
        return _card(path, _checked(path))
    if int(part["number"]) != 1:
        raise RefusedError(
            "this is a later part of a split model", where=str(path), remedy="name the part that ends in 00001"
        )
    count = int(part["count"])
    parts = tuple(path.with_name(f"{part['stem']}-{n:05}-of-{part['count']}.gguf") for n in range(1, count + 1))
    missing = [other.name for other in parts if not other.exists()]
    if missing:
        raise RefusedError(
            f"{len(missing)} of {count} parts of the model are missing, first {missing[0]}",
            where=str(path),
            remedy="download the missing parts into the same folder",
        )
    headers = [_checked(other) for other in parts]
    whole = replace(headers[0], tensors=tuple(tensor for header in headers for tensor in header.tensors))
    return replace(_card(path, whole), size=sum(other.stat().st_size for other in parts), parts=parts)


def _checked(path: Path) -> Header:
    """Return the header of one file, turning whatever is wrong with it into a RefusedError."""
    try:
        return read_header(path)
    except DamagedError as damage:
        raise RefusedError(f"not a usable GGUF model: {damage}", where=str(path), remedy=REMEDY) from None
    except OSError as error:
        raise RefusedError(
            f"the model can't be read: {error.strerror or error}",
            where=str(path),
            remedy="check that it is a file and that you may read it",
        ) from error


def _card(path: Path, header: Header) -> ModelCard:
    metadata = header.metadata
    architecture = _read(metadata, "general.architecture", "")
    if not architecture:
        raise RefusedError("not a usable GGUF model: it names no architecture", where=str(path), remedy=REMEDY)
    pooling = _read(metadata, f"{architecture}.pooling_type", -1)
    return ModelCard(
        path=path,
        name=path.name,
        title=_read(metadata, "general.name", "") or path.stem,
        size=path.stat().st_size,
        kind=_kind(architecture, pooling, header),
        architecture=architecture,
        parameters=sum(tensor.weights for tensor in header.tensors),
        quantization=FILE_TYPES.get(_read(metadata, "general.file_type", -1), "unknown"),
        context_length=_read(metadata, f"{architecture}.context_length", 0),
        layers=_read(metadata, f"{architecture}.block_count", 0),
        embedding_length=_read(metadata, f"{architecture}.embedding_length", 0),
        vocabulary=header.lengths.get("tokenizer.ggml.tokens", 0),
        chat_template=_read(metadata, "tokenizer.chat_template", "") or None,
        pooling=pooling if pooling >= 0 else None,
        shape=shape_of(header),
        parts=(path,),
    )


def _read(metadata: Mapping[str, Value], key: str, default: T) -> T:
    """Return the value of `key`, or the default where it is absent or of another type than the default."""
    value = metadata.get(key)
    return value if type(value) is type(default) else default


def _kind(architecture: str, pooling: int, header: Header) -> Kind:
    """Return what the model is for. A model that pools makes vectors; a projector or an adapter makes nothing."""
    role = header.metadata.get("general.type", "model")
    if role != "model" or architecture == "clip" or not header.tensors:
        return "other"
    if pooling == POOLING_RANK or "cls.weight" in {tensor.name for tensor in header.tensors}:
        return "reranking"
    if pooling > 0 or "bert" in architecture or "embedding" in architecture:
        return "embedding"
    return "writing"
