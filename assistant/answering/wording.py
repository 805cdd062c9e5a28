"""How a statement is worded against a passage: quoted, turned round, overstated, or saying nothing at all."""

import re
from collections.abc import Mapping
from functools import lru_cache

from assistant.answering import polarity
from assistant.answering.assertions import Assertion, Reader, Segment, weigh_words
from assistant.answering.polarity import Polarity
from assistant.answering.windows import Window
from assistant.records import Language
from assistant.text.figures import plain

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
    "content": {"zh-TW": "引用段落沒有說這件事", "en": "the cited passage doesn't say this"},
}
# Sentences that only say how the answer is laid out. Whole sentences, so that nothing can hide behind such a phrase.
_EMPTY = re.compile(
    r"(?:以下|下面|下文)(?:將|會|就|依|按|分別|逐一|針對|問題|的?各?部分|各項|各點|整理|條列|說明|回答|分述|分析|重點|要點|結論|如下|為|是|與|和|、|，)*[。：:]?"
    r"|(?:說明|重點|整理|分述|分析|結論|答案|要點)?如下[。：:]?|綜上所述[，,。：:]?|(?:總結|結論|重點|小結)(?:來說|而言)?[。：:，]?"
    r"|(?:here (?:is|are)|below (?:is|are)|the following (?:is|are|points?|sections?))"
    r"(?: (?:the|a|an|of|by|for|each|part|parts|main|key|answer|answers|summary|overview|points?|findings|conclusions?|question|"
    r"explain|explains|cover|covers))*[.:]?"
    r"|(?:in (?:summary|short|conclusion)|to (?:summari[sz]e|conclude)|conclusion|summary)[.:,]?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[；;。]|[，,](?!\d{3})|\s(?:and|while|whereas|but)\s")
_EDGE = re.compile(r"[，,；;。.！!？?：:、\n|()（）「」“”\"]")
_GAP = re.compile(r"[\s*`_#|>-]")
# A clause lighter than this says too little to be looked for on its own.
_LEAST_CLAUSE = 3.0


def reason(failed: str, language: Language, detail: str = "") -> str:
    """Return why a statement failed, in its own language."""
    return _REASONS[failed][language].format(detail).rstrip(" ：:")


def asserts_nothing(text: str) -> bool:
    """Say whether a sentence only announces the answer's layout ("以下依問題各部分說明。")."""
    return bool(_EMPTY.fullmatch(text.strip()))


def comparable(key: str) -> bool:
    """Say whether an anchor is the same in both languages: a figure, a name, a glossary term or a Latin word."""
    return key[0] in "#@="


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


def clauses(text: str, reader: Reader) -> list[str]:
    """Return the clauses of a compound statement; one too light to be looked for alone stays with the one before."""
    found: list[str] = []
    start = 0
    whole = reader.read(text)
    taken = [(f.start, f.end) for f in (*whole.figures, *whole.names)]
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


def turned(statement: Assertion, window: Window) -> tuple[str, str] | None:
    """Return the check that fails (negation, direction or strength) and on what, or None."""
    across = statement.language != window.said.language
    for segment in statement.segments:
        nearest = _nearest(segment, window.said, across)
        if nearest is None:
            continue
        axis = polarity.opposed(segment.polarity, nearest.polarity, window.said.polarity)
        if axis:
            return "direction", segment.text.strip()
        if _negated_differently(segment, nearest, window, across):
            return "negation", segment.text.strip()
    over = overstated(statement.polarity, window.said.polarity, window.context.polarity)
    return ("strength", over) if over else None


def overstated(ours: Polarity, theirs: Polarity, context: Polarity) -> str:
    """Return how the statement claims more than the window, or an empty string."""
    extra = ours.strong - theirs.strong - context.strong
    if extra:
        return min(extra)
    if theirs.possible and not (ours.possible or ours.expected):
        return "possible"
    return "happened" if theirs.expected and not theirs.happened and ours.happened and not ours.expected else ""


def _nearest(segment: Segment, said: Assertion, across: bool) -> Segment | None:
    """Return the segment of the window that says most of what this one says, if any says something of it."""

    def shared(other: Segment) -> float:
        return sum(w for k, w in segment.weights.items() if k in other.weights and (not across or comparable(k)))

    best: Segment | None = max(said.segments, key=shared, default=None)
    return best if best is not None and shared(best) >= 1.0 else None


def _negated_differently(segment: Segment, nearest: Segment, window: Window, across: bool) -> bool:
    """Say whether just one side negates what both speak of."""
    ours, theirs = bool(segment.polarity.negated), bool(nearest.polarity.negated)
    if ours == theirs:
        return False
    if ours:
        # A negation elsewhere in the sentence may be worded in another place.
        return not window.said.polarity.negated
    return across or _scope_shared(segment, nearest)


def _scope_shared(segment: Segment, nearest: Segment) -> bool:
    """Say whether the statement says what the passage negates: the words after the passage's cue."""
    words = set(segment.weights)
    for at in nearest.polarity.negated:
        scope = set(list(weigh_words(nearest.text[at : at + 24]))[:3])
        if scope and len(scope & words) >= 0.5 * len(scope):
            return True
    return False
