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


ZH = Words(
    pages={"chat": "問答", "questions": "研究問題"},
    navigation="頁面",
    questions="研究問題",
    questions_lead="取自 questions.md，可以隨時增刪修改。",
    counts="{total} 題，{answered} 題有答案，{stale} 題的語料在作答後有更新",
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
)

EN = Words(
    pages={"chat": "Chat", "questions": "Questions"},
    navigation="Pages",
    questions="Research questions",
    questions_lead="They are those of questions.md; edit it freely.",
    counts="{total} questions, {answered} answered, {stale} of them before the corpus last changed",
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
)

WORDS: dict[Language, Words] = {"zh-TW": ZH, "en": EN}
