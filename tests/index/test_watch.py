"""The watch, on a real folder."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from assistant.errors import NotReadyError, RefusedError
from assistant.index.embedders import HashEmbedder
from assistant.index.refresh import refresh
from assistant.index.watch import watch
from assistant.settings import Settings
from assistant.workspace import Workspace

PATIENCE = 60.0


@contextmanager
def watching(corpus: Path, work: "Queue[object]", failures: int = 0) -> Iterator[None]:
    stop = threading.Event()
    left = [failures]

    def turn() -> None:
        if left[0]:
            left[0] -= 1
            raise NotReadyError("another refresh is at work")
        report = refresh(Workspace(corpus.parent), Settings(), HashEmbedder())
        work.put((report.added, report.changed, report.removed))

    thread = threading.Thread(target=watch, args=(corpus, turn, work.put, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "before.md").write_text("before", encoding="utf-8")
    return folder


def test_what_is_there_what_comes_and_what_goes_is_indexed(corpus: Path) -> None:
    work: Queue[object] = Queue()
    with watching(corpus, work):
        assert work.get(timeout=PATIENCE) == (1, 0, 0)
        for number in range(20):
            (corpus / f"{number}.md").write_text(f"number {number}", encoding="utf-8")
        added = 0
        while added < 20:
            turn = work.get(timeout=PATIENCE)
            assert isinstance(turn, tuple)
            added += turn[0]
        (corpus / "before.md").unlink()
        while work.get(timeout=PATIENCE) != (0, 0, 1):
            pass
    assert added == 20


def test_a_busy_index_is_tried_again_and_complained_about_once(corpus: Path) -> None:
    work: Queue[object] = Queue()
    with watching(corpus, work, failures=2):
        assert isinstance(work.get(timeout=PATIENCE), NotReadyError)
        assert work.get(timeout=PATIENCE) == (1, 0, 0)


def test_a_broken_file_of_axes_does_not_end_the_watch(corpus: Path) -> None:
    work: Queue[object] = Queue()
    framework = corpus / "framework.toml"
    with watching(corpus, work):
        assert work.get(timeout=PATIENCE) == (1, 0, 0)
        framework.write_text("[[", encoding="utf-8")
        assert isinstance(work.get(timeout=PATIENCE), RefusedError)
        framework.unlink()
        assert work.get(timeout=PATIENCE) == (0, 0, 0)


def test_hidden_files_are_no_change(corpus: Path) -> None:
    work: Queue[object] = Queue()
    with watching(corpus, work):
        assert work.get(timeout=PATIENCE) == (1, 0, 0)
        (corpus / ".part").write_text("half", encoding="utf-8")
        (corpus / "whole.md").write_text("whole", encoding="utf-8")
        assert work.get(timeout=PATIENCE) == (1, 0, 0)
