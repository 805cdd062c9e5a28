import os
import random
import struct
import tracemalloc
from pathlib import Path

import gguf as reference
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import RefusedError
from assistant.models import gguf, header
from assistant.models.gguf import inspect
from assistant.models.header import read_header
from tests.support import tiny_gguf


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(raw)) + raw


def raw_header(*pairs: bytes, tensors: int = 0, count: int | None = None, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, len(pairs) if count is None else count) + b"".join(pairs)


ARCHITECTURE = text("general.architecture") + struct.pack("<I", 8) + text("llama")

BAD = {
    "empty": b"",
    "three bytes": b"GGU",
    "magic alone": b"GGUF",
    "another format": b"PK\x03\x04" + bytes(100),
    "version 1": raw_header(ARCHITECTURE, version=1),
    "big endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "2^60 tensors": raw_header(ARCHITECTURE, tensors=1 << 60),
    "2^60 pairs": raw_header(ARCHITECTURE, count=1 << 60),
    "more pairs than there are": raw_header(ARCHITECTURE, count=60_000),
    "a key of 2^62 bytes": raw_header(struct.pack("<Q", 1 << 62) + b"x" * 64),
    "a text of 2^62 bytes": raw_header(text("k") + struct.pack("<IQ", 8, 1 << 62) + b"x" * 64),
    "a text of 2^63 bytes": raw_header(text("k") + struct.pack("<IQ", 8, 1 << 63) + b"x" * 64),
    "an array of 2^60 numbers": raw_header(text("k") + struct.pack("<IIQ", 9, 4, 1 << 60) + bytes(64)),
    "an array of 2^60 texts": raw_header(text("k") + struct.pack("<IIQ", 9, 8, 1 << 60) + bytes(64)),
    "an array with a text of 2^62 bytes": raw_header(text("k") + struct.pack("<IIQQ", 9, 8, 2, 1 << 62) + bytes(64)),
    "an array of an unknown type": raw_header(text("k") + struct.pack("<IIQ", 9, 77, 1) + bytes(64)),
    "arrays within arrays": raw_header(text("k") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 40 + bytes(64)),
    "a value of an unknown type": raw_header(text("k") + struct.pack("<I", 77) + bytes(64)),
    "no architecture": raw_header(),
    "architecture of another type": raw_header(text("general.architecture") + struct.pack("<II", 4, 1)),
    "an odd alignment": raw_header(ARCHITECTURE, text("general.alignment") + struct.pack("<II", 4, 3)),
    "no alignment": raw_header(ARCHITECTURE, text("general.alignment") + struct.pack("<II", 4, 0)),
    "9 dimensions": raw_header(ARCHITECTURE, tensors=1) + text("t") + struct.pack("<I", 9) + bytes(200),
    "a tensor of 2^120 weights": raw_header(ARCHITECTURE, tensors=1)
    + text("t")
    + struct.pack("<IQQIQ", 2, 1 << 60, 1 << 60, 0, 0)
    + bytes(200),
    "a tensor far away": raw_header(ARCHITECTURE, tensors=1)
    + text("t")
    + struct.pack("<IQIQ", 1, 4, 0, 1 << 62)
    + bytes(64),
}


