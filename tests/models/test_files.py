import hashlib
import json
from pathlib import Path

import pytest

from assistant.errors import NotReadyError, RefusedError
from assistant.models import files
from assistant.models.files import choose, list_models, recall, remember, sha256
from tests.support import tiny_gguf


def test_lists_models_and_what_can_not_be_one(tmp_path: Path) -> None:
    tiny_gguf.write(tmp_path / "b.gguf")
    tiny_gguf.write(tmp_path / "A model with spaces 模型.GGUF")
    tiny_gguf.split(tmp_path / "b.gguf", 2)
    tiny_gguf.write(tmp_path / ".hidden.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    (tmp_path / "folder.gguf").mkdir()
    (tmp_path / "README.md").write_text("notes", encoding="utf-8")
    (tmp_path / "download.gguf.part").touch()
    cards, errors = list_models(tmp_path)
    assert [card.name for card in cards] == ["A model with spaces 模型.GGUF", "b-00001-of-00002.gguf", "b.gguf"]
    assert [Path(error.where).name for error in errors] == ["broken.gguf", "folder.gguf"]


def test_a_later_part_alone_is_an_error(tmp_path: Path) -> None:
    parts = tiny_gguf.split(tiny_gguf.write(tmp_path / "b.gguf"), 2)
    parts[0].unlink()
    _, errors = list_models(tmp_path)
    assert [error.where for error in errors] == [str(parts[1])]


def test_no_folder_has_no_models(tmp_path: Path) -> None:
    assert list_models(tmp_path / "none") == ([], [])
    assert choose(tmp_path / "none") is None


def test_chooses_the_first_that_writes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.gguf").touch()
    tiny_gguf.write_encoder(tmp_path / "b.gguf")
    assert choose(tmp_path) is None
    tiny_gguf.write(tmp_path / "d.gguf")
    tiny_gguf.write(tmp_path / "c.gguf")
    card = choose(tmp_path)
    assert card is not None
    assert card.name == "c.gguf"
    assert "a.gguf" in caplog.text


@pytest.mark.parametrize("wanted", ["c.gguf", "c"])
def test_takes_the_named_one(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "a.gguf").touch()
    tiny_gguf.write(tmp_path / "b.gguf")
    tiny_gguf.write(tmp_path / "c.gguf")
    card = choose(tmp_path, wanted)
    assert card is not None
    assert card.name == "c.gguf"


def test_any_part_names_a_split_model(tmp_path: Path) -> None:
    parts = tiny_gguf.split(tiny_gguf.write(tmp_path / "b.gguf"), 2)
    card = choose(tmp_path, parts[1].name)
    assert card is not None
    assert card.path == parts[0]


def test_a_name_that_is_not_there_says_what_is(tmp_path: Path) -> None:
    tiny_gguf.write(tmp_path / "b.gguf")
    with pytest.raises(NotReadyError) as caught:
        choose(tmp_path, "c.gguf")
    assert "b.gguf" in caught.value.remedy


def test_a_named_model_that_can_not_write_is_refused(tmp_path: Path) -> None:
    tiny_gguf.write_encoder(tmp_path / "encoder.gguf")
    (tmp_path / "broken.gguf").write_bytes(b"")
    with pytest.raises(RefusedError, match="embedding"):
        choose(tmp_path, "encoder.gguf")
    with pytest.raises(RefusedError, match="empty"):
        choose(tmp_path, "broken.gguf")


def test_sha256_is_kept_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"one")
    expected = hashlib.sha256(b"one").hexdigest()
    assert sha256(path) == expected
    with monkeypatch.context() as patch:
        patch.setattr(files.hashlib, "sha256", lambda: pytest.fail("hashed again"))
        assert sha256(path) == expected
    path.write_bytes(b"other")
    assert sha256(path) == hashlib.sha256(b"other").hexdigest()


def test_notes_stand_side_by_side_until_the_file_changes(tmp_path: Path) -> None:
    path, gone = tmp_path / "a.gguf", tmp_path / "gone.gguf"
    for file in (path, gone):
        file.write_bytes(b"one")
        remember(file, "ran", "yes")
    gone.unlink()
    sha256(path)
    assert recall(path, "ran") == "yes"
    assert recall(path, "other") is None
    assert "gone" not in (tmp_path / files.NOTES).read_text(encoding="utf-8")
    path.write_bytes(b"other")
    assert recall(path, "ran") is None


def test_sha256_of_a_split_model_is_that_of_its_parts_end_to_end(tmp_path: Path) -> None:
    parts = tiny_gguf.split(tiny_gguf.write(tmp_path / "b.gguf"), 2)
    assert sha256(parts[0]) == hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"a.gguf": 5}', '{"a.gguf": {"stamp": 1, "sha256": 7}}'])
def test_damaged_notes_are_no_obstacle(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"one")
    (tmp_path / files.NOTES).write_text(damage, encoding="utf-8")
    assert sha256(path) == hashlib.sha256(b"one").hexdigest()
    stored = json.loads((tmp_path / files.NOTES).read_text(encoding="utf-8"))
    assert list(stored) == ["a.gguf"]


def test_a_folder_that_can_not_be_written_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.gguf"
    path.write_bytes(b"one")
    monkeypatch.setattr(files.tempfile, "NamedTemporaryFile", refuse)
    assert sha256(path) == hashlib.sha256(b"one").hexdigest()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.gguf"]
