"""What a stretch of text asserts, in the form that statements and passages are compared in.

A text is cut into segments, the smallest stretches that say one thing ("int8 約 27 GB"), because a figure belongs to
what stands beside it. Each segment carries its anchors: figures, names, terms of the glossary, words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from assistant.answering import polarity
from assistant.corpus.glossary import Glossary
from assistant.corpus.terms import Terms
from assistant.records import Language
from assistant.text import figures, language, names, tokens
from assistant.text.figures import Figure, plain
from assistant.text.names import Name

# How much an anchor weighs: a figure or a name says far more about what is meant than a word does.
FIGURE, NAME, CONCEPT, WORD, PAIR = 3.0, 3.0, 1.5, 1.0, 0.5
_CUT = re.compile(
    r"，|(?<!\d),|,(?!\d{3})|[；;：。！？!?\n)）—、]|(?<=\s)-(?=\s)|\.(?=\s|$)|:(?=\s)"
    r"|\s(?:and|while|whereas|against|versus|vs\.?|but|compared with)\s"
    r"|(?<!more)(?<!less)(?<!fewer)(?<!greater)(?<!higher)(?<!lower)\sthan\s"
    r"|对照|相较于?|而(?!且)|至于|以及|(?<![以普涉不])及|(?<![参给])与(?!否|会)|(?<![温缓总饱])和(?!解|平|谐)|并(?!非|未|不|行|发|购|没)"
)
_WORD = re.compile(r"[a-z][a-z0-9]*(?:['’][a-z]+)?|[\u3400-\u9fff]+")
# Parts of a computer are named in each language in several ways: glossary terms rather than names.
COMPUTER_PARTS = frozenset("cpu gpu npu ram asic fpga soc tpu mcu llm vlm slm rag ups plc gui ocr tee".split())
_PRECISION = re.compile(r"(?:nv)?fp\d+|u?int\d+|b?f\d\d|l\d|hbm\w*|pcie|sxm\d?|(?:lp)?ddr\w*|i?q\d_\w+|iso|iec")
_OPENS = re.compile(r"(?:^|[；;。！？!?\n]|\.\s)\s*$")
# Words that a sentence can have or lack without saying anything else.
_FILLERS = frozenset(
    """
    sinc rough about some near around approxim typic accord say said per also roughli such each given take use make
    """.split()
)
_EMPTY_PAIR = re.compile(r"[的了吗呢吧啊是在和与及或等之也就而其为以于由把被让使向对从到约达有个]")
# Bare numbers with more digits are sizes of models or markets and no rivals of counts.
_COUNT = 6
# The two ends of a range count as one figure where a segment is cut between its figures.
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|到|至|,|、|,?\s*and|与|和|及|以及)\s*(?:us\$|nt\$|eur)?\s*$")


@dataclass(frozen=True, slots=True)
class Mark:
    """An anchor at its place. The key's first letter says of what kind it is: # figure, @ name, = glossary term."""

    key: str
    start: int
    weight: float
    length: int = 1


