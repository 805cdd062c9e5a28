"""Whether the figures, dates and names of a statement stand in a window of a passage, however they are written."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from assistant.answering.assertions import COMPUTER_PARTS, Assertion, Segment
from assistant.answering.unlisted import same_person
from assistant.answering.windows import Window
from assistant.text import names, tokens
from assistant.text.figures import Figure, agrees, plain
from assistant.text.names import Name
from assistant.text.units import COUNTED_BY, SOME

_OVER = re.compile(r"(?:\bover|more than|\babove|at least|超过|逾|过|至少|高于)\s*$")
_MORE = re.compile(
    r"%\s*(?:faster|more|higher|larger|quicker)|(?:快|增|多|高|成长|提升)[^，。；]{0,6}\d+\s*%|\d+\s*%[^，。；]{0,2}(?:快|增|多|高)"
)
_NEARLY = re.compile(r"(?:nearly|almost|close to|just under|less than|under|below|近|接近|逼近|不到|低于|未满)\s*$")
_ABOUT = re.compile(r"(?:\babout|around|roughly|approximately|some|约|大约|大概)\s*$")
# What says so after the figure.
_OVER_AFTER, _ABOUT_AFTER = re.compile(r"\s*(?:多|余|以上|or more|plus\b|\+)"), re.compile(r"\s*(?:左右|上下|or so\b)")
# How far from the figure a rounder word for it may be: "nearly 70%" for 68%, "more than half" for 53%.
_ROUNDING = Decimal("0.12")
_FRACTIONS = {"1/3": Decimal(100) / 3, "2/3": Decimal(200) / 3}
# What may follow the part of a name that the statement has: "Gemma" of "Gemma 3", "Max" of "Max+".
_GOES_ON = frozenset("0123456789+")
_POINTS = re.compile(r"[\s-]points?\b")
# What follows a bare number whose unit comes later: "5, 10 and 15%".
_ORDINARY_ENDS = frozenset("university group corporation corp inc ltd co company".split())
_ENDS = re.compile(r"\s*(?:[,.;，。；、/]|and\b|or\b|to\b|[-–到至和与或及]|$)")
_LISTED = re.compile(r"\s*(?:[,、/]|and\b|or\b|to\b|[和与或及到至–-])")
# Words of a name that each language has its own for, or that the short form of the name leaves out.
_ORDINARY = frozenset(
    """
    university institute college school laboratory lab labs center centre group corporation corp inc ltd co company
    association federation foundation alliance ministry department office bureau agency commission council committee
    board authority parliament legislature yuan government administration opinion regulation directive article annex
    act law bill draft amendment summit forum conference expo show symposium outlook review journal times news daily
    global international national world european state states health healthcare medical data protection personal
    privacy security cyber basic digital economy technology technologies research electronics semiconductor systems
    smart industrial annual white paper index monitor benchmark guide toolkit platform
    """.split()
)


def carried(figure: Figure, statement: Assertion, window: Window) -> bool:
    """Say whether a figure of the statement stands in the window; a date may also stand above it."""
    known = (*window.said.figures, *(f for f in window.context.figures if f.kind == "date"))
    if any(agrees(figure, other) for other in known):
        return True
    if _rounded(figure, statement, known) or _as_much_more(figure, window):
        return True
    if figure.unit in (COUNTED_BY, SOME):
        # Said roughly, it can be left out or said exactly; only another one in its place is wrong.
        return not any(other.unit == figure.unit for other in known)
    if figure.kind == "date":
        return _pieced_together(figure.value, [f.value for f in known if f.kind == "date"])
    written = plain(statement.text[figure.start : figure.end])
    text = plain(window.said.text)
    if not figure.unit:
        # "54" of "54 GB"; "32" in a name; "1" for "a single".
        bare = any(f.value == figure.value and f.kind in ("quantity", "number", "version") for f in known)
        # "Between 30 and 200" of "30 to 200 milliseconds", which compare in seconds.
        if _ENDS.match(plain(statement.text), figure.end):
            like = {f.unit for f in statement.figures if f.kind == "quantity"}
            bare = bare or any(f.unit in like and _written(f, window.said) == figure.value for f in window.said.figures)
        points = _POINTS.match(plain(statement.text), figure.end)
        bare = bare or (bool(points) and any(f.value == figure.value and f.unit == "pp" for f in known))
        named = any(part.endswith(figure.value) and not part[-len(figure.value) - 1].isdigit()
                    for part in window.said.parts if len(part) > len(figure.value))  # fmt: skip
        return bare or named or (figure.value == "1" and bool(re.search(r"\bone\b|\bsingle\b|单|一", text)))
    return _unit_shared(figure, written, window.said)


def _rounded(figure: Figure, statement: Assertion, known: tuple[Figure, ...]) -> bool:
    """Say whether the figure is a rounder word for one of the window: "more than half", 近七成, "about 2,000"."""
    value = _FRACTIONS.get(figure.value)
    if figure.kind in ("date", "version") or (value is None and "/" in figure.value):
        return False
    unit = "%" if value is not None else figure.unit
    value = Decimal(figure.value) if value is None else value
    before = plain(statement.text[max(0, figure.start - 14) : figure.start])
    after = plain(statement.text[figure.end : figure.end + 8])
    over, under, about = (bool(cue.search(before)) for cue in (_OVER, _NEARLY, _ABOUT))
    over, about = over or bool(_OVER_AFTER.match(after)), about or bool(_ABOUT_AFTER.match(after))
    others = (f for f in known if f.kind not in ("date", "version") and "/" not in f.value and f.unit == unit)
    for exact in (Decimal(f.value) for f in others):
        rounder = value % 5 == 0 or "/" in figure.value or _digits(value) < _digits(exact)
        near = abs(exact - value) <= _ROUNDING * exact
        if "/" in figure.value and abs(exact - value) < 1:
            return True
        if rounder and near and ((over and exact > value) or (under and exact < value)):
            return True
        if about and _digits(value) < _digits(exact) and _round(exact, _digits(value)) == value:
            return True
    return False


def _digits(value: Decimal) -> int:
    """Return how many significant digits a number is written with."""
    return len(value.normalize().as_tuple().digits)


def _round(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def _as_much_more(figure: Figure, window: Window) -> bool:
    """Say whether a multiple is a rise of the window in other words: "twice as fast" for "100% faster"."""
    if figure.kind != "multiple" or not _MORE.search(plain(window.said.text)):
        return False
    rise = f"{(Decimal(figure.value) - 1) * 100:f}".removesuffix(".0")
    return any(f.kind == "percent" and f.value == rise for f in window.said.figures)


def _written(figure: Figure, said: Assertion) -> str:
    """Return the digits that a figure is written with."""
    return re.sub(r"[^\d.].*", "", plain(said.text[figure.start : figure.end]))


def _scale(figure: Figure, text: str) -> Decimal | None:
    """Return what a figure's digits are multiplied by in `text`: 0.001 for milliseconds, None without digits."""
    digits = re.search(r"[\d,]+(?:\.\d+)?", plain(text[figure.start : figure.end]))
    number = Decimal(digits.group().replace(",", "") or 0) if digits else Decimal(0)
    return Decimal(figure.value) / number if number else None


