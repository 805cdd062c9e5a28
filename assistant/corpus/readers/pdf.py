"""PDF, page by page: pypdf opens it, PDFium gives the text of its pages. A scanned page holds no text."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assistant.corpus.readers import pdfium
from assistant.corpus.readers.content import RECOGNISED, Builder, Content, clean, one_line
from assistant.corpus.readers.decoding import signature
from assistant.corpus.readers.lines import reflow
from assistant.corpus.readers.recognition import DOTS, Recogniser, RecognitionError
from assistant.errors import RefusedError
from assistant.records import Reference
from assistant.text.language import HAN

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdfium2 import PdfDocument, PdfPage

_NOT_ASKED = "text in pictures is read only with the setting ocr"
_LINEARIZED = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")
# Fonts give radicals for the characters they stand in (⽤ for 用), and letters bound together (ﬁ for fi).
_VARIANTS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")
_SPACED_OUT = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_CLOSE = re.compile(f"[{HAN}](?=[{HAN}])")
_DIGITS = re.compile(r"\d+")
# A line at the edge of a page is a running head or foot when it stands on so many pages, figures aside.
_RUNNING_PAGES, _RUNNING_SHARE = 3, 0.6
# Lines at each edge that may be such: a head of two lines, or head and foot, which many programs write first.
_RUNNING_LINES = 2
# A page number, its total and a date; a line of more figures is a row of them.
_RUNNING_FIGURES = 5
# What programs write as a title when the writer gave none.
_NO_TITLE = re.compile(r"untitled.*|\(anonymous\)|.*\.(?:docx?|indd|pptx?|xlsx?|pdf|tmp|qxp|rtf)", re.IGNORECASE)
_TITLE_PREFIX = re.compile(r"Microsoft (?:Word|PowerPoint) - ")


def read(data: bytes, path: str, recogniser: Recogniser | None = None) -> Content:
    """Return the content of a PDF, a block a page with text.

    `recogniser` reads scanned pages, whose blocks then say so in their reference. A page that can't be read among
    others is left out and remarked on. Raises RefusedError for a file that is no PDF, is cut short or broken, is
    encrypted, or holds no text at all.
    """
    reader, data = _open(data, path)
    read = _Pages(recogniser)
    with _in_pdfium(data, fonts=False) as document:
        for number in range(1, min(len(reader.pages), len(document) if document else len(reader.pages)) + 1):
            read.take(number, document, reader)
    if read.once_more:
        with _in_pdfium(data, fonts=True) as document:
            for number in read.once_more:
                read.take(number, document)
    remarks = read.all_remarks()
    if not read.pages:
        raise RefusedError(
            f"no page of this PDF holds text: {'; '.join(remarks[:1]) or 'it was scanned, or drawn'}",
            where=path,
            remedy='set ocr = "tesseract", or run text recognition (OCR) over it and put the result into the corpus',
        )
    title = _title(reader)
    note = Reference(title or PurePosixPath(path).stem, notes=(RECOGNISED,))
    built = Builder()
    for number, lines in _without_running(dict(sorted(read.pages.items()))).items():
        references = (note,) if number in read.recognised else ()
        built.add("\n".join(reflow(lines)), page=number, references=references)
    return Content(built.text, built.blocks, title=title, remarks=remarks, recognised=bool(read.recognised))


class _Pages:
    """The lines of the pages so far, and what is to be said of those without."""

    def __init__(self, recogniser: Recogniser | None) -> None:
        self.pages: dict[int, list[str]] = {}
        self.recognised: set[int] = set()
        self.once_more: list[int] = []
        self._recogniser = recogniser
        self._scanned: dict[str, list[int]] = {}
        self._remarks: list[str] = []

    def take(self, number: int, document: "PdfDocument | None", again: "PdfReader | None" = None) -> None:
        """Read a page; `again` is the file as pypdf has it, a second opinion where PDFium finds no text or no file.

        Where PDFium misses some for want of a font, the page is noted to be read once more, without `again`.
        """
        try:
            page = document[number - 1] if document else None
            words = pdfium.read(page) if page else None
            if again and words and not words.whole:
                self.once_more.append(number)
                return
            text = words.text if words else ""
            if again and not text.strip():
                text = again.pages[number - 1].extract_text()
            text = _mend(clean(text))
            if page and not text.strip() and pdfium.is_scanned(page):
                text = self._recognise(number, page)
        except Exception as error:  # both raise whatever a broken page makes them stumble over
            self._remarks.append(f"page {number} can't be read ({type(error).__name__}: {one_line(str(error))})")
            return
        if lines := [line.strip() for line in text.split("\n") if line.strip()]:
            self.pages[number] = lines

    def _recognise(self, number: int, page: "PdfPage") -> str:
        if self._recogniser is None:
            self._scanned.setdefault(_NOT_ASKED, []).append(number)
            return ""
        try:
            text = self._recogniser.text(pdfium.png(page, DOTS))
        except RecognitionError as error:
            self._scanned.setdefault(str(error), []).append(number)
            return ""
        self.recognised.add(number)
        # It puts a space between any two Chinese characters that stand a little apart.
        return _SPACED_OUT.sub("", clean(text))

    def all_remarks(self) -> tuple[str, ...]:
        """Return a remark for each page that can't be read, and one for all scanned pages with the same fate."""
        scanned = (f"{_listed(numbers)} scanned: {why}" for why, numbers in self._scanned.items())
        return (*self._remarks, *scanned)


