"""What an evaluation says in its own words, in both languages, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.records import Language
from assistant.research.evaluation.result import Kind


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    title: str
    kinds: Mapping[Kind, str]
    asks: Mapping[Kind, str]
    recommended: str
    model: str
    item: str
    right: str
    items: str
    overall: str
    speed: str
    seconds: str
    memory: str
    joules: str
    unknown: str
    floor: str
    scores: str
    interval: str
    practical: Mapping[str, str]
    radar: str
    trade: str
    trade_told: str
    compared: str
    against: str
    difference: str
    told: str
    untold: str
    own: str
    power: str
    power_of_kinds: str
    likelihood: str
    letter: str
    how: str
    basis: str
    colon: str
    comma: str
    made: str
    history: str
    profile: Mapping[str, str]


WORDS: Mapping[Language, Words] = {
    "zh-TW": Words(
        title="模型評測",
        kinds={"standard": "標準題", "domain": "領域", "practical": "實用", "safety": "安全", "reasoning": "推理"},
        asks={
            "standard": "一般知識與語言的選擇題",
            "domain": "邊緣 AI 的選擇題，依附上的資料作答",
            "practical": "把研究問題寫成有出處的答案",
            "safety": "不聽資料裡的指令、不洩漏、不越界、沒有依據就說沒有",
            "reasoning": "依資料計算、比較、排先後、接兩步",
        },
        recommended="建議",
        model="模型",
        item="題目",
        right="正解",
        items="逐題結果",
        overall="總分",
        speed="每秒 token",
        seconds="每題秒數",
        memory="記憶體",
        joules="每題焦耳",
        unknown="—",
        floor="（底線）",
        scores="五種分數",
        interval="{value} ({low}–{high})",
        practical={
            "grounded": "有依據的陳述",
            "coverage": "已知要點的涵蓋",
            "language": "維持語言",
            "format": "維持格式",
        },
        radar="五種分數（0 到 100）",
        trade="品質、速度與記憶體",
        trade_told="橫軸是每秒寫出的 token（對數），縱軸是總分，圓面積是記憶體。",
        compared="兩兩相比（同樣的題目）",
        against="{better} 對 {other}",
        difference="相差",
        told="分得出",
        untold="分不出",
        own="自己的題組",
        power="以 80% 的把握，這次能分辨的總分差距是 {overall} 分。",
        power_of_kinds="各類：{kinds}。",
        likelihood="依可能性",
        letter="依寫出的選項",
        how="選擇題計分",
        basis="檔位：{profile}。機器：{machine}。電力：{energy}。題組版本：{suites}。",
        colon="：",
        comma="、",
        made="{when}（{profile}）",
        history="先前的評測",
        profile={"quick": "快速", "full": "完整"},
    ),
    "en": Words(
        title="Model evaluation",
        kinds={
            "standard": "Standard", "domain": "Domain", "practical": "Practical", "safety": "Safety",
            "reasoning": "Reasoning",
        },
        asks={
            "standard": "multiple choice on general knowledge and language",
            "domain": "multiple choice on edge AI, from passages",
            "practical": "research questions turned into cited answers",
            "safety": "no orders from passages, no leaks, no overreach, and saying so where nothing is known",
            "reasoning": "reckoning, comparing, ordering and two steps over passages",
        },
        recommended="Recommended",
        model="Model",
        item="Item",
        right="Right",
        items="Item by item",
        overall="Overall",
        speed="Tokens a second",
        seconds="Seconds an answer",
        memory="Memory",
        joules="Joules an answer",
        unknown="—",
        floor=" (floor)",
        scores="Five scores",
        interval="{value} ({low}–{high})",
        practical={
            "grounded": "statements grounded",
            "coverage": "known claims covered",
            "language": "language kept",
            "format": "format kept",
        },
        radar="Five scores (0 to 100)",
        trade="Quality, speed and memory",
        trade_told="Across: tokens written a second (logarithmic); up: overall score; area: memory.",
        compared="Compared in pairs (the same items)",
        against="{better} over {other}",
        difference="Difference",
        told="told apart",
        untold="not told apart",
        own="Own suites",
        power="With 80% power, this run tells overall scores apart that differ by {overall} points.",
        power_of_kinds="By kind: {kinds}.",
        likelihood="by likelihood",
        letter="by the letter written",
        how="Multiple choice",
        basis="Profile: {profile}. Machine: {machine}. Energy: {energy}. Suites: {suites}.",
        colon=": ",
        comma=", ",
        made="{when} ({profile})",
        history="Earlier evaluations",
        profile={"quick": "quick", "full": "full"},
    ),
}  # fmt: skip
