import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus.readers.decoding import decode
from assistant.errors import RefusedError

CHINESE = "研華在邊緣人工智慧的策略，是把軟體與硬體整合在一起。"
SIMPLIFIED = "隐私和数据主权是企业在本地部署大型语言模型的主要理由。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-32"),
        (CHINESE, "big5"),
        ("台北市政府資訊局", "cp950"),
        (f"碁峰資訊的價格 € 30。{CHINESE}", "cp950"),
        (f"{CHINESE}①②", "big5hkscs"),
        (SIMPLIFIED, "gb2312"),
        ("边缘计算", "gbk"),
        ("エッジAIの動向について説明します。", "shift_jis"),
        ("대규모 언어 모델을 엣지 장치에서 실행하면 지연 시간이 줄어들고 개인 정보가 보호된다.", "euc_kr"),
        ("plain ASCII", "ascii"),
        ("", "ascii"),
    ],
)
def test_text_is_read_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


def test_a_long_text_with_a_rare_broken_character_is_kept() -> None:
    data = (CHINESE * 30).encode("utf-8")[:-1]
    assert decode(data, "a.txt") == (CHINESE * 30)[:-1] + "\ufffd"


def test_the_declared_encoding_decides_where_utf_8_does_not_fit() -> None:
    assert decode("é".encode("latin-1"), "a.html", declared="iso-8859-1") == "é"
    assert decode(CHINESE.encode("utf-8"), "a.html", declared="big5") == CHINESE
    assert decode(CHINESE.encode("cp950"), "a.html", declared="no-such-encoding") == CHINESE


def test_all_line_breaks_become_line_feeds() -> None:
    assert decode(b"a\r\nb\rc\n\x0cd", "a.txt") == "a\nb\nc\n\nd"


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"\xff\xd8\xff\xe0 JFIF", "JPEG"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04word", "ZIP"),
        (b"text\x00with nul", "not text"),
        (bytes(range(1, 256)) * 20, "not text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, names: str) -> None:
    with pytest.raises(RefusedError) as error:
        decode(data, "dir/a.txt")
    assert names in error.value.what
    assert error.value.where == "dir/a.txt"
    assert error.value.remedy


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text = decode(data, "a.txt")
    except RefusedError:
        return
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\r" not in text
