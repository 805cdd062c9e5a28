"""Dates in Chinese and English text, in one notation, so that the same day compares equal in both languages.

A date is written as far as the text says it: `2025-02-02`, `2025-02`, `2025`, `--02-02` (no year), `--02`,
`2025-Q3`, `Q3`, `2025-H1`, `FY2024`, `FY2024-Q3`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"[0-3]?\d"
_TO = r"\s*(?:-|–|—|~|to|and|until|through|至|到|、|与|和)\s*"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_HAN_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_HAN_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_HAN_DAY = r"(?:[0-3]?\d|二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])"
# 民國 (the calendar of Taiwan) counts from 1912.
_ROC_EPOCH = 1911


@dataclass(frozen=True, slots=True)
class Date:
    """A date found in a text, `value` in the notation above."""

    value: str
    start: int
    end: int


def find(text: str) -> list[Date]:
    """Return the dates of `text` (folded and simplified, see figures.find), in order, without overlaps."""
    found: list[Date] = []
    taken: list[tuple[int, int]] = []
    for pattern, build in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            values = list(build(match))
            if values:
                taken.append(match.span())
                found += [Date(value, match.start(), match.end()) for value in values]
    return sorted(found, key=lambda date: (date.start, date.value))


def entails(known: str, stated: str) -> bool:
    """Say whether a text that gives the date `known` carries `stated`: the same date, or a coarser one."""
    if known == stated:
        return True
    if stated.startswith("--"):
        # "2 February" of a text that says "2 February 2025"; "February" likewise.
        return known[1 if known.startswith("--") else 4 :].startswith(stated[1:])
    if stated[:1] in ("Q", "H"):
        return known.endswith(f"-{stated}")
    return known.startswith(f"{stated}-")


def year(value: str) -> str:
    """Return the four digits of the date's year, or an empty string."""
    match = re.search(r"\d{4}", value)
    return match.group() if match else ""


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _number(digits: str) -> int:
    """Return the value of a month or a day in Arabic or Chinese numerals (up to 39)."""
    if digits.isdigit():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return _HAN_DIGITS[digits]
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)


def _write(year_: str | int | None, month: int | None = None, day: int | None = None) -> str | None:
    """Return the notation, or None when there is no such month or day."""
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return None
    parts = [str(year_) if year_ else "-"]
    parts += [f"{n:02d}" for n in (month, day) if n is not None]
    return "-".join(parts)


def _several(*values: str | None) -> Iterator[str]:
    yield from (value for value in values if value)


def _iso(m: re.Match[str]) -> Iterator[str]:
    return _several(_write(m["y"], int(m["m"]), int(m["d"]) if m["d"] else None))


def _english(m: re.Match[str]) -> Iterator[str]:
    """Days and a month in either order, with or without a year; a range has a day at each end."""
    groups = m.groupdict()
    month = _month(m["month"])
    other = _month(groups["month2"]) if groups.get("month2") else month
    first = groups.get("day")
    last = groups.get("day2")
    if first is None and last is None:
        return _several(_write(groups.get("y"), month))
    return _several(*(_write(groups.get("y"), mo, int(d)) for mo, d in ((month, first), (other, last)) if d))


def _chinese(m: re.Match[str]) -> Iterator[str]:
    year_ = m["y"] or (str(int(m["roc"]) + _ROC_EPOCH) if m["roc"] else None)
    month = _number(m["month"])
    other = _number(m["month2"]) if m["month2"] else month
    if m["day"] is None:
        return _several(_write(year_, month))
    return _several(
        _write(year_, month, _number(m["day"])), _write(year_, other, _number(m["day2"])) if m["day2"] else None
    )


def _part(letter: str) -> Callable[[re.Match[str]], Iterator[str]]:
    """Return the builder for quarters (Q) or halves (H) of a year, fiscal where the text says so."""

    def build(m: re.Match[str]) -> Iterator[str]:
        groups = m.groupdict()
        ordinal = m["n"]
        number = int(ordinal) if ordinal.isdigit() else _ORDINALS[ordinal]
        year_ = groups.get("y") or (f"20{groups['yy']}" if groups.get("yy") else "")
        fiscal = "FY" if groups.get("fy") else ""
        return _several(f"{fiscal}{year_}-{letter}{number}" if year_ else f"{letter}{number}")

    return build


def _years(m: re.Match[str]) -> Iterator[str]:
    first, last = m["y"], m["y2"]
    return _several(first, first[:2] + last if len(last) == 2 else last)


