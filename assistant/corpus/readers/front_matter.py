"""The YAML block that a Markdown file may begin with."""

import re
from dataclasses import dataclass, field

from assistant.errors import RefusedError
from assistant.records import Confidence, Language, Reference

# More than this before a document is no description of it.
MOST_CHARACTERS = 65536
_BLOCK = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_STARTS_WITH_KEY = re.compile(r"(?:\s*(?:#[^\n]*)?\n)*[\w.\-\"']+[ \t]*:(?:\s|\Z)")
_DATE = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?:[T ].*)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_CONFIDENCE: dict[str, Confidence] = {"high": "high", "medium": "medium", "low": "low"}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a file says of itself; `lines` is how many lines of the file it takes."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: int = 0

    @property
    def language(self) -> Language | None:
        """The language, where one of the two is named."""
        named = self.values.get("language", "").lower()
        return "zh-TW" if named.startswith("zh") else "en" if named.startswith("en") else None

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics, given as a list or separated by commas."""
        written = self.lists.get("topics") or tuple(self.values.get("topics", "").split(","))
        return tuple(topic.strip() for topic in written if topic.strip())

    def reference(self, title: str) -> Reference | None:
        """Return where the whole file comes from, or None where it doesn't say."""
        reference = Reference(
            title=title,
            url=web_address(self.values.get("url")),
            publisher=self.values.get("publisher") or None,
            date=plain_date(self.values.get("date")),
            confidence=confidence(self.values.get("confidence")),
        )
        return reference if reference.url or reference.publisher or reference.date else None


def split(text: str, path: str) -> tuple[FrontMatter, str]:
    """Return a file's front matter and the rest of its text.

    Raises RefusedError, with the line in the file, for front matter that is no YAML mapping.
    """
    block = _BLOCK.match(text, 0, MOST_CHARACTERS)
    if block is None or not _STARTS_WITH_KEY.match(block.group(1)):
        # A rule across the page, not front matter.
        return FrontMatter(), text
    loaded = _load(block.group(1), path)
    # Keys in any case; what is neither text nor a list of texts says nothing here.
    named = {str(key).strip().lower(): value for key, value in loaded.items()}
    return (
        FrontMatter(
            values={k: " ".join(v.split()) for k, v in named.items() if isinstance(v, str) and v.strip()},
            lists={k: tuple(i for i in v if isinstance(i, str)) for k, v in named.items() if isinstance(v, list)},
            lines=block.group().count("\n"),
        ),
        text[block.end() :],
    )


def _load(block: str, path: str) -> dict[object, object]:
    """Return the YAML mapping with every scalar as the text that stands there (a date stays as it was written)."""
    import yaml

    try:
        loaded = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        # The block's first line is the file's second.
        place = f" in line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be read"
        raise RefusedError(
            f"the front matter is broken{place}: {problem}",
            where=path,
            remedy='write each line as "key: value", and put a value with a colon in quotes',
        ) from error
    if not isinstance(loaded, dict):
        raise RefusedError("the front matter holds no keys", where=path, remedy='write each line as "key: value"')
    return loaded


def web_address(text: str | None) -> str | None:
    """Return `text` if it is an http or https address, which alone may become a link."""
    return text if text and _ADDRESS.fullmatch(text) else None


def plain_date(text: str | None) -> str | None:
    """Return the YYYY, YYYY-MM or YYYY-MM-DD that `text` is, a time of day after it left out; else None."""
    match = _DATE.fullmatch((text or "").strip())
    return match.group(1) if match else None


def confidence(text: str | None) -> Confidence | None:
    """Return the confidence that `text` names, if it names one."""
    return _CONFIDENCE.get((text or "").strip().lower())
