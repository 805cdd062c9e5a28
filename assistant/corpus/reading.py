"""From a file of the corpus to a document: its format's reader, then title, language and place in the framework."""

import hashlib
import stat
from collections.abc import Callable
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from assistant.corpus import quality
from assistant.corpus.framework import Framework
from assistant.corpus.readers.content import Content, one_line
from assistant.corpus.sources import MOST_BYTES
from assistant.errors import RefusedError
from assistant.records import Document, content_id
from assistant.text import language

if TYPE_CHECKING:
    from assistant.corpus.readers.recognition import Recogniser

# Changes whenever the same bytes would give another text.
READER_VERSION = "5"
# 16 MiB are about 5 million Chinese characters, a shelf of books: more in one file is a log or a database.
MOST_TEXT_BYTES = 16 << 20
# Enough to tell a document's language by.
_SAMPLE = 20_000
_MOST_TITLE = 200

Reader = Callable[[bytes, str], Content]


def _reader(module: str, function: str = "read") -> Reader:
    """Return a reader of `readers` that is imported once it is called: most refreshes read one format or two."""

    def read(data: bytes, path: str) -> Content:
        content: Content = getattr(import_module(f"assistant.corpus.readers.{module}"), function)(data, path)
        return content

    return read


READERS: dict[str, tuple[Reader, int]] = {
    ".md": (_reader("markdown"), MOST_TEXT_BYTES),
    ".markdown": (_reader("markdown"), MOST_TEXT_BYTES),
    ".txt": (_reader("plain"), MOST_TEXT_BYTES),
    ".text": (_reader("plain"), MOST_TEXT_BYTES),
    ".html": (_reader("html"), MOST_TEXT_BYTES),
    ".htm": (_reader("html"), MOST_TEXT_BYTES),
    ".xhtml": (_reader("html"), MOST_TEXT_BYTES),
    ".pdf": (_reader("pdf"), MOST_BYTES),
    ".docx": (_reader("word"), MOST_BYTES),
    ".pptx": (_reader("slides"), MOST_BYTES),
    ".xlsx": (_reader("sheets", "read_workbook"), MOST_BYTES),
    ".csv": (_reader("sheets", "read_values"), MOST_TEXT_BYTES),
    ".tsv": (_reader("sheets", "read_values"), MOST_TEXT_BYTES),
    ".eml": (_reader("mail", "read_mail"), MOST_BYTES),
    ".mhtml": (_reader("mail", "read_archive"), MOST_BYTES),
    ".mht": (_reader("mail", "read_archive"), MOST_BYTES),
}


def read(file: Path, path: str, digest: str, framework: Framework, recogniser: "Recogniser | None" = None) -> Document:
    """Return the document that `file` is. `path` is its place in the corpus, `digest` the SHA-256 of its bytes.

    The title is the one the file gives, else its first heading, else the file's name. The axis and the topics are
    the file's own, else those under which `framework` files it; a remark names those that it doesn't have.
    `recogniser` reads the scanned pages of PDFs.
    Raises RefusedError, with reason and remedy, for a file that can't be read or is another one than `digest` names.
    """
    name = PurePosixPath(path)
    reader, most = READERS.get(name.suffix.lower(), (None, 0))
    if reader is None:
        raise RefusedError(f"{name.suffix or 'no suffix'} is no format that is read", where=path)
    data = contents(file, path, digest, most)
    if recogniser and name.suffix.lower() == ".pdf":
        from assistant.corpus.readers import pdf

        said = pdf.read(data, path, recogniser)
    else:
        said = reader(data, path)
    content = quality.gate(said, path)
    if not content.text.strip():
        raise RefusedError("the file holds no text", where=path, remedy="take it out of the corpus, or put text in it")
    title = one_line(content.title or "")[:_MOST_TITLE] or name.stem
    axis, topics = framework.file(f"{title}\n{content.text}")
    return Document(
        # What was recognised depends on more than the bytes.
        id=content_id(digest, READER_VERSION, *([recogniser.mark] if recogniser and content.recognised else [])),
        title=title,
        language=content.language or language.detect(content.text[:_SAMPLE]),
        text=content.text,
        blocks=content.blocks,
        axis=content.axis or axis,
        topics=content.topics or topics,
        reference=content.reference,
        remarks=(*content.remarks, *_unknown(content, framework)),
    )


def _unknown(content: Content, framework: Framework) -> tuple[str, ...]:
    """Return a remark for each axis and topic that a file names and the framework doesn't have."""
    axes = [axis.id for axis in framework.axes]
    topics = {topic.id for axis in framework.axes for topic in axis.topics}
    wrong = [f"axis {content.axis!r} (it has {', '.join(axes)})"] if content.axis and content.axis not in axes else []
    wrong += [f"topic {topic!r}" for topic in content.topics if topic not in topics]
    return tuple(f"framework.toml has no {what}, so nothing is found under it" for what in wrong) if axes else ()


def contents(file: Path, path: str, digest: str, most: int) -> bytes:
    """Return the bytes of the file at `path` in the corpus.

    Raises RefusedError where it is no regular file, is larger than `most` bytes, can't be read, or is another one than
    the SHA-256 `digest` names.
    """
    try:
        known = file.stat()
        if not stat.S_ISREG(known.st_mode):
            raise RefusedError("not a file with contents", where=path, remedy="put a copy of the document there")
        if known.st_size > most:
            raise RefusedError(
                f"{known.st_size / (1 << 20):.1f} MiB is too large for this format; the limit is {most >> 20} MiB",
                where=path,
                remedy="split the file into smaller ones",
            )
        data = file.read_bytes()
    except OSError as error:
        raise RefusedError(
            f"the file can't be read: {error.strerror}", where=path, remedy="check that it exists and you may read it"
        ) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise RefusedError("the file changed while it was read", where=path, remedy="refresh once more")
    return data
