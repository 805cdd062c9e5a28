"""A batch loses one question at most, and never mixes answers from different grounds."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import FaultError, NotReadyError, RefusedError
from assistant.records import Answer, CorpusInfo, EngineInfo
from assistant.research import batch, progress, runs
from assistant.research.questions import QuestionList, parse
from assistant.settings import Settings
from tests.support.answers import BASIS, CORPUS, ENGINE, answer, citation, statement

ROOT = Path(__file__).parents[2]
FIVE = parse("## g {#g axis=a}\n" + "".join(f"- question {n}? {{#q{n}}}\n" for n in range(1, 6)))


def simple(text: str, **more: object) -> Answer:
    said = [statement(f"About {text}", 1)]
    return answer(text, language="en", conclusion=said, citations=[citation(1, "a passage")], **more)  # type: ignore[arg-type]


class Asked:
    """An `ask` that notes what it was asked, and raises `error` at question number `at`."""

    def __init__(self, error: BaseException | None = None, at: int = 0, **more: object) -> None:
        self.texts: list[str] = []
        self.error, self.at, self.more = error, at, more

    def __call__(self, text: str) -> Answer:
        self.texts.append(text)
        if self.error is not None and len(self.texts) == self.at:
            raise self.error
        return simple(text, **self.more)


def test_a_run_on_disk(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "reports"
    run = batch.run(FIVE, Asked(), out, basis=BASIS)
    assert run.folder.name.endswith("-5d0c4a1b")
    assert (out / "latest.txt").read_text(encoding="utf-8") == run.folder.name + "\n"
    assert sorted(f.name for f in run.folder.iterdir()) == [
        "answers",
        "report.html",
        "report.json",
        "report.md",
        "run.json",
    ]
    assert sorted(f.name for f in (run.folder / "answers").iterdir()) == [f"q{n}.json" for n in range(1, 6)]
    assert runs.load(run.folder) == run
    assert run.finished
    report = json.loads((run.folder / "report.json").read_text(encoding="utf-8"))
    assert [Answer.from_json(a).id for a in report["answers"]] == ["q1", "q2", "q3", "q4", "q5"]


def test_two_runs_of_one_second_have_two_folders(tmp_path: Path) -> None:
    folders = {batch.run(FIVE, Asked(), tmp_path, basis=BASIS).folder for _ in range(3)}
    assert len(folders) == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt(), FaultError("the model died"), ZeroDivisionError("a bug")])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        batch.run(FIVE, Asked(error, at=3), tmp_path, basis=BASIS)
    assert not (tmp_path / "latest.txt").exists()
    (folder,) = tmp_path.iterdir()
    assert [e.question.id for e in runs.load(folder).open] == ["q3", "q4", "q5"]
    ask = Asked()
    run = batch.run(FIVE, ask, tmp_path, basis=BASIS, resume=True)
    assert run.folder == folder
    assert ask.texts == ["question 3?", "question 4?", "question 5?"]
    assert all(entry.answer for entry in run.entries)
    assert len(run.sessions) == 2
    assert runs.load(folder) == run


def test_without_resume_a_new_run_starts(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=3), tmp_path, basis=BASIS)
    ask = Asked()
    batch.run(FIVE, ask, tmp_path, basis=BASIS)
    assert len(ask.texts) == 5


def test_a_finished_run_is_not_resumed(tmp_path: Path) -> None:
    first = batch.run(FIVE, Asked(), tmp_path, basis=BASIS)
    ask = Asked()
    assert batch.run(FIVE, ask, tmp_path, basis=BASIS, resume=True).folder != first.folder
    assert len(ask.texts) == 5


@pytest.mark.parametrize(
    "basis",
    [
        replace(BASIS, corpus=replace(CORPUS, fingerprint="0123456789abcdef")),
        replace(BASIS, engine=EngineInfo("llama", "a.gguf", "00")),
        runs.Basis.of(CORPUS, ENGINE, Settings(seed=7)),
    ],
)
def test_answers_of_another_basis_are_not_reused(tmp_path: Path, basis: runs.Basis) -> None:
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=4), tmp_path, basis=BASIS)
    ask = Asked(corpus=basis.corpus, engine=basis.engine)
    batch.run(FIVE, ask, tmp_path, basis=basis, resume=True)
    assert len(ask.texts) == 5


def test_a_question_that_reads_differently_is_asked_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=4), tmp_path, basis=BASIS)
    edited = parse("## g\n- question 1? {#q1}\n- another question 2? {#q2}\n- question 3? {#q3}\n")
    ask = Asked()
    run = batch.run(edited, ask, tmp_path, basis=BASIS, resume=True)
    assert ask.texts == ["another question 2?"]
    assert [e.answer.question for e in run.entries if e.answer] == [q.text for q in edited.questions]


def test_an_answer_from_a_corpus_that_changed_meanwhile_is_not_reused(tmp_path: Path) -> None:
    changed = CorpusInfo("ffffffffffffffff", 47, 820)
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=2, corpus=changed), tmp_path, basis=BASIS)
    ask = Asked()
    batch.run(FIVE, ask, tmp_path, basis=BASIS, resume=True)
    assert len(ask.texts) == 5


def test_a_broken_answer_file_is_asked_again(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=4), tmp_path, basis=BASIS)
    (folder,) = tmp_path.iterdir()
    (folder / "answers" / "q2.json").write_bytes(b'{"question": "quest')
    (tmp_path / "20991231T000000Z-other").mkdir()
    (tmp_path / "20991231T000000Z-other" / "run.json").write_text("[]", encoding="utf-8")
    ask = Asked()
    batch.run(FIVE, ask, tmp_path, basis=BASIS, resume=True)
    assert ask.texts == ["question 2?", "question 4?", "question 5?"]


def test_a_refused_question_is_noted_and_the_rest_answered(tmp_path: Path) -> None:
    run = batch.run(FIVE, Asked(RefusedError("too long"), at=2), tmp_path, basis=BASIS)
    assert [entry.failure for entry in run.entries] == [None, "too long", None, None, None]
    assert "too long" in (run.folder / "report.md").read_text(encoding="utf-8")
    assert runs.load(run.folder) == run


def test_attempts_of_all_sessions_are_added(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=3, attempts=2), tmp_path, basis=BASIS)
    run = batch.run(FIVE, Asked(attempts=1), tmp_path, basis=BASIS, resume=True)
    assert run.egress.attempts == 3


KILLED = """
import os, sys
from pathlib import Path
from tests.research.test_batch import FIVE, simple
from tests.support.answers import BASIS
from assistant.research import batch
def ask(text):
    if text == "question 4?":
        os.kill(os.getpid(), 9)
    return simple(text, attempts=1)
