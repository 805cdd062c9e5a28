import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import draft
from assistant.answering.draft import Sentence

PARTS = ("為什麼一張卡裝得下？", "對邊緣端的意義是什麼？")


def test_the_form_that_is_asked_for() -> None:
    text = (
        "硬體縮到一張卡 [1][2]。\n\n## 為什麼一張卡裝得下\n- BF16 約 54 GB [3]。\n- int4 約 14.1 GB [3][4]。\n\n"
        "## 對邊緣端的意義\n- 24 GB 的 RTX 3090 可執行 [8]。\n"
    )
    parsed = draft.parse(text, PARTS)
    assert parsed.conclusion == (Sentence("硬體縮到一張卡。", (1, 2)),)
    assert parsed.sections == (
        (Sentence("BF16 約 54 GB。", (3,)), Sentence("int4 約 14.1 GB。", (3, 4))),
        (Sentence("24 GB 的 RTX 3090 可執行。", (8,)),),
    )


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("A fits [1].", (1,)), ("A fits. [1]", (1,)), ("A fits.[1][2]", (1, 2)), ("裝得下【1】。", (1,)),
        ("裝得下。［1］［3］", (1, 3)),
        ("A fits [1, 2].", (1, 2)), ("A fits [1-3].", (1, 2, 3)), ("A fits [1][1].", (1,)), ("A fits [來源 2].", (2,)),
        ("A fits [^4].", (4,)), ("[5] A fits.", (5,)), ("A fits [2](https://example.org/a).", (2,)),
        ("A fits.", ()), ("A fits in [2025].", ()), ("A fits (1).", ()), ("A fits [1-900].", (1, 900)),
    ],
)  # fmt: skip
def test_markers(written: str, numbers: tuple[int, ...]) -> None:
    (sentence,) = draft.parse(written, ()).sentences
    assert sentence.citations == numbers
    assert "fits" in sentence.text or "裝得下" in sentence.text


@pytest.mark.parametrize(
    "heading",
    ["## 對邊緣端的意義", "**對邊緣端的意義**", "### 2. 對邊緣端的意義是什麼？", "**對邊緣端的意義是什麼：**"],
)
def test_headings_in_any_dress_find_their_part(heading: str) -> None:
    assert draft.parse(f"開場。\n{heading}\n1. 一句 [1]。", PARTS).sections == ((), (Sentence("一句。", (1,)),))


def test_unlike_headings_go_to_the_parts_in_order() -> None:
    parsed = draft.parse("O.\n## Alpha\n- A [1].\n## Beta\n- B [2].\n## Gamma\n- C [3].", ("x?", "y?"))
    assert [[s.text for s in section] for section in parsed.sections] in (
        [["A."], ["B.", "C."]],
        [["A.", "C."], ["B."]],
    )


def test_a_single_paragraph_is_conclusion_and_points() -> None:
    parsed = draft.parse("一張卡裝得下 [1]。對邊緣端的意義是省錢 [2]。", PARTS)
    assert [s.text for s in parsed.conclusion] == ["一張卡裝得下。"]
    assert [s.text for s in parsed.sections[1]] == ["對邊緣端的意義是省錢。"]


def test_only_a_line_s_own_quotation_mark_goes() -> None:
    (one, two) = draft.parse("> A <b>x</b> takes > 5 ms [1]. [2]\n\nB -> C [1].", ("p",)).sentences
    assert (one.text, two.text) == ("A <b>x</b> takes > 5 ms.", "B -> C.")


def test_a_table_row_is_a_statement_with_its_columns() -> None:
    text = "O.\n\n| vendor | power |\n|---|---|\n| NVIDIA | 40–130 W [1] |\n"
    assert draft.parse(text, ("p?",)).sections == ((Sentence("NVIDIA; power: 40–130 W", (1,)),),)


def test_fences_rules_emphasis_labels_and_references_leave_no_trace() -> None:
    text = "**結論。** **意義** 在 `int4` [1]。\n```\n- 裡面 [2]。\n```\n---\n## 參考資料\n[1] A page\n"
    assert draft.parse(text, ("p?",)).sentences == (Sentence("意義 在 int4。", (1,)), Sentence("裡面。", (2,)))


_WORD = st.text(alphabet="abcdefghij", min_size=4, max_size=8)
_LINE = st.tuples(st.sampled_from(["", "- ", "1. ", "* ", "（2） ", "> "]), st.lists(_WORD, min_size=1, max_size=3),
                  st.lists(st.integers(1, 12), max_size=3, unique=True))  # fmt: skip


@given(st.lists(st.one_of(_LINE, st.just("## heading"), st.just("")), max_size=8), st.integers(0, 3))
def test_no_statement_is_lost_and_citations_come_from_markers(lines: list[object], parts: int) -> None:
    expected, text = [], []
    for line in lines:
        if isinstance(line, str):
            text.append(line)
            continue
        lead, words, numbers = line  # type: ignore[misc]
        expected.append((" ".join(words) + ".", tuple(numbers)))
        text.append(f"{lead}{' '.join(words)} {''.join(f'[{n}]' for n in numbers)}.")
    found = [(s.text, s.citations) for s in draft.parse("\n".join(text), [f"part {i}" for i in range(parts)]).sentences]
    assert sorted(found) == sorted(expected)


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_can_be_parsed(text: str, parts: list[str]) -> None:
    parsed = draft.parse(text, parts)
    assert len(parsed.sections) == len(parts)
    assert all(sentence.text.strip() for sentence in parsed.sentences)
