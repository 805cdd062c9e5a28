"""Every list item of a question list is a question or a named warning; nothing is lost in silence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError, NotReadyError, RefusedError
from assistant.records import content_id
from assistant.research.questions import MAX_BYTES, MAX_CHARACTERS, parse, read

ROOT = Path(__file__).parents[2]

WORDS = st.text("問題邊緣運算 abcXYZ019，。？?（）:/", min_size=1, max_size=40).filter(
    lambda text: any(map(str.isalnum, text))
)
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
MARKERS = st.sampled_from(["- ", "* ", "+ ", "1. ", "2) ", "3、", "１．", "12. "])


def texts(markdown: str) -> list[str]:
    return [question.text for question in parse(markdown).questions]


def test_the_twelve_questions_of_the_project() -> None:
    found = read(ROOT / "questions.md")
    assert len(found.groups) == 5
    assert [len(group.questions) for group in found.groups] == [3, 2, 3, 3, 1]
    assert found.warnings == ()
    assert all(question.axis for question in found.questions)
    assert len({question.id for question in found.questions}) == 12
    assert found.questions[2].text == "Gemma 3 27B 只需單一 NVIDIA H100 GPU 即可運行的突破代表什麼意義？"


def test_groups_ids_axes_and_lines() -> None:
    found = parse(
        "# Title\n\nA paragraph.\n\n"
        "## 趨勢 {#trends axis=hardware}\n\n1. 第一題？ {#one}\n2. 第二題？ {#two axis=value}\n"
        "\n## Plain\n- third?\n"
    )
    assert [(g.title, g.id, g.axis) for g in found.groups] == [("趨勢", "trends", "hardware"), ("Plain", None, None)]
    assert [(q.id, q.text, q.group, q.axis, q.line) for q in found.questions] == [
        ("one", "第一題？", "趨勢", "hardware", 7),
        ("two", "第二題？", "趨勢", "value", 8),
        (content_id("third?"), "third?", "Plain", None, 11),
    ]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("## g\n- 一行\n  接續的一行", ["一行接續的一行"]),
        ("## g\n- one line\nand its next", ["one line and its next"]),
        ("## g\n- 問題\n\n  A note below is not part of it.\n- next", ["問題", "next"]),
        ("## g\n- **bold** `code` [link](http://a.example) \\* {x}", ["bold code link * {x}"]),
        ("## g\n- [ ] open\n- [x] done", ["open", "done"]),
        ("## g\n1、甲\n2．乙\n3) 丙", ["甲", "乙", "丙"]),
        ("## g\n3.5 版的段落\n- q", ["q"]),
        ("## g\n- a\n---\n- b\n***\n", ["a", "b"]),
        ("## g\n```\n- in code\n```\n<!-- - in a\n- comment -->\n- q", ["q"]),
        ("## g ##\n- C#\n### deeper\n- still in g", ["C#", "still in g"]),
        ("\ufeff## g\r\n- 甲\r\n- 乙\r\n".removeprefix("\ufeff"), ["甲", "乙"]),
        ("## g\n- a\x00b\u2028c", ["a b c"]),
    ],
)
def test_what_a_person_writes(markdown: str, expected: list[str]) -> None:
    assert texts(markdown) == expected


def test_bom_and_crlf_keep_line_numbers(tmp_path: Path) -> None:
    file = tmp_path / "q.md"
    file.write_bytes(b"\xef\xbb\xbf## g\r\n\r\n- one\r\n- two\r\n")
    assert [(q.text, q.line) for q in read(file).questions] == [("one", 3), ("two", 4)]


@pytest.mark.parametrize(
    ("markdown", "line", "reason"),
    [
        ("- before\n## g\n- q", 1, "not under a ## heading"),
        ("## g\n- q\n# new title\n- after", 4, "not under a ## heading"),
        ("## g\n- q\n  - nested", 3, "nested"),
        ("## g\n1. q\n\n   - nested later", 4, "nested"),
        ("## g\n- q\n-", 3, "no words"),
        ("## g\n- q\n- ？！ {#x}", 3, "no words"),
        ("## g\n- q\n- " + "長" * (MAX_CHARACTERS + 1), 3, "too long"),
        ("## g\n- q\n- q", 3, "line 2"),
        ("## g\n- q {#bad/id}", 2, "#bad/id"),
        ("## g\n- q {#fine colour=red}", 2, "colour=red"),
    ],
)
def test_what_cannot_be_read_is_named(markdown: str, line: int, reason: str) -> None:
    found = parse(markdown)
    assert [q.text for q in found.questions] == ["q"]
    assert [warning.line for warning in found.warnings] == [line]
    assert reason in found.warnings[0].reason


@pytest.mark.parametrize(
    ("data", "what", "where"),
    [
        (b"", "no question", ""),
        (b"## g\n\ntext only\n", "no question", ""),
        (b"- an item without a group\n", "line 1", ""),
        (b"## g\n- \xa7\xda\xb8\xea\n", "not UTF-8", "line 2"),
        (b"## g\n- a {#x}\n- b {#X}\n", "same id|have the id", "lines 2 and 3"),
        (b"## g\n- a\n" + b" " * MAX_BYTES, "limit", ""),
    ],
)
def test_a_file_that_cannot_be_taken(tmp_path: Path, data: bytes, what: str, where: str) -> None:
    file = tmp_path / "q.md"
    file.write_bytes(data)
    with pytest.raises(RefusedError, match=what) as caught:
        read(file)
    assert str(file) in caught.value.where
    assert where in caught.value.where
    assert caught.value.remedy


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError) as missing:
        read(tmp_path / "none.md")
    assert missing.value.remedy
    with pytest.raises(RefusedError):
        read(tmp_path)


@given(st.text(max_size=300) | st.text("#-*1.、){}<!-> `~\n\r\t axis=問Q？", max_size=300))
def test_never_a_traceback(markdown: str) -> None:
    try:
        found = parse(markdown)
    except AssistantError:
        return
    assert found.questions
    assert len({question.id.lower() for question in found.questions}) == len(found.questions)


@given(st.lists(st.tuples(MARKERS, WORDS | st.sampled_from(["", "？", "  "])), min_size=1, max_size=12))
def test_every_item_is_a_question_or_a_warning(items: list[tuple[str, str]]) -> None:
    markdown = "## g\n" + "\n".join(marker + text for marker, text in [("- ", "first"), *items])
    found = parse(markdown)
    lines = sorted([q.line for q in found.questions] + [w.line for w in found.warnings])
    assert lines == list(range(2, len(items) + 3))


@given(
    st.lists(
        st.tuples(IDS, WORDS), min_size=1, max_size=8, unique_by=(lambda p: p[0], lambda p: " ".join(p[1].split()))
    )
)
def test_ids_come_back(items: list[tuple[str, str]]) -> None:
    found = parse("## g\n" + "".join(f"- {text} {{#{id_}}}\n" for id_, text in items))
    assert [question.id for question in found.questions] == [id_ for id_, _ in items]
    assert [question.text for question in found.questions] == [" ".join(text.split()) for _, text in items]