@dataclass(frozen=True)
class Segment:
    """One thing a text says. `start` is its offset in the text it was cut from; `opens` says it begins a sentence."""

    text: str
    start: int
    figures: tuple[Figure, ...]
    names: tuple[Name, ...]
    marks: tuple[Mark, ...]
    opens: bool = False

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """The anchors with their weights; a direction ("rises", 增) is one as well."""
        poles = {f"~{axis}{side}": WORD for axis, side in self.polarity.poles}
        return poles | {mark.key: mark.weight for mark in self.marks}

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The anchors of the names it may speak of; INT4, L2 or a country are no subjects."""
        named = (part for n in self.names if not _PRECISION.fullmatch(n.parts[0]) for part in n.parts)
        return frozenset(f"@{part}" for part in named if not names.is_place(part))

    @cached_property
    def subject(self) -> frozenset[str]:
        """The anchors of the first of them."""
        return next(
            (frozenset(f"@{p}" for p in n.parts) for n in self.names if f"@{n.parts[0]}" in self.subjects), frozenset()
        )

    @cached_property
    def polarity(self) -> polarity.Polarity:
        """Which way the segment points."""
        return polarity.read(self.text)


@dataclass(frozen=True)
class Assertion:
    """A text with what it asserts."""

    text: str
    language: Language
    segments: tuple[Segment, ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in order."""
        return tuple(f for segment in self.segments for f in segment.figures)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names, in order."""
        return tuple(n for segment in self.segments for n in segment.names)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of all names, and all Latin words, which may be names written small."""
        words = (part for word in re.findall(r"[a-z][a-z0-9.+-]*", plain(self.text)) for part in names.parts(word))
        return frozenset((*words, *(part for name in self.names for part in name.parts)))

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """All anchors with their weights."""
        return {key: weight for segment in self.segments for key, weight in segment.weights.items()}

    @cached_property
    def polarity(self) -> polarity.Polarity:
        """Which way the text points as a whole."""
        return polarity.read(self.text)


class Reader:
    """Reads what texts assert, with the glossary's names and terms. Reads each text once."""

    _MOST_KEPT = 20000

    def __init__(self, glossary: Glossary) -> None:
        self._concepts: dict[str, str] = {}
        self._known: dict[str, str] = {}
        for entry in glossary.entries:
            for name in (*entry.zh, *entry.en):
                self._concepts.setdefault(name, entry.id)
                if entry.en and _is_name(entry.en[0]) and (name.isascii() or entry.en[0].lower() not in COMPUTER_PARTS):
                    self._known.setdefault(plain(name), entry.en[0])
        self._terms = Terms(self._concepts)
        self._read: dict[str, Assertion] = {}

    def read(self, text: str) -> Assertion:
        """Return what `text` asserts."""
        if text not in self._read:
            if len(self._read) >= self._MOST_KEPT:
                self._read.clear()
            self._read[text] = Assertion(text, language.detect(text), tuple(self._segments(text)))
        return self._read[text]

    def _segments(self, text: str) -> Iterator[Segment]:
        said, named = figures.find(text), names.find(text, self._known)
        # What a name or a figure is written with counts once, as the name or the figure.
        spans = [(f.start, f.end) for f in said] + [(n.start, n.end) for n in named]
        taken = {i for start, end in spans for i in range(start, end)}
        marks = [mark for mark in _word_marks(text) if mark.start not in taken]
        marks += [
            Mark(f"={self._concepts[place.term]}", place.start, CONCEPT, place.end - place.start)
            for place in self._terms.find(text)
            if place.start not in taken or text[place.start : place.end].lower() in COMPUTER_PARTS
        ]
        marks += [Mark(f"@{part}", name.start, NAME) for name in named for part in name.parts]
        marks += [Mark(figure_key(figure), figure.start, FIGURE) for figure in said]
        for start, end in _cuts(text, said, named):
            yield Segment(
                text[start:end], start,
                tuple(f for f in said if start <= f.start < end),
                tuple(n for n in named if start <= n.start < end),
                tuple(sorted((m for m in marks if start <= m.start < end), key=lambda m: m.start)),
                opens=bool(_OPENS.search(text[:start])),
            )  # fmt: skip


def figure_key(figure: Figure) -> str:
    """Return the anchor's key of a figure; "13.8% a year" and "13.8%" have the same, "54 GB" and "54 GB/s" have not."""
    unit = figure.unit if figure.kind == "quantity" else figure.unit.partition("/")[0]
    return f"#{figure.kind if figure.kind == 'date' else unit}/{figure.value}"


def family(figure: Figure) -> str:
    """Return what figures have in common that could stand in each other's place: dates, or the same unit."""
    if figure.kind == "number" and len(figure.value) > _COUNT:
        return "size"
    return "date" if figure.kind == "date" else f"{figure.kind}/{figure.unit.partition('/')[0]}"


