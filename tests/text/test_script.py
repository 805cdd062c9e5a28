import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.script import is_simplified, traditional


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("比较 NVIDIA 与 Qualcomm 的边缘方案", "比較 NVIDIA 與 Qualcomm 的邊緣方案"),
        # Words as Taiwan has them, not only characters.
        ("芯片的内存和软件", "晶片的記憶體和軟體"),
        # Traditional Chinese stays, with the characters that both scripts have.
        ("皇后大道的里程與邊緣", "皇后大道的里程與邊緣"),
        ("What is edge AI?", "What is edge AI?"),
        ("", ""),
    ],
)
def test_simplified_is_read_as_taiwan_writes_it(text: str, wanted: str) -> None:
    assert traditional(text) == wanted


@given(st.text(alphabet="邊緣運算與記憶體比較後里台abc 。", max_size=30))
def test_what_has_a_traditional_character_stays(text: str) -> None:
    assert traditional(f"{text}與") == f"{text}與"


@pytest.mark.parametrize(
    ("text", "simplified"),
    [("这个模型的内存不够", True), ("這個模型的記憶體不夠", False), ("RTX 4060 里", False), ("", False)],
)
def test_what_is_written_in_simplified_characters(text: str, *, simplified: bool) -> None:
    assert is_simplified(text) is simplified
