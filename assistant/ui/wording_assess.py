"""What the page of assessments asks and says, in both languages, side by side. Reports have words of their own."""

from dataclasses import dataclass

from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. `fields` are the questions, `units` what a number counts, `choices` their answers."""

    title: str
    lead: str
    examples: str
    describe: str
    describe_hint: str
    read: str
    form: str
    name: str
    fields: dict[str, str]
    units: dict[str, str]
    choices: dict[str, dict[str, str]]
    any_device: str
    more: str
    assess: str
    toml: str
    toml_hint: str
    assess_toml: str
    kept: str
    remove: str
    save: str
    empty: str


ZH = Words(
    title="應用評估",
    lead="一個應用放在邊緣端是否合適：就五項優勢給分，並比較邊緣與雲端多年的成本。每個分數都附規則、輸入與出處。",
    examples="現成的例子",
    describe="用一兩句話描述",
    describe_hint="例如：120 家門市的防損，每店 16 支攝影機，影像不得離開門市，延遲 300 毫秒以內。",
    read="依描述評估",
    form="或逐項回答",
    name="應用名稱",
    fields={
        "latency_ms": "最長可等多久",
        "data": "經手什麼資料",
        "on_site": "資料必須留在現場",
        "connectivity": "連線狀況",
        "stops_work": "沒有答案就停工",
        "customisation": "客製化程度",
        "sites": "據點數",
        "devices_per_site": "每據點設備數",
        "device": "設備",
        "requests_per_day": "每據點每日請求",
        "streams": "每據點影像路數",
        "seats": "使用者席次（全部）",
        "years": "比較幾年",
        "budget": "首年預算",
        "model_years": "同一模型要用幾年",
        "tokens_in": "每次輸入詞元",
        "tokens_out": "每次輸出詞元",
        "kb_per_request": "每次傳輸量",
    },
    units={
        "latency_ms": "毫秒",
        "years": "年",
        "budget": "美元，0 為不設",
        "model_years": "年",
        "kb_per_request": "kB",
    },
    choices={
        "data": {
            "public": "公開資料",
            "internal": "內部資料",
            "personal": "個人資料",
            "sensitive": "敏感資料（醫療、生物特徵、機密）",
        },
        "connectivity": {
            "none": "沒有網路",
            "intermittent": "時有時無",
            "metered": "按量計費",
            "stable": "穩定",
            "redundant": "有備援",
        },
        "customisation": {
            "none": "不需要",
            "prompts": "調整提示",
            "retrieval": "接自有文件",
            "fine-tuned": "微調自有模型",
        },
        "on_site": {"no": "否", "yes": "是"},
        "stops_work": {"no": "否", "yes": "是"},
    },
    any_device="未指定",
    more="更多細節",
    assess="評估",
    toml="用 TOML 描述",
    toml_hint="與 assistant assess 讀的檔案相同，可改動每一項成本假設。",
    assess_toml="評估這份 TOML",
    kept="目前比較的應用",
    remove="移除",
    save="存成報告",
    empty="還沒有評估。點一個例子，或描述自己的應用；評估兩個以上時會並列比較。",
)

EN = Words(
    title="Assess an application",
    lead=(
        "Does an application belong at the edge? Scores for the five edge advantages, and what it costs over years on "
        "site and in the cloud. Each score shows its rule, its inputs and its sources."
    ),
    examples="Examples",
    describe="Describe it in a sentence or two",
    describe_hint="Say: loss prevention in 120 stores, 16 cameras each, video must not leave the store, within 300 ms.",
    read="Assess the description",
    form="Or answer a few questions",
    name="Name of the application",
    fields={
        "latency_ms": "Longest wait",
        "data": "Data it handles",
        "on_site": "Data must stay on site",
        "connectivity": "Connection",
        "stops_work": "Work stops without an answer",
        "customisation": "Customisation",
        "sites": "Sites",
        "devices_per_site": "Devices a site",
        "device": "Device",
        "requests_per_day": "Requests a site and day",
        "streams": "Video streams a site",
        "seats": "User seats in all",
        "years": "Years to compare",
        "budget": "Budget of the first year",
        "model_years": "Years with the same model",
        "tokens_in": "Tokens in, a request",
        "tokens_out": "Tokens out, a request",
        "kb_per_request": "Sent a request",
    },
    units={
        "latency_ms": "ms",
        "years": "years",
        "budget": "US$, 0 for none",
        "model_years": "years",
        "kb_per_request": "kB",
    },
    choices={
        "data": {
            "public": "public",
            "internal": "internal",
            "personal": "personal",
            "sensitive": "sensitive (health, biometric, secret)",
        },
        "connectivity": {
            "none": "none",
            "intermittent": "comes and goes",
            "metered": "metered",
            "stable": "stable",
            "redundant": "redundant",
        },
        "customisation": {
            "none": "none needed",
            "prompts": "prompts",
            "retrieval": "own documents",
            "fine-tuned": "a fine-tuned model",
        },
        "on_site": {"no": "no", "yes": "yes"},
        "stops_work": {"no": "no", "yes": "yes"},
    },
    any_device="not named",
    more="More detail",
    assess="Assess",
    toml="Describe it in TOML",
    toml_hint="The same file that assistant assess reads; each assumption about costs can be changed in it.",
    assess_toml="Assess this TOML",
    kept="Applications compared",
    remove="Remove",
    save="Save the report",
    empty="Nothing assessed yet. Take an example or describe your own; two or more are compared side by side.",
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
