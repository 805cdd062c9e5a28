"""What the page says in its own words, in both languages, side by side. What reports say too is in research/wording."""

from dataclasses import dataclass

from assistant.records import Language, Length
from assistant.ui.conversation import Phase


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    title: str
    welcome: str
    lead: str
    examples: str
    no_examples: str
    ask: str
    ask_label: str
    ask_most: str
    send: str
    stop: str
    languages: str
    theme: str
    phases: dict[Phase, str]
    queued: str
    unchecked: str
    stopping: str
    checked: str
    checked_some: str
    partial: str
    stopped: str
    stopped_short: str
    stopped_empty: str
    stopped_unsupported: str
    unanswered: str
    abstained: str
    abstained_lead: str
    abstained_hint: str
    abstained_wider: str
    points: str
    rejected: str
    unsupported: str
    sources: str
    cite: str
    cite_draft: str
    close: str
    previous: str
    following: str
    position: str
    document: str
    place: str
    publisher: str
    date: str
    confidence: str
    confidence_levels: dict[str, str]
    notes: str
    passage: str
    sheet: str
    sheet_alt: str
    no_sheet: str
    also: str
    related: str
    show_related: str
    no_related: str
    opens_outside: str
    errors: dict[str, str]
    where: str
    remedy: str
    to_corpus: str
    not_ready: str
    offline: str
    offline_tried: str
    offline_title: str
    attempts: str
    extractive: str
    model: str
    preparing: str
    corpus: str
    timings: str
    egress: str
    scope: str
    axis: str
    any_axis: str
    since: str
    any_date: str
    months: str
    length: str
    lengths: dict[Length, str]
    as_of: str
    follow_ups: str
    near: str
    again: str
    copy: str
    copied: str
    not_copied: str
    save_as: str
    speed: str
    window: str
    meant: str
    anew: str
    history: str
    kept: str
    forget: str
    forget_all: str
    forget_sure: str


ZH = Words(
    title="邊緣 LLM 研究助理",
    welcome="想查什麼？",
    lead="答案只取自您收集的語料，逐句附出處並經程式查核。全程在這台機器上完成。",
    examples="研究問題",
    no_examples="讀不到問題清單，仍可直接提問。",
    ask="輸入問題",
    ask_label="問題",
    ask_most="問題最多 {n:,} 字，多的沒有放進來",
    send="送出",
    stop="停止",
    languages="介面語言",
    theme="切換深淺色",
    phases={
        "waiting": "準備中",
        "searching": "檢索語料",
        "writing": "撰寫中",
        "checking": "逐句查核",
        "done": "完成",
        "failed": "未完成",
    },
    queued="排隊中，前面還有 {n} 題",
    unchecked="以下是草稿，尚未查核",
    stopping="正在停止，先查核已寫的部分",
    checked="已查核，{n} 句全部有依據",
    checked_some="已查核，{n} 句中 {good} 句有依據",
    partial="只答得出一部分",
    stopped="提前停止",
    stopped_short="已停止",
    stopped_empty="停止時還沒有寫下任何內容。",
    stopped_unsupported="停止前寫下的部分找不到依據，因此不列出。",
    unanswered="不作答",
    abstained="語料中沒有足夠的依據",
    abstained_lead="與其猜測，這一題留白。",
    abstained_hint="在「語料」頁放入相關文件，再問一次。",
    abstained_wider="這一題只查了所選的主軸與日期；放寬後再問一次，或許就有。",
    points="要點",
    rejected="草稿中找不到依據的 {n} 句",
    unsupported="找不到依據",
    sources="出處 {n} 則，來自 {documents} 份文件",
    cite="出處 {n}：{title}",
    cite_draft="出處待查核",
    close="關閉",
    previous="上一則",
    following="下一則",
    position="出處 {n} / {total}",
    document="文件",
    place="位置",
    publisher="發布者",
    date="日期",
    confidence="可信度",
    confidence_levels={"high": "高", "medium": "中", "low": "低"},
    notes="備註",
    passage="原文段落",
    sheet="原始頁面",
    sheet_alt="《{title}》第 {page} 頁的影像；文字見上方的原文段落",
    no_sheet="這一頁的影像顯示不出來：檔案有損壞，或在整理語料之後改過。上方的原文段落不受影響。",
    also="同一說法的其他來源",
    related="相關段落",
    show_related="找相關段落",
    no_related="語料裡沒有其他段落談到同一件事。",
    opens_outside="連到網路上的原始網頁，按下才會離開這台機器",
    errors={
        "NotReadyError": "還沒準備好",
        "UsageError": "用法或設定不合",
        "RefusedError": "這份資料無法採用",
        "FaultError": "出了狀況",
    },
    where="位置",
    remedy="解決方法",
    to_corpus="到「語料」頁更新索引",
    not_ready="還不能作答",
    offline="離線",
    offline_tried="攔下 {n} 次對外連線",
    offline_title="資料有沒有離開這台機器",
    attempts="嘗試對外連線 {n} 次",
    extractive="摘錄原句，不用模型",
    model="模型 {model}",
    preparing="正在開啟索引與模型",
    corpus="{documents} 份文件，{passages} 個段落",
    timings="檢索 {retrieve:.2f} 秒，首字 {first:.2f} 秒，共 {total:.2f} 秒",
    egress="對外連線 {n} 次",
    scope="作答範圍",
    axis="主軸",
    any_axis="全部主軸",
    since="資料日期",
    any_date="不限日期",
    months="近 {n} 個月",
    length="篇幅",
    lengths={"brief": "精簡", "standard": "標準", "full": "完整"},
    as_of="截至 {date}",
    follow_ups="接著可以問",
    near="語料中相近而有依據的題目",
    again="再答一次",
    copy="複製",
    copied="已複製到剪貼簿",
    not_copied="瀏覽器不允許複製",
    save_as="另存為 {form}",
    speed="每秒約 {n:.1f} 個詞元",
    window="上下文用了 {used}，共 {total} 個詞元",
    meant="承接上一題，理解為：{question}",
    anew="新對話",
    history="先前的對話",
    kept="{date}，{n} 題",
    forget="刪除這段對話",
    forget_all="全部刪除",
    forget_sure="確定刪除所有先前的對話",
)

