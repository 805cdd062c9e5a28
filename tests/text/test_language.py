import pytest

from assistant.text.language import detect


@pytest.mark.parametrize(
    "text",
    [
        "Gemma 3 27B 只需單一 NVIDIA H100 GPU 即可運行的突破代表什麼意義？",
        "研華的策略",
        "NVIDIA、Qualcomm 與 Intel 各有什麼限制？",
    ],
)
def test_chinese_with_latin_names_is_chinese(text: str) -> None:
    assert detect(text) == "zh-TW"


@pytest.mark.parametrize("text", ["What is 研華 (Advantech) planning for edge AI?", "Gemma 3", "", "2025"])
def test_english_is_english(text: str) -> None:
    assert detect(text) == "en"
