"""A settings file is input like any other: whatever it holds is taken or refused by name, and reaches no further."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import settings
from assistant.errors import RefusedError, UsageError
from assistant.models import files

NAMES = st.sampled_from([f.name for f in settings.fields(settings.Settings)])
VALUES = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.text(max_size=8), max_size=3),
)


@given(
    flags=st.dictionaries(NAMES, VALUES, max_size=4), environ=st.dictionaries(NAMES, st.text(max_size=40), max_size=4)
)
def test_any_value_is_taken_or_refused(flags: dict[str, object], environ: dict[str, str]) -> None:
    variables = {f"{settings.PREFIX}{name.upper()}": value for name, value in environ.items()}
    try:
        loaded = settings.load(environ=variables, flags=flags)
    except UsageError:
        return
    assert loaded.engine in settings.ENGINES
    assert 0 <= loaded.temperature <= 2
    assert 0 <= loaded.port <= 65535


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a = " + "[" * 100_000, id="nested"),
        pytest.param("engine = \x00", id="control character"),
        pytest.param("engine = 'llama'\nengine = 'extractive'", id="said twice"),
        pytest.param("[engine]\nname = 'llama'", id="a table for a value"),
        pytest.param("port = 1" + "0" * 5000, id="a number of 5,000 digits"),
        pytest.param("temperature = nan", id="not a number"),
        pytest.param("answer_threshold = inf", id="infinite"),
        pytest.param("[__proto__]\nx = 1", id="unknown table"),
        pytest.param("x" * 20_000_000, id="20 MB"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "assistant.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        settings.load(file, environ={})
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("model", ["../outside.gguf", "/etc/passwd", "a\x00b.gguf", "sub/../../outside.gguf"])
def test_a_model_is_looked_for_in_its_folder_only(tmp_path: Path, model: str) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "outside.gguf").write_bytes(b"GGUF")
    with pytest.raises(RefusedError, match="is not the name"):
        files.choose(tmp_path / "models", model)


def test_the_vector_server_is_a_named_host_and_has_to_be_an_address() -> None:
    assert settings.Settings(store="http://vectors.lan:8000", allow_hosts=("a",)).hosts == ("a", "vectors.lan")
    assert settings.Settings(remote="http://b/v1").hosts == ()
    for wrong in ("vectors.lan:8000", "http://", "http://a/path", "http://me:secret@a", "ftp://a", "http://a:port"):
        with pytest.raises(UsageError, match="store"):
            settings.Settings(store=wrong)
    assert settings.Settings(dask="tcp://boxes.lan:8786").hosts == ("boxes.lan",)
    with pytest.raises(UsageError, match="dask"):
        settings.Settings(dask="http://boxes.lan:8786")


def test_the_journals_server_is_a_named_host_and_its_address_has_no_password() -> None:
    store = "http://vectors.lan:8000"
    for address in ("postgresql://me@db.lan/one", "postgresql://db.lan:5433/one?sslmode=verify-full&sslrootcert=/a/b"):
        assert settings.Settings(journal=address, store=store).hosts == ("vectors.lan", "db.lan")
    for wrong in (
        "db.lan", "http://db.lan/one", "postgresql://db.lan", "postgresql:///one", "postgresql://db.lan/one/two",
        "postgresql://me:secret@db.lan/one", "postgresql://me@db.lan/one?password=secret",
        "postgresql://me@db.lan/one?hostaddr=10.0.0.9", "postgresql://db.lan:port/one", "postgresql://db.lan/one?x",
    ):  # fmt: skip
        with pytest.raises(UsageError, match="journal") as refused:
            settings.Settings(journal=wrong, store=store)
        assert "secret" not in str(refused.value)
    with pytest.raises(UsageError, match="vectors that are shared"):
        settings.Settings(journal="postgresql://me@db.lan/one")