def _unit_shared(figure: Figure, written: str, said: Assertion) -> bool:
    """Say whether a bare number of the window has the figure's unit from its neighbour or its table's heading."""
    digits = re.search(r"[\d,]+(?:\.\d+)?", written)
    unit = re.sub(r"[\d.,\s]+", "", written)
    if digits is None:
        return False
    named = re.compile(rf"(?<![a-z]){re.escape(unit)}(?![a-z])") if unit else None
    base, value = figure.unit.partition("/")[0], digits.group().replace(",", "")
    before: Segment | None = None
    for segment in said.segments:
        same = (value, figure.value) if base == "token" else (value,)
        bare = [f for f in segment.figures if not f.unit and f.value in same]
        if figure.kind == "percent":
            bare = [f for f in bare if _LISTED.match(plain(said.text[f.end :][:8]))]
        if bare:
            near = (segment,) if before is None or figure.kind == "money" else (before, segment)
            like = [f for s in near for f in s.figures if f.unit.partition("/")[0] == base]
            if any(_scale(f, said.text) == Decimal(figure.value) / Decimal(value) for f in like):
                return True
            if named and named.search(plain(segment.text)):
                return True
        # A list names its unit once: "29.17 tokens per second in F16, 50.93 in Q8_0 and 71.93 in Q4_K_M".
        if before is None or not segment.figures or any(f.unit for f in segment.figures):
            before = segment
    return False


