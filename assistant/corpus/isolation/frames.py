"""What workers and the program say to each other: JSON behind its length, never pickled objects.

A worker that a file has got the better of can at most hand back wrong text, for JSON holds no code.
"""

import json
from typing import IO, Any

from assistant.records import Block, Document, Passage, Reference

Json = dict[str, Any]
_LENGTH_BYTES = 8


class TooLargeError(ValueError):
    """A frame longer than its reader takes."""


def encode(message: Json) -> bytes:
    """Return a message as it travels."""
    data = json.dumps(message, ensure_ascii=False).encode("utf-8")
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def send(stream: IO[bytes], message: Json) -> None:
    """Write a message."""
    stream.write(encode(message))
    stream.flush()


def receive(stream: IO[bytes], most: int) -> Json | None:
    """Return the next message, None at the end of the stream. Raises TooLargeError beyond `most` bytes."""
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    if length > most:
        raise TooLargeError(str(length))
    data = stream.read(length)
    if len(data) < length:
        return None
    message: Json = json.loads(data)
    return message


def pack(document: Document, passages: list[Passage]) -> Json:
    """Return a document and its passages as JSON; a passage's text is left out, for the document has it."""
    blocks = [{**_fields(block), "references": list(map(_fields, block.references))} for block in document.blocks]
    reference = _fields(document.reference) if document.reference else None
    return {
        "document": {**_fields(document), "blocks": blocks, "reference": reference},
        "passages": [
            {**_fields(passage), "references": list(map(_fields, passage.references)), "text": ""}
            for passage in passages
        ],
    }


def unpack(data: Json) -> tuple[Document, list[Passage]]:
    """Return what `pack` was given. Raises KeyError, TypeError or ValueError on another shape."""
    said = data["document"]
    document = Document(
        **{
            **_tuples(said),
            "blocks": tuple(Block(**{**_tuples(b), "references": _references(b)}) for b in said["blocks"]),
            "reference": Reference(**_tuples(said["reference"])) if said["reference"] else None,
        }
    )
    passages = [
        Passage(**{**_tuples(p), "references": _references(p), "text": document.text[p["start"] : p["end"]]})
        for p in data["passages"]
    ]
    if "".join(passage.text for passage in passages) != document.text:
        raise ValueError("the passages are not the document's text")
    return document, passages


def _fields(record: Document | Passage | Block | Reference) -> Json:
    """Return a record's own fields. `dataclasses.asdict` copies all that is in them too, in ten times the time."""
    return {name: getattr(record, name) for name in record.__slots__}


def _references(data: Json) -> tuple[Reference, ...]:
    return tuple(Reference(**_tuples(reference)) for reference in data["references"])


def _tuples(data: Json) -> Json:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
