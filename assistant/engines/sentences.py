"""Which sentences of a passage can stand in an answer by themselves, and how they are lifted out of it.

A claim stands alone as it is. Prose is another matter: a sentence may lean on the one before it ("It also …"), carry a
list's number, or be a caption; a table's row means nothing without its header.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.records import Passage
from assistant.text import figures, hostile, sentences, tokens
from assistant.text.language import detect

_LEAST_TOKENS, _MOST_TOKENS = 8, 120
_LONGEST_HEADING = 40
# A label such as "Price: US$1,150" says enough when a figure follows.
_LABELLED = re.compile(r"^[^:：。.]{2,40}[:：]\s*\S.{0,100}\d")
_LIST_MARK = re.compile(
    r"^(?:[-*+•‣▪·]\s+|\(?\d{1,2}[.)．、]\s*(?=\D)|（\d{1,2}）\s*|[一二三四五六七八九十]{1,2}、\s*)"
)
# Words that join a sentence to the one before without being part of what it says: they can go.
_JOINING = re.compile(
    r"^(?:此外|另外|然而|不過|因此|所以|同時|而且|並且|再者|相對地|換言之|總之)，"
    r"|^(?:however|moreover|furthermore|therefore|thus|in addition|as a result|by contrast|meanwhile|also|and|but|so)"
    r",?\s",
    re.IGNORECASE,
)
# Words that point outside the sentence: what they mean is lost when it is quoted alone.
_POINTING = re.compile(
    r"^(?:其中|該|此(?!外)|這|其(?!他)|它|他們|她|前者|後者|上述|例如|但|而|並"
    r"|(?:it|its|this|that|these|those|they|their|he|she|his|her|such|both|the (?:former|latter|same|above))\b)",
    re.IGNORECASE,
)
# Of those, the ones that lean on the sentence just before.
_LEANING = re.compile(
    r"^(?:其中|該|此(?!外)|這|它|他們|前者|上述|(?:it|this|that|these|those|they|both)\b)", re.IGNORECASE
)
# What a document says of itself.
_IMPRINT = re.compile(
    r"^(?:日期|時間|地點|出席|缺席|撰寫|作者|版本|頁次|主旨|date|time|author|by|page|version|present|subject)\s*[:：]",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"^(?:圖|表|照片|Fig(?:ure)?\.?|Table|Photo)\s*\d+", re.IGNORECASE)
_WHOLE = re.compile(r"[。！？!?.」』”\"）)]$")
_ADDS = re.compile(r"\b(?:also|therefore|too|as well)\b(?= (?:kept|has|requires))")
# A short English line without anything that could be its verb is a caption ("The server rack in the basement.").
_MOST_VERBLESS = 12
_VERB = re.compile(
    r"\b(?:\w+(?:s|ed|n['’]t)|be|been|am|are|were|have|had|do|did|can|could|will|would|may|might|must|shall|should|need"
    r"|ran|run|cost|cut|put|set|let|came|come|went|go|took|take|made|make|gave|give|got|get|held|hold|kept|keep|left|leave"
    r"|lost|lose|met|meet|paid|pay|read|said|say|saw|see|sold|sell|sent|send|spent|spend|stood|stand|told|tell|thought|think"
    r"|won|win|wrote|write|rose|rise|fell|fall|grew|grow|became|become|began|begin|built|build|bought|buy|brought|bring"
    r"|found|find|knew|know|led|lead|meant|mean|show|use|work|fit|want|help|remain|include|require|offer|support)\b",
    re.IGNORECASE,
)
# "價格（美元）": a title with a unit, and a figure that has none.
_UNITED = re.compile(r"(?P<title>[^（(]+?)\s*[（(]\s*(?P<unit>[^）)]{1,12}?)\s*[）)]$")
_BARE = re.compile(r"\d[\d,.]*(?:\s?[-–~～至]\s?\d[\d,.]*)?")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$")


@dataclass(frozen=True, slots=True)
class Lifted:
    """A sentence that can stand alone, and the line above it that looks like a heading, if there is one."""

    text: str
    heading: str = ""


def standing_alone(passage: Passage) -> Iterator[Lifted]:
    """Yield the statements that a passage offers, in order.

    That is a claim whole, a table's rows with their header, or those sentences of prose that can be quoted without
    their neighbours. What gives orders to the reader is no statement.
    """
    return (lifted for lifted in _offered(passage) if not hostile.is_order(lifted.text))


def _offered(passage: Passage) -> Iterator[Lifted]:
    if passage.kind == "claim":
        yield Lifted(" ".join(passage.text.split()))
        return
    heading = ""
    found: list[Lifted] = []
    prose = "\n".join(line for line in passage.text.splitlines() if not line.lstrip().startswith("|"))
    follows = False
    for start, end in sentences.spans(prose):
        sentence = prose[start:end]
        lifted = lift(sentence)
        if _looks_like_heading(sentence):
            heading = sentence.lstrip("# ")
        elif lifted:
            found.append(Lifted(lifted, heading))
        elif follows and (joined := _joined(found[-1].text, sentence)):
            found[-1] = Lifted(joined, heading)
        follows = bool(lifted)
    yield from found
    yield from (Lifted(row, heading) for row in _rows(passage.text))


def _joined(before: str, sentence: str) -> str:
    """Return a sentence together with one that leans on it ("…; it also …"), or "" where that isn't what it does."""
    line = " ".join(sentence.split())
    if not (_LEANING.match(line) and _WHOLE.search(line)) or not re.search(r"[。.]$", before):
        return ""
    chinese = detect(before) == "zh-TW"
    joined = f"{before[:-1]}；{line}" if chinese else f"{before[:-1]}; {line[:1].lower()}{line[1:]}"
    return joined if tokens.count(joined) <= _MOST_TOKENS else ""


