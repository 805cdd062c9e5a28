"""Sentences of Chinese and English text, as spans."""

import re

# Chinese marks always end a sentence, a semicolon does not; Latin ones only before white space or the text's end.
# Closing quotes and brackets belong to the sentence they close.
_CLOSING = r"\"'”’」』)）】》\]"
_END = re.compile(rf"[。！？!?]+[{_CLOSING}]*|\.[{_CLOSING}]*(?=\s|$)|\n+")
# What it begins with: to look for one of some characters is much faster than to look for the whole.
_MARK = re.compile(r"[。！？!?.\n]")
# What a full stop follows without ending anything: abbreviations, initials and list numbers.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(（\"“])(?:[A-Za-z]|e\.g|i\.e|vs|etc|cf|approx|no|vol|fig|sec|dr|mr|mrs|ms|prof|st|inc|ltd|co|corp|u\.s"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|\d{1,3})$",
    re.IGNORECASE,
)
# So many letters the longest of them has at most, with what stands before it: no more are looked through.
_LONGEST_ABBREVIATION = 8
_STARTS_LOWER = re.compile(r"\s+[a-z]")


def spans(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` in order as (start, end) offsets, without white space around them."""
    found = []
    start = passed = 0
    for mark in _MARK.finditer(text):
        match = _END.match(text, mark.start()) if mark.start() >= passed else None
        if match is None:
            continue
        passed = match.end()
        if match.group().startswith(".") and _goes_on(text, start, match):
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [span for span in (_trim(text, *s) for s in found) if span[0] < span[1]]


def _goes_on(text: str, start: int, stop: re.Match[str]) -> bool:
    """Say whether the sentence from `start` goes on after this full stop."""
    after = text[stop.end() :]
    if not after.strip() or after.startswith("\n"):
        return False
    if _STARTS_LOWER.match(after):
        return True
    before = text[start : stop.start()]
    abbreviation = _ABBREVIATION.search(before[-_LONGEST_ABBREVIATION:])
    if abbreviation is None:
        return False
    # "U.S. law" and the "3." of a numbered line go on; "… rose by 12. Then" doesn't.
    return before.strip().isdigit() or not abbreviation.group().strip()[-1:].isdigit()


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