def sort(name: Name) -> str:
    """Return what names have in common that could stand in each other's place: no country stands for a company."""
    if name.is_place:
        return "name/place"
    if name.parts[0] in COMPUTER_PARTS:
        return "name/part"
    return "name/precision" if _PRECISION.fullmatch(name.parts[0]) else "name"


def words(text: str) -> list[str]:
    """Return the words and character pairs of `text` that mean something, in order."""
    return [mark.key for mark in _word_marks(text)]


def _word_marks(text: str) -> Iterator[Mark]:
    for match in _WORD.finditer(plain(text)):
        found = match.group()
        if found[0].isascii():
            for term in tokens.terms(found)[:1]:
                if len(term) > 1 and term not in _FILLERS:
                    yield Mark(term, match.start(), WORD)
            continue
        for i in range(len(found) - 1):
            pair = found[i : i + 2]
            if not _EMPTY_PAIR.search(pair):
                yield Mark(pair, match.start() + i, PAIR)


def _cuts(text: str, said: list[Figure], named: list[Name]) -> list[tuple[int, int]]:
    """Return the spans of the segments; a figure or a name is never cut."""
    whole = [(f.start, f.end) for f in said] + [(n.start, n.end) for n in named]
    # "1.5B, 7B and 14B" is one list.
    folded = plain(text)
    whole += [
        (a.end, b.start) for a, b in pairwise(said) if family(a) == family(b) and _RANGE.match(folded[a.end : b.start])
    ]
    spans, start = [], 0
    for cut in _CUT.finditer(folded):
        if any(begin < cut.end() and cut.start() < end for begin, end in whole):
            continue
        spans.append((start, cut.start()))
        start = cut.end()
    spans.append((start, len(text)))
    finer = (piece for s, e in spans for piece in _between_figures(text, s, e, said, named))
    return [(s, e) for s, e in finer if text[s:e].strip()]


def _between_figures(
    text: str, start: int, end: int, said: list[Figure], named: list[Name]
) -> Iterator[tuple[int, int]]:
    """Cut a segment that holds several figures of one kind, so that each keeps what belongs to it.

    "2024 年的 9.4% 升至 2025 年的 17%" is cut before its second date: what comes first of a pair begins a new one.
    """
    anchors: list[tuple[int, int, str]] = []
    found = [(f.start, f.end, family(f)) for f in said] + [(n.start, n.end, "name") for n in named]
    for anchor in sorted(a for a in found if start <= a[0] < end):
        if anchors and anchors[-1][2] == anchor[2]:
            between = plain(text[anchors[-1][1] : anchor[0]])
            if _RANGE.match(between) or (anchor[2] == "name" and len(between) < 2):
                anchors[-1] = (anchors[-1][0], anchor[1], anchor[2])
                continue
        anchors.append(anchor)
    for place in _group_starts([kind for _, _, kind in anchors]):
        yield start, anchors[place][0]
        start = anchors[place][0]
    yield start, end


def _group_starts(kinds: list[str]) -> list[int]:
    """Return where a sequence such as date, %, date, % repeats itself; one that doesn't is left whole."""
    first = next((kind for kind in kinds if kinds.count(kind) > 1), "")
    starts = [i for i, kind in enumerate(kinds) if kind == first]
    groups = [set(kinds[i + 1 : j]) for i, j in pairwise([*starts, len(kinds)])]
    return [j for j, one, other in zip(starts[1:], groups, groups[1:], strict=False) if one & other]


def _is_name(term: str) -> bool:
    """Say whether a glossary term names one thing (NVIDIA, EU AI Act) rather than a kind of thing (edge server)."""
    capital = all(w[0].isupper() or w[0].isdigit() or w in ("for", "of", "and", "on") for w in term.split())
    return capital and bool(names.find(f"the {term}"))
