"""Where over-long text is cut: at the best place there is, and no character gets lost.

The rules are those of LangChain's RecursiveCharacterTextSplitter, and a test holds the two together. To import that
one computes for a third of a second (docs/LOG.md) in each process that reads files, as long as a refresh of one changed
file may take; and here and there it doubles white space. `assistant.corpus.langchain` puts this one into its chains.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.text import tokens

_CLOSING = "[\"'”’」』）)】》\\]]*"
# Where to cut, best place first; each one ends the piece before it.
_PATTERNS = (
    r"\n{2,}",
    r"\n",
    # Chinese marks end a sentence anywhere, Latin ones before white space, a full stop not after an abbreviation
    # or an initial and not before a small letter.
    rf"[。！？；]+{_CLOSING}\s*|[!?]+{_CLOSING}\s+"
    rf"|(?<!\b[A-Za-z])(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bNo)(?<!\bFig)(?<!\bDr)(?<!\bMr)\.{_CLOSING}\s+(?=[^a-z\s])",
    r"[，、：]|[,;:]\s+",
    r"\s+",
    # A run without any break: by a few characters at a time, but not before a combining mark or inside an emoji.
    "[\\s\\S]{16}(?<!\u200d)(?![\u0300-\u036f\u200d\ufe0f\U0001f3fb-\U0001f3ff])",
    r"[\s\S]",
)
SEPARATORS = tuple(map(re.compile, _PATTERNS))


def cut(text: str, most: int, separators: Sequence[re.Pattern[str]] = SEPARATORS) -> list[str]:
    """Return pieces that together are `text`, each of at most `most` tokens (`tokens.count`).

    The text is cut at the first of `separators` that occurs in it, a piece that is too large at those after it, and
    small pieces are put together again. A single character is never cut, however many tokens it has.
    """
    at, separator = next((n, s) for n, s in enumerate(separators) if s.search(text) or n == len(separators) - 1)
    places = [0, *(match.end() for match in separator.finditer(text)), len(text)]
    found: list[str] = []
    held, size = "", 0
    for start, end in pairwise(places):
        piece = text[start:end]
        length = tokens.count(piece)
        if held and size + length > most:
            found.append(held)
            held, size = "", 0
        if length < most or not separators[at + 1 :]:
            held, size = held + piece, size + length
        else:
            if held:
                found.append(held)
                held, size = "", 0
            found += cut(piece, most, separators[at + 1 :])
    return [*found, held] if held else found
