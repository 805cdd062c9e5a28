"""Figures in Chinese and English text: numbers, percentages, money, quantities, multiples, dates, versions.

Each is brought into one form, so that equal facts compare equal in both languages: 2,610 億美元 is US$261 billion,
8 倍 is 8x and eightfold, 2025 年 2 月 2 日 is 2 Feb 2025. "About" and "over" leave the figure as it is.
Digits that belong to a name (H100, int4, RTX 3090) are no figures; the size in a model's name (27B) is one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from assistant.text import dates, units
from assistant.text.normalize import fold, simplify
from assistant.text.units import Kind

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# The number that a body gives its papers ("Opinion 28/2024") is one figure.
_NUMBERED = re.compile(r"(?<![\d./])\d{1,4}/(?:19|20)\d\d(?![\d/])")
_VERSION = re.compile(r"\bv\d+(?:\.\d+)*\b|(?<![\d.])\d+\.\d+(?:\.\d+)+(?![\d.])")
# What may stand between a figure and its unit: "2,070 FP4 TFLOPS", "67 sparse INT8 TOPS".
_PRECISION = r"(?:\s*(?:nvfp\d+|fp\d+|bf16|int\d+|sparse|dense|稀疏|output|input)){0,3}"
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|and|至|到|与|和)\s*$")
_FACTOR = re.compile(r"\bfactor of (?:about |over |up to )?$")
_ATTACHED = re.compile(r"[a-z]")
_MODEL_SIZE = re.compile(r"\d+(?:\.\d+)?b")
# "50,000 requests a day", "50,000 daily requests": a rate after what is counted.
_COUNTED_RATE = re.compile(
    r"(?:\s+(?!(?:a|after|ago|and|as|at|by|for|from|in|of|on|or|than|to|with)\b)[a-z-]+){1,2}"
    r"\s+(?:a|per|each|every)\s+(?P<rate>second|minute|hour|day|week|month|year)\b(?! (?:ago|before|earlier|later|or))"
    r"|\s+(?P<ly>hour|dai|week|month|year)ly\b"
)
# Words with a capital that don't make the number after them part of a name ("Over 80", "In 2", "Up to 5").
_NO_NAME = frozenset(
    """
    a about above across after against all almost already also although among an and another any approximately
    around as at be because before below besides between beyond both but by combined cost costs despite down
    during each either even every exactly except fewer few for from further had half has have here in including
    inside into is it its just last least less like many meanwhile more most much near nearly neither next no
    nor not now of off often on once one only onto or other our out outside over past per plus rather roughly
    runs same several since so some still than that the their them then there these they this those though
    through throughout thus till to together top toward towards typically under unlike until up upon usually
    uses via was we were when where whereas which while with within without yet you your
    ai api apis llm llms sdk slm slms
    """.split()
)
_COUNTERS = "个种项家名人张台件次类款座核位层步阶款条部颗组支场国州点座位轮面路道代级只"
# 一個 and 一種 are articles rather than counts.
_ARTICLE = re.compile(rf"一[{_COUNTERS}]?$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text: `value` and `unit` in the form they compare in, `start` and `end` as offsets.

    `value` is a plain decimal, or a date in the notation of dates.py, or a version without its "v".
    """

    kind: Kind
    value: str
    unit: str
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str]:
        """What two figures that state the same have in common."""
        return ("date" if self.kind == "date" else self.unit, self.value)


def agrees(stated: Figure, known: Figure) -> bool:
    """Say whether a text with the figure `known` carries the figure `stated`: the same, or a coarser date."""
    if "date" in (stated.kind, known.kind):
        return stated.kind == known.kind and dates.entails(known.value, stated.value)
    if stated.value != known.value:
        return False
    stated_unit, _, stated_rate = stated.unit.partition("/")
    known_unit, _, known_rate = known.unit.partition("/")
    if stated.unit == known.unit:
        return True
    # Money and percentages are often given without saying "a year" again; a speed is no size.
    loose = stated.kind in ("money", "percent", "number", "multiple") and not (stated_rate and known_rate)
    return stated_unit == known_unit and loose


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return `text` folded and simplified, character by character: offsets stay as they are."""
    if text.isascii():
        return text.lower()
    # Chinese punctuation stays: "13.8%，2028 年" holds no number "8,202".
    return simplify("".join(f if len(f := fold(c)) == 1 and c not in "，：" else c for c in text))


@lru_cache(maxsize=4096)
def find(text: str) -> list[Figure]:
    """Return the figures of `text` in order, without overlaps. The list is shared: don't change it."""
    folded = plain(text)
    found = [Figure("version", match.group(), "", *match.span()) for match in _NUMBERED.finditer(folded)]
    taken = [(f.start, f.end) for f in found]
    said = (Figure("date", d.value, "", d.start, d.end) for d in dates.find(folded))
    found += [f for f in said if not any(f.start < end and start < f.end for start, end in taken)]
    taken = [(f.start, f.end) for f in found]
    for finder in (_versions, _shares, _words, _numbers):
        for figure in finder(folded, text):
            if not any(figure.start < end and start < figure.end for start, end in taken):
                taken.append((figure.start, figure.end))
                found.append(figure)
    return _share_units(sorted(found, key=lambda f: (f.start, f.value)), folded)


