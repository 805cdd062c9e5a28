import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.screen import REASONING, Repetition, Screen, opened_by


def shown(pieces: list[str], *, stops: tuple[str, ...] = (), closes: str | None = None) -> str:
    screen = Screen(stops, closes)
    return "".join(screen.feed(piece) for piece in pieces) + screen.finish()


@given(
    thought=st.text("ab<>/think| 想", max_size=20),
    family=st.sampled_from(sorted(REASONING)),
    cuts=st.lists(st.integers(1, 8), min_size=1, max_size=30),
)
def test_reasoning_is_hidden_however_it_is_cut(thought: str, family: str, cuts: list[int]) -> None:
    text = f"前 {family}{thought}{REASONING[family]} 後 a < b [1]。"
    pieces, at = [], 0
    for n in range(len(text)):
        size = cuts[n % len(cuts)]
        pieces.append(text[at : at + size])
        at += size
    assert shown(pieces) == shown([text]) == "前  後 a < b [1]。"


@given(st.text("<th ink>/|[]1想\n", max_size=60), st.integers(1, 5))
def test_cutting_changes_nothing(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert shown(pieces, stops=("[1]",)) == shown([text], stops=("[1]",))


def test_what_is_no_marker_comes_through() -> None:
    text = "a <b> c </b> <thin [TH] <|x|> [1][2] <"
    assert shown(list(text)) == text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("想一想</think>\n\n答", "答"),
        ("想一想", ""),
        ("</think>答", "答"),
        ("想<think>又想</think>答</think>案", "答案"),
    ],
)
def test_reasoning_that_the_prompt_opened(text: str, answer: str) -> None:
    assert shown(list(text), closes="</think>") == answer


def test_reasoning_without_an_end_is_never_shown() -> None:
    assert shown(["答", "<think>", "想一想</thi"]) == "答"


def test_harmony_channels() -> None:
    text = "<|channel|>analysis<|message|>想<|end|><|start|>assistant<|channel|>final<|message|>答案"
    assert shown(list(text)) == shown([text]) == "答案"


def test_nothing_after_a_stop() -> None:
    screen = Screen(("<|im_end|>",))
    assert screen.feed("答<|im_") == "答"
    assert not screen.ended
    assert screen.feed("end|>多餘") == ""
    assert screen.ended
    assert screen.feed("更多") + screen.finish() == ""


def test_text_is_not_held_longer_than_it_must() -> None:
    screen = Screen()
    assert [screen.feed(piece) for piece in ("a", "<", "b", "[", "1]")] == ["a", "", "<b", "", "[1]"]


@pytest.mark.parametrize(
    ("prompt", "closes"),
    [("…assistant\n<think>\n", "</think>"), ("…<think>\n\n</think>\n\n", None), ("<think> is a tag", None)],
)
def test_what_a_prompt_has_opened(prompt: str, closes: str | None) -> None:
    assert opened_by(prompt) == closes


def repeats_at(tokens: list[int], texts: list[str] | None = None) -> int | None:
    repetition = Repetition()
    texts = texts or [""] * len(tokens)
    return next((n for n, pair in enumerate(zip(tokens, texts, strict=True)) if repetition.seen(*pair)), None)


@pytest.mark.parametrize("size", [1, 2, 7, 40, 64])
def test_the_same_tokens_again_and_again(size: int) -> None:
    start = [*range(1000, 1100)]
    at = repeats_at([*start, *[*range(size)] * 100])
    assert at is not None
    assert at - len(start) < max(48, 4 * size) + 1


@given(st.lists(st.integers(0, 50), max_size=40))
def test_a_short_text_never_repeats(tokens: list[int]) -> None:
    assert repeats_at(tokens) is None


def test_different_tokens_never_repeat() -> None:
    assert repeats_at([n * n % 7919 for n in range(3000)]) is None


def test_the_same_line_again_and_again() -> None:
    lines = ["- 邊緣運算降低了延遲 [1]。\n", "- 邊緣運算降低了延遲 [2]。\n", "- 邊緣運算降低了延遲 [3]。\n"]
    assert repeats_at([1, 2, 3], lines) == 2
    others = ["- 成本也因此降低了很多。\n", "- 隱私也因此得到保護了。\n"]
    assert repeats_at(list(range(12)), [lines[0], *others] * 4) is None
    assert repeats_at(list(range(30)), [lines[0], *others] * 10) == 15


def test_short_lines_may_repeat() -> None:
    assert repeats_at(list(range(40)), ["- 是\n", "\n"] * 20) is None