def _listed(numbers: list[int]) -> str:
    """Return the pages as a sentence begins with them: page 3 was, pages 1-4, 7 were."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    named = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"page {named} was" if len(numbers) == 1 else f"pages {named} were"


@contextmanager
def _in_pdfium(data: bytes, *, fonts: bool) -> Iterator["PdfDocument | None"]:
    """Give the PDF as PDFium has it, None where it can't open what pypdf could: it mends less."""
    import pypdfium2

    with ExitStack() as stack:
        try:
            document = stack.enter_context(pdfium.opened(data, fonts=fonts))
        except pypdfium2.PdfiumError:
            document = None
        yield document


def _open(data: bytes, path: str) -> tuple["PdfReader", bytes]:
    """Return the PDF as pypdf has it, and its bytes from where it begins. Raises RefusedError."""
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
        raise _broken(f"{type(error).__name__}: {one_line(str(error))}", path) from error
    return reader, data[start:]


def _broken(how: str, path: str) -> RefusedError:
    return RefusedError(
        f"the PDF is broken ({how})", where=path, remedy="copy or download it again, or print it into a new PDF"
    )


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
    edges = Counter(
        key
        for lines in pages.values()
        for key in {*map(_key, lines[:_RUNNING_LINES]), *map(_key, lines[-_RUNNING_LINES:])}
    )
    least = max(_RUNNING_PAGES, len(pages) * _RUNNING_SHARE)
    running = {key for key, count in edges.items() if key and count >= least}
    return {number: _within(lines, running) for number, lines in pages.items()}


def _within(lines: list[str], running: set[str]) -> list[str]:
    """Return the lines between the running ones at the edges."""
    for _ in range(_RUNNING_LINES):
        lines = lines[1:] if lines and _key(lines[0]) in running else lines
        lines = lines[:-1] if lines and _key(lines[-1]) in running else lines
    return lines


def _key(line: str) -> str:
    """Return a line as it is compared from page to page, without its figures; "" for a table's row, which stays."""
    figures = len(_DIGITS.findall(line))
    return "" if line.startswith("|") or figures > _RUNNING_FIGURES else _DIGITS.sub("#", line)


def _title(reader: "PdfReader") -> str | None:
    """Return the title in the PDF's own description, unless a program made it up."""
    try:
        title = one_line(str((reader.metadata and reader.metadata.title) or ""))
    except Exception:  # a broken description is none
        return None
    title = _TITLE_PREFIX.sub("", title)
    return None if not title or _NO_TITLE.fullmatch(title) else title
