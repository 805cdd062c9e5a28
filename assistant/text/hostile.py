"""Text that gives orders to whoever reads the evidence, and how evidence is shown to a model without its hidden parts.

Corpus text is data. A sentence that addresses the model ("Ignore the instructions above", 「從現在起你是…」) is no
finding: it is listed, and never said in an answer. Found are the forms that published attacks share (OWASP LLM01;
Greshake et al. 2023, "Not what you've signed up for"); a paraphrase may escape, so the grounding check stays the
last word. Orders in quotation marks are somebody's report of one and are not found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.text import sentences
from assistant.text.figures import plain

Kind = Literal["override", "role", "disclosure", "answer", "addressed", "tag", "hidden"]

_RULES = r"(?:instruction|prompt|rule|direction|guideline|constraint|command|context|message)s?"
_RULES_ZH = "(?:指示|指令|规则|提示|命令|设定|要求|限制|内容|对话|上下文)"
_MODEL = r"(?:ai|llm|llms|model|models|assistant|assistants|chatbot|chatbots|language models?|agents?)"
_MODEL_ZH = "(?:ai|llm|模型|语言模型|助理|助手|机器人|聊天机器人)"
# An order is given where a sentence or a clause begins, or to "you"; "attackers make models ignore …" is a report.
_TOLD = (
    r"(?:^|[.:;,!—-]\s*|\bplease |\bmust |\bshould |\band |\bthen "
    r"|\byou (?:can |may |will |now |are to )?)(?:now |just )?"
)
_TOLD_ZH = "(?:^|[，,:：；;、。！!\\s]|请|你|并|务必|必须|接着|然后)"
# Each is looked for in a sentence folded by `figures.plain`: small letters, Chinese simplified.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("override", rf"{_TOLD}(?:ignore|disregard|forget|override|bypass|skip)\b.{{0,40}}\b(?:previous|prior|above"
                 rf"|earlier|preceding|all|any|your|the|these|other)\b.{{0,30}}\b{_RULES}\b"),
    ("override", rf"{_TOLD}(?:forget|ignore) (?:everything|all) (?:you|above|before|that)\b"
                 r"|\bnew (?:system )?instructions?\s*:"),
    ("override", rf"{_TOLD_ZH}(?:忽略|无视|忘记|忘掉|不要理会|不用理会|跳过|绕过|推翻|不必遵守|不要遵守)"
                 rf".{{0,16}}{_RULES_ZH}"),
    ("override", "(?:新的?|以下(?:是|为)新的?)(?:系统)?(?:指示|指令)\\s*[:：]"),
    ("role", r"\byou are now (?:an? |the |in |free|no longer|unrestricted|called|known)|\bfrom now on,? you\b"
             r"|\bpretend (?:to be|that you|you)\b|\byou must now act\b|\broleplay as\b"),
    ("role", rf"{_TOLD}act as (?:an? |the )?(?:unrestricted|different|new|root|admin|developer|system|{_MODEL})\b"),
    ("role", "(?:从现在起|从现在开始|接下来)，?你(?:是|要|必须|将)|你现在(?:是|要扮演)"
             "|(?:请你?|你要|你必须)(?:扮演|假装)"),
    ("disclosure", rf"{_TOLD}(?:reveal|print|repeat|output|show|disclose|leak|send)\b.{{0,30}}"
                   r"\b(?:your|the|system|hidden)\b.{0,12}\b(?:system prompt|prompt|instructions|secrets?|api keys?"
                   r"|passwords?|credentials|conversation)\b"),
    ("disclosure", rf"{_TOLD_ZH}(?:输出|显示|透露|重复|印出|泄露|说出|列出).{{0,8}}"
                   "(?:系统提示|提示词|系统指令|密码|金钥|密钥|api key)"),
    ("answer", r"^(?:please )?(?:always |only )?(?:respond|reply|answer)\b.{0,30}"
               r"\b(?:only with|with only|with the|that|exactly|by saying|in the affirmative)\b"),
    ("answer", rf"{_TOLD}(?:do not|don't|never) (?:mention|tell|reveal|cite|inform|warn)\b.{{0,40}}"
               r"\b(?:user|reader|anyone|this (?:text|note|instruction|passage))s?\b"),
    ("answer", r"\b(?:when|if) (?:asked|answering|summari[sz]ing|the user asks)\b.{0,60}\b(?:always |you must )"
               r"(?:say|answer|reply|respond|recommend|state|claim)\b"),
    ("answer", r"\byou (?:must|should|shall) (?:always |only |now )?(?:say|answer|reply|respond|recommend|state"
               r"|tell|claim|output)\b"),
    ("answer", "(?:回答|回覆|回复|作答|摘要)(?:时|的时候)?，?"
               "(?:请|你|必须|务必|一律|都要|只能|都必须|请务必|你必须).{0,8}"
               "(?:说|写|回答|推荐|宣称|回复|输出|表示|强调|告诉)"),
    ("answer", "(?:请|你|必须|务必)(?:一律|只能?|必须|务必|总是)(?:回答|回复|推荐|说|输出|写)"),
    ("answer", "(?:不要|不得|切勿|请勿|别)(?:告诉|提及|透露|告知|警告).{0,10}(?:用户|使用者|读者|任何人|这段)"),
    ("addressed", rf"(?:^|[.:]\s*)(?:note|message|instructions?|attention|dear|hello|hey)\b[,:]?\s*(?:to |for )?"
                  rf"(?:the |any |all )?(?:{_MODEL} ?){{1,3}}(?:[,:]|reading|that reads?|processing|summari)"),
    ("addressed", rf"\b{_MODEL} (?:reading|that reads?|processing|summari[sz]\w+) (?:this|the) "
                  r"(?:page|text|document|passage|note)\b"),
    ("addressed", rf"(?:给|致|写给|请).{{0,8}}{_MODEL_ZH}.{{0,6}}"
                  r"(?:的(?:指示|指令|讯息|消息|话)[:：]|[:：，]\s*请)"),
    ("addressed", rf"(?:读到|看到|阅读|处理)(?:这|本|此).{{0,8}}的.{{0,4}}{_MODEL_ZH}"),
    ("tag", r"<\|[a-z_]{2,30}\|>|<<\s*/?sys\s*>>|\[/?inst\]|</?(?:start|end)_of_turn>"
            r"|<\|?/?(?:system|assistant|user)\|?>|^\s*(?:#+\s*)?(?:system|assistant)\s*[:：]\s*you\b"),
    ("hidden", "[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"),
)  # fmt: skip
_FORMS = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|‘[^’]*’|\"[^\"]*\"|《[^》]*》")
_TAGS = re.compile(
    r"<\|[A-Za-z_]{2,30}\|>|<<\s*/?SYS\s*>>|\[/?INST\]|</?(?:start|end)_of_turn>|</?s>"
    r"|<\|?/?(?:system|assistant|user)\|?>",
    re.IGNORECASE,
)
# Control characters, those that turn the direction of writing, invisible ones and "tag" letters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
# What would look like the number of a piece of evidence, or like a heading of the prompt.
_NUMBERED = re.compile(r"[\[［【](\s*\d{1,3}(?:\s*[,，、-]\s*\d{1,3})*\s*)[\]］】]")
_HEADINGS = re.compile(r"(?:^|(?<=\s))#{1,6}(?=\s)|```|~~~")


@dataclass(frozen=True, slots=True)
class Order:
    """A stretch of text that gives an order: of which kind, and the offsets of its sentence."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> list[Order]:
    """Return the sentences of `text` that address whoever reads it as evidence, in order, each once."""
    return list(_find(text))


