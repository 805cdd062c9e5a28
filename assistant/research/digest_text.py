"""The digest as a page, in both languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from assistant.records import Language
from assistant.research.digest import Bearing, Digest, Item
from assistant.research.page import Block, Heading, Paragraph, Source, Sources
from assistant.research.wording import WORDS as REPORT_WORDS


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    lang: str
    title: str
    count: str
    run: str
    no_run: str
    nothing: str
    unfiled: str
    observed: str
    relation: Mapping[str, str]
    meets: str
    moved: str
    alone: str
    colon: str


ZH = Words(
    lang="zh-Hant-TW",
    title="{since} 以來的新資料",
    count="{documents} 份文件有新內容，其中 {observed} 則是現象紀錄。",
    run="與現有答案的關係，對照的是 {run} 這次執行。",
    no_run="還沒有執行過批次作答，因此沒有現有答案可以對照。",
    nothing="沒有新資料。",
    unfiled="未歸檔",
    observed="現象紀錄",
    relation={
        "cited": "已納入答案",
        "supports": "支持",
        "extends": "補充",
        "contradicts": "相左或更新",
        "unanswered": "尚無答案",
    },
    meets="現有答案：{text}",
    moved="{before} → {after}",
    alone="與題目清單沒有直接關係。",
    colon="：",
)
EN = Words(
    lang="en",
    title="New since {since}",
    count="Documents with something new: {documents}, of which observations: {observed}.",
    run="Relations are to the answers of the run {run}.",
    no_run="No batch has been answered yet, so there is no standing answer to hold this against.",
    nothing="Nothing is new.",
    unfiled="not filed",
    observed="observation",
    relation={
        "cited": "already in the answer",
        "supports": "supports",
        "extends": "extends",
        "contradicts": "contradicts or overtakes",
        "unanswered": "no answer yet",
    },
    meets="The answer says: {text}",
    moved="{before} → {after}",
    alone="Bears on none of the questions.",
    colon=": ",
)
WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}


def title(digest: Digest, language: Language) -> str:
    """Return the page's title."""
    return WORDS[language].title.format(since=digest.since)


def of(digest: Digest, axes: Mapping[str, str], language: Language) -> Iterator[Block]:
    """Yield the blocks of the page; `axes` gives each axis id its title."""
    words = WORDS[language]
    if not digest.items:
        yield Paragraph(words.nothing)
        return
    observed = sum(item.observed for item in digest.items)
    yield Paragraph(words.count.format(documents=len(digest.items), observed=observed), strong=True)
    yield Paragraph(words.run.format(run=digest.run) if digest.run else words.no_run, soft=True)
    for axis, items in groupby(digest.items, key=lambda item: item.axis):
        yield Heading(2, axes.get(axis, axis) if axis else words.unfiled)
        for item in items:
            yield from _item(item, words, language)


def _item(item: Item, words: Words, language: Language) -> Iterator[Block]:
    yield Heading(3, item.title)
    kind = f" · {words.observed}" if item.observed else ""
    yield Paragraph(f"{item.date or REPORT_WORDS[language].undated} · {item.document}{kind}", soft=True)
    for sentence in item.sentences:
        yield Paragraph(sentence)
    if item.bearings:
        yield Sources(tuple(_bearing(bearing, words) for bearing in item.bearings))
    else:
        yield Paragraph(words.alone, soft=True)


def _bearing(bearing: Bearing, words: Words) -> Source:
    moved = [words.moved.format(before=m.before, after=m.after) for m in bearing.moved]
    meets = [words.meets.format(text=bearing.statement)] if bearing.statement else []
    relation = words.relation[bearing.relation]
    return Source(f"{bearing.question}{words.colon}{relation}", "", None, (*moved, *meets))