def test_reads_what_the_file_says(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf", context=512)
    card = inspect(path)
    read = reference.GGUFReader(str(path))
    assert card.path == path
    assert (card.name, card.title, card.architecture, card.quantization) == ("tiny.gguf", "Tiny", "llama", "F16")
    assert (card.context_length, card.layers, card.embedding_length) == (512, 1, tiny_gguf.WIDTH)
    assert card.parameters == sum(int(tensor.n_elements) for tensor in read.tensors)
    assert card.vocabulary == len(read.fields["tokenizer.ggml.tokens"].data)
    assert card.chat_template == tiny_gguf.CHATML
    assert (card.kind, card.is_embedding, card.size) == ("writing", False, path.stat().st_size)


def test_the_tensors_are_those_of_the_reference_reader(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    ours = read_header(path)
    theirs = reference.GGUFReader(str(path)).tensors
    assert [(t.name, t.shape, ours.data_start + t.offset, t.size) for t in ours.tensors] == [
        (t.name, tuple(int(n) for n in t.shape), int(t.data_offset), int(t.n_bytes)) for t in theirs
    ]


def test_block_sizes_and_file_types_are_those_of_the_reference() -> None:
    assert {int(kind): sizes for kind, sizes in reference.GGML_QUANT_SIZES.items()}.items() <= header.BLOCKS.items()
    names = {int(kind): kind.name.removeprefix("MOSTLY_").removeprefix("ALL_") for kind in reference.LlamaFileType}
    names.pop(int(reference.LlamaFileType.GUESSED))
    assert names.items() <= gguf.FILE_TYPES.items()


def test_a_model_that_pools_is_an_encoder(tmp_path: Path) -> None:
    card = inspect(tiny_gguf.write_encoder(tmp_path / "encoder.gguf"))
    assert (card.kind, card.pooling, card.embedding_length) == ("embedding", 1, 64)
    pooling = inspect(tiny_gguf.write(tmp_path / "pooling.gguf", metadata={"llama.pooling_type": 3}))
    assert pooling.is_embedding
    assert inspect(tiny_gguf.write(tmp_path / "rank.gguf", metadata={"llama.pooling_type": 4})).kind == "reranking"
    assert inspect(tiny_gguf.write(tmp_path / "lora.gguf", metadata={"general.type": "adapter"})).kind == "other"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_the_remedy(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(BAD[name])
    tracemalloc.start()
    with pytest.raises(RefusedError) as caught:
        inspect(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.where == str(path)
    assert caught.value.remedy
    assert peak < 8 << 20


def test_a_folder_a_device_and_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "folder.gguf").mkdir()
    (tmp_path / "link.gguf").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe.gguf")
    for name, reason in (("folder", "folder"), ("link", "can't be read"), ("pipe", "regular")):
        with pytest.raises(RefusedError, match=reason) as caught:
            inspect(tmp_path / f"{name}.gguf")
        assert caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    path.chmod(0)
    with pytest.raises(RefusedError, match="may read"):
        inspect(path)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    whole = tiny_gguf.write(tmp_path / "tiny.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    sizes = {0, 1, 4, 8, 24, 1000, len(whole) // 2, len(whole) - 40, *random.Random(1).sample(range(len(whole)), 40)}
    for size in sizes:
        path.write_bytes(whole[:size])
        with pytest.raises(RefusedError, match="not a usable GGUF"):
            inspect(path)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9000), st.binary(min_size=1, max_size=9)), min_size=1, max_size=6))
def test_a_damaged_header_is_read_or_refused(tmp_path: Path, damage: list[tuple[int, bytes]]) -> None:
    path = tmp_path / "damaged.gguf"
    source = tmp_path / "tiny.gguf"
    raw = bytearray((source if source.exists() else tiny_gguf.write(source)).read_bytes())
    for at, new in damage:
        raw[at : at + len(new)] = new
    path.write_bytes(raw)
    assert named_by(path) == str(path)


def named_by(path: Path) -> str:
    """Return the file that the card or the error names."""
    try:
        return str(inspect(path).path)
    except RefusedError as error:
        return error.where


def test_long_arrays_are_stepped_over_at_any_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_gguf.write(tmp_path / "tiny.gguf")
    expected = read_header(path)
    assert "tokenizer.ggml.tokens" not in expected.metadata
    for window in (1, 9, 64, 1000):
        monkeypatch.setattr(header, "WINDOW", window)
        assert read_header(path) == expected


class TestSplitModels:
    def test_the_first_part_stands_for_all(self, tmp_path: Path) -> None:
        whole = inspect(tiny_gguf.write(tmp_path / "tiny.gguf"))
        parts = tiny_gguf.split(whole.path, 3)
        card = inspect(parts[0])
        assert card.parts == tuple(parts)
        assert card.parameters == whole.parameters
        assert card.size == sum(part.stat().st_size for part in parts)

    def test_a_later_part_points_to_the_first(self, tmp_path: Path) -> None:
        parts = tiny_gguf.split(tiny_gguf.write(tmp_path / "tiny.gguf"), 2)
        with pytest.raises(RefusedError, match="00001"):
            inspect(parts[1])

    def test_a_missing_part_is_named(self, tmp_path: Path) -> None:
        parts = tiny_gguf.split(tiny_gguf.write(tmp_path / "tiny.gguf"), 3)
        parts[1].unlink()
        with pytest.raises(RefusedError, match=parts[1].name):
            inspect(parts[0])

    def test_a_truncated_part_is_named(self, tmp_path: Path) -> None:
        parts = tiny_gguf.split(tiny_gguf.write(tmp_path / "tiny.gguf"), 2)
        parts[1].write_bytes(parts[1].read_bytes()[:-5000])
        with pytest.raises(RefusedError, match=parts[1].name):
            inspect(parts[0])