def _versions(text: str, _: str) -> Iterator[Figure]:
    for match in _VERSION.finditer(text):
        yield Figure("version", match.group().removeprefix("v"), "", *match.span())


# "Three in five", "1 out of every 4": a share in other words.
_SHARE = re.compile(
    rf"(?P<part>\d+|{units.ENGLISH_NUMBER}|\bone)\s+(?:in|out of)(?: every)?\s+(?P<whole>\d+|{units.ENGLISH_NUMBER})"
    r"(?![\d.,]*\d|[\s-]?(?:%|hours?|days?|weeks?|months?|years?|minutes?|seconds?|ms\b|million|billion|places?\b))"
)


def _shares(text: str, _: str) -> Iterator[Figure]:
    for match in _SHARE.finditer(text):
        part, whole = (
            Decimal(n) if n.isdigit() else Decimal(1) if n == "one" else units.read_english(n) for n in match.groups()
        )
        if 0 < part < whole <= 10 and 100 * part % whole == 0:
            yield Figure("percent", _decimal(100 * part / whole), "%", *match.span())


def _words(text: str, _: str) -> Iterator[Figure]:
    for pattern, kind, value, unit in units.WORD_FIGURES:
        for match in pattern.finditer(text):
            yield Figure(kind, value, unit, *match.span())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    def any_of(table: dict[str, object] | dict[str, str]) -> str:
        return "|".join(re.escape(key) for key in sorted(table, key=len, reverse=True))

    latin = any_of(dict.fromkeys(units.LATIN_UNITS, ""))
    han = any_of(dict.fromkeys(units.HAN_UNITS, ""))
    scales = any_of({k: v for k, v in units.SCALES.items() if not k.isascii()})
    return {
        "core": re.compile(
            rf"(?P<arabic>{_ARABIC})|(?P<english>{units.ENGLISH_NUMBER})"
            rf"|百分之(?P<percent>{units.HAN_NUMBER}+(?:点{units.HAN_NUMBER}+)?|{_ARABIC})|(?P<han>{units.HAN_NUMBER}+)"
        ),
        "currency": re.compile(rf"(?:{any_of(units.CURRENCIES)})\s*(?:约\s*)?$"),
        "scale": re.compile(
            rf"\s*(?:thousand|million|billion|trillion)\b|\s?(?:bn|mn)\b|[kmb](?![a-z0-9])|\s*(?:{scales})"
        ),
        "unit": re.compile(rf"{_PRECISION}(?P<gap>\s*-?)(?P<unit>(?:{latin})(?![a-z0-9])|{han})"),
        "rate": re.compile(
            r"\s*(?:/|\bper |\ba |\ban |\beach |每)\s*(?:gpu[ -](?:per |an? )?)?"
            rf"(?P<rate>{any_of(units.RATES)})(?![a-z])|\s+(?P<annual>annually|yearly)"
        ),
        "rate_before": re.compile(
            r"每\s*[张颗片台个]?\s*(?:gpu)?\s*(?P<rate>秒|小时|年|月|日|天|分钟)[^，。；,;、0-9]{0,8}$"
        ),
    }


def _numbers(text: str, original: str) -> Iterator[Figure]:
    """Numbers in digits or words, with their currency, scale, unit and rate."""
    position = 0
    while match := _patterns()["core"].search(text, position):
        figure = None if _part_of_name(text, original, match) else _read(text, match)
        if figure is None:
            position = match.end()
            continue
        position = figure.end
        yield figure


