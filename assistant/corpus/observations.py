"""The observation log: what a person noticed, a file each, found by the next refresh like any other document."""

import datetime
import os
import re
import tempfile
from pathlib import Path

from assistant.corpus.framework import Framework
from assistant.corpus.readers.content import clean, one_line
from assistant.corpus.readers.front_matter import plain_date, web_address
from assistant.errors import FaultError, UsageError
from assistant.records import content_id
from assistant.text import sentences

FOLDER = "observations"
_TITLE_CHARACTERS, _NAME_CHARACTERS = 60, 24
_NOT_IN_A_NAME = re.compile(r"[\W_]+")


def observe(
    corpus: Path, text: str, *, source: str | None = None, date: str | None = None, framework: Framework
) -> Path:
    """Write an observation into `corpus`/observations and return its file.

    `source` is an address or a few words on where it comes from; `date` is YYYY, YYYY-MM or YYYY-MM-DD, today if
    left out. The axis and topics are filed by the framework's terms and stand in the file, for a person to correct.
    The file is named after its content: the same observation twice is one. It appears whole or not at all.
    Raises UsageError for an empty text or a wrong date, FaultError where it can't be written.
    """
    text = clean(text).strip()
    if not text:
        raise UsageError("an observation needs a text", remedy='write it in quotes: assistant observe "…"')
    if date is not None and plain_date(date) != date:
        raise UsageError(f"{date!r} is not a date", remedy="write it as YYYY-MM-DD")
    date = date or datetime.date.today().isoformat()
    source = one_line(source or "")
    name = f"{date}-{_slug(text)}-{content_id(date, source, text)[:8]}.md"
    file = corpus / FOLDER / name
    _write(file, _front_matter(text, source, date, framework) + text + "\n")
    return file


def _front_matter(text: str, source: str, date: str, framework: Framework) -> str:
    import yaml

    axis, topics = framework.file(text)
    said = {
        "title": _title(text),
        "date": date,
        "axis": axis,
        "topics": list(topics),
        "url": web_address(source),
        "publisher": None if web_address(source) else source,
    }
    # The dumper quotes whatever could be taken for YAML, so that nothing in a text can become a key.
    written = yaml.safe_dump({k: v for k, v in said.items() if v}, allow_unicode=True, sort_keys=False, width=10**6)
    return f"---\n{written}---\n\n"


def _title(text: str) -> str:
    """Return the beginning of the first sentence."""
    spans = sentences.spans(text)
    first = one_line(text[slice(*spans[0])] if spans else text).lstrip("#-* ") or one_line(text)
    return first if len(first) <= _TITLE_CHARACTERS else first[: _TITLE_CHARACTERS - 1] + "…"


def _slug(text: str) -> str:
    return _NOT_IN_A_NAME.sub("-", text[:_NAME_CHARACTERS]).strip("-") or "note"


def _write(file: Path, text: str) -> None:
    """Write a file beside its place, then move it there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(text.encode("utf-8"))
                part.flush()
                os.fsync(part.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(file)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FaultError(
            f"the observation can't be written: {error.strerror}",
            where=str(file),
            remedy="make the folder writable, or free space on its disk",
        ) from error
