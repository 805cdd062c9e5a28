"""What kind of answer a question wants: a sum, a power, a date, a number of things, a reason.

"How many watts?" is answered by what gives watts, "why?" by what gives a reason, however well other sentences fit
the question's words. The kinds are data; figures and dates are read as `text.figures` reads them, so the unit may be
written in any way.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.records import Language
from assistant.text import figures
from assistant.text.figures import Figure
from assistant.text.units import MONEY


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of answer. `asks` is found in questions for it; what lacks it keeps the share `without` of its worth.

    That is to open the answer; among the points below it keeps the share `below`.

    `zh` and `en` name it where an answer has to say that it is missing; a kind without a name is never told so.
    """

    id: str
    asks: str
    without: float
    zh: str = ""
    en: str = ""
    below: float = 1.0


_MANY = r"\bhow (?:many|much) (?:\w+ )?"
_HAN_MANY = r"(?:多少|[幾几])\s?個?"
KINDS = (
    Wanted("reason", r"為什麼|為何(?![？?]?$)|何以|怎麼會|原因|\bwhy\b|\breasons?\b|\bhow come\b", 0.5),
    Wanted(
        "sum",
        r"多少[錢钱]|" + _HAN_MANY + r"(?:美元|美金|台幣|元|塊)"
        r"|(?:價格|售價|單價|費用|價錢)(?:大概|大約)?(?:是|要)?多少|[罰要花]多少(?:[？?，。]|$)|貴嗎|貴不貴|[貴宜]多少"
        r"|(?:罰款|罰鍰|罰金)(?:最高|上限)?(?:是|到)?(?:多少|多高)|最高罰"
        r"|\bhow much (?:is|are|do|does|did|will|would)\b[^?,]*\bcosts?(?:[?]|$)|\bhow much (?:is|are) an?\b"
        r"|\bwhat (?:does|do|did)\b[^?,]*\bcosts?\b|\b(?:price|msrp) of\b|\b(?:max(?:imum)?|highest|top) fines?\b"
        r"|\bwhat(?:'s| is| are) the (?:fines?|price|penalt)",
        0.1,
        "金額",
        "a sum of money",
        below=0.3,
    ),
    Wanted(
        "power",
        _HAN_MANY + r"(?:瓦|W\b)|(?:功耗|耗電|吃電|用電)[^，。]{0,4}(?:多少|多大|多高|幾)|[吃耗用]多少電"
        r"|" + _MANY + r"(?:watts?|power)\b|\bpower (?:draw|consumption|budget)\b|\bat what power\b",
        0.25,
        "功耗（瓦）",
        "a power in watts",
    ),
    Wanted(
        "memory",
        r"(?:裝得|裝不|放得|放不)[下進]|跑得動[^，。？]*GB|GB[^，。？]*(?:跑得動|裝得)|\bfits? (?:in|into|on)\b|"
        + _HAN_MANY
        + r"(?:GB|MB|記憶體|VRAM)|"
        + _MANY
        + r"(?:GB|gigabytes|memory|v?ram)\b",
        0.4,
        "記憶體大小",
        "an amount of memory",
    ),
    Wanted(
        "compute",
        _HAN_MANY + r"(?:TOPS|TFLOPS)|算力[^，。]{0,4}(?:多少|多大|多高|幾)|" + _MANY + r"(?:compute|tops|tflops)\b",
        0.4,
        "算力",
        "an amount of compute",
    ),
    Wanted(
        "speed",
        r"每秒(?:能|可以|可)?[^，。]{0,4}(?:幾|多少)|" + _HAN_MANY + r"token"
        r"|" + _MANY + r"(?:tokens?(?: ?/ ?s| per second| a second)|tok/s|t/s|tps)\b",
        0.4,
        "每秒 token 數",
        "tokens per second",
    ),
    Wanted(
        "time",
        r"多久|" + _HAN_MANY + r"(?:毫秒|秒|分鐘|小時|鐘頭|天|週|周|月|年(?!級))|延遲[^，。]{0,4}(?:多少|多大|多高)"
        r"|\bhow long\b|\bhow (?:fast|quickly|soon)\b(?=[^?]*\b(?:report|notify|respond|pay back|break even))"
        r"|" + _MANY + r"(?:ms|milliseconds|seconds|minutes|hours|days|weeks|months|years)\b",
        0.4,
        "時間長短",
        "a length of time",
    ),
    Wanted(
        "date",
        r"何時|什麼時候|哪一?[年天日]|(?:施行|生效|適用|上路|實施|上市)(?:日期|時間)"
        r"|^when\b|, when\b|\band when\b|\bwhat (?:date|year|day)\b|\bby when\b",
        0.4,
        "日期",
        "a date",
    ),
    Wanted(
        "share",
        r"百分之[幾几]|[幾几]成|[幾几]%|比例|占比|占(?:營收|全部)?(?:的)?多少|[掉降減升增漲差失]多少(?![錢元台個])"
        r"|\bwhat (?:percent|percentage|share)\b"
        r"|\bhow much (?:accuracy|quality|faster|slower|more|less|of)\b|\bby how much\b",
        0.4,
    ),
    Wanted(
        "number",
        r"(?:多少|[幾几])(?:台|臺|顆|張|家|人|支|款|種|件|位|座|部|套)|出貨(?:量)?(?:是|有|會)?多少"
        r"|\bhow many\b(?! (?:times|percent))",
        0.4,
    ),
)
# What gives a reason: words that join it to what follows from it, and those that call it one.
_REASONS = re.compile(
    r"因為|因此|由於|由于|原因|主因|起因|肇因|理由|所以|導致|造成|以致|使得|歸咎|為了|為的是|源於|來自於|之故|才能|來不及"
    r"|不適合|須(?:在|低於|即時)|不必|目的|而非|取決|在於|受限|限制"
    r"|\bbecause\b|\bsince (?:it|they|the|its|no)\b|\breasons?\b|\bdue to\b|\bowing to\b|\bblam|\bcaus|\bso that\b"
    r"|\bso (?:an?|the|it|they|its|data|that)\b|\bas (?:it|they|no|its)\b|\bthanks to\b|\bdriven by\b|\bdrives?\b"
    r"|\btraced?s? (?:it |the \w+ )?to\b|\bresults? from\b|\bleads? to\b|\bmeans? that\b|\blies? in\b|\brather than\b"
    r"|\btoo (?:late|slow|small|little|much|long)\b|\bwhich (?:makes?|lets|keeps|cuts|marks)\b",
    re.IGNORECASE,
)
# A number that counts less than this is as often a place in a list.
_LEAST_COUNT = 2


