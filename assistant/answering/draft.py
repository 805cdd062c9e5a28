"""What an engine wrote, taken apart into statements with their citations.

The form asked for is an opening paragraph, then one `## part` for each part of the question with list lines, each
statement ending with markers such as [1][2]. Small models keep to it only roughly, so everything they do instead is
read as well: no headings, numbered or bold headings, full-width brackets, [1, 2], [1-3], markers after the full stop,
tables, fences. Only a marker makes a citation, and no statement is lost.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.text import sentences
from assistant.text.tokens import terms

_JOIN = r"\s*(?:[,，、;；&]|[-–—~～至]|and|與|和)\s*"
_LABEL = "[A-Za-z]{1,10}|來源|来源|文獻|文献|證據|证据|資料|资料"
_BRACKETED = rf"[\[［【〔]\s*\^?\s*(?:{_LABEL})?\s*#?%s\s*[\]］】〕](?:\(\S*?\))?"
_NUMBERS = rf"\d{{1,3}}(?:{_JOIN}\d{{1,3}})*"
_MARKER = re.compile(_BRACKETED % f"(?P<n>{_NUMBERS})")
# "… 54 GB。[1][2]": such markers belong to the sentence that has just ended.
_LATE_MARKERS = re.compile(rf"([。.！!？?；;]+[」』”\"）)]*)((?:\s*{_BRACKETED % _NUMBERS})+)")
_RANGE = re.compile(r"(\d+)\s*[-–—~～至]\s*(\d+)")
# More than this between the ends of [1-40] is a slip of the pen, not a list of sources.
_LONGEST_RANGE = 20
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<title>.*?)\s*#*\s*$")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)(?P<title>[^*_]+?)[:：]?(?:\*\*|__)[:：]?\s*$")
_BULLET = re.compile(
    r"\s*(?:(?:[-*+·]|\(?\d{1,2}[.)．]|（\d{1,2}）)\s+|[•‣▪①-⑳]\s*|(?:\d{1,2}|[一二三四五六七八九十]{1,2})、\s*)"
)
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_FENCE = re.compile(r"\s*(?:```|~~~)\w*\s*$")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$")
_TABLE_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$")
_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"!?\[([^\]\d][^\]]*)\]\([^)\s]*\)")
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|`")
_OPENS = "結論|结论|總結|总结|摘要|conclusion|in short|summary|answer|回答|答案"
_CONCLUSION = re.compile(rf"(?:{_OPENS})[。.:：]?$", re.IGNORECASE)
_CONCLUSION_LABEL = re.compile(rf"\s*(?:{_OPENS})[。.:：]\s*", re.IGNORECASE)
_REFERENCES = re.compile(
    r"(?:參考(?:資料|文獻)?|引用(?:來源)?|資料來源|來源|references?|sources?|citations?)[:：]?$", re.IGNORECASE
)
_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement as written, without its markers. `citations` are evidence numbers in order, each once."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The statements that open the answer, and those under each part of the question, in the parts' order."""

    conclusion: tuple[Sentence, ...]
    sections: tuple[tuple[Sentence, ...], ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All statements, the conclusion's first."""
        return (*self.conclusion, *(sentence for section in self.sections for sentence in section))


@dataclass(slots=True)
class _Stretch:
    """What stands under one heading; the text before any heading has the title None."""

    title: str | None
    opening: list[Sentence]
    rest: list[Sentence]


def parse(text: str, parts: Sequence[str]) -> Draft:
    """Return the draft in `text`. Never raises; every statement of the text is in it once, in order within its part.

    A list of sources at the end ("References") holds no statements and is left out.
    """
    stretches = _stretches(text)
    sections: list[list[Sentence]] = [[] for _ in parts]
    first = stretches[0]
    conclusion = first.opening
    if not parts:
        return Draft(tuple(s for stretch in stretches for s in (*stretch.opening, *stretch.rest)), ())
    if len(stretches) == 1 and not first.rest:
        # One paragraph for the whole answer: its first sentence is the conclusion.
        conclusion, first.rest = first.opening[:1], first.opening[1:]
    for sentence in first.rest:
        sections[_nearest(sentence.text, parts)].append(sentence)
    free = list(range(len(parts)))
    for stretch in stretches[1:]:
        written = [*stretch.opening, *stretch.rest]
        if _CONCLUSION.search(stretch.title or ""):
            conclusion = [*conclusion, *written]
            continue
        at = _section(stretch.title or "", parts, free)
        sections[at] += written
    return Draft(tuple(conclusion), tuple(tuple(section) for section in sections))


def citations(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `text` without its citation markers, and the numbers they hold, in order, each once."""
    numbers = dict.fromkeys(n for match in _MARKER.finditer(text) for n in _listed(match["n"]))
    bare = _MARKER.sub("", text)
    bare = re.sub(r"\s+(?=[。，、；：！？,.;:!?)）](?:\s|$|[\u3000-\u9fff]))", "", bare)
    return re.sub(r"[ \t]{2,}", " ", bare).strip(), tuple(numbers)


def _listed(numbers: str) -> Iterator[int]:
    position = 0
    for span in _RANGE.finditer(numbers):
        yield from (int(n) for n in re.findall(r"\d+", numbers[position : span.start()]))
        first, last = int(span[1]), int(span[2])
        yield from range(first, last + 1) if 0 <= last - first <= _LONGEST_RANGE else (first, last)
        position = span.end()
    yield from (int(n) for n in re.findall(r"\d+", numbers[position:]))


def _section(title: str, parts: Sequence[str], free: list[int]) -> int:
    """Return the part that a heading stands for: the one most like it, else the next one without a heading."""
    likeness = [_likeness(title, part) for part in parts]
    best = max(range(len(parts)), key=lambda i: (likeness[i], i in free, -i))
    at = best if likeness[best] >= 0.5 or not free else free[0]
    if at in free:
        free.remove(at)
    return at


def _nearest(text: str, parts: Sequence[str]) -> int:
    return max(range(len(parts)), key=lambda i: (_likeness(parts[i], text), -i))


def _likeness(part: str, text: str) -> float:
    """Return the share of the terms of `part` that `text` has."""
    wanted = set(terms(part))
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0


def _stretches(text: str) -> list[_Stretch]:
    """Cut the text at its headings. What opens the text is the first paragraph, up to a blank line or a list."""
    stretches = [_Stretch(None, [], [])]
    table: list[str] | None = None
    opening = True
    lines = [line for line in text.splitlines() if not (_FENCE.match(line) or (_RULE.match(line) and "|" not in line))]
    for line, following in pairwise([*lines, ""]):
        heading = None if _MARKER.search(line) else _HEADING.match(line) or _BOLD_LINE.match(line)
        table = table if line.lstrip().startswith("|") else None
        bullet = _BULLET.match(line)
        opening = opening and not (heading or bullet) and (bool(line.strip()) or not stretches[0].opening)
        if heading:
            stretches.append(_Stretch(heading["title"], [], []))
        elif _TABLE_RULE.match(line):
            continue
        elif line.lstrip().startswith("|"):
            if table is None and _TABLE_RULE.match(following):
                table = _cells(line)
            else:
                stretches[-1].rest += _row(line, table or [])
        else:
            written = _statements(line[bullet.end() :] if bullet else line)
            (stretches[-1].opening if opening else stretches[-1].rest).extend(written)
    return [s for s in stretches if not (s.title and _REFERENCES.match(s.title.strip()))]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]


def _row(line: str, header: Sequence[str]) -> list[Sentence]:
    """Return a table row as one statement, each cell but the first after its column's title."""
    titles = [*header, *[""] * line.count("|")]
    named = [f"{titles[i]}: {cell}" if i and titles[i] else cell for i, cell in enumerate(_cells(line)) if cell]
    bare, numbers = citations(_clean("; ".join(named)))
    return [Sentence(bare, numbers)] if _WORDS.search(bare) else []


def _statements(line: str) -> list[Sentence]:
    """Return the sentences of a line with their citations. A marker after the full stop belongs to what it ends."""
    line = _clean(_QUOTE.sub("", line))
    label = _CONCLUSION_LABEL.match(line)
    line = line[label.end() :] if label else line
    line = _LATE_MARKERS.sub(r"\2\1", line)
    found: list[Sentence] = []
    before: tuple[int, ...] = ()
    for start, end in sentences.spans(line):
        bare, numbers = citations(line[start:end])
        if _WORDS.search(bare):
            found.append(Sentence(bare, tuple(dict.fromkeys((*before, *numbers)))))
            before = ()
        elif found:
            found[-1] = Sentence(found[-1].text, tuple(dict.fromkeys((*found[-1].citations, *numbers))))
        else:
            before = (*before, *numbers)
    return found


def _clean(text: str) -> str:
    """Return the line without Markdown's emphasis and links; their text stays."""
    return _EMPHASIS.sub("", _LINK.sub(r"\1", text))