def _part_of_name(text: str, original: str, match: re.Match[str]) -> bool:
    """Say whether the digits are a piece of a name: H100, int4, Cortex-A320, RTX 3090, Opinion 28/2024."""
    if match["arabic"] is None:
        return False
    start, end = match.span()
    after = text[end : end + 12]
    if re.match(r"(?:\.\d+)?b(?![a-z0-9])", after):
        return False  # a model's size, even in its name
    before = original[:start]
    if re.search(r"(?:us|nt|hk)?\$$|(?:usd|ntd|twd|eur|rmb|~)\s?$", before.lower()):
        return False
    if re.search(r"[A-Za-z]$|[A-Za-z0-9]-$|[A-Za-z]\d+\.$", before):
        # "Q8-", "H100", "Gemma-3"; but "8-16" is a range and "第Q3" a date, taken before.
        return not re.search(r"(?<![A-Za-z])\d[\d,.]*\s?-$|(?<![A-Za-z])\d[\d,.]*\s?[a-z]{1,2}-$", before)
    word = re.search(r"(?<![\w.-])([A-Z][\w.+/-]*|[a-z]+[A-Z]\w*)\s$", before)
    if word is None or word.group(1).lower() in _NO_NAME or "," in match.group() or len(match.group()) > 6:
        return False
    return not (_patterns()["scale"].match(text, end) or _patterns()["unit"].match(text, end) or after[:1] == "+")


def _read(text: str, match: re.Match[str]) -> Figure | None:
    """Return the figure around the number found, or None when it is none."""
    value = _value(match)
    if value is None:
        return None
    patterns = _patterns()
    start, end = match.span()
    if match["percent"] is not None:
        return Figure("percent", _decimal(value), "%", start, end)
    scaled = False
    while scale := patterns["scale"].match(text, end):
        value *= Decimal(units.SCALES[scale.group().strip()])
        end, scaled = scale.end(), True
        rest = re.compile(rf"\s*({_ARABIC})\s*(万|千)(?![a-z])").match(text, end)
        if not rest or scale.group().strip() not in ("亿", "兆"):
            break
        value += Decimal(rest.group(1).replace(",", "")) * Decimal(units.SCALES[rest.group(2)])
        end = rest.end()
        break
    unit, end, rate = _unit(text, match, end)
    if unit is None and not rate:
        counted = _COUNTED_RATE.match(text, end)
        rate = units.RATES[(counted["rate"] or counted["ly"]).replace("dai", "day")] if counted else ""
    value, end = _and_tenths(text, match, value, end)
    if match["han"] is not None and not _han_counts(text, match, unit):
        return None
    ordinal = re.compile(r"(?:st|nd|rd|th)\b").match(text, end)
    if match["arabic"] is not None and not unit and not scaled and not ordinal and _ATTACHED.match(text, end):
        return None  # 5G, 3D, 10H
    if unit is None and not scaled and _FACTOR.search(text, max(0, start - 12), start):
        unit = ("x", "1")
    base, factor = unit or ("", "1")
    currency = patterns["currency"].search(text, max(0, start - 6), start)
    if currency:
        base, start = units.CURRENCIES[currency.group().replace("约", "").strip()], currency.start()
    name = f"{base}/{rate}" if rate else base
    return Figure(_kind(base), _decimal(value * Decimal(factor)), name, start, end)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["arabic"]:
        return Decimal(match["arabic"].replace(",", ""))
    if match["english"]:
        return units.read_english(match["english"])
    numerals = match["percent"] or match["han"]
    whole, point, fraction = numerals.partition("点")
    if whole[0].isdigit():
        return Decimal(numerals.replace(",", ""))
    value = units.read_han(whole)
    if value is None or not point:
        return value
    digits = "".join(str(units.read_han(c) or 0) for c in fraction)
    return value + Decimal(f"0.{digits}")


def _unit(text: str, match: re.Match[str], end: int) -> tuple[tuple[str, str] | None, int, str]:
    """Return the unit and its factor, where the figure ends, and the rate ("s" of 62 tokens/s)."""
    patterns = _patterns()
    unit = None
    found = patterns["unit"].match(text, end)
    if found and not (found["unit"] in ("s", "h", "w", "x") and found["gap"].strip() == "-"):
        unit = units.LATIN_UNITS.get(found["unit"]) or units.HAN_UNITS[found["unit"]]
        end = found.end()
    # "A 266.7th of the price" (266.7 分之一) is 266.7 times cheaper.
    part = re.compile(r"\s*分之一").match(text, end) if unit is None and match["arabic"] else None
    if part:
        return ("x", "1"), part.end(), ""
    rate = patterns["rate"].match(text, end)
    # "1B 每秒 88 個 token": the rate is that of the next figure.
    if rate and not (unit is None and text[end : rate.end()].strip()[:1] == "每"):
        return unit, rate.end(), "year" if rate["annual"] else units.RATES[rate["rate"]]
    before = patterns["rate_before"].search(text, max(0, match.start() - 16), match.start())
    return unit, end, units.RATES[before["rate"]] if before else ""


