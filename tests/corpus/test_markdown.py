from pathlib import Path

import pytest

from assistant.corpus.readers import markdown
from assistant.corpus.readers.content import Content
from assistant.errors import RefusedError
from assistant.records import Reference

CHECKOUT = Path(__file__).parent.parent.parent

BRIEF = """---
title: Gemma 3 27B 與單張 H100
language: zh-TW
axis: hardware-models
topics: [gemma-3, quantization]
as_of: 2026-11-22
---

# Gemma 3 27B 與單張 H100

## 權重與記憶體

- Gemma 3 27B 的權重在 **BF16** 約占 54 GB，
  單張 80 GB 的 H100 不必切分就裝得下。 {#bf16-one-card}
  — [Gemma 3 QAT | consumer GPUs](https://example.org/qat_(3)) | Example | 2025-04 | high
  — [Second](https://example.org/b) | | 2025-04-18 | medium | vendor, since: older

- 解碼速度上限約為每秒 62 個 token。 {#decode-bound}
  — Own arithmetic from bandwidth | | 2026-11 | medium | derived

A closing note.
"""


def read(text: str) -> Content:
    return markdown.read(text.encode("utf-8"), "dir/note.md")


def pieces(content: Content) -> list[tuple[str, str]]:
    assert "".join(content.text[b.start : b.end] for b in content.blocks) == content.text
    return [(b.kind, content.text[b.start : b.end]) for b in content.blocks]


def test_a_brief_keeps_its_claims_with_their_sources_and_nothing_of_the_marks() -> None:
    content = read(BRIEF)
    assert pieces(content) == [
        ("heading", "Gemma 3 27B 與單張 H100\n\n"),
        ("heading", "權重與記憶體\n\n"),
        ("claim", "Gemma 3 27B 的權重在 BF16 約占 54 GB，單張 80 GB 的 H100 不必切分就裝得下。\n"),
        ("claim", "解碼速度上限約為每秒 62 個 token。\n"),
        ("prose", "A closing note.\n\n"),
    ]
    first, second = content.blocks[2], content.blocks[3]
    assert first.claim == "bf16-one-card"
    assert first.headings == ("Gemma 3 27B 與單張 H100", "權重與記憶體")
    assert first.references == (
        Reference("Gemma 3 QAT | consumer GPUs", "https://example.org/qat_(3)", "Example", "2025-04", "high"),
        Reference("Second", "https://example.org/b", None, "2025-04-18", "medium", ("vendor", "since: older")),
    )
    assert second.references == (
        Reference("Own arithmetic from bandwidth", None, None, "2026-11", "medium", ("derived",)),
    )
    assert (content.title, content.language, content.axis) == ("Gemma 3 27B 與單張 H100", "zh-TW", "hardware-models")
    assert content.topics == ("gemma-3", "quantization")
    assert content.remarks == ()


@pytest.mark.parametrize(
    ("source", "remark"),
    [
        ("", "line 3: the claim c has no source"),
        ("\n  [T](https://e.org) | P | 2025 | high", 'line 4: a source line begins with "— "'),
        ("\n  — [T](https://e.org) | P | spring | high", "line 4: 'spring' is no date"),
        ("\n  — [T](https://e.org) | P | 2025-13 | high", "line 4: '2025-13' is no date"),
        ("\n  — [T](https://e.org) | P | 2025 | sure", "line 4: the confidence is 'sure'"),
        ("\n  — [T](javascript:alert(1)) | P | 2025 | high", "line 4: 'javascript:alert(1)' is no http"),
        ("\n  — [T](https://e.org)", "line 4: '' is no date"),
        ("\n  — | P | 2025 | high", "line 4: the source has no title"),
    ],
)
def test_a_claim_in_the_wrong_form_is_read_as_prose_and_remarked_on(source: str, remark: str) -> None:
    content = read(f"# T\n\n- A claim. {{#c}}{source}\n- Another.\n")
    assert {block.kind for block in content.blocks} == {"heading", "prose"}
    assert "A claim." in content.text
    assert "Another." in content.text
    assert len(content.remarks) == 1
    assert content.remarks[0].startswith(remark)


def test_a_remark_counts_lines_from_the_top_of_the_file() -> None:
    text = BRIEF.replace("| 2026-11 | medium", "| soon | medium")
    line = next(n for n, written in enumerate(text.split("\n"), start=1) if "| soon |" in written)
    assert read(text).remarks[0].startswith(f"line {line}: ")


