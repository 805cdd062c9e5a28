"""What a question asks of its subject (limits, drivers, licence fees), and which headings answer it.

A heading says what stands below it better than the sentences do: under "Limits" a sentence about a slow chip need not
hold the word. Facets are recognised by the same words in questions, headings and titles, in both languages.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.records import Hit


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that can be asked of a subject.

    `words` name it in questions and headings; `signs` are words of sentences that bear on it; under headings of
    a facet in `unlike` stands the contrary.
    """

    id: str
    words: tuple[str, ...]
    signs: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


FACETS = (
    Facet(
        "benefits",
        (
            "優勢",
            "擅長",
            "強項",
            "長處",
            "效益",
            "好處",
            "成效",
            "成果",
            "價值",
            "省下",
            "advantage",
            "strength",
            "good at",
            "benefit",
            "value",
            "gain",
            "wins",
            "saves",
            "result",
        ),
        unlike=("limits", "threats"),
    ),
    Facet(
        "limits",
        (
            "限制",
            "挑戰",
            "困難",
            "弱點",
            "缺點",
            "反證",
            "代價",
            "逆風",
            "問題",
            "障礙",
            "limit",
            "challenge",
            "weak",
            "drawback",
            "barrier",
            "problem",
            "goes wrong",
            "counter-evidence",
            "headwind",
            "cost in ability",
            "issue",
        ),
        unlike=("benefits",),
    ),
    Facet("features", ("特色", "產品線", "軟體工具", "規格", "feature", "products", "specification", "hardware line")),
    Facet("positioning", ("定位", "position")),
    Facet("drivers", ("驅動", "動機", "主因", "driver", "motive", "driving")),
    Facet("pains", ("痛點", "障礙", "pain point", "barrier")),
    Facet("suppliers", ("供應商", "業者", "廠商", "哪些公司", "supplier", "vendor", "maker", "which companies")),
    Facet(
        "industries",
        ("產業", "行業", "industry", "industries", "sector"),
        signs=("產業", "零售", "製造", "醫療", "金融", "industry", "industries"),
    ),
    Facet("cases", ("案例", "實例", "case")),
    Facet("equipment", ("設備", "硬體", "equipment", "hardware", "it runs on")),
    Facet("licence", ("授權", "licence", "license")),
    Facet("upkeep", ("維運", "維護", "upkeep", "maintenance", "operating cost")),
    Facet("handling", ("技術挑戰", "因應", "對策", "解決", "technical challenge")),
    Facet("threats", ("威脅", "風險", "投毒", "暴露", "threat", "risk", "poisoning", "exposed", "attack")),
    Facet(
        "law",
        (
            "法規",
            "法律",
            "法令",
            "合規",
            "保護法",
            "基本法",
            "韌性法",
            "gdpr",
            "law",
            "regulation",
            "compliance",
            " act",
            "legal",
        ),
    ),
    Facet(
        "penalties",
        ("罰則", "罰款", "罰鍰", "罰多少", "處罰", "fines", "the fine", "a fine", "max fine", "penalt"),
        signs=("罰", "fine", "Fine", "penalt"),
    ),
    Facet(
        "mechanisms",
        (
            "架構",
            "機制",
            "執行環境",
            "護欄",
            "防護",
            "防範",
            "裝置安全",
            "mechanism",
            "architecture",
            "guardrail",
            "trusted execution",
            "device security",
            "security feature",
            "protecting",
            "mitigat",
            "safeguard",
        ),
    ),
    Facet("roadmap", ("路線圖", "路徑", "roadmap", "path of adoption"), signs=("202", "預估", "路線圖", "expect")),
    Facet("breakthroughs", ("技術突破", "突破的方向", "突破方向", "breakthroughs")),
    Facet(
        "trends",
        ("趨勢", "關鍵技術", "trend", "key technolog", "機器人", "robot"),
        signs=("主題", "主軸", "焦點", "核心", "轉為", "發表", "開源", "theme", "focus", "unveil", "announce", "core"),
    ),
    Facet("strategy", ("策略", "布局", "strateg")),
    Facet("growth", ("成長", "動能", "營收", "growth", "revenue")),
    Facet(
        "prices",
        (
            "價格",
            "成本",
            "費用",
            "多少錢",
            "價錢",
            "便宜",
            "昂貴",
            "划算",
            "price",
            "cost",
            "how much is",
            "cheap",
            "expensive",
        ),
        signs=("美元", "萬元", "億元", "千元", "US$", "€", "NT$"),
    ),
    Facet(
        "speed",
        ("速度", "多快", "更快", "較快", "延遲", "效能", "speed", "fast", "latency", "throughput"),
        signs=("每秒", "毫秒", " 秒", "tokens per second", "tokens a second", "seconds", " ms"),
    ),
    Facet("power", ("功耗", "耗電", "省電", "power", "watt"), signs=(" W", "瓦")),
    Facet("protection", ("保護隱私", "保護", "安全", "privacy", "secur"), signs=("加密", "匿名", "不儲存", "encrypt")),
    Facet("since", ("後續", "後來", "有什麼變化", "since then", "changed since", "what followed", "and since")),
)
"""In the order in which they are told apart; a text may have several."""

