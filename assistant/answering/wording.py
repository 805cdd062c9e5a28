"""How a statement is worded against a passage: quoted, turned round, overstated, or saying nothing at all."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from assistant.answering.assertions import FIGURE, WORD, Assertion, Reader, Segment, family
from assistant.answering.opposites import opposed
from assistant.answering.windows import Window
from assistant.records import Language
from assistant.text.figures import plain

# Characters that are shown of what a passage lacks.
MOST_DETAIL = 60
_REASONS: Mapping[str, Mapping[Language, str]] = {
    "citation": {"zh-TW": "引用的編號不存在", "en": "the citation doesn't exist"},
    "figure": {"zh-TW": "引用段落沒有這個數字：{}", "en": "the cited passage doesn't have this figure: {}"},
    "date": {"zh-TW": "引用段落沒有這個日期：{}", "en": "the cited passage doesn't have this date: {}"},
    "name": {"zh-TW": "引用段落沒有這個名稱：{}", "en": "the cited passage doesn't name this: {}"},
    "attribution": {
        "zh-TW": "引用段落把這一項歸給別的對象：{}",
        "en": "the cited passage ties this to something else: {}",
    },
    "negation": {"zh-TW": "肯定與否定和引用段落相反：{}", "en": "negated differently from the cited passage: {}"},
    "direction": {"zh-TW": "方向和引用段落相反：{}", "en": "points the other way than the cited passage: {}"},
    "strength": {"zh-TW": "說得比引用段落更強：{}", "en": "claims more than the cited passage: {}"},
    "order": {"zh-TW": "這是對讀者下達的指令，不是資料", "en": "this is an order to the reader, not a finding"},
    "quotation": {"zh-TW": "引用段落沒有這句原話：{}", "en": "the cited passage doesn't have these words: {}"},
    "meaning": {
        "zh-TW": "模型判斷意思和引用段落不合：{}",
        "en": "a model says the cited passage doesn't mean this: {}",
    },
    "content": {"zh-TW": "引用段落沒有說這件事", "en": "the cited passage doesn't say this"},
}
# Sentences that only say how the answer is laid out. Whole sentences, so that nothing can hide behind such a phrase.
_EMPTY = re.compile(
    r"(?:以下|下面|下文)(?:將|會|就|依|按|分別|逐一|針對|問題|的?各?部分|各項|各點|整理|條列|說明|回答|分述|分析|重點|要點|結論|如下|為|是|與|和|、|，)*[。：:]?"
    r"|(?:說明|重點|整理|分述|分析|結論|答案|要點)?如下[。：:]?|綜上所述[，,。：:]?|(?:總結|結論|重點|小結)(?:來說|而言)?[。：:，]?"
    r"|(?:here (?:is|are)|below (?:is|are)|the following (?:is|are|points?|sections?))"
    r"(?: (?:the|a|an|of|by|for|each|part|parts|main|key|answer|answers|summary|overview|points?|findings"
    r"|conclusions?|question|"
    r"explain|explains|cover|covers))*[.:]?"
    r"|(?:in (?:summary|short|conclusion)|to (?:summari[sz]e|conclude)|conclusion|summary)[.:,]?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[；;。]|[，,](?!\d{3})|\s(?:and|while|whereas|but)\s")
_EDGE = re.compile(r"[，,；;。.！!？?：:、\n|()（）「」“”\"]")
_GAP = re.compile(r"[\s*`_#|>-]")
# "Under 3,499" for "3,499": a bound that the passage has to have, in some words.
_BELOW = re.compile(r"\b(?:less than|under|below|fewer than) (?=us\$|nt\$|eur|\d)|(?:不到|低于|少于|未满)\s*(?=\d)")
_BELOW_TOO = re.compile(
    r"\b(?:less than|under|below|fewer|nearly|almost|close to|up to|at most|within|as much as|lower|no more"
    r"|before|short of)\b|<"
    r"|不到|低于|少于|未满|近|最多|至多|以下|以内|接近|逼近|不足|不超过|\d[^，。；]{0,6}内"
)
_STOP = re.compile(r"[，,；;。]")
_UP_TO = re.compile(
    r"[增升涨长高扩].{0,4}[至到为]|\b(?:rise|rising|rose|climb\w*|grow\w*|grew|increas\w*) to\b|\bdown from\b"
)
_DOWN_TO = re.compile(
    r"[减降跌缩滑].{0,4}[至到为]|\b(?:fall\w*|fell|drop\w*|declin\w*|down|cut|shr[iau]nk\w*) to\b|\bup from\b"
)
_UP_FROM = re.compile(r"\b(?:rise|rises|rising|rose|climb\w*|grow\w*|grew|increas\w*|up)\b[^,.;]*$")
_DOWN_FROM = re.compile(r"\b(?:fall\w*|fell|drop\w*|declin\w*|down|cut\w*|shr[iau]nk\w*|reduc\w*)\b[^,.;]*$")
# Strengths that one language words in several ways of equal strength.
_LOOSE = frozenset(("elimination", "multitude", "any"))
# What else one language has for the same strength.
_AS_STRONG = {"universal": re.compile(r"\beach\b|\bwhole\b|\bentire\b|全面|皆|均(?!价|值|衡)"),
              "superlative": re.compile(r"\btop\b|\bhighest\b")}  # fmt: skip
_QUOTATION = re.compile(r"「[^」]+」|『[^』]+』|“[^”]+”|\"[^\"]+\"")
# Shorter quotation marks set off a term. In letters without spaces, half as many in Chinese.
_SHORTEST_QUOTE = 16
# A clause lighter than this says too little to be looked for on its own.
_LEAST_CLAUSE = 3.0


def reason(failed: str, language: Language, detail: str = "") -> str:
    """Return why a statement failed, in its own language. A model that goes in circles makes long names."""
    shown = detail if len(detail) <= MOST_DETAIL else f"{detail[:MOST_DETAIL]}…"
    return _REASONS[failed][language].format(shown).rstrip(" ：:")


def asserts_nothing(text: str) -> bool:
    """Say whether a sentence only announces the answer's layout ("以下依問題各部分說明。")."""
    return bool(_EMPTY.fullmatch(text.strip()))