def test_the_marks_of_markdown_go_and_the_text_stays() -> None:
    content = read(
        "Title\n=====\n\nA [link](https://e.org) to *this* and `that` &amp; a\\_b, ![a picture](p.png).\n\n"
        "硬斷行的\n中文，**重點：**內容\nand English\nwords.\n\n"
        "- one\n  - deeper\n- two\n\n3. three\n4. four\n\n> a quote\n\n```py\n# not a heading\n```\n\n"
        "<think>kept</think>\n\n"
        "| a | b |\n|---|---|\n| 1 | **2** \\| 3 |\n"
    )
    assert pieces(content) == [
        ("heading", "Title\n\n"),
        ("prose", "A link to this and that & a_b, a picture.\n\n"),
        ("prose", "硬斷行的中文，重點：內容 and English words.\n\n"),
        ("prose", "- one\n  - deeper\n- two\n\n"),
        ("prose", "3. three\n4. four\n\n"),
        ("prose", "a quote\n\n"),
        ("prose", "# not a heading\n\n"),
        ("prose", "<think>kept</think>\n\n"),
        ("table", "| a | b |\n| 1 | 2 \\| 3 |\n\n"),
    ]


def test_headings_nest() -> None:
    content = read("# A\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n")
    assert [b.headings for b in content.blocks if b.kind == "prose"] == [("A", "B"), ("A", "B", "C"), ("A", "D")]


def test_front_matter_gives_the_reference_of_the_whole_file() -> None:
    content = read(
        "---\nTitle: 'A: b'\nurl: https://e.org/p\npublisher: E\ndate: 2025-04-18\nlanguage: zh_TW\n---\nText.\n"
    )
    assert content.reference == Reference("A: b", "https://e.org/p", "E", "2025-04-18")
    assert content.language == "zh-TW"
    assert content.text == "Text.\n\n"


def test_front_matter_says_nothing_in_values_that_do_not_fit() -> None:
    content = read(
        "---\ntitle: [a, b]\nurl: javascript:alert(1)\ndate: yesterday\nlanguage: tlh\ntopics: x, y\n---\nText.\n"
    )
    assert (content.title, content.reference, content.language, content.topics) == (None, None, None, ("x", "y"))


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("title: a: b", "line 2"),
        ("title: x\ntopics: [a, b", "line"),
        ("a: 1\n\tb: 2", "line 3"),
        ("a: " + "[" * 3000, ""),
    ],
)
def test_broken_front_matter_is_refused_with_its_line(block: str, line: str) -> None:
    with pytest.raises(RefusedError) as error:
        read(f"---\n{block}\n---\nText.\n")
    assert line in error.value.what
    assert error.value.where == "dir/note.md"
    assert error.value.remedy


@pytest.mark.parametrize(
    "text", ["---\n\nA rule, no front matter.\n\n---\n\nMore.\n", "---\nno end: here\n", "***\ntext\n"]
)
def test_a_rule_is_no_front_matter(text: str) -> None:
    assert any(word in read(text).text for word in ("More.", "no end", "text"))


def test_aliases_in_front_matter_cost_nothing() -> None:
    bomb = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert read(f"---\n{bomb}title: T\n---\nText.\n").title == "T"


def test_a_paragraph_without_end_is_read_as_it_is() -> None:
    text = "[" * 300_000
    content = read(f"# not parsed\n\n{text}\n")
    assert text in content.text
    assert content.remarks


@pytest.mark.parametrize("depth", [5, 29, 58, 59, 60, 61, 200])
def test_however_deep_it_is_nested_nothing_is_lost(depth: int) -> None:
    quote = read("> " * depth + "deep down\n\nafter\n")
    items = read("\n".join("  " * n + f"- item {n};" for n in range(depth)))
    assert "deep down" in quote.text
    assert all(f"item {n};" in items.text for n in range(depth))
    # What could not be taken apart is told.
    assert bool(quote.remarks) == (">" in quote.text)


@pytest.mark.parametrize("file", sorted((CHECKOUT / "corpus" / "briefs").rglob("*.md")), ids=lambda f: f.name)
def test_the_claims_of_the_project_are_all_read(file: Path) -> None:
    content = markdown.read(file.read_bytes(), file.name)
    assert content.remarks == ()
    claims = [block.claim for block in content.blocks if block.claim]
    assert len(claims) == file.read_text(encoding="utf-8").count("{#")
    assert len(claims) == len(set(claims))
