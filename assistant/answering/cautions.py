"""What an answer owes its reader besides its statements: what was left out, what was planted, who disagrees."""

from collections.abc import Iterator, Mapping, Sequence

from assistant.answering import disagreements
from assistant.answering.assertions import Reader
from assistant.records import Evidence, Language, Prompt, Statement
from assistant.text import hostile
from assistant.text import language as languages

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh-TW": {
        "left": "有 {count} 句查無依據，未列為事實（{reasons}）。",
        "tongue": "模型有 {count} 句不是以中文寫成；內容仍經查核。",
        "planted": "下列文件夾帶對讀者下達的指令，只當作資料，未予理會：{paths}。",
        "comma": "、",
        "stop": "；",
    },
    "en": {
        "left": "Not stated as fact, because the evidence doesn't carry it: {count} ({reasons}).",
        "tongue": "The model did not write in English: {count} sentences, checked all the same.",
        "planted": "These documents hold orders to whoever reads them; they are data and were not followed: {paths}.",
        "comma": ", ",
        "stop": "; ",
    },
}
_MOST_NAMED = 3


def of(prompt: Prompt, statements: Sequence[Statement], cited: Sequence[Evidence], reader: Reader) -> Iterator[str]:
    """Yield a line for each caution: disagreeing sources, statements left out, and documents that give orders."""
    words = _WORDS[prompt.language]
    yield from disagreements.lines(disagreements.among(cited, reader), prompt.language)
    left = [s.reason for s in statements if s.verdict == "unsupported"]
    if left:
        reasons = list(dict.fromkeys(reason for reason in left if reason))[:_MOST_NAMED]
        yield words["left"].format(count=len(left), reasons=words["stop"].join(reasons))
    strayed = sum(_strays(s, prompt.language) for s in statements)
    if strayed:
        yield words["tongue"].format(count=strayed)
    planted = dict.fromkeys(e.hit.path for e in prompt.evidence if hostile.find(e.hit.passage.text))
    if planted:
        yield words["planted"].format(paths=words["comma"].join(planted))


def _strays(statement: Statement, language: Language) -> bool:
    """Say whether a statement is in the other language for no reason: what it rests on is in the one asked for."""
    if statement.verdict != "supported" or "other-language" in statement.notes:
        return False
    text = statement.text
    return sum(languages.count(text)) >= languages.TELLING and languages.detect(text) != language