# What only sounds like a facet: the class of systems that a law is strict with, and the training of a model.
_OTHERS = re.compile("高風險|high-risk|fine-tun", re.IGNORECASE)

COMPARED = ("benefits", "features", "positioning", "limits", "prices", "power", "speed")
"""What things are compared by where the question doesn't say: the columns of the table, in order."""

_BY_ID = {facet.id: facet for facet in FACETS}
# A heading that answers the part, a title that does, neither, and a heading of the contrary. Chosen by reading.
UNDER_HEADING, UNDER_TITLE, NEITHER, CONTRARY = 1.3, 1.12, 0.8, 0.45
SIGN = 1.2
MOST_WORDS = 3


@lru_cache(maxsize=4096)
def named_in(text: str) -> frozenset[str]:
    """Return the ids of the facets that `text` names."""
    return frozenset(facet.id for facet in FACETS if _words(facet.id).search(_OTHERS.sub(" ", text)))


def fit(wanted: frozenset[str], hit: Hit, sentence: str, heading: str = "") -> float:
    """Return how well a sentence of a hit bears on what is wanted: a factor around 1.

    `heading` is the line above it that looks like one; else the passage's own counts. Questions that name no facet
    take all as it is.
    """
    if not wanted:
        return 1.0
    sign = SIGN if any(bears(facet, sentence) for facet in wanted) else 1.0
    above = heading or (hit.passage.headings[-1] if hit.passage.headings else "")
    facets = named_in(above)
    if wanted & facets:
        return UNDER_HEADING * sign
    if any(facets & set(_BY_ID[i].unlike) for i in wanted):
        return CONTRARY
    # A heading that names something else says more than the title above it.
    if not facets and wanted & (named_in(" ".join((hit.title, *hit.passage.headings[:-1])))):
        return UNDER_TITLE * sign
    return (1.0 if wanted & named_in(sentence) else NEITHER) * sign


def bears(facet: str, sentence: str) -> bool:
    """Say whether a sentence has a sign of bearing on a facet: money, for prices."""
    return any(sign in sentence for sign in _BY_ID[facet].signs)


def words(ids: frozenset[str], *, chinese: bool) -> str:
    """Return the first words of facets in one language, for a search."""
    found = [[word for word in facet.words if word.isascii() != chinese] for facet in FACETS if facet.id in ids]
    return " ".join(word for own in found for word in own[:MOST_WORDS])


def word(facet: str, *, chinese: bool) -> str:
    """Return the first word for a facet in one language."""
    return next(word for word in _BY_ID[facet].words if word.isascii() != chinese)


def shown(text: str) -> str:
    """Return the word by which `text` names a facet, as it stands there, or "" where it names none."""
    found = [m for facet in FACETS if (m := _words(facet.id).search(text))]
    return min(found, key=lambda m: m.start()).group() if found else ""


@cache
def _words(facet: str) -> re.Pattern[str]:
    """Return what finds a facet's words: Latin ones from a word's beginning."""
    found = (rf"(?<![a-z]){re.escape(w.strip())}" if w.isascii() else re.escape(w) for w in _BY_ID[facet].words)
    return re.compile("|".join(found), re.IGNORECASE)
