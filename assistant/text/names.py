"""Named things in Chinese and English text: companies, products, models, codes, acronyms, places.

A name is compared by its parts ("Gemma-3-27B" and "Gemma 3 27B" both have the parts gemma3 and 27b), so that a short
form of a name is found in its long one. What can't be told from its letters, such as 輝達, comes from the caller's
`known` names, which also say that 輝達 is NVIDIA.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.text.figures import find as find_figures
from assistant.text.figures import plain

_WORD = r"[A-Za-z][A-Za-z0-9]*(?:[.\-_+&/'’][A-Za-z0-9]+)*\+?"
# A word, the number that may belong to it (RTX 3090), and a model's size (Gemma 3 27B).
_LATIN = re.compile(
    rf"(?<![A-Za-z0-9])(?P<word>{_WORD})(?:\s(?P<number>\d+(?:\.\d+)*)(?![\w%]|[,.]\d))?"
    r"(?:\s(?P<size>\d+(?:\.\d+)?[BM])(?![A-Za-z0-9]))?"
)
# "Q4_K_M" is one name, and TMMLU+ another one than TMMLU.
_PARTS = re.compile(r"[\s\-/&’']+|\+(?=\w)|(?<!\d)\.|\.(?!\d)")
_SIZE = re.compile(r"\d+(?:\.\d+)?[bm]")
_SENTENCE_START = re.compile(r"(?:^|[.!?。！？；;:：\n|]\s*|[-*•]\s+|[(（「『\"“]\s*)$")
# Words written with a capital, or in capitals, that name nothing in particular.
_GENERIC = frozenset(
    """
    ai ml it pc pcs llm llms slm slms ceo cto cio cfo coo ciso usd eur nt ntd twd i ii iii iv ok q1 q2 q3 q4 h1 h2
    fy edge cloud rag token tokens app apps api apis sdk sdks poc roi tco demo kit dev agent agents iot model
    models january february march april may june july august september october november december jan feb mar apr
    jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday gb mb kb tb gbps
    traditional simplified
    mbps ghz mhz khz kw kwh tops gops tflops pflops gflops ms nm vs fp int act law survey study report paper
    page figure table top opinion
    """.split()
)
# Words that begin an English sentence with a capital and name nothing. Endings take care of most others.
_COMMON_ENDINGS = (
    "ing",
    "tion",
    "tions",
    "ity",
    "ities",
    "ness",
    "ment",
    "ments",
    "ence",
    "ance",
    "ers",
    "ies",
    "ly",
    "ors",
    "ated",
    "ished",
    "eted",
    "ised",
    "ized",
    "ured",
    "ired",
    "ered",
    "lled",
    "ned",
    "ted",
    "sed",
    "ked",
    "ped",
    "ced",
    "ved",
    "ched",
    "wed",
    "able",
    "ible",
    "less",
    "ward",
    "wise",
)
_COMMON = frozenset(
    """
    a about above accelerating across adoption after against all almost also although among an analysts and
    another any are around as at attacks authors bandwidth banks banned bans barely because before below
    benchmark best beyond bigger both breakthroughs but by can cards cases chips cloud companies compute
    computers confidential consultancy cost costs could customers data dearer decoding demand deployment
    deployments developer devices did distillation do does draft each early east either employees energy
    engineer engineers english even every executive exhibitor experts factories factory few fewer fine fines
    firms first five for four fresh from full gains general global governments growth had half hardware has have
    he her here high higher his hospitals how however if in industrial inference integrator it its journalist
    just kept key large larger last late latency later leaders least less licence licences license local long
    longer low lower main major makers managers mandarin manufacturers many margins may measured memory ministry
    more most much my national nearly neither network networks never new newer next no none nor north northern
    not now of office offices officials often on once one only open operators opinion or other our out over own
    part parts people plants power price prices privacy products pruning quantization quarter rank ranks rather
    real regulators release report reports research researchers retail retailers revenue risk robots rules sales
    satisfied second security sensor serves services several share shares shoppers shops short since six small
    smaller smart so software some source sources south southern speed speeds spending staff state storage
    stores studies study such supply support survey surveys ten test tests text than that the their them then
    there these they third this those three through thus to together token total trained training two typical
    under unlike until up use used users uses using vendor vendors very visitors voice was we weight weights
    were west what when where whether which while who why with within without work workers works year years yet
    you accordingly additionally aside back beginning built call combining compared comparing consider
    considering crucially current cutting despite during earlier else elsewhere enough equally especially essentially
    eventually exactly faced facing finally find found founded further furthermore given going good greater helped
    how however important instead interestingly introduced lastly launched led let like likewise listed look looking
    made meanwhile moreover namely neither newly note notably once otherwise overall per perhaps plus previously
    published put quite rarely reaching recent recently regarding roughly running says second secondly see sending
    separately similarly simply still subject take taken taking tests thanks that thereby therefore though thus today
    am are can did do does had has have is may might must shall was were will would
    compare contrast define describe discuss explain give list name outline recommend should summarise summarize tell
    towards tying typically ultimately unlike unless upon usually versus via whereas whoever why without worldwide
    """.split()
)

# Names that are words where they are written small.
WORDS_TOO = frozenset("arm apple meta spark edge oracle amazon target thor ray hailo axis".split()) - {"thor", "hailo"}

_LINES = {"天玑": "Dimensity", "骁龙": "Snapdragon"}
_LINE = re.compile(rf"(?P<line>{'|'.join(_LINES)})\s?(?P<number>\d{{3,4}})(?!\d)")

# Places, which are named in every language by another word: what they are compared by, and their names.
_PLACES = {
    "north-america": "North_America North_American 北美 北美洲",
    "us": "US U.S. USA America American 美国 美方",
    "eu": "EU E.U. Europe European 欧盟 欧洲",
    "uk": "UK U.K. Britain British 英国",
    "taiwan": "Taiwan Taiwanese 台湾 臺湾",
    "japan": "Japan Japanese 日本",
    "china": "China Chinese 中国 中国大陆",
    "korea": "Korea Korean 南韩 韩国",
    "germany": "Germany German 德国",
    "france": "France French 法国",
    "singapore": "Singapore 新加坡",
    "india": "India Indian 印度",
    "austria": "Austria Austrian 奥地利",
    "netherlands": "Netherlands Dutch 荷兰",
    "israel": "Israel Israeli 以色列",
    "canada": "Canada Canadian 加拿大",
    "australia": "Australia Australian 澳洲",
    "italy": "Italy Italian 义大利",
    "spain": "Spain Spanish 西班牙",
    "vietnam": "Vietnam Vietnamese 越南",
    "thailand": "Thailand Thai 泰国",
    "malaysia": "Malaysia Malaysian 马来西亚",
    "nuremberg": "Nuremberg 纽伦堡",
    "hannover": "Hannover Hanover 汉诺威",
    "munich": "Munich 慕尼黑",
    "berlin": "Berlin 柏林",
    "london": "London 伦敦",
    "paris": "Paris 巴黎",
    "taipei": "Taipei 台北 臺北",
    "ohio": "Ohio 俄亥俄",
    "stanford": "Stanford 史丹佛",
    "texas": "Texas 德州",
    "california": "California 加州",
    "leiden": "Leiden 莱顿",
    "switzerland": "Switzerland Swiss 瑞士",
    "russia": "Russia Russian 俄罗斯",
    "brazil": "Brazil Brazilian 巴西",
}
# "industrial-PC", "mid-2026", "Transformer-based": the name in such a compound is looked for as a word.
_COMPOUND = re.compile(
    r"^(?:mid|early|late|pre|post|non|industrial|multi|high|low|self|open|on|quantization|end)-"
    r"|-(?:based|sponsored|tuned|generated|compatible|series|aware|source|cache|sensor|checkout|demand"
    r"|premises?|free|only|powered"
    r"|class|grade|style|native|enabled|focused|ready|led|owned|level|bit|like|specific|optimi[sz]ed|wide"
    r"|driven|related|size)$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"《([^《》]{2,40})》")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text. `parts` are what it is compared by; `start` and `end` are offsets."""

    text: str
    parts: tuple[str, ...]
    start: int
    end: int

    @property
    def is_place(self) -> bool:
        """Say whether it names a place and nothing else."""
        return all(map(is_place, self.parts))