def comparable(key: str) -> bool:
    """Say whether an anchor is the same in both languages: a figure, a name, a glossary term or a Latin word."""
    return key[0] in "#@=~"


@lru_cache(maxsize=4096)
def _squashed(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `text` folded, without white space and markup, and the offset of each character left."""
    folded = plain(text)
    kept = [i for i, c in enumerate(folded) if not _GAP.match(c)]
    return "".join(folded[i] for i in kept), tuple(kept)


def quoted(text: str, passage: str) -> tuple[int, int] | None:
    """Return where the passage says `text` word for word, in whole clauses, or None."""
    wanted = re.sub(r"[。.；;，,：:!！?？]+$", "", _squashed(text)[0])
    said, offsets = _squashed(passage)
    at = said.find(wanted) if len(wanted) >= 8 else -1
    while at >= 0:
        before, after = said[at - 1 : at], said[at + len(wanted) : at + len(wanted) + 1]
        if (not before or _EDGE.match(before)) and (not after or _EDGE.match(after)):
            return offsets[at], offsets[at + len(wanted) - 1] + 1
        at = said.find(wanted, at + 1)
    return None


def misquoted(statement: Assertion, window: Window) -> str:
    """Return what the statement puts in quotation marks and the passage doesn't say word for word, or an empty string.

    Across languages a quotation is a translation, and is judged as the rest is.
    """
    if statement.language != window.said.language:
        return ""
    said = _squashed(window.passage)[0]
    for match in _QUOTATION.finditer(statement.text):
        words = re.sub(r"[。.；;，,：:!！?？]+$", "", _squashed(match.group()[1:-1])[0])
        if len(words) >= (_SHORTEST_QUOTE if words.isascii() else _SHORTEST_QUOTE // 2) and words not in said:
            return match.group()
    return ""


def clauses(text: str, reader: Reader) -> list[str]:
    """Return the clauses of a compound statement; one too light to be looked for alone stays with the one before."""
    found: list[str] = []
    start = 0
    whole = reader.read(text)
    taken = [(f.start, f.end) for f in whole.figures] + [(n.start, n.end) for n in whole.names]
    cuts = [m.span() for m in _CLAUSE.finditer(text) if not any(s < m.end() and m.start() < e for s, e in taken)]
    for end, following in [*cuts, (len(text), len(text))]:
        piece = text[start:end].strip()
        if not piece:
            continue
        if found and sum(reader.read(piece).weights.values()) < _LEAST_CLAUSE:
            found[-1] = f"{found[-1]}，{piece}"
        else:
            found.append(piece)
        start = following
    return found


def below(statement: Assertion, window: Window) -> bool:
    """Say whether the statement puts a figure as an upper bound, and nothing in the window does."""
    return bool(_BELOW.search(plain(statement.text)) and not _BELOW_TOO.search(plain(window.said.text)))


def opposed_axis(segment: Segment, nearest: Sequence[Segment], window: Window) -> str:
    """Return the axis on which a segment points the other way than what comes nearest to it, or an empty string."""
    there = frozenset(p for n in nearest for p in n.polarity.poles - n.polarity.denied)
    return opposed(segment.polarity.poles - segment.polarity.denied, there, window.said.polarity.poles)


def stronger(segment: Segment, nearest: list[Segment], statement: Assertion, window: Window) -> str:
    """Return what a segment says as a fact that the passage calls possible or expects, or an empty string."""
    ours = statement.polarity
    hedged = ours.possible or ours.expected or ours.permitted or window.context.polarity.possible
    if nearest[0].polarity.possible and not hedged:
        return segment.text.strip()
    told = segment.polarity.happened and not (ours.expected and not ours.already)
    early = any(s.polarity.expected for s in nearest) and not window.said.polarity.happened
    return "happened" if told and early else ""


def overstated(statement: Assertion, window: Window) -> str:
    """Return how the statement claims more than the window, or an empty string."""
    across = statement.language != window.said.language
    ours, theirs, context = statement.polarity, window.said.polarity, window.context.polarity
    # "Not … any" claims no more than "no …".
    extra = (
        ours.strong
        - (theirs.bears | context.bears if across else theirs.strong | context.strong | (theirs.bears & _LOOSE))
        - ({"any"} if ours.negated else set())
    )
    over = min(extra, default="")
    return "" if across and over in _AS_STRONG and _AS_STRONG[over].search(plain(window.said.text)) else over


def backwards(statement: Assertion) -> str:
    """Return two figures that a statement puts the wrong way itself: "falls from 9.4% to 17%"."""
    text = plain(statement.text)
    for i, one in enumerate(statement.figures):
        other = next((f for f in statement.figures[i + 1 :] if family(f) == family(one)), None)
        if other is None or one.kind == "date" or "/" in (one.value + other.value):
            continue
        between = text[one.end : other.start]
        # Right before the second figure ("2022 年降到 1,120 億") the word holds whatever stands between.
        close = re.search(r"[^，,；;。]*$", between)
        if _STOP.search(between) and close and re.search(r"[增升涨降减跌缩]\S?[至到]", close.group()):
            between = close.group()
        up, down = bool(_UP_TO.search(between)), bool(_DOWN_TO.search(between))
        if re.search(r"\bto\b|[至到]", between):
            lead = text[max(0, one.start - 24) : one.start]
            up, down = up or bool(_UP_FROM.search(lead)), down or bool(_DOWN_FROM.search(lead))
        smaller = one.kind != "version" and Decimal(one.value) < Decimal(other.value)
        if (
            len(between) < 30
            and not _STOP.search(between)
            and up != down
            and one.value != other.value
            and smaller != up
        ):
            return statement.text[one.start : other.end]
    return ""


def nearest(segment: Segment, said: Assertion, *, across: bool) -> list[Segment]:
    """Return the segments of the window that speak of the same: the nearest first, and all that share an anchor."""

    def shared(other: Segment, kinds: str = "") -> float:
        common = (k for k in segment.weights if k in other.weights and (k[0] in kinds if kinds else k[0] != "~"))
        return sum(segment.weights[k] for k in common if not across or comparable(k))

    best = max(said.segments, key=shared, default=None)
    first = [best] if best is not None and shared(best) >= WORD else []
    others = (s for s in said.segments if s is not best and shared(s, "#@=") >= FIGURE)
    return [*first, *sorted(others, key=shared, reverse=True)]
