"""PDF, page by page. A scanned page holds no text, and no picture is read here."""

import io
import logging
import re
from collections import Counter
from typing import TYPE_CHECKING

from assistant.corpus.readers.content import Builder, Content, clean, one_line
from assistant.corpus.readers.decoding import signature
from assistant.corpus.readers.lines import reflow
from assistant.errors import RefusedError
from assistant.text.language import HAN

if TYPE_CHECKING:
    from pypdf import PdfReader

_LINEARIZED = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")
# Fonts give radicals for the characters they stand in (⽤ for 用), and letters bound together (ﬁ for fi).
_VARIANTS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_SPACED_OUT = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_CLOSE = re.compile(f"[{HAN}](?=[{HAN}])")
_DIGITS = re.compile(r"\d+")
# A line at the edge of a page is a running head or foot when it stands on so many pages, figures aside.
_RUNNING_PAGES, _RUNNING_SHARE = 3, 0.6
# What programs write as a title when the writer gave none.
_NO_TITLE = re.compile(r"untitled.*|\(anonymous\)|.*\.(?:docx?|indd|pptx?|xlsx?|pdf|tmp|qxp|rtf)", re.IGNORECASE)
_TITLE_PREFIX = re.compile(r"Microsoft (?:Word|PowerPoint) - ")


def read(data: bytes, path: str) -> Content:
    """Return the content of a PDF, a block a page with text.

    Raises RefusedError for a file that is no PDF, is cut short or broken, is encrypted, or holds no text at all.
    A page that can't be read among others is left out and remarked on.
    """
    reader = _open(data, path)
    pages: dict[int, list[str]] = {}
    remarks = []
    for number, page in enumerate(reader.pages, start=1):
        try:
            text = _mend(clean(page.extract_text()))
        except Exception as error:  # pypdf raises whatever a broken page makes it stumble over
            remarks.append(f"page {number} can't be read ({type(error).__name__}: {error})")
            continue
        if lines := [line.strip() for line in text.split("\n") if line.strip()]:
            pages[number] = lines
    if not pages:
        reason = "; ".join(remarks[:1]) or "it was scanned, or drawn"
        raise RefusedError(
            f"no page of this PDF holds text: {reason}",
            where=path,
            remedy="run text recognition (OCR) over it, and put the result into the corpus",
        )
    built = Builder()
    for number, lines in _without_running(pages).items():
        built.add("\n".join(reflow(lines)), page=number)
    return Content(built.text, built.blocks, title=_title(reader), remarks=tuple(remarks))


def _open(data: bytes, path: str) -> "PdfReader":
    # What pypdf says about faults that it can work around is of no use to a user.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    start = data.find(b"%PDF-", 0, 1024)
    if start < 0:
        kind = signature(data) or "another kind of file"
        raise RefusedError(f"this is no PDF but {kind}", where=path, remedy="give it the suffix of its format")
    cut = _LINEARIZED.search(data, start, start + 1024)
    if b"%%EOF" not in data or (cut and len(data) - start < int(cut.group(1))):
        raise RefusedError("the PDF is cut short: its end is missing", where=path, remedy="copy or download it again")
    try:
        reader = PdfReader(io.BytesIO(data[start:]))
        # Many files are encrypted only to forbid printing: they open with an empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise _encrypted(path)
        len(reader.pages)
    except RefusedError:
        raise
    except DependencyError:
        raise _encrypted(path) from None
    except Exception as error:  # pypdf raises whatever a broken file makes it stumble over
        raise RefusedError(
            f"the PDF is broken ({type(error).__name__}: {one_line(str(error))})",
            where=path,
            remedy="copy or download it again, or print it into a new PDF",
        ) from error
    return reader


def _encrypted(path: str) -> RefusedError:
    return RefusedError(
        "the PDF is encrypted", where=path, remedy="open it with its password and save a copy without one"
    )


def _mend(text: str) -> str:
    """Return a page's text with its characters as they are written elsewhere, and Chinese not spaced out."""
    import unicodedata

    text = _VARIANTS.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    if len(_SPACED_OUT.findall(text)) > len(_CLOSE.findall(text)):
        text = _SPACED_OUT.sub("", text)
    return text


def _without_running(pages: dict[int, list[str]]) -> dict[int, list[str]]:
    """Return the pages without the heads and feet that run through the document."""
    edges = Counter(key for lines in pages.values() for key in {_key(lines[0]), _key(lines[-1])})
    least = max(_RUNNING_PAGES, len(pages) * _RUNNING_SHARE)
    running = {key for key, count in edges.items() if count >= least}
    kept = {}
    for number, lines in pages.items():
        first = 1 if _key(lines[0]) in running else 0
        last = len(lines) - (1 if _key(lines[-1]) in running else 0)
        kept[number] = lines[first:last]
    return kept


def _key(line: str) -> str:
    return _DIGITS.sub("#", line)


def _title(reader: "PdfReader") -> str | None:
    """Return the title in the PDF's own description, unless a program made it up."""
    try:
        title = one_line(str((reader.metadata and reader.metadata.title) or ""))
    except Exception:  # a broken description is none
        return None
    title = _TITLE_PREFIX.sub("", title)
    return None if not title or _NO_TITLE.fullmatch(title) else title
