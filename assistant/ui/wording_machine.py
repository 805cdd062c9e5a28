"""What the page of the machine says, in both languages, side by side."""

from dataclasses import dataclass

from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    title: str
    lead: str
    engine: str
    writes: str
    extractive: str
    settings: str
    setting: str
    value: str
    box: str
    memory: str
    cores: str
    bandwidth: str
    measuring: str
    again: str
    fit: str
    fit_lead: str
    there: str
    listed: str
    head: tuple[str, ...]
    fits: str
    large: str
    no_models: str
    broken: str
    evaluation: str
    evaluation_of: str
    no_evaluation: str
    egress: str
    allowed: str
    tried: str
    never_tried: str
    unsealed: str
    colon: str


ZH = Words(
    title="這台機器",
    lead="誰在寫答案、哪些模型裝得下、跑多快、表現如何，以及有沒有東西離開這台機器。",
    engine="撰寫引擎",
    writes="目前由 {engine} 撰寫。",
    extractive="目前摘錄語料原句作答，沒有用模型。把 GGUF 檔放進 models/，重新啟動後就由模型撰寫。",
    settings="設定",
    setting="設定",
    value="值",
    box="硬體",
    memory="記憶體 {memory:.1f} GB，可用 {available:.1f} GB；{cores} 個核心{best}",
    cores="，{best}",
    bandwidth="記憶體讀取速度約 {speed:.1f} GB/s，決定每秒能寫多少詞元。",
    measuring="正在量測記憶體速度……",
    again="重新量測",
    fit="哪些模型裝得下",
    fit_lead="依可用記憶體與讀取速度估算；速度前有 ~ 的是估計，沒有的是 assistant models bench 實測。",
    there="models/ 裡的模型",
    listed="可取得的模型（assistant models pull）",
    head=("模型", "檔案 GB", "記憶體 GB", "上下文", "詞元/秒", ""),
    fits="裝得下",
    large="太大",
    no_models="models/ 裡還沒有模型。執行 assistant models pull 名稱，或把 GGUF 檔放進去。",
    broken="不能使用：{error}",
    evaluation="模型評測",
    evaluation_of="{date} 的評測",
    no_evaluation="還沒有評測。執行 assistant eval models，幾分鐘後五個面向的分數、雷達圖與建議都會出現在這裡。",
    egress="對外連線紀錄",
    allowed="設定允許的主機：{hosts}",
    tried="嘗試對外連線 {n} 次，全部攔下：",
    never_tried="啟動以來沒有任何對外連線的嘗試。",
    unsealed="核心過濾未啟用：{reason}",
    colon="：",
)

EN = Words(
    title="This machine",
    lead="Who writes the answers, which models fit, how fast and how good they are, and whether anything left the box.",
    engine="Who writes",
    writes="Answers are written by {engine}.",
    extractive=(
        "Answers quote sentences of the corpus; no model is used. "
        "Put a GGUF file into models/ and start again to have one write."
    ),
    settings="Settings",
    setting="Setting",
    value="Value",
    box="Hardware",
    memory="{memory:.1f} GB of memory, {available:.1f} GB available; cores: {cores}{best}",
    cores=", {best}",
    bandwidth="Memory is read at about {speed:.1f} GB/s, which bounds the tokens written a second.",
    measuring="Measuring how fast memory is read…",
    again="Measure again",
    fit="Which models fit",
    fit_lead=(
        "Judged by available memory and its speed. A speed with ~ is an estimate; "
        "without, assistant models bench measured it."
    ),
    there="In models/",
    listed="To be had (assistant models pull)",
    head=("Model", "File GB", "Memory GB", "Context", "Tokens/s", ""),
    fits="fits",
    large="too large",
    no_models="No model in models/ yet. Run assistant models pull NAME, or put a GGUF file there.",
    broken="can't be used: {error}",
    evaluation="Evaluation of models",
    evaluation_of="Evaluated on {date}",
    no_evaluation=(
        "No evaluation yet. Run assistant eval models; minutes later the scores on five aspects, "
        "the radar and a recommendation are shown here."
    ),
    egress="Record of outside connections",
    allowed="Hosts that the settings allow: {hosts}",
    tried="Outside connections tried and refused: {n}",
    never_tried="Nothing has tried to reach beyond this machine since the start.",
    unsealed="The kernel's filter is not in force: {reason}",
    colon=": ",
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
