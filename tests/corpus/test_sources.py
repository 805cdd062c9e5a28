import hashlib
import os
from pathlib import Path

import pytest

from assistant.corpus import sources


def test_finds_documents_in_sub_folders_by_any_name_sorted(tmp_path: Path) -> None:
    names = ["b.md", "研華 策略 🚀.TXT", "deep/er/a page.html", "deep/x.pdf"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"text")
    found, refused = sources.find(tmp_path)
    assert [source.path for source in found] == sorted(names)
    assert refused == []
    assert {source.size for source in found} == {4}
    assert found[0].mtime_ns == (tmp_path / "b.md").stat().st_mtime_ns


def test_passes_over_what_is_hidden_its_own_readme_and_toml(tmp_path: Path) -> None:
    for name in ("README.md", "framework.toml", "facts/prices.toml", ".hidden.md", ".git/a.md", "sub/README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found, refused = sources.find(tmp_path)
    assert [source.path for source in found] == ["sub/README.md"]
    assert refused == []


def test_reports_an_unknown_format_once_and_as_ignored(tmp_path: Path) -> None:
    for name in ("a.xyz", "b.xyz", "c", "d.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    found, refused = sources.find(tmp_path)
    assert [source.path for source in found] == ["d.md"]
    assert [(r.path, r.ignored) for r in refused] == [("a.xyz", True), ("c", True)]
    assert ".xyz" in refused[0].reason


def test_refuses_by_name_what_leaves_the_corpus_and_what_is_no_file(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    corpus.mkdir()
    outside.mkdir()
    (outside / "secret.md").write_text("secret", encoding="utf-8")
    (corpus / "real.md").write_text("text", encoding="utf-8")
    (corpus / "out.md").symlink_to(outside / "secret.md")
    (corpus / "out").symlink_to(outside)
    (corpus / "inside.md").symlink_to(corpus / "real.md")
    (corpus / "gone.md").symlink_to(corpus / "nothing.md")
    (corpus / "loop.md").symlink_to(corpus / "loop.md")
    os.mkfifo(corpus / "pipe.md")
    found, refused = sources.find(corpus)
    assert [source.path for source in found] == ["inside.md", "real.md"]
    assert [(r.path, r.ignored) for r in refused] == [
        ("gone.md", False), ("loop.md", False), ("out", False), ("out.md", False), ("pipe.md", False),
    ]  # fmt: skip
    assert "leaves the corpus" in refused[2].reason
    assert "leaves the corpus" in refused[3].reason


def test_refuses_what_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as file:
        file.truncate(sources.MOST_BYTES + 1)
    found, refused = sources.find(tmp_path)
    assert found == []
    assert [r.path for r in refused] == ["big.pdf"]
    assert "64 MiB" in refused[0].reason


def test_refuses_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.md"
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    found, refused = sources.find(tmp_path)
    assert found == []
    assert refused[0].path.encode("utf-8")
    assert "rename" in refused[0].reason


def test_finds_nothing_where_there_is_no_folder(tmp_path: Path) -> None:
    assert sources.find(tmp_path / "missing") == ([], [])


def test_digest_is_sha_256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sources.digest(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()