def _looks_like_heading(line: str) -> bool:
    """Say whether a line is a title: short, and not a sentence, a list item or a label."""
    return (
        len(line) <= (_LONGEST_HEADING if detect(line) == "en" else _LONGEST_HEADING // 2)
        and not _WHOLE.search(line)
        and not re.search(r"[:：,，;；|\d]", line)
        and len(line.split()) <= 6
    )


def lift(sentence: str) -> str:
    """Return a sentence of prose without list mark and joining words, or "" where it can't stand alone."""
    line = _LIST_MARK.sub("", " ".join(sentence.split()))
    line = line.removeprefix("**").strip()
    if line.startswith("#") or _IMPRINT.match(line) or _CAPTION.match(line) or _POINTING.match(line):
        return ""
    joined = _JOINING.match(line)
    if joined:
        line = line[joined.end() :].lstrip()
        line = line[:1].upper() + line[1:]
        if _POINTING.match(line):
            return ""
    if _LABELLED.match(line) and not _WHOLE.search(line):
        return line
    if detect(line) == "en" and len(line.split()) <= _MOST_VERBLESS and not _VERB.search(line):
        return ""
    return line if _LEAST_TOKENS <= tokens.count(line) <= _MOST_TOKENS and _WHOLE.search(line) else ""


def broken(text: str) -> bool:
    """Say whether a statement begins or ends as if it had been torn out of its text."""
    begins = bool(_POINTING.match(text) or _JOINING.match(text) or _LIST_MARK.match(text) or _CAPTION.match(text))
    ends = not (_WHOLE.search(text) or _LABELLED.match(text))
    return begins or ends or text.count("（") != text.count("）") or text.count("「") != text.count("」")


def _rows(text: str) -> Iterator[str]:
    """Yield a table's rows as statements: the first cell, and the others each after its column's title."""
    lines = [line for line in text.splitlines() if line.lstrip().startswith("|")]
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    rows = [row for line, row in zip(lines, cells, strict=True) if not _TABLE_RULE.match(line)]
    if len(rows) < 2:
        return
    header, *body = rows
    for row in body:
        named = [_cell(title, cell) for title, cell in list(zip(header, row, strict=False))[1:] if cell]
        if row and row[0] and named:
            chinese = detect(" ".join(row)) == "zh-TW" or detect(" ".join(header)) == "zh-TW"
            yield f"{row[0]}：{'；'.join(named)}。" if chinese else f"{row[0]}: {'; '.join(named)}."


def _cell(title: str, cell: str) -> str:
    """Return a cell after its column's title; a unit in the title ("價格（美元）", "Power (W)") goes to the figure."""
    united = _UNITED.match(title) if _BARE.fullmatch(cell) else None
    for figure in (f"{cell} {united['unit']}", f"{united['unit']}{cell}") if united else ():
        found = figures.find(figure)
        if united and found and all(one.unit for one in found):
            return f"{united['title']} {figure}"
    return f"{title} {cell}"
