"""From a fetched page to a file of the corpus: the article of a web page as Markdown, a PDF as it is."""

import re
from dataclasses import dataclass

from assistant.corpus.collecting.fetching import Page
from assistant.corpus.readers import decoding
from assistant.corpus.readers.content import clean, one_line
from assistant.corpus.readers.front_matter import plain_date
from assistant.errors import RefusedError
from assistant.records import content_id

# Less is a cookie notice or a page that scripts fill in.
LEAST_CHARACTERS = 200
_NAME_CHARACTERS = 48
_NOT_IN_A_NAME = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Article:
    """What is to be written: the file's name and its bytes."""

    name: str
    data: bytes


def article(page: Page, url: str, today: str) -> Article:
    """Return the article of a page that was asked for at `url`. Raises RefusedError where there is none."""
    if page.kind == "application/pdf" or page.data.startswith(b"%PDF-"):
        return Article(_name(page.url.rpartition("/")[2].removesuffix(".pdf"), url, ".pdf"), page.data)
    if page.kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        raise RefusedError(f"{page.kind} is no article", where=url)
    source = decoding.decode(page.data, url)
    if page.kind == "text/plain":
        return _written(source, one_line(source[:80]), None, None, page.url, url, today)
    import trafilatura

    text = trafilatura.extract(source, url=page.url, output_format="markdown", include_comments=False)
    if not text or len(text) < LEAST_CHARACTERS:
        raise RefusedError(
            "no article is found in the page", where=url, remedy="open it in a browser and save it into the corpus"
        )
    about = trafilatura.extract_metadata(source, default_url=page.url)
    return _written(text, about.title, about.sitename or about.hostname, about.date, page.url, url, today)


def _written(
    text: str, title: str | None, publisher: str | None, date: str | None, source: str, url: str, today: str
) -> Article:
    import yaml

    title = one_line(title or "") or url
    said = {
        "title": title,
        "url": source,
        "publisher": one_line(publisher or ""),
        "date": plain_date(date),
        "collected": today,
    }
    front = yaml.safe_dump({k: v for k, v in said.items() if v}, allow_unicode=True, sort_keys=False, width=10**6)
    return Article(_name(title, url, ".md"), f"---\n{front}---\n\n{clean(text).strip()}\n".encode())


def _name(title: str, url: str, suffix: str) -> str:
    slug = _NOT_IN_A_NAME.sub("-", title[:_NAME_CHARACTERS]).strip("-").lower() or "page"
    return f"{slug}-{content_id(url)[:8]}{suffix}"
