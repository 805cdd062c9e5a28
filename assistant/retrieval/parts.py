"""The parts of a compound question, each of which deserves evidence of its own.

Recognised in both languages: several sentences; a list of things asked of one subject
("核心優勢、產品特色及市場定位為何", "what are the strengths and limits of …"); a second clause that asks on
("…, and where are their limits?"); examples in brackets ("效益（如隱私、即時反應等）").
"""

import re
from dataclasses import dataclass

from assistant.retrieval import leaning
from assistant.text.language import detect

MOST_PARTS = 8

_SENTENCE = re.compile(r"[^？?。！!\n]+[？?。！!]?")
# A part has to ask something of its own; "為什麼？" after a question doesn't.
_LEAST_CHARACTERS = {"zh-TW": 5, "en": 8}

# What a listed question ends with, so that each item can be asked by itself.
_ASKS = r"(?:各自|分別|各)?(?:為何|是什麼|是多少|有哪些|是哪些|如何因應|如何)"
# A comma ends the subject more surely than a particle, a late particle more surely than an early one.
_CHINESE_LISTS = tuple(
    re.compile(
        rf"^(?P<subject>.*{end})(?P<items>[^，。？?]{{2,}}?(?:、|及|與|和)[^，。？?]{{2,}}?)(?P<asks>{_ASKS})[？?]?$"
    )
    for end in ("，", "(?:的|導入(?!的)|在)")
)
# "知識蒸餾、模型量化與模型剪枝各是什麼？": each thing is asked about, and no subject stands before them.
_CHINESE_THINGS = re.compile(r"^(?P<items>[^，。？?的]+?)(?P<each>各自|分別|各)(?P<asks>是什麼|為何|有什麼用)[？?]?$")
_ITEM_LEAD = re.compile("^(?:各自|分別|各|的)")
_CHINESE_AND = re.compile(r"、|以及|及|與|和")
# "X 與 Y" inside a name or a pair of subjects is not a list of things asked.
_MOST_ITEM_CHARACTERS = 14

_BRACKETED = re.compile(r"\s*[（(][^）)]*[）)]")
_CHINESE_EXAMPLES = re.compile(
    r"[（(](?:例如|如|像是|包括)[：:]?(?P<items>[^）)]+?)等?[）)](?:[與和及](?P<also>[^上中，]+)[上中])?"
)
_ENGLISH_EXAMPLES = re.compile(
    r"\((?:e\.g\.,?|such as|for example,?|like) (?P<items>[^)]+)\)(?: and (?P<also>[a-z\- ]+))?", re.IGNORECASE
)

