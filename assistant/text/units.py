"""Units, currencies and number words of both languages, each with the one form they compare in."""

import re
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "percent", "money", "quantity", "multiple", "date", "version"]

# Unit -> (what it is compared in, factor). A time counts in seconds up to the week and in months from there,
# because "24 months" is "two years" but no month is a number of days.
_SECOND, _MONTH = "s", "month"
LATIN_UNITS: dict[str, tuple[str, str]] = {
    "%": ("%", "1"), "percent": ("%", "1"), "per cent": ("%", "1"),
    "percentage points": ("pp", "1"), "percentage point": ("pp", "1"), "pp": ("pp", "1"),
    "kb": ("B", "1e3"), "mb": ("B", "1e6"), "gb": ("B", "1e9"), "tb": ("B", "1e12"), "pb": ("B", "1e15"),
    "kib": ("B", "1024"), "mib": ("B", "1048576"), "gib": ("B", "1073741824"), "tib": ("B", "1099511627776"),
    "bytes": ("B", "1"), "byte": ("B", "1"), "bits": ("bit", "1"), "bit": ("bit", "1"),
    "kbps": ("bit/s", "1e3"), "mbps": ("bit/s", "1e6"), "gbps": ("bit/s", "1e9"), "tbps": ("bit/s", "1e12"),
    "gops": ("ops", "1e9"), "tops": ("ops", "1e12"),
    "gflops": ("flops", "1e9"), "tflops": ("flops", "1e12"), "teraflops": ("flops", "1e12"),
    "pflops": ("flops", "1e15"), "petaflops": ("flops", "1e15"), "petaflop": ("flops", "1e15"),
    "mw": ("mW", "1"), "watts": ("W", "1"), "watt": ("W", "1"), "kw": ("W", "1e3"), "w": ("W", "1"),
    "kwh": ("Wh", "1e3"), "mwh": ("Wh", "1e6"), "wh": ("Wh", "1"),
    "khz": ("Hz", "1e3"), "mhz": ("Hz", "1e6"), "ghz": ("Hz", "1e9"), "hz": ("Hz", "1"),
    "square millimetres": ("mm²", "1"), "square millimeters": ("mm²", "1"), "mm²": ("mm²", "1"),
    "square centimetres": ("mm²", "100"), "square centimeters": ("mm²", "100"), "cm²": ("mm²", "100"),
    "square metres": ("m²", "1"), "square meters": ("m²", "1"), "square feet": ("ft²", "1"),
    "nm": ("nm", "1"), "mm": ("mm", "1"), "cm": ("mm", "10"), "km": ("km", "1"), "kg": ("kg", "1"),
    "milliseconds": (_SECOND, "0.001"), "millisecond": (_SECOND, "0.001"), "ms": (_SECOND, "0.001"),
    "microseconds": (_SECOND, "0.000001"), "µs": (_SECOND, "0.000001"), "μs": (_SECOND, "0.000001"),
    "seconds": (_SECOND, "1"), "second": (_SECOND, "1"), "secs": (_SECOND, "1"), "sec": (_SECOND, "1"),
    "s": (_SECOND, "1"),
    "minutes": (_SECOND, "60"), "minute": (_SECOND, "60"), "mins": (_SECOND, "60"), "min": (_SECOND, "60"),
    "hours": (_SECOND, "3600"), "hour": (_SECOND, "3600"), "hrs": (_SECOND, "3600"), "hr": (_SECOND, "3600"),
    "h": (_SECOND, "3600"),
    "days": (_SECOND, "86400"), "day": (_SECOND, "86400"),
    "engineer-weeks": (_SECOND, "604800"), "person-weeks": (_SECOND, "604800"),
    "weeks": (_SECOND, "604800"), "week": (_SECOND, "604800"),
    "months": (_MONTH, "1"), "month": (_MONTH, "1"),
    "years": (_MONTH, "12"), "year": (_MONTH, "12"), "yrs": (_MONTH, "12"),
    "tokens": ("token", "1"), "token": ("token", "1"), "toks": ("token", "1"), "tok": ("token", "1"),
    "fps": ("frame/s", "1"), "degrees": ("degree", "1"), "°c": ("°C", "1"),
    "times": ("x", "1"), "-fold": ("x", "1"), "fold": ("x", "1"), "x": ("x", "1"), "×": ("x", "1"),
    "parameters": ("", "1"), "parameter": ("", "1"), "params": ("", "1"),
    "dollars": ("USD", "1"), "euros": ("EUR", "1"), "euro": ("EUR", "1"), "eur": ("EUR", "1"), "usd": ("USD", "1"),
    "twd": ("TWD", "1"), "ntd": ("TWD", "1"),
}  # fmt: skip
# In Simplified form, as all Chinese text is compared.
HAN_UNITS: dict[str, tuple[str, str]] = {
    "个百分点": ("pp", "1"), "百分点": ("pp", "1"), "成": ("%", "10"),
    "位元组": ("B", "1"), "位元": ("bit", "1"), "比特": ("bit", "1"),
    "千瓦时": ("Wh", "1e3"), "度电": ("Wh", "1e3"), "毫瓦": ("mW", "1"), "千瓦": ("W", "1e3"), "瓦特": ("W", "1"),
    "平方毫米": ("mm²", "1"), "平方公厘": ("mm²", "1"), "平方公分": ("mm²", "100"), "平方厘米": ("mm²", "100"),
    "平方公尺": ("m²", "1"), "平方米": ("m²", "1"), "坪": ("坪", "1"),
    "瓦": ("W", "1"), "奈米": ("nm", "1"), "纳米": ("nm", "1"), "公里": ("km", "1"), "公斤": ("kg", "1"),
    "毫秒": (_SECOND, "0.001"), "微秒": (_SECOND, "0.000001"), "秒钟": (_SECOND, "1"), "秒": (_SECOND, "1"),
    "分钟": (_SECOND, "60"), "个小时": (_SECOND, "3600"), "小时": (_SECOND, "3600"), "个钟头": (_SECOND, "3600"),
    "天": (_SECOND, "86400"), "日内": (_SECOND, "86400"), "人周": (_SECOND, "604800"), "个人周": (_SECOND, "604800"),
    "个工程师周": (_SECOND, "604800"), "工程师周": (_SECOND, "604800"),
    "个星期": (_SECOND, "604800"), "星期": (_SECOND, "604800"), "周": (_SECOND, "604800"),
    "个月": (_MONTH, "1"), "年": (_MONTH, "12"), "季": (_MONTH, "3"),
    "个token": ("token", "1"), "个 token": ("token", "1"), "个词元": ("token", "1"), "词元": ("token", "1"),
    "倍": ("x", "1"), "赫兹": ("Hz", "1"), "兆赫": ("Hz", "1e6"), "摄氏度": ("°C", "1"), "度": ("degree", "1"),
    "美元": ("USD", "1"), "美金": ("USD", "1"), "欧元": ("EUR", "1"), "英镑": ("GBP", "1"), "日圆": ("JPY", "1"),
    "日元": ("JPY", "1"), "人民币": ("CNY", "1"), "新台币": ("TWD", "1"), "台币": ("TWD", "1"), "元": ("TWD", "1"),
}  # fmt: skip
# A price in 元 after another currency's name is in that currency (figures.find looks at what stands before first).
CURRENCIES: dict[str, str] = {
    "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "$": "USD", "＄": "USD",
    "nt$": "TWD", "ntd": "TWD", "twd": "TWD", "新台币": "TWD", "新臺币": "TWD", "台币": "TWD",
    "eur": "EUR", "€": "EUR", "欧元": "EUR", "gbp": "GBP", "£": "GBP", "英镑": "GBP",
    "hk$": "HKD", "港币": "HKD", "jpy": "JPY", "¥": "JPY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY",
}  # fmt: skip
MONEY = frozenset(CURRENCIES.values())
SCALES: dict[str, str] = {
    "thousand": "1e3", "million": "1e6", "billion": "1e9", "trillion": "1e12", "bn": "1e9", "mn": "1e6",
    "k": "1e3", "m": "1e6", "b": "1e9",
    "万亿": "1e12", "百万": "1e6", "千万": "1e7", "百亿": "1e10", "千亿": "1e11", "兆": "1e12", "亿": "1e8",
    "万": "1e4", "千": "1e3", "百": "1e2",
}  # fmt: skip
# "per second" and its like, after a figure or (每秒) before it.
RATES: dict[str, str] = {
    "seconds": "s", "second": "s", "sec": "s", "s": "s", "秒": "s", "minute": "min", "min": "min", "分钟": "min",
    "gpu-hour": "h", "hour": "h", "hr": "h", "h": "h", "小时": "h", "day": "day", "天": "day", "日": "day",
    "week": "week", "周": "week", "month": "month", "月": "month", "个月": "month", "year": "year", "yr": "year",
    "年": "year", "w": "W", "watt": "W", "瓦": "W",
}  # fmt: skip