def find(text: str, known: Mapping[str, str] | None = None) -> list[Name]:
    """Return the names of `text` in order.

    `known` maps a name as `figures.plain` writes it (輝達 as 辉达) to the name it is compared by (nvidia).
    """
    found: list[Name] = []
    told = [*(_known(text, known) if known else ()), *_lines(text), *_places(text), *_titles(text)]
    for name in [*sorted(told, key=lambda name: name.start - name.end), *_latin(text)]:
        if not any(name.start < other.end and other.start < name.end for other in found):
            found.append(name)
    return sorted(found, key=lambda name: name.start)


def spans(text: str, known: Mapping[str, str] | None = None) -> list[tuple[int, int]]:
    """Return where names stand in `text`, those with at most a space between ("Jetson Thor") as one.

    `known` is as `find` has it.
    """
    joined: list[tuple[int, int]] = []
    for name in find(text, known):
        if joined and not text[joined[-1][1] : name.start].strip():
            joined[-1] = (joined[-1][0], name.end)
        else:
            joined.append((name.start, name.end))
    return joined


def parts(name: str) -> tuple[str, ...]:
    """Return what a Latin name is compared by: lower case, its number joined to the word before it."""
    made: list[str] = []
    for part in _PARTS.split(plain(name)):
        if not part:
            continue
        if made and part[0].isdigit() and not _SIZE.fullmatch(part) and not made[-1][-1].isdigit():
            made[-1] += part.removesuffix(".0")
        else:
            made.append(part)
    return tuple(made)