# Proper names in the list ("What are Intel and AMD …") are subjects, not things asked: items are lower case.
_ENGLISH_LIST = re.compile(
    r"^[Ww]hat (?:are|is) (?P<whose>the |their |its )?(?P<items>[a-z\- ]+(?:, [a-z\- ]+)*,? and [a-z\- ]+?)"
    r"(?P<subject> (?:of|for|in|to|when|with) .+?)?\??$"
)
# "the benefits of, and the challenges to, adoption in retail"
_ENGLISH_PAIR = re.compile(
    r"^[Ww]hat are the (?P<one>[a-z\- ]+?) (?P<of>of|to|for|in), "
    r"and (?:the )?(?P<other>[a-z\- ]+?) (?P<to>of|to|for|in), "
    r"(?P<rest>.+?)\??$"
)
_COMPARE = re.compile(r"^(?:[Cc]ompare |比較)(?P<subject>.+?)(?:: |：)(?P<items>.+?)[.。]?$")
_ENGLISH_AND = re.compile(r",? and |, ")
_MOST_ITEM_WORDS = 4
_ENGLISH_CLAUSE = re.compile(
    r",? and (?=(?:(?:at|by|for|from|in|on|since|to|with) )?(?:where|what|how|which|why|who|when)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """One part of a question: what it asks in full, and the words that tell it from the other parts."""

    text: str
    focus: str


def split(question: str) -> tuple[SubQuestion, ...]:
    """Return the parts of a question in order, or the question alone when it has one."""
    language = detect(question)
    listed = _listed_chinese if language == "zh-TW" else _listed_english
    parts: dict[str, SubQuestion] = {}
    for match in _SENTENCE.finditer(question):
        sentence = match.group().strip()
        if len(sentence) >= _LEAST_CHARACTERS[language]:
            for part in listed(sentence):
                parts.setdefault(part.text, part)
    told = leaning.resolved(tuple((part.text, part.focus) for part in tuple(parts.values())[:MOST_PARTS]))
    return tuple(SubQuestion(*part) for part in told) or (_whole(question.strip()),)


def _listed_chinese(sentence: str) -> list[SubQuestion]:
    """Return a question for each example or listed item, or the sentence itself."""
    examples = _CHINESE_EXAMPLES.search(sentence)
    if examples:
        items = _items(_CHINESE_AND, examples["items"]) + ([examples["also"].strip()] if examples["also"] else [])
        if len(items) > 1:
            plain = _BRACKETED.sub("", sentence)
            return [SubQuestion(f"{item}：{plain}", item) for item in items]
    compared = _compared(sentence, _CHINESE_AND, "：")
    if compared:
        return compared
    things = _CHINESE_THINGS.match(sentence)
    items = _items(_CHINESE_AND, things["items"]) if things else []
    if things and _short(items):
        return [SubQuestion(f"{item}{things['asks']}？", item) for item in items]
    for pattern in _CHINESE_LISTS:
        match = pattern.match(_BRACKETED.sub("", sentence))
        items = [_ITEM_LEAD.sub("", item) for item in _items(_CHINESE_AND, match["items"])] if match else []
        if match and _short(items):
            asks = re.sub("各自|分別|各", "", match["asks"])
            subject = match["subject"].rstrip("，")
            # "導入的" with "面臨的挑戰" is "導入面臨的挑戰".
            leads = (subject.removesuffix("的") if "的" in item else subject for item in items)
            return [SubQuestion(f"{lead}{item}{asks}？", item) for lead, item in zip(leads, items, strict=True)]
    return [_whole(sentence)]


def _listed_english(sentence: str) -> list[SubQuestion]:
    """Return a question for each clause, example or listed item, or the sentence itself."""
    pair = _ENGLISH_PAIR.match(sentence)
    if pair:
        asked = ((pair["one"], pair["of"]), (pair["other"], pair["to"]))
        return [SubQuestion(f"What are the {item} {word} {pair['rest']}?", item) for item, word in asked]
    clauses = [clause.strip() for clause in _ENGLISH_CLAUSE.split(sentence) if clause.strip()]
    if len(clauses) > 1:
        return [part for clause in clauses for part in _listed_english(_as_question(clause))]
    examples = _ENGLISH_EXAMPLES.search(sentence)
    if examples:
        items = _items(_ENGLISH_AND, examples["items"]) + ([examples["also"].strip()] if examples["also"] else [])
        if len(items) > 1:
            plain = _BRACKETED.sub("", sentence)
            return [SubQuestion(f"{item[:1].upper()}{item[1:]}: {plain}", item) for item in items]
    compared = _compared(sentence, _ENGLISH_AND, ": ")
    if compared:
        return compared
    match = _ENGLISH_LIST.match(_BRACKETED.sub("", sentence))
    items = _items(_ENGLISH_AND, match["items"]) if match else []
    if match and len(items) > 1 and all(len(item.split()) <= _MOST_ITEM_WORDS for item in items):
        whose = match["whose"] or "the "
        if not (match["subject"] or match["whose"]) and len(items) > 2:
            return [SubQuestion(f"What is {item}?", item) for item in items]
        # Without a subject, "their" is what tells whose these are.
        if match["subject"] or whose != "the ":
            return [SubQuestion(f"What are {whose}{item}{match['subject'] or ''}?", item) for item in items]
    return [_whole(sentence)]


def _compared(sentence: str, separator: re.Pattern[str], colon: str) -> list[SubQuestion]:
    """Return a question for each thing by which others are to be compared ("Compare A and B: power and price")."""
    match = _COMPARE.match(sentence)
    items = _items(separator, match["items"]) if match else []
    return [SubQuestion(f"{match['subject']}{colon}{item}", item) for item in items] if match and len(items) > 1 else []


def _whole(sentence: str) -> SubQuestion:
    return SubQuestion(sentence, sentence)


def _items(separator: re.Pattern[str], text: str) -> list[str]:
    return [item.strip() for item in separator.split(text) if item.strip()]


def _short(items: list[str]) -> bool:
    return len(items) > 1 and all(2 <= len(item) <= _MOST_ITEM_CHARACTERS for item in items)


def _as_question(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:].rstrip('?')}?"
