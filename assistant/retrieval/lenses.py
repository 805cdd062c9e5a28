"""Where an analyst looks: what a broad question has to be asked about besides its own words.

"What is the value of edge AI?" is answered by documents about latency, privacy and cost that hold neither "value"
nor "edge AI" in one sentence. A lens adds such searches to a part; what they find is judged like all other evidence.
"""

import re
from dataclasses import dataclass
from functools import cache

from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Lens:
    """Searches for questions that `asks` is found in. With `named`, the question's own names go before each."""

    asks: str
    zh: tuple[str, ...]
    en: tuple[str, ...]
    named: bool = False


LENSES = (
    Lens(
        "市場(?:規模)?有多大|市場規模|market size|how (?:large|big) is .*market",
        ("市場規模 估計", "市場規模 各家 差距", "支出 估計 成長"),
        ("market size estimate", "market size estimates disagree", "spending estimate growth"),
    ),
    # The five advantages of the framework.
    Lens(
        "商業價值|競爭優勢|business value|competitive advantage",
        (
            "往返延遲 毫秒 優勢",
            "隱私 資料主權 優勢",
            "成本 損益兩平 優勢",
            "可靠性 離線 雲端中斷",
            "客製化 微調 自主控制 優勢",
        ),
        (
            "round-trip latency milliseconds advantages",
            "privacy data sovereignty advantages",
            "cost break-even advantages",
            "reliability offline cloud outage",
            "customisation fine-tuning control advantages",
        ),
    ),
    Lens(
        "隱私：|privacy: ",
        ("敏感資料 地端 偏好", "資料留在內部 理由", "資料落地 病患資料"),
        ("sensitive data on-premises preference", "data stay inside the company reason", "data residency patient data"),
    ),
    Lens(
        "即時反應：|real-time response: |latency: ",
        ("往返延遲 毫秒", "第一個 token 本機 雲端 毫秒", "語音 延遲 效能"),
        ("round-trip latency milliseconds", "first token local cloud milliseconds", "voice latency performance"),
    ),
    Lens(
        "雲端(?:運算)?成本：|cloud (?:computing )?costs?: ",
        ("自建 損益兩平 月", "雲端花費 超出預期", "頻寬 上傳 攝影機 成本"),
        ("self-hosted break-even months", "cloud spending over expectation", "bandwidth upload cameras cost"),
    ),
    Lens(
        "展覽|參展|trade show|shows? ",
        (
            "GTC 2025 關鍵技術 發表",
            "GTC 機器人 實體 AI",
            "GTC 推論 軟體 桌上型",
            "嵌入式展 主題 Edge AI 趨勢",
            "漢諾威工業展 AI 主軸",
            "SPS 工業 AI 重點",
            "展覽 後續 核心主題",
        ),
        (
            "GTC 2025 key technologies announced",
            "GTC robots physical AI",
            "GTC inference software desktop",
            "embedded world themes edge AI trend",
            "Hannover Messe AI theme",
            "SPS industrial AI focus",
            "show since then core theme",
        ),
    ),
    Lens(
        "路線圖|roadmap",
        ("導入路徑 終端 企業 主流", "晶片平台 路線圖 2027 2028", "AI PC 出貨 預估", "路線圖 後續 修正 延後"),
        (
            "path of adoption devices enterprises mainstream",
            "chip platform roadmap 2027 2028",
            "AI PC shipments forecast",
            "forecast revised delayed since then",
        ),
    ),
    Lens(
        "技術突破|breakthroughs",
        ("突破 模型能力密度", "突破 記憶體 KV 快取", "突破 低位元 模型 CPU", "突破 NPU Transformer 物聯網"),
        (
            "breakthrough model capability density",
            "breakthrough memory KV cache",
            "breakthrough low-bit model CPU",
            "breakthrough NPU transformer IoT",
        ),
    ),
    Lens(
        "意義|意味|what does it mean|significance",
        (
            "權重 記憶體 為什麼裝得下",
            "能力 評比 基準測試 分數",
            "量化 消費級 顯示卡",
            "KV 快取 上下文 限制",
            "後續發展 接替",
        ),
        (
            "weights memory why it fits",
            "ability benchmark score rating",
            "quantized consumer card",
            "KV cache context limit",
            "since then successor",
        ),
        named=True,
    ),
    Lens(
        "哪些產業|which industr",
        ("零售 占邊緣支出 最大", "製造業 導入 主要動力", "醫療 地端 LLM 主因", "訂單 需求 來自 產業"),
        (
            "retail largest share of edge spending",
            "manufacturing leads adoption",
            "healthcare on-premise LLM reason",
            "orders demand from industries",
        ),
    ),
    Lens(
        "驅動|痛點|pain point|driver",
        ("驅動因素 效率 成本 衡量", "製造業 驅動因素 生產力", "痛點 損耗 零售", "障礙 資料品質 整合", "試點 失敗 原因"),
        (
            "drivers efficiency cost criteria",
            "manufacturing driver productivity",
            "pain point shrink retail",
            "barriers data quality integration",
            "pilots fail causes",
        ),
    ),
    Lens(
        "成功案例|success cases?|case stud",
        ("連鎖超市 門市 案例", "餐廳 邊緣 叢集 案例", "工廠 製造 LLM 案例", "醫院 案例", "公共工程 案例"),
        (
            "supermarket stores case",
            "restaurant edge cluster case",
            "factory manufacturing LLM case",
            "hospital case",
            "public works case",
        ),
    ),
    Lens(
        "威脅|(?<!高)風險|threat|(?<!high-)risk",
        ("十大風險 提示注入", "暴露 伺服器 掃描", "知識庫 投毒 攻擊", "地端 不等於安全 權限 稽核", "模型供應鏈 不安全"),
        (
            "top 10 risks prompt injection",
            "exposed servers scan",
            "knowledge base poisoning attack",
            "on-premise not secure access audit",
            "model supply chain unsafe",
        ),
    ),
    Lens(
        "法規|法律|法令|合規|compliance|regulation|legislation|\\blaws?\\b",
        (
            "歐盟人工智慧法 適用 時程",
            "網路韌性法 義務 通報",
            "GDPR 個人資料 意見",
            "台灣 個資法 修正 外洩通報",
            "台灣 人工智慧基本法",
            "AI 風險管理 標準",
        ),
        (
            "EU AI Act timeline",
            "Cyber Resilience Act duties reporting",
            "GDPR personal data opinion",
            "Taiwan personal data act breach notification",
            "Taiwan AI basic act",
            "AI risk management standard",
        ),
    ),
    Lens(
        "架構|機制|防範|防護|mechanism|architecture|mitigat|safeguard",
        (
            "安全開機 磁碟加密 裝置安全",
            "機密運算 可信執行環境 GPU",
            "護欄 輸入 輸出 檢查",
            "過濾 投毒 檢索 防護",
            "聯邦學習 差分隱私",
            "感測器端 匿名 架構",
        ),
        (
            "secure boot disk encryption device security",
            "confidential computing trusted execution GPU",
            "guardrails input output check",
            "filter poisoned retrieval",
            "federated learning differential privacy",
            "on-sensor anonymous architecture",
        ),
    ),
    Lens(
        "策略|布局|strategy",
        ("第一大策略 產品", "第二大策略 產業 經驗", "合作 多平台 夥伴", "軟硬體整合 全棧 方案", "轉型 平台 法說會"),
        (
            "first strategy products",
            "second strategy industries experience",
            "partners several chipmakers platforms",
            "full-stack hardware and software",
            "shift to platform investor meeting",
        ),
        named=True,
    ),
    Lens(
        "成長動能|future growth|growth driver",
        ("邊緣 AI 占營收比重 目標", "物理 AI 機器人 成長", "產業 展望 半導體 醫療 區域", "營運目標 雙位數 成長"),
        (
            "edge AI share of revenue target",
            "physical AI robots growth",
            "sectors outlook semiconductor medical regions",
            "target double-digit growth",
        ),
        named=True,
    ),
    # What fits on a box of so much memory, or a chip of so many TOPS.
    Lens(
        "(?:跑|執行|裝|用).{0,6}(?:什麼|哪些|哪個|哪種|多大).{0,6}(?:模型|LLM)|(?:哪些|什麼|多大).{0,4}(?:模型|LLM).{0,12}(?:跑|執行|裝)"
        r"|(?:what|which|how (?:large|big) an?) (?:\w+ )?(?:models?|LLMs?)\b.*\b(?:run|fit|hold)s?\b",
        ("執行 模型 每秒 token", "int4 量化 可在 執行", "量化 降到 記憶體", "實測 模型 裝置"),
        ("runs models tokens per second", "int4 quantized runs on", "quantized cut memory", "measured models device"),
        named=True,
    ),
    Lens(
        "評估邊緣|評估.*模型|evaluat",
        ("標準化基準測試 題", "專業領域評估", "實用性 首字延遲 token", "安全性評估 危害 提示", "推理 評估 GPQA"),
        (
            "standard benchmarks questions",
            "domain evaluation",
            "practicality time to first token",
            "safety hazards prompts",
            "reasoning evaluation GPQA",
        ),
    ),
)


def searches(part: str, names: str, language: Language) -> tuple[str, ...]:
    """Return the further searches for a part of a question; `names` is what the whole question is about by name."""
    found = []
    for lens in LENSES:
        if _pattern(lens.asks).search(part):
            queries = lens.zh if language == "zh-TW" else lens.en
            found += [f"{names} {query}".strip() if lens.named else query for query in queries]
    return tuple(found)


@cache
def _pattern(asks: str) -> re.Pattern[str]:
    return re.compile(asks, re.IGNORECASE)
