"""The gate between extraction and index: text that came out garbled is named, never indexed.

A PDF may draw perfect pages and yet say which characters they are wrongly or not at all. What is judged here is only
what no honest text shows; a page of figures or names passes. The shares are measured in docs/LOG.md.
"""

import re
from collections import Counter
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from assistant.corpus.readers.content import Content
from assistant.errors import RefusedError
from assistant.records import Block
from assistant.text.language import HAN

# Below so many characters a share says nothing.
_FEW = 20
_LOST = re.compile(r"\ufffd|\(cid:\d+\)|\.notdef|/g\d{1,5}\b")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_LOST_SHARE, _PRIVATE_SHARE = 0.02, 0.05
# UTF-8 taken for Windows' Latin: a lead byte's letter, then continuation bytes as that code page shows them.
_CONTINUED = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ Ž‘’“”•–—˜™š›œžŸ"
_MOJIBAKE = re.compile(f"[Â-ß][{_CONTINUED}]|[à-ï][{_CONTINUED}]{{2}}")
_MOJIBAKE_SHARE = 0.03
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile(f"[{HAN}]")
# Of running Chinese text more than 97% of the characters are common ones, of characters at random a third.
_LEAST_COMMON, _HAN_FOR_COMMON = 0.75, 30
# The characters that running Chinese text is full of make up some 15% of it; 2% of random common ones.
_EVERYWHERE = frozenset(
    "的一是不在有人這上大中為以要會可對生能而於之年發後作用所成方多經與及等並其了他時來個們到說國和也"
    "这为会对于发后经与并时来个们说国公司業产產品市場电電部分新行"
)
_LEAST_EVERYWHERE, _HAN_FOR_EVERYWHERE = 0.03, 200
# Lists of names and terms lack them too, but are cut into short runs.
_HAN_RUN, _RUN_OF_PROSE = re.compile(f"[{HAN}]+"), 6
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_WORD = re.compile(r"[a-z]{2,}")
_VOWELS = frozenset("aeiouy")
# Letters of English are vowels to 40%, of other languages in Latin script to 37 to 48%.
_VOWEL_SHARES, _WORDS_FOR_VOWELS = (0.25, 0.62), 40
_APART = re.compile(r"\b[A-Za-z](?:\s+[A-Za-z]\b){7,}")
_APART_SHARE, _WORDS_FOR_APART = 0.6, 30
_FORWARD = frozenset("the and of in to for is that with 我們 可以 因為 但是 沒有 什麼 企業 技術 資料 公司 市場".split())
_BACKWARD = frozenset(word[::-1] for word in _FORWARD)


def garbled(text: str) -> str | None:
    """Return what is wrong with a page's text, None where nothing is."""
    visible = len("".join(text.split()))
    if visible < _FEW:
        return None
    if _share(_LOST, text, visible) > _LOST_SHARE:
        return "characters are lost"
    return (None if text.isascii() else _beyond_ascii(text, visible)) or _wrong_latin(text) or _reversed(text)


def _beyond_ascii(text: str, visible: int) -> str | None:
    if _share(_PRIVATE, text, visible) > _PRIVATE_SHARE:
        return "its font has characters of its own"
    if _share(_MOJIBAKE, text, visible) > _MOJIBAKE_SHARE:
        return "it was read in the wrong encoding"
    return _wrong_chinese(text)


def gate(content: Content, path: str) -> Content:
    """Return `content` without its garbled pages, each with a remark; a format without pages is one page.

    Raises RefusedError where nothing else is left.
    """
    kept: list[tuple[Block, str]] = []
    remarks = []
    for page, blocks in groupby(content.blocks, key=attrgetter("page")):
        pieces = [(block, content.text[block.start : block.end]) for block in blocks]
        wrong = garbled("".join(text for _, text in pieces))
        if wrong is None:
            kept += pieces
        else:
            remarks.append(f"page {page} is garbled: {wrong}" if page else f"the text is garbled: {wrong}")
    if not remarks:
        return content
    if not kept:
        raise RefusedError(
            remarks[0] if len(remarks) == 1 else f"all {len(remarks)} pages are garbled ({remarks[0]})",
            where=path,
            remedy="save it again from the program it was made with, or run text recognition (OCR) over it",
        )
    return _rebuilt(content, kept, (*content.remarks, *remarks))


def _rebuilt(content: Content, kept: list[tuple[Block, str]], remarks: tuple[str, ...]) -> Content:
    from dataclasses import replace

    blocks, at = [], 0
    for block, text in kept:
        blocks.append(replace(block, start=at, end=at + len(text)))
        at += len(text)
    return replace(content, text="".join(text for _, text in kept), blocks=tuple(blocks), remarks=remarks)


def _share(pattern: re.Pattern[str], text: str, of: int) -> float:
    return sum(1 for _ in pattern.finditer(text)) / of


def _wrong_chinese(text: str) -> str | None:
    characters = _HAN.findall(text)
    if len(characters) < _HAN_FOR_COMMON or len(_KANA.findall(text)) > len(characters) * 0.05:
        return None
    counts = Counter(characters)
    common = sum(times for c, times in counts.items() if _is_common(c)) / len(characters)
    everywhere = sum(times for c, times in counts.items() if c in _EVERYWHERE) / len(characters)
    runs = _HAN_RUN.findall(text)
    prose = len(characters) >= _HAN_FOR_EVERYWHERE and len(characters) >= len(runs) * _RUN_OF_PROSE
    scarce = prose and everywhere < _LEAST_EVERYWHERE
    return "its characters make no Chinese" if common < _LEAST_COMMON or scarce else None


@lru_cache(maxsize=1 << 14)
def _is_common(character: str) -> bool:
    """Say whether a character is of the first level of Big5 or of GB 2312: the common ones, ordered first there."""
    big5, gb = (character.encode(code, errors="ignore") for code in ("big5", "gb2312"))
    return (len(big5) == 2 and big5[0] <= 0xC6) or (len(gb) == 2 and gb[0] <= 0xD7)


def _wrong_latin(text: str) -> str | None:
    words = _WORD.findall(text)
    latin = [word for word in words if word.isascii()]
    apart = sum(len(run.group().split()) for run in _APART.finditer(text))
    if len(latin) >= _WORDS_FOR_APART and apart > len(latin) * _APART_SHARE:
        return "its letters stand apart"
    lower = [word for word in latin if len(word) > 1 and word.islower()]
    letters = "".join(lower)
    least, most = _VOWEL_SHARES
    if len(lower) >= _WORDS_FOR_VOWELS and not least < sum(map(letters.count, _VOWELS)) / len(letters) < most:
        return "its letters make no words"
    return None


def _reversed(text: str) -> str | None:
    words = Counter(_LATIN_WORD.findall(text.lower()))
    forward, backward = (
        sum(words[word] if word.isascii() else text.count(word) for word in some) for some in (_FORWARD, _BACKWARD)
    )
    return "it runs backwards" if backward >= 5 and backward > 3 * forward else None