_TO_YEAR = r"\s*(?:-|–|—|~|/|至|到|to|and)\s*"
_FISCAL = "会计年度|财年|财政年度"
_HAN_QUARTER = r"第?\s*(?P<n>[1-4一二三四])\s*季"
_ORDINAL = r"(?P<n>first|second|third|fourth)"
_SUFFIX = r"(?:st|nd|rd|th)?"
_EN_YEAR = rf"(?:,?\s*(?:of\s+)?(?P<y>{_YEAR})\b)"
# Tried in this order: the longer form first, and a stretch of text belongs to the first form that takes it.
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Iterator[str]]], ...] = (
    (re.compile(rf"(?<![\d.])(?P<y>{_YEAR})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}})(?!\d)"), _iso),
    (
        re.compile(
            rf"(?:(?:民国\s*(?P<roc>\d{{2,3}})|(?P<y>{_YEAR}))\s*年\s*)?(?<!\d)(?P<month>{_HAN_MONTH})\s*月(?!\s*份?额)"
            rf"(?:\s*(?P<day>{_HAN_DAY})\s*[日号]?(?:{_TO}(?:(?P<month2>{_HAN_MONTH})\s*月\s*)?(?P<day2>{_HAN_DAY}))?"
            r"\s*[日号])?"
        ),
        _chinese,
    ),
    (
        re.compile(
            rf"\b(?P<day>{_DAY}){_SUFFIX}\s+(?P<month>{_MONTH}){_TO}(?P<day2>{_DAY}){_SUFFIX}\s+(?P<month2>{_MONTH})"
            rf"{_EN_YEAR}?"
        ),
        _english,
    ),
    (
        re.compile(
            rf"\b(?P<day>{_DAY}){_SUFFIX}(?:{_TO}(?P<day2>{_DAY}){_SUFFIX})?\s+(?:of\s+)?(?P<month>{_MONTH}){_EN_YEAR}?"
        ),
        _english,
    ),
    (
        re.compile(
            rf"\b(?P<month>{_MONTH})\s+(?P<day>{_DAY}){_SUFFIX}(?:{_TO}(?P<day2>{_DAY}){_SUFFIX})?(?![\d,]*\d){_EN_YEAR}?"
        ),
        _english,
    ),
    (re.compile(rf"\b(?P<month>{_MONTH}){_EN_YEAR}"), _english),
    (re.compile(rf"\b(?:in|since|from|by|until|of|early|mid|late)[\s-](?P<month>{_MONTH})"), _english),
    (re.compile(rf"(?P<fy>fy\s*|fiscal\s+(?:year\s+)?)(?P<y>{_YEAR})[\s-]*q(?P<n>[1-4])\b"), _part("Q")),
    (re.compile(rf"\bq(?P<n>[1-4])[\s-]*(?:of\s+)?(?P<fy>fy\s*|fiscal\s+(?:year\s+)?)(?P<y>{_YEAR})"), _part("Q")),
    (re.compile(rf"(?P<y>{_YEAR})\s*(?P<fy>{_FISCAL})的?\s*{_HAN_QUARTER}"), _part("Q")),
    (re.compile(rf"(?P<y>{_YEAR})\s*年?[的度]?\s*{_HAN_QUARTER}"), _part("Q")),
    (re.compile(rf"(?P<y>{_YEAR})\s*年?\s*q(?P<n>[1-4])\b"), _part("Q")),
    (re.compile(rf"\bq(?P<n>[1-4])[\s-]*(?:of\s+)?(?P<y>{_YEAR})"), _part("Q")),
    (re.compile(r"\b(?P<n>[1-4])q\s*'?(?P<y>20)?(?P<yy>\d\d)\b"), lambda m: _several(f"20{m['yy']}-Q{m['n']}")),
    (re.compile(rf"\b{_ORDINAL}[\s-]quarter(?:\s+of)?(?:\s+(?P<fy>fiscal)(?:\s+year)?)?\s+(?P<y>{_YEAR})"), _part("Q")),
    (re.compile(rf"\b{_ORDINAL}[\s-]quarter\b"), _part("Q")),
    (re.compile(r"\bq(?P<n>[1-4])\b|第\s*(?P<n2>[1-4一二三四])\s*季"), lambda m: _quarter(m["n"] or m["n2"])),
    (re.compile(rf"(?P<y>{_YEAR})\s*年?(?:的)?\s*(?P<n>[上下])半年?"), _part("H")),
    (re.compile(rf"(?P<y>{_YEAR})\s*h(?P<n>[12])\b"), _part("H")),
    (re.compile(rf"\bh(?P<n>[12])[\s-]*(?:of\s+)?(?P<y>{_YEAR})"), _part("H")),
    (re.compile(rf"\b{_ORDINAL}[\s-]half\s+of\s+(?:the\s+year\s+)?(?P<y>{_YEAR})"), _part("H")),
    (re.compile(rf"\bfirst\s+(?:six|6)\s+months\s+of\s+(?P<y>{_YEAR})"), lambda m: iter([f"{m['y']}-H1"])),
    (re.compile(rf"(?P<y>{_YEAR})\s*年?\s*前\s*(?:六|6)\s*个月"), lambda m: iter([f"{m['y']}-H1"])),
    (re.compile(r"\bh(?P<n>[12])\b|(?P<n2>[上下])半年"), lambda m: _half(m["n"] or m["n2"])),
    (re.compile(rf"\b(?:fy\s*|fiscal\s+(?:year\s+)?)(?P<y>{_YEAR})"), lambda m: _several(f"FY{m['y']}")),
    (re.compile(rf"(?P<y>{_YEAR})\s*(?:{_FISCAL})"), lambda m: _several(f"FY{m['y']}")),
    (re.compile(r"民国\s*(?P<roc>\d{2,3})\s*年"), lambda m: _several(str(int(m["roc"]) + _ROC_EPOCH))),
    (re.compile(rf"(?<!\d[.,])(?<![\d$])(?P<y>{_YEAR})-(?P<m>0[1-9]|1[0-2])(?P<d>)(?![\d-])"), _iso),
    (re.compile(rf"(?<!\d[.,])(?<![\d$])(?P<y>{_YEAR})\s*年?{_TO_YEAR}(?P<y2>{_YEAR}|\d\d)(?![\d.,%])"), _years),
    (
        re.compile(
            rf"(?<!\d[.,])(?<![\d$a-z])(?P<y>{_YEAR})(?![\d%])(?![.,]\d)"
            r"(?!\s*(?:x\b|×|倍|元|亿|万|家|名|人|个|张|台|件|种|项|次|tokens?\b|gb|mb|tb|w\b|ms\b|tops|people|companies))"
        ),
        lambda m: _several(m["y"]),
    ),
)


def _quarter(ordinal: str) -> Iterator[str]:
    return _several(f"Q{ordinal if ordinal.isdigit() else _ORDINALS[ordinal]}")


def _half(ordinal: str) -> Iterator[str]:
    return _several(f"H{ordinal if ordinal.isdigit() else _ORDINALS[ordinal]}")
