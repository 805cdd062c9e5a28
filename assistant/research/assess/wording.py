"""What an assessment says in its own words, in both languages, side by side."""

from dataclasses import dataclass

from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    lang: str
    title: str
    compared: str
    application: str
    overall: str
    leans: str
    lean: dict[str, str]
    lean_rule: str
    scores: str
    advantage: dict[str, str]
    score: str
    inputs: str
    reason: str
    rule: str
    evidence: str
    stands_on: str
    also: str
    weight: str
    costs: str
    item: str
    edge: str
    cloud: str
    items: dict[str, str]
    total: str
    ranged: str
    saving: str
    extra: str
    break_even: str
    months: str
    never: str
    likely: str
    best: str
    worst: str
    budget: str
    over: str
    within: str
    course: str
    course_text: str
    sensitivity: str
    sensitivity_text: str
    assumption: str
    value: str
    low: str
    high: str
    basis: str
    assumptions: str
    assumptions_text: str
    unsaid: str
    missing: str
    radar: str
    years: str
    sources: str
    colon: str
    comma: str


ZH = Words(
    lang="zh-Hant-TW",
    title="邊緣應用評估",
    compared="各應用比較",
    application="應用",
    overall="總分",
    leans="傾向",
    lean={"edge": "適合邊緣", "hybrid": "適合混合", "cloud": "適合雲端"},
    lean_rule=(
        "資料不得離開現場或沒有網路的應用，只能在邊緣。其餘看總分，即五項的加權平均（0 "
        "至 5 分）：3.5 分以上適合邊緣，未滿 2 分適合雲端，其間適合混合；成本以外有任一項 "
        "5 分，就不判為雲端。"
    ),
    scores="五項邊緣優勢",
    advantage={
        "latency": "即時反應",
        "privacy": "隱私與資料主權",
        "cost": "成本",
        "reliability": "可靠與離線",
        "customisation": "客製與自主",
    },
    score="分數",
    inputs="依據的描述",
    reason="理由",
    rule="給分規則",
    evidence="證據",
    stands_on="規則依據",
    also="相關證據",
    weight="權重",
    costs="邊緣與雲端的成本",
    item="項目",
    edge="邊緣",
    cloud="雲端",
    items={
        "equipment": "設備",
        "setup": "安裝整合",
        "licence": "授權",
        "power": "電力",
        "upkeep": "維護",
        "staff": "人力",
        "tokens": "token 用量",
        "video": "影像處理",
        "traffic": "傳輸",
        "subscription": "訂閱",
    },
    total="合計",
    ranged="範圍",
    saving="{years:g} 年內邊緣比雲端省 {amount} 美元。",
    extra="{years:g} 年內邊緣比雲端多花 {amount} 美元。",
    break_even="損益兩平",
    months="約 {months:.1f} 個月",
    never="{years:g} 年內不回本",
    likely="最可能",
    best="假設都偏向邊緣",
    worst="假設都偏向雲端",
    budget="預算 {budget} 美元；第一年邊緣 {edge} 美元（{edge_fits}），雲端 {cloud} 美元（{cloud_fits}）。",
    over="超出",
    within="在預算內",
    course="累計支出",
    course_text="第 {years:g} 年底累計：邊緣 {edge} 美元，雲端 {cloud} 美元。",
    sensitivity="哪些假設左右結果",
    sensitivity_text="其他假設都取最可能值時，一項假設由低到高，邊緣省下的金額（美元）：",
    assumption="假設",
    value="低／最可能／高",
    low="取低",
    high="取高",
    basis="依據",
    assumptions="用到的假設",
    assumptions_text="每一項都可以在應用描述的 [assume] 中改寫。沒有文獻的項目標明為假設。",
    unsaid="描述沒有提到、採用預設值的項目：{fields}。",
    missing="這份語料沒有收錄的依據：{claims}。",
    radar="五項優勢的雷達圖",
    years="年",
    sources="出處",
    colon="：",
    comma="、",
)

EN = Words(
    lang="en",
    title="Edge application assessment",
    compared="The applications compared",
    application="Application",
    overall="Overall",
    leans="Leans to",
    lean={"edge": "the edge", "hybrid": "a hybrid", "cloud": "the cloud"},
    lean_rule="Where data may not leave or there is no link, only the edge will do. Else "
    "the weighted mean of the five scores (0 to 5) decides: from 3.5 on the "
    "edge, below 2 the cloud, between "
    "them a hybrid; with a 5 on anything but cost it is never the cloud.",
    scores="The five edge advantages",
    advantage={
        "latency": "Latency",
        "privacy": "Privacy and data sovereignty",
        "cost": "Cost",
        "reliability": "Reliability offline",
        "customisation": "Customisation and control",
    },
    score="Score",
    inputs="What was said",
    reason="Why",
    rule="Rule",
    evidence="Evidence",
    stands_on="the rule stands on",
    also="also",
    weight="Weight",
    costs="Edge against cloud cost",
    item="Item",
    edge="Edge",
    cloud="Cloud",
    items={
        "equipment": "Equipment",
        "setup": "Installation",
        "licence": "Licence",
        "power": "Power",
        "upkeep": "Upkeep",
        "staff": "Staff",
        "tokens": "Tokens",
        "video": "Video",
        "traffic": "Traffic",
        "subscription": "Subscription",
    },
    total="Total",
    ranged="Range",
    saving="Over {years:g} years the edge saves US${amount}.",
    extra="Over {years:g} years the edge costs US${amount} more.",
    break_even="Break-even",
    months="about {months:.1f} months",
    never="not within {years:g} years",
    likely="likely",
    best="every assumption favours the edge",
    worst="every assumption favours the cloud",
    budget=(
        "Budget US${budget}; first year on the edge US${edge} ({edge_fits}), in the cloud US${cloud} ({cloud_fits})."
    ),
    over="over it",
    within="within it",
    course="Money spent so far",
    course_text="By the end of year {years:g}: edge US${edge}, cloud US${cloud}.",
    sensitivity="Which assumptions decide",
    sensitivity_text="What the edge saves (US$) when one assumption is low or high, all others being likely:",
    assumption="Assumption",
    value="low / likely / high",
    low="when low",
    high="when high",
    basis="Basis",
    assumptions="Assumptions used",
    assumptions_text="Each can be changed under [assume] in the description. Those without a "
    "published figure say that they are assumed.",
    unsaid="Not said, so the default was taken: {fields}.",
    missing="Bases that this corpus doesn't hold: {claims}.",
    radar="Radar picture of the five advantages",
    years="years",
    sources="Sources",
    colon=": ",
    comma=", ",
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
