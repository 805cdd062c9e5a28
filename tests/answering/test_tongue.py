from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import tongue
from assistant.records import Language, Message, Prompt

TAIWAN = "邊緣運算把資料留在本機，延遲也比較短 [1]。\n\n## 重點\n- 資訊不必離開現場 [2]。\n"
MAINLAND = "边缘计算把数据留在本机，网络延迟也比较短 [1]。\n\n## 重点\n- 信息不必离开现场 [2]。\n"
ENGLISH = "Edge computing keeps the data on the machine, and answers come sooner than from a cloud [1].\n"


class Writer:
    """Writes the next of its drafts at each call, in pieces, and keeps what it was asked."""

    def __init__(self, *drafts: str, size: int = 3) -> None:
        self.drafts = list(drafts)
        self.asked: list[Sequence[Message]] = []
        self.given = 0
        self._size = size

    def __call__(self, messages: Sequence[Message]) -> Iterator[str]:
        draft = self.drafts[len(self.asked)]
        self.asked.append(messages)
        for start in range(0, len(draft), self._size):
            self.given += 1
            yield draft[start : start + self._size]


def prompt(language: Language = "zh-TW") -> Prompt:
    messages = (Message("system", "rules"), Message("user", "evidence and question"))
    return Prompt("?", language, ("?",), (), messages, 200)


@pytest.mark.parametrize(("language", "draft"), [("zh-TW", TAIWAN), ("en", ENGLISH), ("zh-TW", "好。"), ("en", "")])
def test_a_draft_in_the_right_language_passes_as_it_is(language: Language, draft: str) -> None:
    write = Writer(draft)
    assert "".join(tongue.kept(prompt(language), write)) == draft
    assert write.asked == [prompt(language).messages]


def test_simplified_chinese_is_put_as_taiwan_writes_it() -> None:
    written = "".join(tongue.kept(prompt(), Writer(MAINLAND)))
    assert "資訊不必離開現場 [2]。" in written
    assert "## 重點\n" in written
    assert "[1]。" in written
    assert not set("边数离网") & set(written)


def test_a_sentence_that_turns_simplified_on_the_way_is_put_right_too() -> None:
    written = "".join(tongue.kept(prompt(), Writer(TAIWAN + "- 网络中断时照样运行 [3]。")))
    assert written.startswith(TAIWAN)
    assert written.endswith("- 網路中斷時照樣執行 [3]。")


@pytest.mark.parametrize(
    ("language", "wrong", "right", "asks"), [("zh-TW", ENGLISH, TAIWAN, "繁體中文"), ("en", TAIWAN, ENGLISH, "English")]
)
def test_a_draft_in_the_other_language_is_begun_anew(language: Language, wrong: str, right: str, asks: str) -> None:
    write = Writer(wrong * 5, right)
    assert "".join(tongue.kept(prompt(language), write)) == right
    first, again = write.asked
    # All that was read before can be used again: only the end is new.
    assert list(again[:-1]) == list(first[:-1])
    assert again[-1].content.startswith(first[-1].content)
    assert asks in again[-1].content[len(first[-1].content) :]
    assert write.given < (len(wrong * 5) + len(right)) / 3, "the wrong draft was written to its end"


def test_what_comes_then_stands() -> None:
    write = Writer(ENGLISH, ENGLISH)
    assert "".join(tongue.kept(prompt(), write)) == ENGLISH
    assert len(write.asked) == 2


def test_a_chinese_draft_full_of_latin_names_is_chinese() -> None:
    draft = "NVIDIA Jetson Thor、Qualcomm Dragonwing、Intel Core Ultra 與 AMD Ryzen AI 都能在邊緣執行 LLM [1]。"
    write = Writer(draft)
    assert "".join(tongue.kept(prompt(), write)) == draft


def test_traditional_chinese_is_shown_before_its_sentence_ends() -> None:
    pieces = tongue.kept(prompt(), Writer("邊緣運算把資料留在本機而不送到雲端" * 4 + "。", size=1))
    assert len(next(pieces)) < 20


@given(
    st.lists(st.sampled_from(["邊緣", "边缘", "后台", "。", "\n", "LLM ", "[1]", "信息", "資訊", "；"]), max_size=30),
    st.integers(1, 5),
)
def test_how_the_text_is_cut_makes_no_difference(words: list[str], size: int) -> None:
    text = "邊緣運算把資料留在本機而不送雲端。" + "".join(words)
    cut = "".join(tongue.kept(prompt(), Writer(text, size=size)))
    assert cut == "".join(tongue.kept(prompt(), Writer(text, size=len(text))))


def test_it_ends_with_what_it_reads_from() -> None:
    write = Writer(TAIWAN)
    pieces = tongue.kept(replace(prompt()), write)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert write.given < len(TAIWAN) / 3