@lru_cache(maxsize=1024)
def of(question: str) -> tuple[Wanted, ...]:
    """Return the kinds of answer that a question wants, in the order of `KINDS`; a number of no unit last."""
    found = [kind for kind in KINDS if _pattern(kind.asks).search(question)]
    return tuple(kind for kind in found if kind.id != "number" or not is_figure(found[:-1]))


def has(kind: Wanted, text: str) -> bool:
    """Say whether a text has an answer of this kind."""
    if kind.id == "reason":
        return bool(_REASONS.search(text))
    is_one = _FIGURES[kind.id]
    return any(is_one(figure) for figure in figures.find(text))


def worth(kinds: Sequence[Wanted], text: str) -> float:
    """Return 1, or less for a text without any of the answers that are wanted, where it is to open the answer."""
    return min((kind.without for kind in kinds), default=1.0) if not _has_any(kinds, text) else 1.0


def below(kinds: Sequence[Wanted], text: str) -> float:
    """Return 1, or less for a text without any of the answers that are wanted, among the points."""
    return min((kind.below for kind in kinds), default=1.0) if not _has_any(kinds, text) else 1.0


def is_figure(kinds: Sequence[Wanted]) -> bool:
    """Say whether one of the kinds is a figure or a date."""
    return any(kind.id != "reason" for kind in kinds)


def _has_any(kinds: Sequence[Wanted], text: str) -> bool:
    return any(has(kind, text) for kind in kinds)


def called(kind: Wanted, language: Language) -> str:
    """Return what a kind of answer is called, or "" for one whose absence says little."""
    return kind.zh if language == "zh-TW" else kind.en


def _of_unit(*units: str) -> Callable[[Figure], bool]:
    return lambda figure: figure.unit.partition("/")[0] in units


_FIGURES: dict[str, Callable[[Figure], bool]] = {
    "sum": _of_unit(*MONEY),
    "power": _of_unit("W", "mW"),
    "memory": _of_unit("B"),
    "compute": _of_unit("ops", "flops"),
    "speed": _of_unit("token"),
    "time": _of_unit("s", "month"),
    "date": lambda figure: figure.kind == "date",
    "share": lambda figure: figure.kind in ("percent", "multiple") or figure.unit == "pp",
    "number": lambda figure: figure.kind == "number" and not figure.unit and _counts(figure.value),
}


def _counts(value: str) -> bool:
    return value.replace(".", "", 1).isdigit() and float(value) >= _LEAST_COUNT


@cache
def _pattern(asks: str) -> re.Pattern[str]:
    return re.compile(asks, re.IGNORECASE)
