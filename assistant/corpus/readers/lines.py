"""Joins the lines of a text that was broken to fit a page: Chinese without a space, English with one."""

import re
import unicodedata
from itertools import pairwise

# Scripts that are written without spaces, and their punctuation.
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003134f"
_WIDE_END = re.compile(f"[{WIDE}]$")
_WIDE_START = re.compile(f"[{WIDE}]")
_ITEM = re.compile(
    r"[•‧·●○■□◆▪▸►※*\-–—]\s|[（(]?(?:\d{1,3}|[a-zA-Z]|[一二三四五六七八九十]{1,3})(?:[.)]\s|[、）．])|\|"
)
_HYPHENATED = re.compile(r"([^\W\d_]+)-$")
_WITH_HYPHEN = re.compile(r"[a-zß-ÿ]+-[a-zß-ÿ]+")
_LOWER_WORD = re.compile(r"[a-zß-ÿ]+")
_SENTENCE_END = re.compile(r"[。！？.!?:：；;][\"'”’」』）)]*$")
# A line this near to the usual full width was broken by the page, not by its writer.
FULL = 0.85
# Widths in columns between which lines may have been broken to fit: a narrow column of Chinese, a wide page.
NARROWEST, WIDEST = 36, 160


def reflow(lines: list[str]) -> list[str]:
    """Return `lines` with the broken ones joined. Empty lines stay, and end what stands before them."""
    filled = sorted(width(line) for line in lines if line.strip())
    usual = filled[int(len(filled) * 0.9)] if filled else 0
    if not NARROWEST <= usual <= WIDEST:
        return [line.rstrip() for line in lines]
    hyphenated = frozenset(word for line in lines for word in _WITH_HYPHEN.findall(line.lower()))
    joined = lines[:1]
    for before, line in pairwise(lines):
        if _goes_on(before, line, usual):
            joined[-1] = join(joined[-1], line.lstrip(), hyphenated)
        else:
            joined.append(line)
    return [line.rstrip() for line in joined]


def _goes_on(before: str, line: str, usual: int) -> bool:
    """Say whether `line` continues the one before it."""
    if not before.strip() or not line.strip() or is_item(line) or before.startswith("|"):
        return False
    if width(before) >= usual * FULL:
        return True
    # English is set ragged: a shorter line goes on where the next one begins with a small letter.
    lower = _LOWER_WORD.match(line.lstrip()) is not None
    return lower and len(before.split()) >= 4 and not _SENTENCE_END.search(before.rstrip())


def is_item(line: str) -> bool:
    """Say whether a line begins an item of a list, or a row of a table."""
    return _ITEM.match(line.lstrip()) is not None


def join(first: str, second: str, hyphenated: frozenset[str] = frozenset()) -> str:
    """Return two lines as one. A hyphen at the break goes, unless the word is among the `hyphenated` ones."""
    first = first.rstrip()
    broken, rest = _HYPHENATED.search(first), _LOWER_WORD.match(second)
    if broken and rest:
        keep = f"{broken.group(1)}-{rest.group()}".lower() in hyphenated
        return (first if keep else first[:-1]) + second
    space = "" if _WIDE_END.search(first) and _WIDE_START.match(second) else " "
    return first + space + second


def width(line: str) -> int:
    """Return the columns that a line takes, a wide character two."""
    line = line.strip()
    return len(line) if line.isascii() else sum(map(_COLUMNS.__getitem__, line))


class _Columns(dict[str, int]):
    """The columns of each character met so far."""

    def __missing__(self, character: str) -> int:
        self[character] = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        return self[character]


_COLUMNS = _Columns()
