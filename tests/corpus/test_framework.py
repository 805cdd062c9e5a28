from pathlib import Path

import pytest

from assistant.corpus import framework
from assistant.errors import RefusedError

CHECKOUT = Path(__file__).parent.parent.parent

TOML = """
[[axis]]
id = "hardware"
name_zh = "硬體"
name_en = "Hardware"
[[axis.topic]]
id = "npu"
terms = ["NPU", "神經網路處理器"]
[[axis.topic]]
id = "gemma-3"
terms = ["Gemma 3"]

[[axis]]
id = "value"
terms = ["商業價值"]
[[axis.topic]]
id = "privacy"
terms = ["隱私", "privacy", "edge AI"]
"""


@pytest.fixture
def axes(tmp_path: Path) -> framework.Framework:
    file = tmp_path / "framework.toml"
    file.write_text(TOML, encoding="utf-8")
    return framework.load(file)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("這顆NPU很省電。", ("hardware", ("npu",))),
        ("Two NPUs and a privacy law; the NPU wins by Gemma-3.", ("hardware", ("npu", "gemma-3", "privacy"))),
        ("隐私保护很重要", ("value", ("privacy",))),
        ("EDGE  AI", ("value", ("privacy",))),
        ("商業價值何在", ("value", ())),
        ("Gemma 3n, Gemma 3.1 and an INPUT say nothing.", (None, ())),
        ("", (None, ())),
    ],
)
def test_a_text_is_filed_by_the_terms_in_it(
    axes: framework.Framework, text: str, wanted: tuple[str | None, tuple[str, ...]]
) -> None:
    assert axes.file(text) == wanted


def test_names_come_in_the_language_asked(axes: framework.Framework) -> None:
    assert [axis.name("zh-TW") for axis in axes.axes] == ["硬體", "value"]
    assert axes.axes[0].name("en") == "Hardware"


def test_without_a_file_nothing_is_filed(tmp_path: Path) -> None:
    empty = framework.load(tmp_path / "missing.toml")
    assert empty.axes == ()
    assert empty.file("NPU") == (None, ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[axis]\n", "line 1"),
        ('[[axis]]\nname_en = "x"\n', "'id'"),
        ('[[axis]]\nid = "a"\nterms = "NPU"\n', "'terms'"),
        ('axis = "a"\n', "[[axis]]"),
        ('[[axis]]\nid = "a"\n[[axis]]\nid = "a"\n', "twice"),
    ],
)
def test_a_broken_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, names: str) -> None:
    file = tmp_path / "framework.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError) as error:
        framework.load(file)
    assert names in str(error.value)
    assert str(file) == error.value.where


def test_the_framework_of_the_project_files_its_three_axes() -> None:
    own = framework.load(CHECKOUT / "corpus" / "framework.toml")
    texts = {
        "hardware-models": "知識蒸餾與模型量化，NPU 與 GPU",
        "solutions": "研華與高通",
        "value": "隱私、延遲與成本",
    }
    assert {axis: own.file(text)[0] for axis, text in texts.items()} == {axis: axis for axis in texts}