@lru_cache(maxsize=4096)
def _latin(text: str) -> tuple[Name, ...]:
    found: list[Name] = []
    counted = {position for figure in find_figures(text) for position in range(figure.start, figure.end)}
    for match in _LATIN.finditer(text):
        word = re.sub(r"['’]s?$", "", match["word"])
        end = match.start() + len(word)
        size = None
        if word == match["word"]:
            # Digits that figures.py takes for a figure ("GTC 2025", "Thor 130 W") don't belong to the name.
            number = match["number"] if match.start("number") not in counted and not word[-1].isdigit() else None
            size = match["size"] if number or match["number"] is None else None
            end = match.end("size") if size else match.end("number") if number else end
        name = text[match.start() : end]
        # The unit of a figure (TB/s) is no name.
        if match.start() not in counted and _is_name(text, match.start(), word, name):
            found.append(Name(name, parts(name), match.start(), end))
    return tuple(found)


def _is_name(text: str, start: int, word: str, name: str) -> bool:
    folded, numbered = word.lower(), name != word
    if text[start + len(word) : start + len(word) + 1] == "$":
        return False
    if all(part in _GENERIC or part.removesuffix("s") in _GENERIC for part in re.split(r"[-/_.]", folded)):
        return False
    inner = any(c.isupper() for c in word[1:])
    if _COMPOUND.search(word):
        return False
    if any(c.isdigit() for c in word):
        return inner or word[0].isupper() or bool(re.fullmatch(r"[a-z]+-?\d+(?:[.-]\w+)*", word))
    if inner:
        return len(word) > 1
    if re.fullmatch(r"[a-z][a-z-]{2,}\.[a-z]{2,5}", word):
        return True  # llama.cpp, r-sun.ai
    if not word[0].isupper() or len(word) < 2:
        return False
    if _SENTENCE_START.search(text[max(0, start - 4) : start]):
        return folded not in _COMMON and (numbered or not folded.endswith(_COMMON_ENDINGS))
    return folded not in _COMMON or numbered


def _known(text: str, known: Mapping[str, str]) -> list[Name]:
    folded = plain(text)
    return [
        Name(text[match.start() : match.end()], parts(known[match.group()]), *match.span())
        for match in _pattern(tuple(known)).finditer(folded)
        if text[match.start() : match.end()] not in WORDS_TOO
    ]


def _lines(text: str) -> list[Name]:
    """Return the products of a line that has a Chinese name of its own: 天璣 9500 is Dimensity 9500."""
    return [
        Name(text[m.start() : m.end()], parts(f"{_LINES[m['line']]} {m['number']}"), *m.span())
        for m in _LINE.finditer(plain(text))
    ]


def opens(text: str, name: Name) -> bool:
    """Say whether a name opens a sentence of `text`, where any word has a capital."""
    return bool(_SENTENCE_START.search(text[max(0, name.start - 4) : name.start]))


def in_a_row(text: str, name: Name) -> bool:
    """Say whether a name is a word among several with a capital ("Official Journal"): they may be translated."""
    before, after = text[: name.start], text[name.end :]
    return bool(re.search(r"\b[A-Z][\w.-]+ (?:of )?(?:the )?$", before) or re.match(r" (?:of )?(?:the )?[A-Z]", after))


def is_place(part: str) -> bool:
    """Say whether a part of a name is a place."""
    return part in _PLACES


def _places(text: str) -> list[Name]:
    pattern, places = _place_names()
    # "us" is no country: Latin names count only as they are written.
    return [
        Name(text[m.start() : m.end()], (places[m.group()],), *m.span())
        for m in pattern.finditer(text if text.isascii() else _same_case(text))
    ]


def _same_case(text: str) -> str:
    """Return `text` with its Chinese simplified and its Latin letters as they are."""
    return "".join(c if c.isascii() else s for c, s in zip(text, plain(text), strict=True))


@cache
def _place_names() -> tuple[re.Pattern[str], dict[str, str]]:
    places = {name.replace("_", " "): place for place, names in _PLACES.items() for name in names.split()}
    longest = sorted(places, key=len, reverse=True)
    # Traditional Chinese is a script.
    before = r"(?<![\w.])(?<!Traditional )(?<!Simplified )"
    written = (rf"{before}{re.escape(n)}(?![\w$]|-[A-Z])" if n.isascii() else re.escape(n) for n in longest)
    return re.compile("|".join(written), re.ASCII), places


def _titles(text: str) -> list[Name]:
    """Return what stands in title marks: laws, books, reports."""
    return [Name(m.group(1), (plain(m.group(1)),), *m.span(1)) for m in _TITLE.finditer(text)]


@lru_cache(maxsize=8)
def _pattern(known: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for all known names, the longest first; a Latin one only as whole words."""
    longest = sorted(known, key=len, reverse=True)
    return re.compile(
        "|".join(rf"(?<![a-z0-9]){re.escape(k)}(?![a-z0-9])" if k.isascii() else re.escape(k) for k in longest)
    )
