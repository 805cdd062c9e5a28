"""HTML pages, as saved from a browser: what a reader of the page reads, without menus and scripts."""

import re
from typing import TYPE_CHECKING

from assistant.corpus.readers import decoding
from assistant.corpus.readers.content import Builder, Content, one_line, table_text
from assistant.corpus.readers.front_matter import plain_date, web_address
from assistant.corpus.readers.lines import WIDE
from assistant.errors import RefusedError
from assistant.records import Reference

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_DROPPED = frozenset(
    "head script style noscript template nav footer svg iframe object embed button select textarea input dialog".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure form header"
    " hgroup hr legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DROPPED_ROLES = frozenset({"navigation", "contentinfo", "search", "menu", "menubar"})
# Names of <meta> under which pages say when they were published, and by whom, surest first.
_DATES = ("article:published_time", "citation_publication_date", "datepublished", "dc.date", "pubdate", "date")
_PUBLISHERS = ("og:site_name", "citation_publisher", "dc.publisher", "publisher")
# HTML 5 wants the encoding within the first 1024 bytes; pages are not that strict.
_ENCODING = re.compile(
    rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]+?encoding\s*=\s*[\"']([\w.:-]+)", re.I
)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)")
# Unicode's own mark for a line break, which no page needs.
_LINE_BREAK = "\u2028"
_CHINESE_BREAK = re.compile(rf"(?<=[{WIDE}])[ \t]*\n[ \t\n]*(?=[{WIDE}])")
_SPACES = re.compile(r"[ \t\n]+")
_AROUND_BREAK = re.compile(rf" ?{_LINE_BREAK}[ {_LINE_BREAK}]*")
# A cell of a table of figures is short; where cells are pages of text, the table only lays out the page.
_CELL_CHARACTERS = 300


def read(data: bytes, path: str) -> Content:
    """Return the content of an HTML page. Raises RefusedError for bytes that aren't text, or nested without end."""
    declared = _ENCODING.search(data[:4096])
    named = (declared.group(1) or declared.group(2)).decode("ascii") if declared else None
    source = _XML_DECLARATION.sub("", decoding.decode(data, path, named), count=1)
    if not source.strip():
        return Content("", ())
    root = _parse(source, path)
    about = _meta(root)
    title = one_line(root.findtext(".//title") or about.get("og:title", "")) or None
    address = _address(root, about, source)
    _prepare(root)
    page = _Page()
    page.read(root)
    title = title or page.built.first_heading
    published = next((date for name in _DATES if (date := plain_date(about.get(name)))), None)
    publisher = next((about[name] for name in _PUBLISHERS if about.get(name)), None)
    named_source = Reference(title or address or publisher or "", address, publisher, published)
    reference = named_source if address or publisher or published else None
    return Content(page.built.text, page.built.blocks, title=title, reference=reference)


def _parse(source: str, path: str) -> "HtmlElement":
    import lxml.etree
    import lxml.html

    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)  # type: ignore[no-untyped-call]
    try:
        root: HtmlElement = lxml.html.document_fromstring(source.encode("utf-8"), parser=parser)  # type: ignore[no-untyped-call]
    except lxml.etree.LxmlError as error:
        raise RefusedError(f"the page can't be read: {error}", where=path, remedy="save it again") from error
    # Beyond its limits of depth and memory the parser stops and returns what it has; a part is not the page.
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise RefusedError("the page's elements are nested too deep", where=path, remedy="save the page's text instead")
    return root


def _meta(root: "HtmlElement") -> dict[str, str]:
    """Return what the page says of itself, by names in lower case; the first saying of each counts."""
    said: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        said.setdefault(name.lower(), one_line(element.get("content") or ""))
    return said


def _address(root: "HtmlElement", about: dict[str, str], source: str) -> str | None:
    """Return the page's own address: canonical, else shared, else where the browser saved it from."""
    canonical = (link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical")
    saved = _SAVED_FROM.search(source, 0, 4096)
    candidates = (*canonical, about.get("og:url"), saved.group(1) if saved else None)
    return next((address for candidate in candidates if (address := web_address(candidate))), None)


def _prepare(root: "HtmlElement") -> None:
    """Take out what a reader doesn't see, and put line breaks where the page has them."""
    for element in [e for e in root.iter() if _is_dropped(e)]:
        if element.getparent() is not None:
            element.drop_tree()
    for element in root.iter("br", "p", "div"):
        element.text = _LINE_BREAK + (element.text or "")
        element.tail = _LINE_BREAK + (element.tail or "")


def _is_dropped(element: "HtmlElement") -> bool:
    if element.tag in ("html", "body"):
        # Some pages hide their body until a script shows it.
        return False
    return (
        element.tag in _DROPPED
        or element.get("hidden") is not None
        or element.get("role") in _DROPPED_ROLES
        or _HIDDEN_STYLE.search(element.get("style") or "") is not None
    )


class _Page:
    """Walks through the elements of a page and builds its text."""

    def __init__(self) -> None:
        self.built = Builder()
        self._text: list[str] = []
        self._heading = 0
        self._item = False
        self._pre = 0

    def read(self, root: "HtmlElement") -> None:
        # Not recursive: pages nest deeper than Python's calls may.
        import lxml.etree

        walk = lxml.etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._close(element)
            elif element.tag == "table" and (rows := _data(element)):
                self._flush()
                self.built.add(_collapse("".join(c for e in element.iter("caption") for c in e.itertext())))
                self.built.add(table_text(rows), kind="table")
                walk.skip_subtree()
            else:
                self._open(element)
        self._flush()

    def _open(self, element: "HtmlElement") -> None:
        tag = element.tag
        if tag in _BLOCKS or tag in _HEADINGS:
            self._flush()
        self._heading = _HEADINGS.get(tag, self._heading)
        self._item = self._item or tag == "li"
        self._pre += tag == "pre"
        self._say(element.text)

    def _close(self, element: "HtmlElement") -> None:
        tag = element.tag
        if tag in _BLOCKS or tag in _HEADINGS:
            self._flush()
        if tag in _HEADINGS:
            self._heading = 0
        self._pre -= tag == "pre"
        self._say(element.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._text.append(text.replace("\n", _LINE_BREAK).replace(" ", "\xa0") if self._pre else text)

    def _flush(self) -> None:
        """Add what was said since the last block."""
        text = _collapse("".join(self._text))
        self._text = []
        if not text:
            return
        if self._heading:
            self.built.heading(text, self._heading)
        elif self._item:
            self.built.add(f"- {text}", end="\n")
        else:
            self.built.add(text)
        self._item = False


def _collapse(text: str) -> str:
    """Return text as a browser sets it: white space is one space, and none where a line of Chinese was broken."""
    text = _CHINESE_BREAK.sub("", text)
    text = _SPACES.sub(" ", text)
    return _AROUND_BREAK.sub("\n", text).replace("\xa0", " ").strip("\n").strip()


def _data(table: "HtmlElement") -> list[list[str]] | None:
    """Return the rows of a table of data; None for a table that only lays out the page."""
    inside = table.iterdescendants("table", "h1", "h2", "h3", "h4", "ul", "ol")
    if next(inside, None) is not None:
        return None
    rows = [[_cell(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    cells = [cell for row in rows for cell in row]
    is_data = len(rows) > 1 and max(map(len, rows)) > 1 and max(map(len, cells)) <= _CELL_CHARACTERS
    return rows if is_data else None


def _cell(cell: "HtmlElement") -> str:
    return one_line(_collapse("".join(cell.itertext())))
