"""From documents to passages: small enough to cite, whole enough to understand, and nothing lost between them."""

from collections.abc import Iterator
from itertools import pairwise

from assistant.corpus import cutting
from assistant.records import Block, BlockKind, Document, Language, Passage, content_id
from assistant.text import language, tokens

# Changes whenever the same document would be split in another way.
SPLITTER = "sections-2"
# A table says little in halves: it stays whole up to this many times the size of other passages.
TABLE_FACTOR = 4
# A passage shorter than this, in tokens, says too little to tell its language from the document's.
LANGUAGE_TOKENS = 24

_BEGINNING = 200


def split(document: Document, max_tokens: int) -> list[Passage]:
    """Return the passages of a document, in order; together they are exactly its text.

    A claim is one passage, and so is a table up to `TABLE_FACTOR` times `max_tokens`. Headings open the passage
    that follows them; before a claim, whose quote they would blur, and at the end they stand as passages of kind
    "heading". Prose below one heading is packed to `max_tokens`, cut between paragraphs or else between sentences.
    A passage is on one page. Sizes are those of `tokens.count`, headings not counted.
    """
    return [
        _passage(document, group, start, end)
        for group in _groups(document)
        for start, end in _cut(document, group, max_tokens)
    ]


def _groups(document: Document) -> Iterator[list[Block]]:
    """Yield the blocks that may share a passage: headings with what follows them, prose below the same heading."""
    group: list[Block] = []
    for block in document.blocks:
        if group and not _goes_with(group[-1], block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _goes_with(last: Block, block: Block) -> bool:
    if last.page != block.page:
        return False
    if last.kind == "heading":
        return block.kind != "claim"
    return last.kind == block.kind == "prose" and last.headings == block.headings


def _cut(document: Document, group: list[Block], max_tokens: int) -> list[tuple[int, int]]:
    """Return the passages of a group as offsets."""
    start, end = group[0].start, group[-1].end
    body = next((block.start for block in group if block.kind != "heading"), end)
    most = max_tokens * TABLE_FACTOR if group[-1].kind == "table" else max_tokens
    if group[-1].kind in ("claim", "heading") or tokens.count(document.text[body:end]) <= most:
        return [(start, end)]
    cuts = [start]
    at = body
    for piece in cutting.cut(document.text[body:end], max_tokens):
        at += len(piece)
        if piece.isspace() and len(cuts) > 1:
            cuts[-1] = at
        elif not piece.isspace():
            cuts.append(at)
    return list(pairwise([*cuts[:-1], end] if len(cuts) > 1 else [start, end]))


def _passage(document: Document, group: list[Block], start: int, end: int) -> Passage:
    last = group[-1]
    text = document.text[start:end]
    return Passage(
        id=content_id(document.id, str(start), str(end)),
        document_id=document.id,
        start=start,
        end=end,
        text=text,
        language=_language(document, text, last.kind),
        kind=last.kind,
        page=last.page,
        headings=last.headings,
        axis=document.axis,
        topics=document.topics,
        claim=last.claim,
        references=last.references or ((document.reference,) if document.reference else ()),
    )


def _language(document: Document, text: str, kind: BlockKind) -> Language:
    """Return the language of a passage: prose may change it within a document."""
    # The beginning mostly tells already that there is enough.
    short = tokens.count(text[:_BEGINNING]) < LANGUAGE_TOKENS and tokens.count(text) < LANGUAGE_TOKENS
    if kind != "prose" or short:
        return document.language
    return language.detect(text)