def _and_tenths(text: str, match: re.Match[str], value: Decimal, end: int) -> tuple[Decimal, int]:
    """Return the value of 八成五 (8.5 tenths) and where it ends; any other as it is."""
    more = re.compile(r"[一二三四五六七八九](?![十百千万成个])").match(text, end)
    tenths = units.read_han(more.group()) if more and match["han"] is not None and text[end - 1] == "成" else None
    return (value + tenths / 10, end + 1) if tenths else (value, end)


def _han_counts(text: str, match: re.Match[str], unit: tuple[str, str] | None) -> bool:
    """Say whether Chinese numerals count something: 三十二, 兩個, 五大; not 一般, 統一, 三星, 百度."""
    numerals = match["han"]
    before, after = text[: match.start()][-1:], text[match.end() : match.end() + 2]
    if before == "第" and (numerals in "一二" or after[:1] == "方"):
        return False
    if numerals == "零" and unit is None:
        return False  # 零組件, 零售
    if len(numerals) == 1:
        if numerals in "一万千百亿兆" or _ARTICLE.search(numerals + after[:1]) or before in [*"统同单唯进之"]:
            return False
        return before == "第" or unit is not None or after.strip()[:1] in [*_COUNTERS, "大"]
    return before not in [*"统同单唯"] and numerals not in ("千万", "万一", "一一", "万千", "百万", "千百", "万亿")


def _kind(unit: str) -> Kind:
    if unit in units.MONEY:
        return "money"
    return {"": "number", "%": "percent", "pp": "percent", "x": "multiple"}.get(unit, "quantity")  # type: ignore[return-value]


def _decimal(value: Decimal) -> str:
    """Return the number in plain digits without trailing zeros."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def _share_units(found: list[Figure], text: str) -> list[Figure]:
    """Give the first end of a range what only the second one says: 40–130 W, US$0.52 to 14.90, 5 到 7 億."""
    for i in range(len(found) - 2, -1, -1):
        first, second = found[i], found[i + 1]
        between = text[first.end : second.start]
        if "date" in (first.kind, second.kind) or not _RANGE.match(between):
            continue
        if second.unit and _MODEL_SIZE.fullmatch(text[first.start : first.end]):
            continue  # "Gemma 3 12B to 6.6 GB"
        joined = between.strip() in ("and", "和", "与")
        if joined and not re.search(r"\bbetween\b|介[于乎]|[在落]", text[max(0, first.start - 10) : first.start]):
            continue
        found[i], found[i + 1] = _match_ends(first, second, text)
    return found


def _match_ends(first: Figure, second: Figure, text: str) -> tuple[Figure, Figure]:
    """Return both ends of a range in the unit and the rate that either of them says."""
    unit, _, rate = first.unit.partition("/")
    other, _, other_rate = second.unit.partition("/")
    if unit and other and unit != other:
        return first, second
    if not unit and other:
        first = _spread(first, second, text)
    elif unit in units.MONEY and not other:
        second = replace(second, kind=first.kind)
    base, rate = unit or other, rate or other_rate
    shared = f"{base}/{rate}" if rate else base
    return replace(first, unit=shared), replace(second, unit=shared)


def _plain_number(numerals: str) -> Decimal | None:
    return Decimal(numerals.replace(",", "")) if numerals[0].isdigit() else units.read_han(numerals)


def _spread(first: Figure, second: Figure, text: str) -> Figure:
    """Return `first` in the unit, and where it has none of its own the scale, of `second`."""
    factor = Decimal(1)
    numerals = rf"{_ARABIC}|{units.HAN_NUMBER}+"
    written = re.search(numerals, text[second.start : second.end])
    if written and re.fullmatch(numerals, text[first.start : first.end]):
        shown = _plain_number(written.group())
        factor = Decimal(second.value) / shown if shown else factor
    return replace(first, kind=second.kind, value=_decimal(Decimal(first.value) * factor), unit=second.unit)
