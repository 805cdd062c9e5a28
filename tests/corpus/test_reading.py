import os
from pathlib import Path

import pytest

from assistant.corpus import reading, sources
from assistant.corpus.framework import Axis, Framework, Topic
from assistant.errors import RefusedError
from assistant.records import Document, content_id
from tests.corpus.pdfs import CHINESE, pdf

FRAMEWORK = Framework((Axis("value", "價值", "Value", topics=(Topic("privacy", "隱私", "Privacy", ("隱私",)),)),))


def read(folder: Path, name: str, data: bytes) -> Document:
    (folder / name).write_bytes(data)
    document = reading.read(folder / name, name, sources.digest(folder / name), FRAMEWORK)
    position = 0
    for block in document.blocks:
        assert block.start == position < block.end
        position = block.end
    assert position == len(document.text)
    return document


@pytest.mark.parametrize(
    ("name", "data", "title"),
    [
        ("note.md", "---\ntitle: 前言\n---\n# 標題\n\n隱私".encode(), "前言"),
        ("note.md", "隱私\n\n## 標題 *一*\n\n內容".encode(), "標題 一"),
        ("邊緣 筆記 🚀.txt", "隱私很重要。".encode("big5"), "邊緣 筆記 🚀"),
        ("page.HTM", "<title>頁面</title><h1>x</h1>隱私".encode(), "頁面"),
        ("page.html", "<h1>標題</h1>隱私".encode(), "標題"),
        ("v1.2 report.pdf", pdf([["隱私很重要"]], font=CHINESE), "v1.2 report"),
        ("report.PDF", pdf([["隱私很重要"]], title="報告", font=CHINESE), "報告"),
    ],
)
def test_every_format_is_read_titled_and_filed(tmp_path: Path, name: str, data: bytes, title: str) -> None:
    document = read(tmp_path, name, data)
    assert document.title == title
    assert "隱私" in document.text
    assert (document.language, document.axis, document.topics) == ("zh-TW", "value", ("privacy",))


def test_every_suffix_that_is_found_has_a_reader() -> None:
    assert set(reading.READERS) == set(sources.SUFFIXES)


def test_what_a_file_says_of_itself_comes_first(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "---\naxis: own\ntopics: [t]\nlanguage: en\n---\n隱私".encode())
    assert (document.axis, document.topics, document.language) == ("own", ("t",), "en")
    assert document.remarks == (
        "framework.toml has no axis 'own' (it has value), so nothing is found under it",
        "framework.toml has no topic 't', so nothing is found under it",
    )


def test_the_same_bytes_are_the_same_document_under_any_name(tmp_path: Path) -> None:
    first, second = read(tmp_path, "a.md", b"text"), read(tmp_path, "b.md", b"text")
    assert first.id == second.id == content_id(sources.digest(tmp_path / "a.md"), reading.READER_VERSION)
    assert read(tmp_path, "c.md", b"other").id != first.id


def test_no_line_break_of_windows_or_old_macs_stays(tmp_path: Path) -> None:
    texts = {read(tmp_path, f"{n}.txt", f"a{b}b{b}{b}c".encode()).text for n, b in enumerate(("\n", "\r\n", "\r"))}
    assert texts == {"a\nb\n\nc\n\n"}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.md", b"", "no text"),
        ("blank.txt", b" \n\t\r\n", "no text"),
        ("only front matter.md", b"---\ntitle: x\n---\n", "no text"),
        ("script.html", b"<script>x</script>", "no text"),
        ("picture.md", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("nul.txt", b"a\x00b", "not text"),
        ("renamed.txt", pdf([["x"]]), "a PDF"),
        ("table.xlsx", b"PK\x03\x04", "broken"),
        ("table.numbers", b"PK\x03\x04", ".numbers"),
    ],
)
def test_what_can_not_be_read_is_refused_by_name(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(RefusedError) as error:
        read(tmp_path, name, data)
    assert reason in error.value.what
    assert error.value.where == name


def test_a_text_of_50_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "log.txt").open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(RefusedError) as error:
        reading.read(tmp_path / "log.txt", "log.txt", "x", FRAMEWORK)
    assert "50.0 MiB" in error.value.what
    assert "16 MiB" in error.value.what
    assert "split" in error.value.remedy


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    for name in ("pipe.md", "missing.md"):
        with pytest.raises(RefusedError):
            reading.read(tmp_path / name, name, "x", FRAMEWORK)
