from pathlib import Path

import pytest

from assistant.corpus import glossary
from assistant.errors import RefusedError

TOML = """
[[term]]
id = "edge-ai"
zh = ["邊緣 AI", "邊緣人工智慧"]
en = ["edge AI"]
[[term]]
id = "edge"
zh = ["邊緣"]
en = ["edge"]
[[term]]
id = "quantization"
zh = ["量化"]
en = ["quantization", "quantisation"]
[[term]]
id = "on-device"
zh = ["裝置端"]
en = ["on-device"]
"""


@pytest.fixture
def terms(tmp_path: Path) -> glossary.Glossary:
    file = tmp_path / "glossary.toml"
    file.write_text(TOML, encoding="utf-8")
    return glossary.load(file)


def test_expands_both_ways_the_other_language_first(terms: glossary.Glossary) -> None:
    assert terms.expand("模型量化", "zh-TW") == ["quantization", "quantisation"]
    assert terms.expand("Why quantization?", "en") == ["量化", "quantisation"]


def test_the_longest_term_counts(terms: glossary.Glossary) -> None:
    assert terms.expand("邊緣AI的價值", "zh-TW") == ["edge AI", "邊緣人工智慧"]
    assert terms.expand("邊緣的價值", "zh-TW") == ["edge"]


@pytest.mark.parametrize("text", ["ON DEVICE models", "on-device", "ｏｎ－ｄｅｖｉｃｅ", "裝置端", "装置端"])
def test_case_width_script_and_spacing_make_no_difference(terms: glossary.Glossary, text: str) -> None:
    assert {"裝置端", "on-device"} & set(terms.expand(text))


def test_a_latin_term_is_a_whole_word(terms: glossary.Glossary) -> None:
    assert terms.expand("knowledge and hedges") == []
    assert terms.expand("two edges") == ["邊緣"]


def test_equivalents_are_keyed_by_the_words_of_the_text(terms: glossary.Glossary) -> None:
    assert terms.equivalents("Edge-AI 與量化") == {
        "Edge-AI": ("邊緣 AI", "邊緣人工智慧"),
        "量化": ("quantization", "quantisation"),
    }


def test_names_that_are_said_are_not_repeated(terms: glossary.Glossary) -> None:
    assert terms.expand("量化 (quantization)") == ["quantisation"]


def test_without_a_file_there_is_nothing_to_expand(tmp_path: Path) -> None:
    assert glossary.load(tmp_path / "missing.toml").expand("邊緣") == []


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "glossary.toml"
    file.write_bytes(b"[[term]]\nzh = ['\xff']")
    with pytest.raises(RefusedError):
        glossary.load(file)
