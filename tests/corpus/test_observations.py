import datetime
from pathlib import Path

import pytest

from assistant.corpus import observations, reading, sources
from assistant.corpus.framework import Axis, Framework, Topic
from assistant.errors import FaultError, UsageError
from assistant.records import Document

FRAMEWORK = Framework((Axis("value", "價值", "Value", topics=(Topic("privacy", "隱私", "Privacy", ("隱私",)),)),))


def observe(corpus: Path, text: str, source: str | None = None, date: str | None = None) -> Path:
    return observations.observe(corpus, text, source=source, date=date, framework=FRAMEWORK)


def read_back(corpus: Path, file: Path) -> Document:
    path = file.relative_to(corpus).as_posix()
    assert path in [source.path for source in sources.find(corpus)[0]]
    return reading.read(file, path, sources.digest(file), Framework())


def test_an_observation_is_found_and_read_with_all_it_says(tmp_path: Path) -> None:
    file = observe(tmp_path, "零售商因隱私改用地端模型。第二句。", "https://example.org/news", "2026-11-20")
    document = read_back(tmp_path, file)
    assert file.parent == tmp_path / "observations"
    assert file.name.startswith("2026-11-20-零售商")
    assert document.text == "零售商因隱私改用地端模型。第二句。\n\n"
    assert (document.axis, document.topics) == ("value", ("privacy",))
    assert document.title == "零售商因隱私改用地端模型。"
    assert document.reference is not None
    assert (document.reference.url, document.reference.date) == ("https://example.org/news", "2026-11-20")


def test_an_observation_is_dated_today_if_nothing_is_said(tmp_path: Path) -> None:
    before = datetime.date.today().isoformat()
    document = read_back(tmp_path, observe(tmp_path, "A note."))
    assert document.reference is not None
    assert document.reference.date in (before, datetime.date.today().isoformat())
    assert document.axis is None


def test_many_at_once_are_all_kept_and_the_same_one_is_one(tmp_path: Path) -> None:
    for n in range(20):
        observe(tmp_path, f"同一秒的第 {n} 則觀察，開頭都一樣。", date="2026-01-01")
    observe(tmp_path, "同一秒的第 0 則觀察，開頭都一樣。", date="2026-01-01")
    assert len(list((tmp_path / "observations").iterdir())) == 20


def test_words_on_the_source_are_its_publisher(tmp_path: Path) -> None:
    document = read_back(tmp_path, observe(tmp_path, "text", "COMPUTEX 攤位: 研華\nurl: https://evil.example"))
    assert document.reference is not None
    assert document.reference.publisher == "COMPUTEX 攤位: 研華 url: https://evil.example"
    assert document.reference.url is None


@pytest.mark.parametrize(
    "text",
    [
        "---\naxis: hacked\nurl: https://evil.example\n---\nbody",
        "title: x\n---\naxis: hacked",
        "'\": {}[]&*!|>%@`\n- a",
        "../../etc/passwd",
        "🚀🚀 emoji \x00\x1b[31m\ud800 text",
        "\r\nCR\rLF\r\n",
        "con" * 500,
        "!!python/object/apply:os.system ['x']",
    ],
)
def test_no_text_becomes_front_matter_or_another_place(tmp_path: Path, text: str) -> None:
    file = observe(tmp_path, text, date="2026-01-01")
    document = read_back(tmp_path, file)
    assert file.parent == tmp_path / "observations"
    assert len(file.name.encode("utf-8")) < 200
    assert document.axis is None
    assert document.reference is not None
    assert document.reference.url is None
    assert document.reference.date == "2026-01-01"


@pytest.mark.parametrize(("text", "date"), [(" \n\x00", None), ("x", "2026-02-30x"), ("x", "yesterday"), ("x", "")])
def test_what_says_nothing_or_no_date_is_refused_and_nothing_written(
    tmp_path: Path, text: str, date: str | None
) -> None:
    with pytest.raises(UsageError):
        observe(tmp_path, text, date=date)
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_the_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "observations").write_text("a file stands here", encoding="utf-8")
    with pytest.raises(FaultError) as error:
        observe(tmp_path, "text")
    assert "observations" in error.value.where
