"""How far the evidence carries a question: below a threshold the program says that it does not know."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from assistant.retrieval.bridge import Bridge
from assistant.text import tokens
from assistant.text.normalize import simplify
from assistant.text.units import HAN_UNITS

# Words of which questions are made, whatever they are about: that no passage has them says nothing.
_EVERYDAY = frozenset(
    """
    according answer any ask become best better big buy call come companies company compare cost did different do draw
    explain far fast faster find get give happen hear help high hold keep kind know large less like long look made make
    many mature mean mind month more most much must name need new number old part pay people place put reason run say
    see show shown since small take tell thing think time try two type under use want watch way without work year
    down get going good great happen important main mostly much really still today together
    able available bring brought certain current currently especially example expect expected first following given
    likely next possible recent recently second several similar specific start used using various
    cheap cheaper versus vs watt watts dollar dollars euros gigabytes milliseconds seconds minutes hours
    going kick got please thing lot bit
    """.split()
)
# Function words run together, as people type them; "what's" is told by its apostrophe.
_CONTRACTED = frozenset("whats whos wheres hows dont doesnt cant wont isnt arent im ive lets thats".split())
_HEADS = tokens.STOP_WORDS | {"let", "don", "doesn"}
_EVERYDAY_CHINESE = frozenset(
    """
    多少 多大 多久 多快 多高 多長 可以 能夠 主要 較好 比較 比起 相比 目前 未來 現在 以後 以前 之後 之前 出現 例如
    具體 關鍵 即可 帶來 受到 要求 確保 擔憂 顯著 相關 幾年 幾個 幾種 有沒 沒有 為什 什麼 怎麼 如何 是否 可能 需要 應該
    必須 告訴 說明 介紹 請問 知道 認為 覺得 使用 進行 包括 以及 或者 因此 所以 但是 如果 不同 其他 各自 分別
    重要 最大 最小 哪家 哪個 意義 代表 運行 降低 電子 幾大 三大 四大 五大 十大 便宜
    多少錢 大概 大約 一台 一個 一張 一顆 一套 要花 要多 要怎 能不能 可不可以 想要 差多 差在 哪裡 最近 注意 建議
    適合 推薦 值得 時候 沒辦法 辦法 一片 一塊 一組 能用 好用 有沒有 怎麼選 還是
    """.split()
)

# The figure that is asked for: what has it need not say "幾瓦". Whether the evidence has one is asked of `wanted`.
_ASKED_UNIT = re.compile(rf"(?:多少|[幾几])(?:{'|'.join(sorted(HAN_UNITS, key=len, reverse=True))})")

# What is asked of a thing ("Thor 的保固多久", "研華的股價是多少"): the dictionary need not have it as a word.
_ATTRIBUTE = re.compile(
    "的(?P<what>[^的，。？?\\s]{2,4}?)(?:大概|大約|約)?(?:是|有|為|要)?(?=多|[幾几]|誰|谁|什麼|什么|哪|何)"
)

# A Latin word says about as much as three Chinese characters.
WORD = 3


def content_terms(text: str) -> list[str]:
    """Return the different terms of a question that say what it is about."""
    return list(dict.fromkeys(term for _, terms in tokens.phrases(text) for term in terms))


def strength(question: str, equivalents: Mapping[str, Iterable[str]], found: set[str]) -> float:
    """Return how far the evidence carries a question, 0 to 1.

    That is the share of the question that the found terms cover, plus the share that the glossary knows: a question
    in the field's own words needs less of its wording to recur. `equivalents` are the question's glossary phrases
    with their other names; a phrase is covered when one of those was found. Of the measures tried it tells questions
    about the corpus from others best (docs/LOG.md).
    """
    known = set(found)
    for phrase, names in equivalents.items():
        if any(found.issuperset(tokens.terms(name)) for name in names):
            known.update(tokens.terms(phrase))
    covered = size = 0
    for phrase, terms in tokens.phrases(question):
        if tokens.is_han(phrase):
            # Pairs overlap, and those across two words occur nowhere: a character counts if any pair with it does.
            places = {place for i, term in enumerate(terms) if term in known for place in (i, i + 1)}
            asked = (*_everyday().finditer(phrase), *_ASKED_UNIT.finditer(simplify(phrase)))
            idle = {place for match in asked for place in range(*match.span())}
            covered, size = covered + len(places), size + len(phrase) - len(idle - places)
        elif _is_telling(phrase):
            covered, size = covered + WORD * any(term in known for term in terms), size + WORD
    familiar = sum(len(tokens.terms(phrase)) for phrase in equivalents) / max(1, len(tokens.terms(question)))
    return min(1.0, covered / size + familiar) if size else 0.0


def absent(question: str, names: Mapping[str, Iterable[str]], found: Collection[str], bridge: Bridge) -> list[str]:
    """Return the words of a question, as it has them, that no evidence has, nor another word for them.

    `names` are the question's glossary phrases; `found` has the terms of the evidence, those included that it has when
    it is put into the question's language. So "the warranty of Jetson Thor" is told to lack the warranty, though all
    else is there.
    """
    familiar = {term for phrase in names for term in tokens.terms(phrase)} | set(found)
    words = (word for word, terms in (*_words(question, bridge), *_asked(question)) if not familiar.intersection(terms))
    return list(dict.fromkeys(words))


def _words(question: str, bridge: Bridge) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words of a question that name something, with their terms."""
    for phrase, terms in tokens.phrases(question):
        if not tokens.is_han(phrase):
            if _is_telling(phrase):
                # The figure of "10GbE" alone is none of it.
                yield phrase, tuple(term for term in terms if not term.isdigit()) or terms
            continue
        folded, end = simplify(phrase), 0
        for word in bridge.words(phrase):
            place = folded.find(word, end)
            # One that overlaps the word before it is most often an accident of two words.
            if place < 0:
                continue
            end = place + len(word)
            written = phrase[place:end]
            if len(word) > 1 and written not in _EVERYDAY_CHINESE:
                yield written, tuple(word[i : i + 2] for i in range(len(word) - 1))


def _asked(question: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a Chinese question asks of a thing, with its terms."""
    for match in _ATTRIBUTE.finditer(question):
        what = match["what"]
        pairs = tuple(simplify(what)[i : i + 2] for i in range(len(what) - 1))
        if all(map(tokens.is_han, pairs)) and what not in _EVERYDAY_CHINESE:
            yield what, pairs


def _is_telling(word: str) -> bool:
    """Say whether a Latin word is none of which all questions are made, nor such words run together (what's, whats)."""
    head, apostrophe, _ = word.lower().partition("'")
    together = word.lower() in _CONTRACTED or (bool(apostrophe) and head in _HEADS)
    return not together and word.lower() not in _EVERYDAY


@cache
def _everyday() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_EVERYDAY_CHINESE, key=len, reverse=True)))
