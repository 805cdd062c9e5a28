"""The check of a corpus: a clean one has no faults, and each planted fault is found on its line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import cli
from assistant.corpus import check, numbers
from assistant.errors import RefusedError

FRAMEWORK = """[[axis]]
id = "value"

[[axis.topic]]
id = "cost"

[[axis.topic]]
id = "privacy"
"""
SITES = """[[site]]
host = "mirror.example"
reason = "copies other pages"
"""
TABLE = """zh = "價格"
en = "Prices"

[[column]]
id = "price"
zh = "價格"
en = "Price"

[[row]]
id = "box"
zh = "邊緣主機"
en = "Edge box"
[row.price]
zh = "249 美元"
en = "US$249"
claims = ["box-price"]
"""
HEAD = """---
title: {title}
language: {language}
axis: value
topics: [cost, privacy]
as_of: 2026-11-22
---

# {title}

"""
ZH = HEAD.format(title="成本", language="zh-TW") + (
    """- 邊緣主機在 2025 年 2 月的價格是 249 美元，功耗 25 W。 {#box-price}
  — [Box](https://example.org/box) | Example | 2025-02 | high | vendor
- 病歷不必離開醫院，62% 的醫院因此採用邊緣 AI。 {#hospital}
  — [Hospitals](https://example.org/hospital) | Example | 2025 | medium | sponsor: Example Chips, contradicts: box-price
  — Own arithmetic | | 2026-11 | low | derived
"""
)
EN = HEAD.format(title="Cost", language="en") + (
    """- In February 2025 the edge box cost US$249 and drew 25 W. {#box-price}
  — [Box](https://example.org/box) | Example | 2025-02 | high | vendor
- Records need not leave the hospital, which is why 62% of hospitals take up edge AI. {#hospital}
  — [Hospitals](https://example.org/hospital) | Example | 2025 | medium | sponsor: Example Chips, contradicts: box-price
  — Own arithmetic | | 2026-11 | low | derived
"""
)
FILES = {
    "corpus/framework.toml": FRAMEWORK,
    "corpus/refused-sites.toml": SITES,
    "corpus/facts/prices.toml": TABLE,
    "corpus/briefs/value/cost.zh-TW.md": ZH,
    "corpus/briefs/value/cost.en.md": EN,
    "questions.md": "## G\n\n- 邊緣主機的價格？\n",
}
BRIEF_ZH, BRIEF_EN = "corpus/briefs/value/cost.zh-TW.md", "corpus/briefs/value/cost.en.md"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def faults(workspace: Path) -> list[check.Fault]:
    return check.check(check.load(workspace / "corpus"))


def plant(workspace: Path, path: str, old: str, new: str) -> int:
    """Replace `old`, and return the line where it stood."""
    file = workspace / path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_clean_corpus_has_no_faults(workspace: Path) -> None:
    assert faults(workspace) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "rule", "said"),
    [
        (
            BRIEF_EN,
            "\n  — [Box](https://example.org/box) | Example | 2025-02 | high | vendor",
            "",
            "source",
            "no source",
        ),
        (BRIEF_EN, " | 2025-02 | high", " | | high", "source", "is no date"),
        (BRIEF_EN, " | 2025-02 | high", " | spring | high", "source", "is no date"),
        (BRIEF_EN, " | high | vendor", " | sure | vendor", "source", "confidence"),
        (BRIEF_EN, "[Box](https://example.org/box)", "[Box](ftp://example.org/box)", "source", "no http"),
        (BRIEF_EN, "[Box](https://example.org/box)", "Box", "source", "no address"),
        (BRIEF_EN, "| low | derived", "| low", "source", "no address"),
        (BRIEF_EN, " {#hospital}", "", "id", "without {#id}"),
        (BRIEF_EN, "{#hospital}", "{#box-price}", "id", "already"),
        (BRIEF_EN, "US$249", "US$294", "figures", "294"),
        (BRIEF_EN, "25 W", "25 kW", "figures", "25 kW"),
        (BRIEF_EN, "February 2025", "August 2025", "figures", "August 2025"),
        (BRIEF_ZH, "62%", "26%", "figures", "26%"),
        (BRIEF_EN, "| 2025-02 | high", "| 2025-03 | high", "pair", "sources differ"),
        (BRIEF_EN, "example.org/box", "example.org/other", "pair", "sources differ"),
        (BRIEF_EN, "as_of: 2026-11-22", "as_of: 2026-11-23", "pair", "as_of"),
        (BRIEF_EN, "as_of: 2026-11-22\n", "", "filing", "as_of"),
        (BRIEF_EN, "axis: value\n", "", "filing", "no axis"),
        (BRIEF_EN, "axis: value", "axis: price", "filing", "no axis is called 'price'"),
        (BRIEF_EN, "topics: [cost, privacy]", "topics: [cost, privcay]", "filing", "no topic is called 'privcay'"),
        (BRIEF_EN, "language: en", "language: zh-TW", "filing", "language"),
        (BRIEF_EN, "example.org/box", "www.mirror.example/box", "site", "copies other pages"),
        (BRIEF_EN, "example.org/box", "a.mirror.example/box", "site", "copies other pages"),
        (BRIEF_EN, "contradicts: box-price", "contradicts: box-cost", "note", "box-cost"),
        (BRIEF_EN, "| high | vendor", "| high | vendr", "note", "'vendr'"),
        (BRIEF_EN, "take up edge AI.", "take up edge AI. It is small. It is grey.", "length", "3 sentences"),
        (BRIEF_EN, "edge box cost", "edge box " + "of steel " * 20 + "cost", "length", "words"),
        (BRIEF_ZH, "病歷不必離開醫院", "病歷" + "不必" * 70 + "離開醫院", "length", "characters"),
        ("corpus/framework.toml", 'id = "privacy"', 'id = "privacies"', "topic", "'privacies'"),
        ("corpus/facts/prices.toml", '"US$249"', '"US$299"', "table", "US$299"),
        ("corpus/facts/prices.toml", '["box-price"]', '["box-cost"]', "table", "box-cost"),
    ],
)
def test_each_planted_fault_is_found(workspace: Path, path: str, old: str, new: str, rule: str, said: str) -> None:
    line = plant(workspace, path, old, new)
    found = [fault for fault in faults(workspace) if fault.rule == rule and said in fault.what]
    assert found, faults(workspace)
    # Differences between the languages are named in the English file, which has the same lines as the Chinese one.
    if rule not in ("pair", "filing", "table"):
        assert {fault.line for fault in found} <= {line, line + 1}
    assert {f"corpus/{fault.path}" for fault in found} <= {path, BRIEF_EN}


def test_a_claim_that_one_language_lacks_is_found(workspace: Path) -> None:
    file = workspace / BRIEF_EN
    file.write_text(file.read_text(encoding="utf-8").split("- Records")[0], encoding="utf-8")
    (fault,) = faults(workspace)
    assert (fault.path, fault.line, fault.rule) == ("briefs/value/cost.zh-TW.md", 13, "pair")


def test_a_brief_without_its_other_language_is_found(workspace: Path) -> None:
    (workspace / BRIEF_EN).unlink()
    assert [(fault.path, fault.rule) for fault in faults(workspace) if fault.rule == "pair"] == [
        ("briefs/value/cost.zh-TW.md", "pair")
    ]


def test_a_brief_in_another_encoding_and_one_with_another_name_are_faults(workspace: Path) -> None:
    (workspace / BRIEF_EN).rename(workspace / "corpus/briefs/value/cost.md")
    assert "name" in {fault.rule for fault in faults(workspace)}


@pytest.mark.parametrize(
    ("chinese", "english", "same"),
    [
        ("效能是前代的 8 倍", "eight times the performance", True),
        ("效能是前代的 8 倍", "seven times the performance", False),
        ("第三方測試為每秒 8.5 個 token", "8.5 tokens per second in a third party's test", True),
        ("約 2,610 億美元", "about US$261 billion", True),
        ("約 2,610 億美元", "about US$26.1 billion", False),
        ("Dimensity 7300 的手機", "a phone with a Dimensity 7300", True),
        ("三大策略", "the three strategies", True),
        ("三大策略", "the two strategies", False),
        ("2026 年雙位數成長", "double-digit growth in 2026", True),
        ("40 至 130 W", "40 to 130 W", True),
        ("40 至 130 W", "40 to 120 W", False),
        ("54 GB", "54 TB", False),
    ],
)
def test_figures_compare_between_languages(chinese: str, english: str, same: bool) -> None:
    assert (numbers.differences(chinese, english) == ([], [])) is same


def run(workspace: Path, capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str]:
    code = cli.main(["corpus", "check", "--workspace", str(workspace), *flags])
    return code, capsys.readouterr().out


def test_the_command_says_clean_with_exit_code_0(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(workspace, capsys)
    assert (code, said) == (0, "2 briefs, 2 claims, 1 tables: no faults\n")


def test_the_command_names_file_and_line_with_exit_code_4(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = plant(workspace, BRIEF_EN, "US$249", "US$294")
    code, said = run(workspace, capsys)
    assert code == 4
    assert f"briefs/value/cost.en.md:{line}: box-price: figures differ" in said
    code, said = run(workspace, capsys, "--json")
    assert code == 4
    assert line in {fault["line"] for fault in json.loads(said)["faults"]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('claims = ["box-price"]', "", "without claims"),
        ("[row.price]", "[row.cost]", "outside the columns"),
        ('en = "Edge box"', "", "'en'"),
    ],
)
def test_a_broken_table_is_refused(workspace: Path, old: str, new: str, said: str) -> None:
    plant(workspace, "corpus/facts/prices.toml", old, new)
    with pytest.raises(RefusedError, match=said):
        check.load(workspace / "corpus")


RULES: list[Callable[..., object]] = list(check.RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_corpus_of_the_project_is_clean(rule: Callable[[check.Corpus], object]) -> None:
    corpus = check.load(Path(__file__).parents[2] / "corpus")
    assert corpus.claims
    assert list(rule(corpus)) == []  # type: ignore[call-overload]