_ONES = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TENS = {w: n * 10 for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_WORD = "|".join(sorted([*_ONES, *_TENS], key=len, reverse=True))
# "one" alone is hardly ever a count, so only what begins with another word is read as one.
_NOT_ONE = r"(?!one\b(?!\s+(?:hundred|thousand|million|billion|trillion|petaflop)))"
ENGLISH_NUMBER = rf"\b{_NOT_ONE}(?:{_WORD})(?:[\s-](?:hundred and [\s-]?)?(?:{_WORD}|hundred)\b)*(?=\b|fold\b)"
HAN_NUMBER = "[零〇一二两三四五六七八九十百千万亿兆]"
_HAN_ONES = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_MYRIADS = {"万": 10**4, "亿": 10**8, "兆": 10**12}


def read_english(words: str) -> Decimal:
    """Return the value of number words such as "twenty-five" or "three hundred"."""
    total = 0
    for word in re.split(r"[\s-]+", words.strip()):
        total = total * 100 if word == "hundred" else total + _ONES.get(word, 0) + _TENS.get(word, 0)
    return Decimal(total)


def read_han(numerals: str) -> Decimal | None:
    """Return the value of Chinese numerals such as 三十二 or 十億, or None when they form no number."""
    total = section = digit = 0
    if not any(c in _HAN_TENS or c in _HAN_MYRIADS for c in numerals):
        # 二〇二五: digits one after the other. 三四 ("three or four") is no number.
        joined = "".join(str(_HAN_ONES[c]) for c in numerals)
        return Decimal(joined) if len(joined) in (1, 4) else None
    for c in numerals:
        if c in _HAN_ONES:
            digit = _HAN_ONES[c]
        elif c in _HAN_TENS:
            section += (digit or 1) * _HAN_TENS[c]
            digit = 0
        else:
            # 三萬億 multiplies all that stands before; 三億五千萬 adds.
            total, section = (0, total + section) if _HAN_MYRIADS[c] > total > 0 else (total, section)
            total += (section + digit) * _HAN_MYRIADS[c]
            section = digit = 0
    value = total + section + digit
    return Decimal(value) if value else None


# What a price is counted by ("per million tokens"), and a time told roughly ("a few months", its unit in seconds).
COUNTED_BY, SOME = "per", "some"
WORD_FIGURES: tuple[tuple[re.Pattern[str], Kind, str, str], ...] = (
    (re.compile(r"一半|半数|(?<!second )(?<!first )(?<!latter )\bhalf\b(?!\s+(?:of\s+)?(?:the\s+year|(?:19|20)\d\d))"),
     "percent", "50", "%"),
    (re.compile(r"\btwice\b|\bdoubl(?:e[ds]?|ing)\b(?![\s-](?:digit|check|side))|翻倍|倍增|加倍|翻一倍"
    r"|增加一倍"), "multiple", "2", "x"),
    (re.compile(r"\bby half\b|\bin half\b"), "percent", "50", "%"),
    (re.compile(r"\btripl(?:e[ds]?|ing)\b"), "multiple", "3", "x"),
    (re.compile(r"\bone[\s-]third\b|\b(?:a|by a) third\b(?! (?:party|of all parties))|三分之一"), "number", "1/3", ""),
    (re.compile(r"\ba tenth\b|\bone[\s-]tenth\b|十分之一"), "percent", "10", "%"),
    (re.compile(r"\ba fifth\b|\bone[\s-]fifth\b|五分之一"), "percent", "20", "%"),
    (re.compile(r"\btwo[\s-]thirds\b|三分之二"), "number", "2/3", ""),
    (re.compile(r"\ba quarter of\b|\bone[\s-]quarter\b|四分之一"), "percent", "25", "%"),
    (re.compile(r"\bthree[\s-]quarters\b|四分之三"), "percent", "75", "%"),
    (re.compile(r"\ba hundred\b(?! (?:thousand|million|billion|times))"), "number", "100", ""),
    (re.compile(r"\ba thousand\b(?! (?:million|billion|times))"), "number", "1000", ""),
    *((re.compile(pattern), "number", value, "digit") for value, pattern in (
        ("1", r"\bsingle[\s-]digit|[个单]位数"), ("2", r"\b(?:double|two)[\s-]digit|[双两二]位数"),
        ("3", r"\b(?:triple|three)[\s-]digit|三位数"))),
    *((re.compile(rf"\b(?:per|each|every) (?:{english})\b|每{chinese}"), "number", value, COUNTED_BY)
      for value, english, chinese in (("1000", "thousand|1k|1,000", "千"),
                                      ("1000000", "million|1m|1,000,000", "百万"))),
    *((re.compile(rf"\b(?:a few|several|within) {english}s\b|[数几]个?{chinese}"), "quantity", seconds, SOME)
      for seconds, english, chinese in (("31536000", "year", "年"), ("2592000", "month", "月"),
                                        ("604800", "week", "(?:周|星期)"), ("86400", "day", "天"),
                                        ("3600", "hour", "小时"), ("60", "minute", "分钟"))),
    *((re.compile(rf"\b{word}\b(?![\s-](?:part(?:y|ies)|quarter))"), "number", str(n), "")
      for n, word in enumerate("third fourth fifth sixth seventh eighth ninth tenth".split(), 3)),
)  # fmt: skip
