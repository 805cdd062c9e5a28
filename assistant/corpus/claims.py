"""Claims of the corpus: a sentence or two that stand on their own, each with its sources (corpus/README.md)."""

import re
from dataclasses import dataclass

from assistant.corpus.readers.front_matter import confidence, plain_date, web_address
from assistant.records import Reference

_MARKED = re.compile(r"(?P<text>.*\S)\s*\{#(?P<id>[\w.:-]+)\}\s*", re.DOTALL)
_DASH = re.compile(r"\s*(?:—|–|--)\s*")
_LINKED = re.compile(r"\[(?P<title>.*)\]\((?P<url>[^\s|]*)\)\s*(?:\|(?P<rest>.*))?")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as it stands in a file: its text (still Markdown), its id and where it comes from."""

    id: str
    text: str
    references: tuple[Reference, ...]


class MalformedError(ValueError):
    """A claim that doesn't keep to the form. `line` counts from 0 within the item."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


def parse(item: str) -> Claim | None:
    """Return the claim that a list item holds, None where it has no `{#id}` at a line's end.

    Raises MalformedError for an item that has one and isn't followed by source lines in the right form.
    """
    lines = item.rstrip().split("\n")
    for n, line in enumerate(lines):
        marked = _MARKED.fullmatch(line)
        if marked is None:
            continue
        if n + 1 == len(lines):
            raise MalformedError(f"the claim {marked['id']} has no source", n)
        references = tuple(_source(source, n + 1 + k) for k, source in enumerate(lines[n + 1 :]))
        return Claim(marked["id"], "\n".join([*lines[:n], marked["text"]]), references)
    return None


def _source(line: str, n: int) -> Reference:
    """Return the reference that a source line gives. Raises MalformedError, naming what is wrong with it."""
    dash = _DASH.match(line)
    if dash is None:
        raise MalformedError('a source line begins with "— "', n)
    written = line[dash.end() :]
    linked = _LINKED.fullmatch(written)
    if linked:
        title, url, fields = linked["title"], web_address(linked["url"]), (linked["rest"] or "").split("|")
        if url is None:
            raise MalformedError(f"{linked['url']!r} is no http or https address", n)
    else:
        url, (title, *fields) = None, written.split("|")
    publisher, date, sure, *notes = [*(f.strip() for f in fields), "", "", ""][: max(len(fields), 3)]
    if not title.strip():
        raise MalformedError("the source has no title", n)
    if plain_date(date) != date:
        raise MalformedError(f"{date!r} is no date (YYYY, YYYY-MM or YYYY-MM-DD)", n)
    if confidence(sure) is None:
        raise MalformedError(f"the confidence is {sure!r}, not high, medium or low", n)
    return Reference(title.strip(), url, publisher or None, date, confidence(sure), _notes(notes))


def _notes(fields: list[str]) -> tuple[str, ...]:
    return tuple(note.strip() for field in fields for note in field.split(",") if note.strip())
