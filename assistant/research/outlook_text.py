"""The coverage in words and as pictures, for reports and the browser: what is held, what is thin, what to look for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.records import Language
from assistant.research.coverage import LEAST_CLAIMS, LEAST_SOURCES
from assistant.research.outlook import LEAST_OF_TOPIC, Held, Outlook
from assistant.research.outlook_pictures import Row, evidence
from assistant.research.page import Block, Grid, Heading, Paragraph, Picture

MOST_TOPICS = 8
"""Thin topics that are named."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    title: str
    lead: str
    by_question: str
    by_topic: str
    head: tuple[str, ...]
    picture: str
    sureness: dict[str, str]
    unfiled: str
    told: str
    next: str
    next_lead: str
    next_head: tuple[str, ...]
    few: str
    narrow: str
    bare: str
    topic: str
    aged: str
    enough: str
    comma: str


ZH = Words(
    title="證據涵蓋與缺口",
    lead="每一題能用的論點有多少、來自幾個來源、多新、多可信，以及來源說法不一之處。",
    by_question="各題的證據",
    by_topic="框架各主題的證據",
    head=("題目", "論點", "來源", "最新", "中位日期", "說法不一"),
    picture="{title}：論點數（深淺為可信度高、中、低），右側為資料日期由中位到最新",
    sureness={"high": "可信度高", "medium": "中等", "low": "低"},
    unfiled="未歸軸",
    told="{name}：{claims} 則論點，最新 {newest}",
    next="接下來該找什麼",
    next_lead="下列題目與主題的證據最薄；用這些關鍵詞去找新資料，放進 corpus/ 後更新索引。",
    next_head=("缺口", "缺什麼", "中文關鍵詞", "英文關鍵詞"),
    few="論點 {n} 則，少於 {least} 則",
    narrow="來源 {n} 個，少於 {least} 個",
    bare="沒有專屬論點：{part}",
    topic="主題只有 {n} 則論點",
    aged="最新的論點是 {date}，已落後一年以上",
    enough="每一題都有足夠的論點與來源，每個主題也至少有 {least} 則論點，沒有落後一年的。",
    comma="；",
)

EN = Words(
    title="What the evidence covers, and gaps",
    lead="For each question: how many claims can be used, from how many sources, how fresh and how sure, and disputes.",
    by_question="Evidence by question",
    by_topic="Evidence by topic of the framework",
    head=("Question", "Claims", "Sources", "Newest", "Median date", "Disputed"),
    picture="{title}: claims (darker is surer), and at the right their dates from the median to the newest",
    sureness={"high": "high confidence", "medium": "medium", "low": "low"},
    unfiled="not filed",
    told="{name}: {claims} claims, newest {newest}",
    next="What to look for next",
    next_lead="The evidence is thinnest here; search with these terms, put what you find into corpus/, and refresh.",
    next_head=("Gap", "What is missing", "Chinese terms", "English terms"),
    few="{n} claims, fewer than {least}",
    narrow="{n} sources, fewer than {least}",
    bare="no claim of its own: {part}",
    topic="only {n} claims on the topic",
    aged="the newest claim is of {date}, a year or more behind",
    enough="Every question has enough claims and sources, every topic at least {least}, and none is a year behind.",
    comma="; ",
)

WORDS: Mapping[Language, Words] = {"zh-TW": ZH, "en": EN}


def blocks(outlook: Outlook, language: Language, level: int = 2) -> Iterator[Block]:
    """Yield the blocks of the coverage, headings from `level` on."""
    words = WORDS[language]
    yield Heading(level, words.title)
    yield Paragraph(words.lead, soft=True)
    yield by_question(outlook, language)
    yield from detail(outlook, language)
    yield from searches(outlook, language, min(level + 1, 4))


def by_question(outlook: Outlook, language: Language) -> Picture:
    """Return the picture of the questions by axis."""
    words = WORDS[language]
    return _picture(words.by_question, outlook, _questions(outlook, words, language), words)


def detail(outlook: Outlook, language: Language) -> Iterator[Block]:
    """Yield the figures of the questions, and the picture of the topics."""
    words = WORDS[language]
    yield Grid(words.head, tuple(_row(n, held) for n, held in enumerate(outlook.questions, start=1)), figures=1)
    yield _picture(words.by_topic, outlook, _topics(outlook, language), words)


def searches(outlook: Outlook, language: Language, level: int) -> Iterator[Block]:
    """Yield what to look for next, with search terms in both languages."""
    words = WORDS[language]
    yield Heading(level, words.next)
    gaps = tuple(_gaps(outlook, words, language))
    if gaps:
        yield Paragraph(words.next_lead, soft=True)
        yield Grid(words.next_head, gaps)
    else:
        yield Paragraph(words.enough.format(least=LEAST_OF_TOPIC))


def _picture(title: str, outlook: Outlook, rows: list[Row], words: Words) -> Picture:
    told = "; ".join(words.told.format(name=r.name, claims=r.claims, newest=r.newest or "–") for r in rows)
    return Picture(evidence(words.picture.format(title=title), rows, words.sureness, told), told)


def _questions(outlook: Outlook, words: Words, language: Language) -> list[Row]:
    axes = _axes(outlook, language)
    rows = [
        Row(f"{n}. {held.question}", axes.get(held.axis or "", words.unfiled), held.sureness, held.median, held.newest)
        for n, held in enumerate(outlook.questions, start=1)
    ]
    order = list(axes.values())
    return sorted(rows, key=lambda row: order.index(row.group) if row.group in order else len(order))


def _topics(outlook: Outlook, language: Language) -> list[Row]:
    axes = _axes(outlook, language)
    return [
        Row(topic.zh if language == "zh-TW" else topic.en, axes[topic.axis], topic.sureness, None, topic.newest)
        for topic in outlook.topics
    ]


def _axes(outlook: Outlook, language: Language) -> dict[str, str]:
    return {axis: zh if language == "zh-TW" else en for axis, (zh, en) in outlook.axes.items()}


def _row(number: int, held: Held) -> tuple[str, ...]:
    return (
        f"{number}. {held.question}", str(held.claims), str(held.sources), held.newest or "–", held.median or "–",
        str(held.disputed or "–"),
    )  # fmt: skip


def _gaps(outlook: Outlook, words: Words, language: Language) -> Iterator[tuple[str, ...]]:
    for held in outlook.weakest:
        lacks = [
            words.few.format(n=held.claims, least=LEAST_CLAIMS) if held.few else "",
            words.narrow.format(n=held.sources, least=LEAST_SOURCES) if held.narrow else "",
            *(words.bare.format(part=part) for part in held.bare),
        ]
        yield held.question, words.comma.join(filter(None, lacks)), held.search.zh, held.search.en
    for topic in outlook.thin_topics[:MOST_TOPICS]:
        name = topic.zh if language == "zh-TW" else topic.en
        yield name, words.topic.format(n=topic.claims), topic.search.zh, topic.search.en
    for topic in outlook.aged_topics[:MOST_TOPICS]:
        name = topic.zh if language == "zh-TW" else topic.en
        yield name, words.aged.format(date=topic.newest), topic.search.zh, topic.search.en
