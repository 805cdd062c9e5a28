"""What the pages beside the chat say, in both languages, side by side."""

from dataclasses import dataclass

from assistant.records import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Braces are filled in by `str.format`."""

    pages: dict[str, str]
    navigation: str
    questions: str
    questions_lead: str
    counts: str
    counts_stale: str
    run_all: str
    run_again: str
    resume: str
    run_one: str
    read: str
    halt: str
    halting: str
    running: str
    left: str
    left_unknown: str
    halted: str
    ran: str
    report: str
    never: str
    stale: str
    grounded: str
    sources: str
    as_of: str
    answered_at: str
    changes: str
    changed: str
    corpus: str
    corpus_counts: str
    drop_here: str
    choose: str
    formats: str
    taking: str
    observe: str
    observe_text: str
    observe_source: str
    observe_date: str
    observe_save: str
    observed: str
    refresh: str
    refreshing: str
    reading: str
    refreshed: str
    outcomes: dict[str, str]
    find: str
    no_axis: str
    passages: str
    undated: str
    delete: str
    delete_sure: str
    unread: str
    remarks: str
    orders: str
    orders_lead: str
    quality: str
    sureness: dict[str, str]
    separator: str
    empty: str
    counting: str
    coverage_none: str
    coverage_more: str


ZH = Words(
    pages={"chat": "問答", "questions": "研究問題", "corpus": "語料", "assess": "評估", "machine": "本機"},
    navigation="頁面",
    questions="研究問題",
    questions_lead="取自 questions.md，可以隨時增刪修改。",
    counts="{total} 題，{answered} 題有答案",
    counts_stale="{total} 題，{answered} 題有答案，其中 {stale} 題在作答後語料有更新",
    run_all="全部作答",
    run_again="全部重新作答",
    resume="接續上次，還有 {n} 題",
    run_one="作答",
    read="閱讀",
    halt="停止",
    halting="正在停止",
    running="第 {n} 題，共 {total} 題",
    left="約剩 {time}",
    left_unknown="正在估計所需時間",
    halted="已停止，完成的答案都保留，可以接續。",
    ran="完成，{total} 題都有結果。",
    report="最新報告",
    never="尚未作答",
    stale="語料已更新",
    grounded="{good}/{n} 句有依據",
    sources="出處 {n} 則",
    as_of="資料截至 {date}",
    answered_at="{when} 作答",
    changes="與前一次相比",
    changed="{n} 題有變動",
    corpus="語料",
    corpus_counts="{documents} 份文件，{passages} 個段落",
    drop_here="把文件拖放到這裡",
    choose="選擇檔案",
    formats="可讀 {formats}，每份至多 {size} MB；存入 corpus/{folder}/",
    taking="正在收下檔案",
    observe="記下一則觀察",
    observe_text="看到了什麼",
    observe_source="來源（網址或出處）",
    observe_date="日期",
    observe_save="記下",
    observed="已記下，正在編入索引",
    refresh="更新索引",
    refreshing="正在更新索引",
    reading="讀取第 {n} 份，共 {total} 份",
    refreshed="索引已更新：新增 {added}、變更 {changed}、移除 {removed}，共 {passages} 個段落",
    outcomes={
        "added": "已收下",
        "known": "同樣的檔案已在語料中",
        "empty": "空檔案，未收下",
        "large": "檔案太大，未收下",
        "format": "不是可讀的格式，未收下",
        "unwritable": "無法寫入，未收下",
    },
    find="篩選標題、路徑或日期",
    no_axis="未歸類",
    passages="{n} 段",
    undated="日期不詳",
    delete="刪除",
    delete_sure="確定刪除這個檔案",
    unread="未能讀取的檔案",
    remarks="讀取時略去的內容",
    orders="夾帶指令的段落",
    orders_lead="這些句子像是要指揮模型。它們不會進入提示，也不會出現在答案裡；請確認來源。",
    quality="可信度",
    sureness={"high": "高", "medium": "中", "low": "低"},
    separator="・",
    empty="還沒有文件。把檔案拖放到上面，或記下一則觀察。",
    counting="正在清點各題的證據……",
    coverage_more="各題的數字與各主題的證據",
    coverage_none="建立索引後，這裡會畫出各題與各主題的證據。",
)

EN = Words(
    pages={"chat": "Chat", "questions": "Questions", "corpus": "Corpus", "assess": "Assess", "machine": "Machine"},
    navigation="Pages",
    questions="Research questions",
    questions_lead="They are those of questions.md; edit it freely.",
    counts="{total} questions, {answered} answered",
    counts_stale="{total} questions, {answered} answered, {stale} of them before the corpus last changed",
    run_all="Answer all",
    run_again="Answer all again",
    resume="Resume, {n} to go",
    run_one="Answer",
    read="Read",
    halt="Stop",
    halting="Stopping",
    running="Question {n} of {total}",
    left="about {time} left",
    left_unknown="estimating the time",
    halted="Stopped. The answers so far are kept; you can resume.",
    ran="Done: all {total} questions have a result.",
    report="Newest report",
    never="not answered yet",
    stale="corpus changed since",
    grounded="{good} of {n} sentences supported",
    sources="sources: {n}",
    as_of="evidence up to {date}",
    answered_at="answered {when}",
    changes="Since the run before",
    changed="changed questions: {n}",
    corpus="Corpus",
    corpus_counts="{documents} documents, {passages} passages",
    drop_here="Drop documents here",
    choose="Choose files",
    formats="{formats}; up to {size} MB each. They go to corpus/{folder}/",
    taking="Taking the files in",
    observe="Jot down an observation",
    observe_text="What did you notice?",
    observe_source="Source (address or name)",
    observe_date="Date",
    observe_save="Save",
    observed="Saved; it is being indexed",
    refresh="Refresh the index",
    refreshing="Refreshing the index",
    reading="reading file {n} of {total}",
    refreshed="Index refreshed: {added} added, {changed} changed, {removed} removed; {passages} passages",
    outcomes={
        "added": "taken in",
        "known": "the same file is in the corpus already",
        "empty": "empty, left out",
        "large": "too large, left out",
        "format": "not a format that can be read, left out",
        "unwritable": "can't be written, left out",
    },
    find="Filter by title, path or date",
    no_axis="Not filed",
    passages="{n} passages",
    undated="undated",
    delete="Delete",
    delete_sure="Delete this file for good",
    unread="Files that can't be read",
    remarks="Left out while reading",
    orders="Passages that give orders",
    orders_lead="These sentences read like orders to a model. They reach no prompt and no answer; check the source.",
    quality="confidence",
    sureness={"high": "high", "medium": "medium", "low": "low"},
    separator=", ",
    empty="No documents yet. Drop files above, or jot down an observation.",
    counting="Counting the evidence of each question…",
    coverage_more="Figures of the questions, and evidence by topic",
    coverage_none="Once there is an index, the evidence of each question and topic is drawn here.",
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
