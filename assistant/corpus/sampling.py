"""A draw of claims to look up again, to see whether their pages still say what they say."""

import hashlib
from dataclasses import dataclass

from assistant.corpus.check import Corpus


@dataclass(frozen=True, slots=True)
class Drawn:
    """A claim that was drawn: where it stands, what it says, and the pages to hold it against."""

    id: str
    path: str
    line: int
    text: str
    pages: tuple[str, ...]

    def __str__(self) -> str:
        """Return the claim with its place and pages, one a line."""
        return "\n  ".join([f"{self.path}:{self.line}: {self.text} ({self.id})", *self.pages])


def draw(corpus: Corpus, count: int, seed: int) -> list[Drawn]:
    """Return `count` claims that cite a page, in English where they have it; the same ones for the same seed.

    Claims are put in the order of a hash of seed and id, so a claim that is added or taken away changes a draw by
    itself and leaves the rest of it alone.
    """
    found = []
    for id_, languages in corpus.claims.items():
        brief, claim = languages.get("en") or next(iter(languages.values()))
        pages = tuple(reference.url for reference in claim.references if reference.url)
        if pages:
            found.append(Drawn(id_, brief.path, claim.line, claim.text, pages))
    return sorted(found, key=lambda claim: hashlib.sha256(f"{seed}:{claim.id}".encode()).digest())[:count]
