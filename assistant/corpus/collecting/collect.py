"""Collect: fetch what `sources.toml` names, or given addresses, into `corpus/collected/`, and skip what is there."""

import datetime
import hashlib
import json
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from assistant import tables
from assistant.corpus.collecting import articles
from assistant.corpus.collecting.fetching import Fetcher, Page
from assistant.errors import FaultError, RefusedError

SOURCES, FOLDER, MEMORY = "sources.toml", "collected", ".fetched.json"
# A feed's newest entries; older ones are news no more.
MOST_ENTRIES = 30
_FEED_KINDS = ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml", "application/rdf+xml")

Outcome = Literal["new", "changed", "unchanged", "kept", "refused"]


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of an address. `kept` is a file that was edited by hand, which stays as it is."""

    url: str
    outcome: Outcome
    path: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class Memory:
    """What is known of an address since it was last fetched: its file, that file's bytes, and its validators.

    A feed has no file.
    """

    path: str | None = None
    digest: str | None = None
    etag: str | None = None
    modified: str | None = None


def listed(corpus: Path) -> list[str]:
    """Return the addresses of pages and feeds in sources.toml, pages first. Raises RefusedError for a broken file."""
    file = corpus / SOURCES
    table = tables.read_if_there(file)
    found = [e for key in ("page", "feed") for e in tables.entries(table, key, str(file))]
    return [tables.text(entry, "url", str(file)) for entry in found]


def collect(
    corpus: Path, urls: Sequence[str], fetcher: Fetcher, notify: Callable[[Collected], None] = lambda done: None
) -> list[Collected]:
    """Fetch `urls`, each a page or a feed, and return what came of each page; `notify` hears it at once.

    What one address does to its reader costs only that address. Raises FaultError where the corpus can't be written.
    """
    memories = _remembered(corpus)
    results = []
    try:
        for done in _each(corpus, urls, fetcher, memories):
            notify(done)
            results.append(done)
    finally:
        _remember(corpus, memories)
    return results


def _each(corpus: Path, urls: Iterable[str], fetcher: Fetcher, memories: dict[str, Memory]) -> Iterator[Collected]:
    for url in dict.fromkeys(urls):
        known = memories.get(url, Memory())
        if known.path and not (corpus / known.path).exists():
            # Its file was deleted, and here it is named once more.
            memories.pop(url, None)
            known = Memory()
        try:
            page = fetcher.get(url, etag=known.etag, modified=known.modified)
            entries = _entries(page)
        except RefusedError as error:
            yield Collected(url, "refused", reason=error.what)
            continue
        if entries is None:
            yield _keep(corpus, url, page, memories)
            continue
        if not entries:
            yield Collected(url, "refused", reason="the feed names no article")
        whole = True
        for entry in entries:
            done = _article(corpus, entry, fetcher, memories)
            whole = whole and done.outcome != "refused"
            yield done
        if entries and whole:
            # Else it is read again the next time, also where it hasn't changed, for the articles that didn't come.
            memories[url] = Memory(etag=page.etag, modified=page.modified)


def _article(corpus: Path, url: str, fetcher: Fetcher, memories: dict[str, Memory]) -> Collected:
    """Return what comes of an article that a feed names."""
    # It hardly changes once it is out, and the feed names it every day, also after it was deleted.
    if url in memories:
        return Collected(url, "unchanged", memories[url].path)
    try:
        return _keep(corpus, url, fetcher.get(url), memories)
    except RefusedError as error:
        return Collected(url, "refused", reason=error.what)


def _entries(page: Page) -> list[str] | None:
    """Return the addresses that a feed names, newest first as it has them; None for a page that is no feed."""
    head = page.data[:2000].lstrip().lower()
    if page.status == 304 or not (page.kind in _FEED_KINDS or head.startswith(b"<?xml")):
        return None
    import feedparser

    feed = feedparser.parse(page.data)  # type: ignore[attr-defined, no-untyped-call]
    if not feed.version:
        return None
    links = (entry.get("link", "") for entry in feed.entries)
    return list(dict.fromkeys(urllib.parse.urljoin(page.url, link) for link in links if link))[:MOST_ENTRIES]


def _keep(corpus: Path, url: str, page: Page, memories: dict[str, Memory]) -> Collected:
    """Write a page's article, unless it is there or was edited."""
    known = memories.get(url, Memory())
    file = corpus / known.path if known.path else None
    if page.status == 304:
        return Collected(url, "unchanged", known.path)
    try:
        made = articles.article(page, url, datetime.date.today().isoformat())
    except RefusedError as error:
        return Collected(url, "refused", reason=error.what)
    except Exception as error:  # an extractor stumbles over a page in ways of its own
        return Collected(url, "refused", reason=f"no article can be made of it ({type(error).__name__})")
    if file is not None and file.exists():
        if _digest(file.read_bytes()) != known.digest:
            return Collected(url, "kept", known.path)
        if _without_day(file.read_bytes()) == _without_day(made.data):
            memories[url] = Memory(known.path, known.digest, page.etag, page.modified)
            return Collected(url, "unchanged", known.path)
    path = known.path or f"{FOLDER}/{made.name}"
    _write(corpus / path, made.data)
    memories[url] = Memory(path, _digest(made.data), page.etag, page.modified)
    return Collected(url, "new" if file is None else "changed", path)


def _without_day(data: bytes) -> bytes:
    return b"\n".join(line for line in data.split(b"\n") if not line.startswith(b"collected:"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _remembered(corpus: Path) -> dict[str, Memory]:
    """Return what is known of each address; nothing where the memory is missing or broken."""
    with suppress(OSError, ValueError, TypeError):
        said = json.loads((corpus / FOLDER / MEMORY).read_text(encoding="utf-8"))
        return {url: Memory(**known) for url, known in said.items()}
    return {}


def _remember(corpus: Path, memories: dict[str, Memory]) -> None:
    said = json.dumps({url: asdict(known) for url, known in memories.items()}, ensure_ascii=False, indent=1)
    if memories:
        _write(corpus / FOLDER / MEMORY, said.encode("utf-8"))


def _write(file: Path, data: bytes) -> None:
    """Write a file beside its place, then move it there."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.part")
        beside.write_bytes(data)
        beside.replace(file)
    except OSError as error:
        raise FaultError(
            f"the file can't be written: {error.strerror}",
            where=str(file),
            remedy="make the folder writable, or free space on its disk",
        ) from error
