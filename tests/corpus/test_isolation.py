"""Workers, as real processes, with readers that do harm."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.corpus import framework, reading, splitting
from assistant.corpus.isolation import frames
from assistant.corpus.isolation.limits import Limits
from assistant.corpus.isolation.process import Job, Reading
from assistant.corpus.isolation.workers import Workers
from assistant.errors import FaultError, RefusedError

SMALL = Limits(cpu_seconds=2, seconds=20.0, memory=512 << 20, output=1 << 20)
POSIX = pytest.mark.skipif(os.name != "posix", reason="the system's own limits are POSIX's")


def job(folder: Path, name: str, text: str) -> Job:
    file = folder / name
    file.write_bytes(text.encode("utf-8"))
    return Job(file, name, hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size, 220)


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Workers]:
    with Workers(tmp_path / "framework.toml", count=1, limits=SMALL, module="tests.corpus.hostile_worker") as workers:
        yield workers


def test_a_worker_reads_what_the_program_itself_would(tmp_path: Path) -> None:
    text = (
        "---\ntitle: 前言\ntopics: [a, b]\nurl: https://example.org/\n---\n# 標題\n\n"
        "- 主張一。 {#one}\n  — [T](https://example.org/t) | P | 2025-04 | high | vendor\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n" + "邊緣運算把資料留在現場。" * 60
    )
    asked = job(tmp_path, "a.md", text)
    document = reading.read(asked.file, "a.md", asked.digest, framework.load(tmp_path / "framework.toml"))
    with Workers(tmp_path / "framework.toml", count=1) as workers:
        assert workers.read(asked) == Reading(document, splitting.split(document, 220))


def test_files_come_back_in_their_order_whatever_each_takes(tmp_path: Path) -> None:
    jobs = [job(tmp_path, f"{n}.md", f"# {n}\n\n" + "more or less " * (3000 if n % 7 == 0 else 1)) for n in range(40)]
    jobs[5] = job(tmp_path, "5.md", "")
    with Workers(tmp_path / "framework.toml", count=2) as workers:
        results = list(workers.read_all(jobs))
    assert [r.document.title if isinstance(r, Reading) else r.where for r in results] == [
        "5.md" if n == 5 else str(n) for n in range(40)
    ]


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        pytest.param("abort", "crashed (SIGABRT)", marks=POSIX),
        ("exit", "exit code 3"),
        ("nest", "nested too deep"),
        ("flood", "more than 1 MiB"),
        pytest.param("fill", "more memory", marks=POSIX),
        pytest.param("spin", "more computing", marks=POSIX),
        pytest.param("write", "its reader failed: [Errno ", marks=POSIX),
        (
            "stumble",
            "its reader failed: 'str' object has no attribute 'pages' (AttributeError in hostile_worker, stumble)",
        ),
    ],
)
def test_a_file_that_does_harm_costs_only_itself(hostile: Workers, tmp_path: Path, harm: str, reason: str) -> None:
    with pytest.raises(RefusedError) as error:
        hostile.read(job(tmp_path, "bad.txt", harm))
    assert reason in error.value.what
    assert error.value.where == "bad.txt"
    assert hostile.read(job(tmp_path, "good.txt", "fine as it is")).document.text == "fine as it is\n\n"


@POSIX
def test_files_handed_out_together_are_read_but_for_the_one_that_does_harm(hostile: Workers, tmp_path: Path) -> None:
    words = ["fine"] * 60
    words[20], words[41], words[42] = "abort", "flood", "exit"
    results = list(hostile.read_all(job(tmp_path, f"{n}.txt", word) for n, word in enumerate(words)))
    reasons = {n: r.what for n, r in enumerate(results) if isinstance(r, RefusedError)}
    assert reasons.keys() == {20, 41, 42}
    assert "SIGABRT" in reasons[20]
    assert "more than 1 MiB" in reasons[41]
    assert "exit code 3" in reasons[42]


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    limits = Limits(seconds=3.0)
    with Workers(tmp_path / "f.toml", count=1, limits=limits, module="tests.corpus.hostile_worker") as workers:
        with pytest.raises(RefusedError, match="longer than 3 s"):
            workers.read(job(tmp_path, "slow.txt", "sleep"))
        assert workers.read(job(tmp_path, "good.txt", "fine")).document.text == "fine\n\n"


def test_what_a_reader_prints_is_not_taken_for_its_reply(hostile: Workers, tmp_path: Path) -> None:
    assert hostile.read(job(tmp_path, "loud.txt", "talk")).document.text == "talk\n\n"


def test_a_reader_that_reaches_out_is_refused_and_counted(hostile: Workers, tmp_path: Path) -> None:
    assert hostile.read(job(tmp_path, "spy.txt", "network")).attempts == 3
    assert hostile.read(job(tmp_path, "good.txt", "fine")).attempts == 0


def test_a_file_changed_since_it_was_found_is_left_for_the_next_refresh(tmp_path: Path) -> None:
    asked = job(tmp_path, "a.md", "as it was")
    asked.file.write_text("as it is", encoding="utf-8")
    with Workers(tmp_path / "f.toml", count=1) as workers, pytest.raises(RefusedError, match="changed while"):
        workers.read(asked)


def test_a_worker_that_can_not_start_is_a_fault_and_not_the_files(tmp_path: Path) -> None:
    with Workers(tmp_path / "f.toml", count=1, module="tests.corpus.no_such_worker") as workers:
        with pytest.raises(FaultError, match="can't be started"):
            workers.read(job(tmp_path, "a.md", "x"))
        with pytest.raises(FaultError, match="can't be started"):
            list(workers.read_all([job(tmp_path, "a.md", "x")]))


def test_a_worker_ends_when_its_program_is_gone() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "assistant.corpus.isolation.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    frames.send(child.stdin, {"framework": "none.toml", "limits": {}})
    assert child.stdout is not None
    assert frames.receive(child.stdout, 1 << 16) == {"ready": True}
    child.stdin.close()
    assert child.wait(timeout=60) == 0
    child.stdout.close()
