"""What a text gives as the value of a property of a thing: the price of a board, the power of a chip.

Two texts built quite differently disagree where both give a value of the same property of the same thing, and no value
is the same. Only properties whose figures tell by their unit and a word what they are of are read; a figure that
depends on more (a market's size on its definition, a speed on the model) is left alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assistant.answering.assertions import Assertion, Segment, sort
from assistant.text import names
from assistant.text.figures import Figure, agrees, plain
from assistant.text.names import Name

_COMPUTE = (
    "compute",
    re.compile(r"\w"),
    re.compile(r"\bmore than\b|\bper\b|\bless than\b|\btotal\b|\bplatform\b|超过|逾|合计|平台|每"),
)
# A property by the unit of its figures: a cue that has to stand in the sentence, and what makes another property of it.
_PROPERTIES: Mapping[str, tuple[str, re.Pattern[str], re.Pattern[str]]] = {
    "money": (
        "price",
        re.compile(
            r"\bpric\w+|\bcosts?\b|\bsell\w*|\bsold\b|\blist(?:s|ed)?\b|\blaunch\w*"
            r"|\bstarts? at\b|售|定价|要价|价格|标价|卖|上市|推出"
        ),
        re.compile(
            r"\brevenue|\bmarket\b|\bspend\w*|\binvest\w*|\bfund\w*|\brais\w+|\bsav\w+|\bbudget"
            r"|\brent\w*|\bcloud\b|\blicen\w+|\bsubscri\w+"
            r"|\bfee\b|\bper\b|\ba (?:month|year|hour)\b|\bmonthly\b|\belectricity\b|\btotal\b|\bacquir\w+|\bbuy\w*"
            r"|\bdearer\b|\bcheaper\b"
            r"|\bless than\b|\bmore than\b|\bbelow\b|\babove\b"
            "|营收|市场|支出|投资|募|省|预算|租|云端|授权|订阅|费|每|电费|合计|收购|并购|贵|便宜|低于|高于|差"
        ),
    ),
    "ops": _COMPUTE,
    "flops": _COMPUTE,
    "B/s": ("bandwidth", re.compile(r"\bbandwidth|\bmemory|频宽|记忆体"), re.compile(r"\bper\b|每(?!秒)")),
    "W": (
        "power",
        re.compile(r"\bpower|\bdraw\w*|\bconsum\w*|\bat\b|\bTDP\b|功耗|耗电|功率"),
        re.compile(r"\bper\b|\bunder\b|\bbelow\b|\bless than\b|\bsystem\b|每|不到|低于|以下|系统"),
    ),
}  # fmt: skip
# What a value is a value of, besides: the highest isn't the typical one, nor that in INT4 that in INT8.
_CONDITION = re.compile(
    r"\b(?:up to|at most|max\w*|peak|typical\w*|min\w*|from|idle|mode|sparse|dense|together|combined|npu|gpu|cpu)\b"
    r"|最高|最多|最大|峰值|典型|最低|起|待机|稀疏|密集|合计"
)
_SAME_CONDITION = {
    word: same
    for same, words in {
        "up to": "最高 最多 最大 峰值 max maximum peak", "typical": "典型 typically", "from": "起 最低 min minimum",
        "sparse": "稀疏", "dense": "密集",
    }.items()
    for word in words.split()
}  # fmt: skip
_FORM = re.compile(
    r"\bkit|\bmodule|\bboard|\bcard|\bbox|\bmini pc|\bsystem|\bserver|\bworkstation"
    "|套件|模组|开发板|显示卡|主机|整机|伺服器|小型电脑"
)
_SAME_FORM = {"套件": "kit", "模组": "module", "开发板": "board", "显示卡": "card", "主机": "box",
              "小型电脑": "mini pc", "伺服器": "server", "整机": "system"}  # fmt: skip
# A figure said after these is a difference and no value.
_DIFFERENCE = re.compile(r"\s*(?:less|more|below|above|cheaper|dearer|lower|higher|off)\b|\s*的?(?:折扣|价差|差距)")
_DIFFERS_BY = re.compile(r"(?:低|高|少|多|贵|便宜|省|差)[了出约]?\s*$|\bby (?:about )?$")
# How far from its thing a value may stand, in characters.
_NEAR = 90


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure as the value of a property of a thing, under conditions that have to be the same to be compared.

    `maker` has the parts of the thing's first name, which may be left out: the NVIDIA of NVIDIA DGX Spark.
    """

    figure: Figure
    of: str
    thing: frozenset[str]
    maker: frozenset[str]
    conditions: frozenset[str]
    form: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Thing:
    """Names that stand together, with the figure right behind them that tells a variant (Jetson AGX Orin 64GB)."""

    start: int
    end: int
    parts: frozenset[str]
    first: frozenset[str]
    taken: frozenset[Figure]