batch.run(FIVE, ask, Path(sys.argv[1]), basis=BASIS)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill by signal")
def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    ask = Asked()
    run = batch.run(FIVE, ask, tmp_path, basis=BASIS, resume=True)
    assert ask.texts == ["question 4?", "question 5?"]
    assert run.egress.attempts == 1


def full_disk_after(files: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `files` files be written, then have the disk full."""
    real: Callable[[int], None] = os.fsync
    left = [files]

    def fsync(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize("files", [0, 1, 4, 6])
def test_a_full_disk_is_an_error_with_a_remedy_and_keeps_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    with monkeypatch.context() as patched:
        full_disk_after(files, patched)
        with pytest.raises(FaultError, match="No space left") as caught:
            batch.run(FIVE, Asked(), tmp_path, basis=BASIS)
    assert caught.value.remedy
    (folder,) = tmp_path.iterdir()
    kept = sorted(f.name for f in (folder / "answers").iterdir())
    assert kept == [f"q{n}.json" for n in range(1, len(kept) + 1)]  # whole files only, nothing half-written beside them
    assert len(kept) == (files) // 2
    run = batch.run(FIVE, ask := Asked(), tmp_path, basis=BASIS, resume=True)
    assert len(ask.texts) == 5 - len(kept)
    assert all(entry.answer for entry in run.entries)


def test_reports_go_into_a_folder_only(tmp_path: Path) -> None:
    file = tmp_path / "reports"
    file.write_text("a file", encoding="utf-8")
    with pytest.raises(FaultError) as caught:
        batch.run(FIVE, Asked(), file, basis=BASIS)
    assert caught.value.remedy
    with pytest.raises(FaultError):
        batch.run(FIVE, Asked(), file / "below", basis=BASIS, resume=True)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}', "\x00"])
def test_what_is_not_a_run_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotReadyError):
        runs.load(tmp_path)
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(RefusedError):
        runs.load(tmp_path)


def test_progress_is_a_line_a_question_where_there_is_no_terminal(tmp_path: Path) -> None:
    stream = io.StringIO()
    batch.run(FIVE, Asked(RefusedError("no"), at=2), tmp_path, basis=BASIS, progress=progress.on(stream))
    assert stream.getvalue().splitlines() == [
        "[1/5] answered: question 1?",
        "[2/5] failed: question 2?",
        "[3/5] answered: question 3?",
        "[4/5] answered: question 4?",
        "[5/5] answered: question 5?",
    ]


def test_progress_is_a_bar_on_a_terminal(tmp_path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with pytest.raises(KeyboardInterrupt):
        batch.run(FIVE, Asked(KeyboardInterrupt(), at=3), tmp_path, basis=BASIS, progress=progress.on(stream))
    again = Terminal()
    batch.run(FIVE, Asked(), tmp_path, basis=BASIS, progress=progress.on(again), resume=True)
    assert "/5" in stream.getvalue()
    assert "2/5" in again.getvalue()
    assert "\n" not in again.getvalue().strip("\n")


def test_an_empty_resume_is_a_new_run(tmp_path: Path) -> None:
    run = batch.run(FIVE, Asked(), tmp_path / "none", basis=BASIS, resume=True)
    assert run.finished


def test_the_warnings_of_the_list_are_kept(tmp_path: Path) -> None:
    listed: QuestionList = parse("## g\n- q?\n- ？\n")
    run = batch.run(listed, Asked(), tmp_path, basis=BASIS)
    assert [w.line for w in runs.load(run.folder).warnings] == [3]
    assert "line 3" in (run.folder / "report.md").read_text(encoding="utf-8")
