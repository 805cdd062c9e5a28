"""What the comparison of two runs says in its own words, in both languages, side by side."""

from dataclasses import dataclass

from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    title: str
    since: str
    nothing: str
    corpus: str
    corpus_same: str
    unknown: str
    writer: str
    writer_same: str
    setting: str
    counts: str
    kinds: dict[str, str]
    states: dict[str, str]
    standing: dict[str, str]
    reasons: dict[str, str]
    status: str
    sure: dict[str | None, str]
    became: str
    none: str
    more: str
    chosen: str
    came: str
    went: str
    unchanged: str
    first: str
    colon: str
    comma: str
    quote: str


ZH = Words(
    title="與上次執行相比",
    since="{before} → {after}",
    nothing="兩次執行沒有任何差異。",
    corpus="語料：新增 {added} 份、更新 {changed} 份、移除 {removed} 份文件。",
    corpus_same="語料沒有變動。",
    unknown="語料不同；其中一次執行沒有留下證據清單，無法指出變動的原因。",
    writer="撰寫者不同：{changes}。來源兩次都在的陳述若有變化，可能出於撰寫者，而不是證據。",
    writer_same="撰寫引擎與設定相同。",
    setting="{name} 由 {before} 改為 {after}",
    counts="新增 {new} 則、消失 {gone} 則、改變 {changed} 則陳述；"
    "{evidence} 題只有證據變動，答案不變；{same} 題毫無變動。",
    kinds={
        "new": "新增", "gone": "消失", "figure": "數字變動", "date": "日期變動", "confidence": "可信度變動",
        "direction": "說法反轉", "wording": "改寫",
    },
    states={
        "changed": "答案改變", "evidence": "證據變動，答案不變", "same": "沒有變動", "new question": "新題目",
        "gone question": "題目已移除",
    },
    standing={
        "new document": "新文件", "changed document": "文件已更新", "removed document": "文件已移除",
        "same document": "原有文件",
        "unknown": "來源",
    },
    reasons={
        "evidence": "證據變動", "selection": "來源未變，因其他證據進出而取捨不同",
        "writer": "來源未變，撰寫者或設定不同",
        "unknown": "原因不明：其中一次執行沒有留下證據清單",
    },
    status="狀態由「{before}」變為「{after}」",
    sure={"high": "高", "medium": "中等", "low": "低", None: "未記"},
    became="{before} → {after}",
    none="（無）",
    more="另有 {n} 項變動",
    chosen="依據未變、只是取捨不同（{kind}）：{said}",
    came="新進證據",
    went="失去的證據",
    unchanged="答案的陳述都沒有變。",
    first="這是第一次執行，沒有可比較的對象。",
    colon="：",
    comma="、",
    quote="「{text}」",
)  # fmt: skip

EN = Words(
    title="Changes since the last run",
    since="{before} → {after}",
    nothing="The two runs differ in nothing.",
    corpus="Corpus: {added} documents added, {changed} changed, {removed} removed.",
    corpus_same="The corpus is the same.",
    unknown="The corpus is another; one of the runs kept no list of its evidence, so causes can't be told.",
    writer="Another writer: {changes}. Where a statement's sources stood there both times, the change may come from "
    "the writer and not from the evidence.",
    writer_same="Engine and settings are the same.",
    setting="{name} from {before} to {after}",
    counts="Statements: {new} new, {gone} gone, {changed} changed. Questions whose evidence alone changed: {evidence}; "
    "without any change: {same}.",
    kinds={
        "new": "new", "gone": "gone", "figure": "figure moved", "date": "date moved", "confidence": "confidence moved",
        "direction": "turned round", "wording": "reworded",
    },
    states={
        "changed": "answer changed", "evidence": "evidence changed, answer the same", "same": "no change",
        "new question": "new question", "gone question": "question removed",
    },
    standing={
        "new document": "new document", "changed document": "changed document", "removed document": "removed document",
        "same document": "was there before", "unknown": "source",
    },
    reasons={
        "evidence": "the evidence changed",
        "selection": "its sources are the same; other evidence came or went",
        "writer": "its sources are the same; the writer or a setting is another",
        "unknown": "cause unknown: one of the runs kept no list of its evidence",
    },
    status="status from \"{before}\" to \"{after}\"",
    sure={"high": "high", "medium": "medium", "low": "low", None: "not recorded"},
    became="{before} → {after}",
    none="(none)",
    more="{n} more changes",
    chosen="same evidence, chosen otherwise ({kind}): {said}",
    came="evidence that came",
    went="evidence that went",
    unchanged="Every statement of the answer stands.",
    first="This is the first run: there is nothing to compare it with.",
    colon=": ",
    comma=", ",
    quote="\"{text}\"",
)  # fmt: skip

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