def is_order(text: str) -> bool:
    """Say whether a statement holds an order to the reader of evidence; hidden characters alone are none."""
    return overlap(text, 0, len(text))


def overlap(text: str, start: int, end: int) -> bool:
    """Say whether a stretch of `text` has a part of an order in it."""
    return any(o.start < end and start < o.end for o in _find(text) if o.kind != "hidden")


def neutral(text: str) -> str:
    """Return `text` on one line as a model may see it.

    It is without orders, control characters, role tags and code fences, and with nothing that looks like a number of
    the evidence or a heading of the prompt. Other words stay as they are; the passage itself is never changed.
    """
    for order in reversed([order for order in _find(text) if order.kind not in ("tag", "hidden")]):
        text = f"{text[: order.start]} … {text[order.end :]}"
    bare = _HEADINGS.sub(" ", _TAGS.sub(" ", _HIDDEN.sub("", text)))
    return " ".join(_NUMBERED.sub(r"(\1)", bare).split())


@lru_cache(maxsize=8192)
def _find(text: str) -> tuple[Order, ...]:
    return tuple(_orders(text))


def _orders(text: str) -> Iterator[Order]:
    for start, end in sentences.spans(text):
        written = text[start:end]
        said = _QUOTED.sub(lambda match: " " * len(match.group()), plain(written))
        for kind, form in _FORMS:
            if form.search(said if kind not in ("tag", "hidden") else written.lower()):
                yield Order(kind, start, end)
                break
