"""The numbered things that a question names ("iPhone 17"): evidence on another number is on another thing."""

import re
from collections.abc import Iterable

from assistant.records import Hit
from assistant.text import names
from assistant.text.normalize import fold

# A model's size ("70B") and a number format ("INT4") are no thing of their own.
_NUMBERED = re.compile(r"(?=.*[a-z])(?=.*\d)(?!\d+(?:\.\d+)?[bm]$)(?!(?:int|fp|bf|mxfp|nvfp|q|w|a)\d)[a-z].*")


def missing(question: str, hits: Iterable[Hit]) -> list[str]:
    """Return the numbered names of a question, as it writes them, that no passage has, nor what stands above it.

    "Llama 3" is met by Llama 3.1, "Gemma 3" by Gemma 3n; "iPhone 17" is not by iPhone 15.
    """
    asked = [(name.text, part) for name in names.find(question) for part in name.parts if _NUMBERED.fullmatch(part)]
    said = " ".join(map(_joined, hits)) if asked else ""
    return list(dict.fromkeys(text for text, part in asked if not re.search(rf"{re.escape(part)}(?!\d)", said)))


def all_missing(question: str, lacking: list[str]) -> bool:
    """Say whether what a question names is `lacking`, and nothing else is: there is nothing to answer from."""
    return bool(lacking) and all(name.text in lacking or name.is_place for name in names.find(question))


def _joined(hit: Hit) -> str:
    """Return a passage and what stands above it, with each number joined to the word before it."""
    return re.sub(r"[\s\-]+", "", fold(" ".join((hit.title, *hit.passage.headings, hit.passage.text))))