def apart(ours: Assertion, theirs: Assertion) -> tuple[Figure, Figure] | None:
    """Return a figure of each that is a value of the same property of the same thing, where no values agree."""
    mine, yours = list(readings(ours)), list(readings(theirs))
    for one in mine:
        same = [other for other in yours if _comparable(one, other)]
        if not same or any(_agree(a, b) for a in mine if _comparable(one, a) for b in same):
            continue
        return one.figure, same[0].figure
    return None


def readings(said: Assertion) -> Iterator[Reading]:
    """Yield the values that a text gives, of things that have a name with a number or several words."""
    text = plain(said.text)
    things = [t for t in _things(said) if len(t.parts) > 1 or any(c.isdigit() for part in t.parts for c in part)]
    variants = {figure for thing in things for figure in thing.taken}
    for segment in said.segments:
        for figure in segment.figures:
            known = _PROPERTIES.get(figure.kind if figure.kind == "money" else figure.unit)
            if known is None or figure in variants or "/" in figure.unit.removesuffix("B/s"):
                continue
            name, cue, other = known
            start, end = _sentence(said, segment)
            if not cue.search(text[start:end]) or other.search(text[segment.start : segment.start + len(segment.text)]):
                continue
            thing = _nearest(things, figure, start, end, text)
            if thing is None or _DIFFERENCE.match(text[figure.end :]) or _DIFFERS_BY.search(text[: figure.start]):
                continue
            around = text[min(thing.start, segment.start) : max(thing.end, segment.start + len(segment.text))]
            precisions = {n.parts[0] for n in segment.names if sort(n) == "name/precision"}
            found = {_SAME_CONDITION.get(c, c) for c in _CONDITION.findall(around)} | precisions
            form = frozenset(_SAME_FORM.get(c.strip(), c.strip()) for c in _FORM.findall(text[start:end]))
            yield Reading(
                figure, name, thing.parts, thing.first, frozenset(found) if name != "price" else frozenset(), form
            )


def _comparable(one: Reading, other: Reading) -> bool:
    """Say whether two readings are of the same property of one thing, and under the same conditions."""
    numbers = [{p for p in r.thing if any(c.isdigit() for c in p)} for r in (one, other)]
    short, long = sorted((one.thing, other.thing), key=len)
    return (
        one.of == other.of
        and one.figure.unit == other.figure.unit
        and short <= long
        and long - short <= one.maker | other.maker
        and numbers[0] == numbers[1]
        and one.conditions == other.conditions
        and (one.form == other.form or not one.form or not other.form)
    )


def _agree(one: Reading, other: Reading) -> bool:
    near = abs(float(one.figure.value) - float(other.figure.value)) <= 0.02 * float(one.figure.value)
    return near or agrees(one.figure, other.figure)


def _things(said: Assertion) -> Iterator[_Thing]:
    run: list[Name] = []
    told = [n for n in said.names if sort(n) == "name" and not names.is_place(n.parts[0])]
    for name, following in pairwise([*told, None]):
        assert name is not None
        run.append(name)
        if following is None or following.start - name.end > 1:
            end = name.end
            variant = {f for f in said.figures if f.kind == "quantity" and 0 <= f.start - end <= 1}
            parts = {part for n in run for part in n.parts} | {f"{f.value}{f.unit}" for f in variant}
            yield _Thing(
                run[0].start,
                max([end, *(f.end for f in variant)]),
                frozenset(parts),
                frozenset(run[0].parts),
                frozenset(variant),
            )
            run = []


def _sentence(said: Assertion, segment: Segment) -> tuple[int, int]:
    at = said.segments.index(segment)
    first = max((i for i in range(at + 1) if said.segments[i].opens), default=0)
    last = next((i for i in range(at + 1, len(said.segments)) if said.segments[i].opens), len(said.segments)) - 1
    return said.segments[first].start, said.segments[last].start + len(said.segments[last].text)


def _nearest(things: list[_Thing], figure: Figure, start: int, end: int, text: str) -> _Thing | None:
    """Return the thing that a figure is a value of: the last one before it, or what "US$249 for" leads to."""
    leads = re.match(r"\s*(?:for|gets|buys|on|in)\s+(?:the |a |an )?", text[figure.end :])
    after = [t for t in things if leads and t.start - figure.end - leads.end() in (0, 1)]
    before = [t for t in things if start <= t.start and t.end <= figure.start and figure.start - t.end <= _NEAR]
    return after[0] if after else before[-1] if before else None