def incidental(figure: Figure, statement: Assertion, said: Assertion) -> bool:
    """Say whether a figure only counts what the sentence itself lists: "two layers, edge and cloud", 雲邊兩層.

    What the window counts otherwise ("five layers") is no such thing.
    """
    written = plain(statement.text[figure.start : figure.end])
    if figure.kind != "number" or figure.value not in ("2", "3") or any(c.isdigit() for c in written):
        return False
    counted = _after(figure, statement)
    ordinal = statement.text[: figure.start].endswith("第") or written.endswith("third")
    return not ordinal and not any(f.kind == "number" and counted == _after(f, said) for f in said.figures)


def _after(figure: Figure, said: Assertion) -> str:
    """Return the word after a figure: what it counts."""
    marks = (m for segment in said.segments for m in segment.marks if m.start >= figure.end)
    return next((m.key for m in marks), "")


def _pieced_together(stated: str, known: list[str]) -> bool:
    """Say whether a day without its year and the year elsewhere in the passage make the stated date."""
    year, _, rest = stated.partition("-")
    if not rest or not any(value.removeprefix("FY")[:4] == year for value in known):
        return False
    return any(value == rest or value == f"--{rest}" or value.startswith(f"--{rest}-") for value in known)


def _covering(name: Name, said: Assertion) -> list[str]:
    """Return the anchors of the glossary's terms that a name is a part of."""
    marks = (mark for segment in said.segments for mark in segment.marks if mark.key[0] == "=")
    return [m.key for m in marks if m.start < name.start and name.end <= m.start + m.length]


def _apart(part: str, window: Window, spare: Callable[[str], bool] | None) -> bool:
    """Say whether a name with a number ("Elo 1338", "Framework 1.0") stands in the window as a word and a figure.

    A `spare` word needn't be there: "Version 1.1 of AILuminate" opens a sentence on AILuminate 1.1.
    """
    match = re.fullmatch(r"(?P<word>[a-z.-]+)(?P<digits>\d[\d.]*)", part)
    if match is None:
        return False
    word, known = match["word"], window.said.parts | window.context.parts
    if spare and spare(word):
        numbers = (re.search(r"\d[\d.]*$", each) for each in known)
        return any(n and n.group() == match["digits"] for n in numbers) or _numbered(match["digits"], window)
    there = word in known or any(stem in window.said.weights for stem in tokens.terms(word)[:1])
    return there and _numbered(match["digits"], window)


def _numbered(digits: str, window: Window) -> bool:
    return any(f.value == digits for f in window.said.figures)


def missing_name(statement: Assertion, window: Window, ordinary: Callable[[str], bool]) -> str:
    """Return the first name of the statement that stands neither in the window nor above it.

    An `ordinary` word is none where it opens a sentence; in a name it is translated ("Official Journal", 公報).
    """
    known = window.said.parts | window.context.parts
    across = statement.language != window.said.language
    sizes = {f"{int(f.value) // 10**9}b" for f in window.said.figures if f.value.endswith("000000000")}
    for name in statement.names:
        # Chinese sentences have no capitals of their own, and one in the middle of a word is a name's.
        told = statement.language == "en" and all(p[1:].islower() for p in re.split(r"[\s-]", name.text) if p)
        loose = told and (names.opens(statement.text, name) or (across and names.in_a_row(statement.text, name)))
        for part in name.parts:
            found = part in known or part in sizes or part.removesuffix("s") in known or f"{part}s" in known
            if not found and part.isalpha():
                # "Gemma" of "Gemma 3"; but not the other way round.
                found = any(other.startswith(part) and other[len(part) : len(part) + 1] in _GOES_ON for other in known)
            if not found and name.text.lower() in COMPUTER_PARTS:
                # "The RTX 4060 laptop GPU": only another part in its place would be wrong.
                found = window.has(f"={part}") or not known & COMPUTER_PARTS
            # A name in a term ("integrated GPU", 內顯), and a title as it stands in the text.
            found = found or any(window.has(key) for key in _covering(name, statement))
            found = found or (across and same_person(statement.text, name, window.said.text))
            found = found or (" " in part and part in plain(window.said.text))
            found = found or (part in _ORDINARY and (across or (len(name.parts) > 1 and part in _ORDINARY_ENDS)))
            # "Leiden University" for 萊頓大學: a word of a name that the dictionary put into the other language.
            found = found or (part.isalpha() and any(stem in window.said.weights for stem in tokens.terms(part)[:1]))
            found = found or (loose and part.isalpha() and (part in name.text or ordinary(part)))
            first = statement.language == "en" and names.opens(statement.text, name)
            if not found and not _apart(part, window, ordinary if first else None):
                return name.text
    return ""
