import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import NotReadyError
from assistant.offline.guard import Guard
from assistant.research import runs
from assistant.settings import Settings
from assistant.ui.batches import Advance, Batches
from assistant.ui.desk import Desk
from assistant.wiring import Assistant
from tests.support import small_workspace


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    assistant = Assistant(small_workspace.make(tmp_path), Settings(engine="extractive"), Guard(frozenset()))
    assistant.refresh()
    return Desk(assistant)


def wait(batches: Batches, until: Callable[[Advance], bool]) -> Advance:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if batches.advance is not None and until(batches.advance):
            return batches.advance
        threading.Event().wait(0.01)
    raise AssertionError(f"it never came to that: {batches.advance}")


def finish(batches: Batches) -> Advance:
    return wait(batches, lambda advance: advance.over)


def test_all_questions_are_answered_and_their_newest_answers_found(desk: Desk) -> None:
    batches, listed = desk.batches, desk.assistant.questions()
    assert [late.answer for late in batches.latest(listed)] == [None, None, None]
    assert batches.start()
    advance = finish(batches)
    assert (advance.error, advance.done, advance.total) == (None, 3, 3)
    latest = batches.latest(listed)
    assert [late.answer is not None and late.answer.question for late in latest] == [q.text for q in listed.questions]
    assert not any(late.stale for late in latest)
    run = runs.finished(batches.reports)[0]
    assert (run.folder / "report.html").is_file()
    assert batches.resumable(listed) == 0


def test_one_question_is_answered_beside_the_runs_of_the_list(desk: Desk) -> None:
    listed = desk.assistant.questions()
    desk.batches.start("cost")
    assert finish(desk.batches).total == 1
    answered = [late.question.id for late in desk.batches.latest(listed) if late.answer]
    assert answered == ["cost"]
    assert runs.finished(desk.batches.reports) == []


def test_a_stopped_batch_goes_on_where_it_was(desk: Desk) -> None:
    batches, listed = desk.batches, desk.assistant.questions()
    with desk.line.place():  # the chat has the engine, so the batch waits before its first question
        batches.start()
        wait(batches, lambda advance: advance.at_hand != "")
        assert not batches.start()
        batches.halt()
    advance = finish(batches)
    assert (advance.error, advance.done) == (None, 0)
    assert batches.resumable(listed) == 3
    batches.start(resume=True)
    assert finish(batches).done == 3
    assert len(runs.finished(batches.reports)) == 1


def test_an_answer_is_stale_once_the_corpus_has_changed(desk: Desk) -> None:
    desk.batches.start("privacy")
    finish(desk.batches)
    file = desk.assistant.workspace.corpus / "new.md"
    file.write_text("# 新\n\n邊緣 AI 的新消息。\n", encoding="utf-8")
    desk.assistant.refresh()
    latest = desk.batches.latest(desk.assistant.questions())
    assert [late.stale for late in latest] == [True, False, False]


def test_a_question_that_is_gone_ends_the_batch_with_a_remedy(desk: Desk) -> None:
    desk.batches.start("no-such-question")
    error = finish(desk.batches).error
    assert isinstance(error, NotReadyError)
    assert error.remedy


def test_the_time_that_is_left_follows_the_pace() -> None:
    assert Advance(total=10, done=3, begun=3).left(100.0) is None
    assert Advance(total=10, done=5, begun=3, started=80.0).left(100.0) == 50.0