EN = Words(
    title="Edge LLM research desk",
    welcome="What would you like to know?",
    lead="Answers come only from the corpus you collect, each sentence cited and checked. All on this machine.",
    examples="Research questions",
    no_examples="The question list can't be read; you can still ask.",
    ask="Ask a question",
    ask_label="Question",
    ask_most="A question has at most {n:,} characters; the rest is left out",
    send="Send",
    stop="Stop",
    languages="Language of the page",
    theme="Switch between light and dark",
    phases={
        "waiting": "Getting ready",
        "searching": "Searching the corpus",
        "writing": "Writing",
        "checking": "Checking each sentence",
        "done": "Done",
        "failed": "Not finished",
    },
    queued="Waiting in line; answers before this one: {n}",
    unchecked="a draft, not yet checked",
    stopping="Stopping; checking what was written so far",
    checked="Checked: {n} of {n} sentences supported",
    checked_some="Checked: {good} of {n} sentences supported",
    partial="answered in part",
    stopped="stopped early",
    stopped_short="Stopped",
    stopped_empty="Nothing had been written yet.",
    stopped_unsupported="What was written until then lacks support, so it is left out.",
    unanswered="Left unanswered",
    abstained="Not enough evidence in the corpus",
    abstained_lead="Rather than guess, the answer stays empty.",
    abstained_hint="Drop documents on the subject into the Corpus page, and ask again.",
    abstained_wider="Only the chosen axis and dates were searched; with wider ones there may be an answer.",
    points="Points",
    rejected="Sentences of the draft that lack support: {n}",
    unsupported="no support found",
    sources="Sources: {n}, documents: {documents}",
    cite="Source {n}: {title}",
    cite_draft="source to be checked",
    close="Close",
    previous="Previous",
    following="Next",
    position="Source {n} of {total}",
    document="Document",
    place="Place",
    publisher="Publisher",
    date="Date",
    confidence="Confidence",
    confidence_levels={"high": "high", "medium": "medium", "low": "low"},
    notes="Notes",
    passage="Passage",
    sheet="The page itself",
    sheet_alt="Picture of page {page} of “{title}”; its text is the passage above",
    no_sheet="This page can't be shown: the file is broken, or has changed since it was read. The passage above holds.",
    also="Other sources of the same claim",
    related="Related passages",
    show_related="Find related passages",
    no_related="No other passage of the corpus speaks of the same.",
    opens_outside="Opens the original page on the web; nothing leaves this machine until you click",
    errors={
        "NotReadyError": "Not ready yet",
        "UsageError": "A setting or its use doesn't fit",
        "RefusedError": "This input can't be taken",
        "FaultError": "Something failed",
    },
    where="Where",
    remedy="What to do",
    to_corpus="Refresh the index on the Corpus page",
    not_ready="No answers yet",
    offline="Offline",
    offline_tried="Outside connections refused: {n}",
    offline_title="Did anything leave this machine?",
    attempts="Outside connections tried: {n}",
    extractive="quoted sentences, no model",
    model="model {model}",
    preparing="Opening the index and the model",
    corpus="{documents} documents, {passages} passages",
    timings="search {retrieve:.2f} s, first word {first:.2f} s, {total:.2f} s in all",
    egress="outside connections: {n}",
    scope="What to answer from",
    axis="Axis",
    any_axis="All axes",
    since="Dates",
    any_date="Any date",
    months="Last {n} months",
    length="Length",
    lengths={"brief": "Brief", "standard": "Standard", "full": "Full"},
    as_of="up to {date}",
    follow_ups="What to ask next",
    near="Nearby questions that the corpus can answer",
    again="Answer again",
    copy="Copy",
    copied="Copied to the clipboard",
    not_copied="The browser doesn't allow copying",
    save_as="Save as {form}",
    speed="about {n:.1f} tokens per second",
    window="context: {used} of {total} tokens",
    meant="After the question before, understood as: {question}",
    anew="New conversation",
    history="Earlier conversations",
    kept="{date}, questions: {n}",
    forget="Delete this conversation",
    forget_all="Delete all",
    forget_sure="Delete all earlier conversations for good",
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
