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
        ("use one of a, b", "請用其中之一：a, b"),
    ],
)
def test_known_errors_are_said_in_chinese(said: str, chinese: str) -> None:
    assert errors_zh.say(said) == chinese


def test_an_unknown_error_stays_as_it_is() -> None:
    assert errors_zh.say("the moon is in the way") == "the moon is in the way"
    html = frame.trouble(RefusedError("the moon is in the way", remedy="wait"), WORDS["zh-TW"])
    assert 'lang="en"' in html


def test_the_page_says_it_in_its_language() -> None:
    error = NotReadyError("the corpus is not indexed yet", where="here", remedy="run: assistant refresh")
    assert "語料還沒有編入索引" in frame.trouble(error, WORDS["zh-TW"])
    assert error.what in frame.trouble(error, WORDS["en"])
