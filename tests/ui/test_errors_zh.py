import pytest

from assistant.errors import NotReadyError, RefusedError
from assistant.ui import errors_zh
from assistant.ui.views import frame
from assistant.ui.wording import WORDS


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("the corpus is not indexed yet", "語料還沒有編入索引"),
        ("run: assistant refresh", "執行 assistant refresh 更新索引"),
        ("no device is called 'x'", "沒有名為 'x' 的設備"),
        ("there is no model to write with", "沒有可以撰寫的模型"),
        ("put a GGUF file there, or set engine to extractive", "把 GGUF 檔放進去，或把 engine 設為 extractive"),
        ("assistant.toml can't be read: x", "讀不到 assistant.toml：x"),
        ("use one of a, b", "請用其中之一：a, b"),
    ],
)
def test_known_errors_are_said_in_chinese(said: str, chinese: str) -> None:
    assert errors_zh.say(said) == chinese


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        (
            "the PDF is cut short: its end is missing; copy or download it again",
            "PDF 不完整，少了結尾；請重新複製或下載",
        ),
        (
            "this is no PDF but another kind of file; give it the suffix of its format",
            "這不是 PDF，而是別種檔案；請改成與內容相符的副檔名",
        ),
        (
            "its reader failed: no (KeyError in a, b); it is probably damaged: open it in the program it was made with",
            "讀取程式處理不了這個檔案；可能已損壞，請用原程式開啟後另存新檔，或存成文字",
        ),
        (
            "a symbolic link that leaves the corpus folder; copy the file there",
            "這個捷徑連到語料資料夾之外；請把檔案複製進來",
        ),
        ("80 MiB is too large; the limit is 64 MiB. Split the file", "這份有 80 MiB，上限是 64 MiB；請拆成較小的檔案"),
        ("the file changed while it was read; refresh once more", "讀取途中檔案有變動；請再更新一次"),
        ("the moon is in the way; wait", "the moon is in the way; wait"),
        ("the PDF is encrypted; wait", "the PDF is encrypted; wait"),
    ],
)
def test_why_a_file_can_not_be_read_is_said_in_chinese(said: str, chinese: str) -> None:
    assert errors_zh.reason(said) == chinese


def test_an_unknown_error_stays_as_it_is() -> None:
    assert errors_zh.say("the moon is in the way") == "the moon is in the way"
    html = frame.trouble(RefusedError("the moon is in the way", remedy="wait"), WORDS["zh-TW"])
    assert 'lang="en"' in html


def test_the_page_says_it_in_its_language() -> None:
    error = NotReadyError("the corpus is not indexed yet", where="here", remedy="run: assistant refresh")
    assert "語料還沒有編入索引" in frame.trouble(error, WORDS["zh-TW"])
    assert error.what in frame.trouble(error, WORDS["en"])


def test_what_a_refresh_mends_leads_to_the_page_that_has_it() -> None:
    error = NotReadyError("the corpus is not indexed yet", where="here", remedy="run: assistant refresh")
    assert 'href="#corpus"' in frame.trouble(error, WORDS["zh-TW"])
    assert "<a" not in frame.trouble(RefusedError("no", remedy="wait"), WORDS["zh-TW"])
