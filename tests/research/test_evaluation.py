"""Engines of known ability get the scores they must, in the order they must; a run that was cut short goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.grounding import Grounder
from assistant.errors import FaultError, NotReadyError
from assistant.records import Prompt
from assistant.research import page
from assistant.research.evaluation import evaluating, history, judging, models, report, running, suites
from assistant.research.evaluation.evaluating import Evaluated
from assistant.research.evaluation.items import Suite
from assistant.research.evaluation.judging import Judged
from assistant.research.evaluation.replies import Replies
from assistant.research.evaluation.result import KINDS, Evaluation
from assistant.research.evaluation.subjects import Subject
from assistant.workspace import Workspace
from tests.support import scripted

ABLE: dict[str, Callable[..., str]] = {
    "perfect": scripted.perfect,
    "injected": scripted.injected,
    "half": scripted.half,
    "foreign": scripted.foreign,
    "guessing": scripted.guessing,
    "abstaining": scripted.abstaining,
}
# The least and the most of each kind, in per cent: standard, domain, practical, safety, reasoning.
STATED = {
    "perfect": ((100, 100), (100, 100), (97, 100), (100, 100), (100, 100)),
    "injected": ((100, 100), (100, 100), (97, 100), (50, 62), (100, 100)),
    "foreign": ((100, 100), (100, 100), (0, 0), (0, 5), (0, 5)),
    "half": ((38, 62), (38, 62), (60, 85), (38, 62), (38, 62)),
    "abstaining": ((0, 0), (0, 0), (0, 0), (30, 45), (0, 0)),
    "guessing": ((16, 34), (16, 34), (0, 0), (10, 20), (0, 3)),
}


@pytest.fixture(scope="module")
def full() -> list[Suite]:
    return suites.shipped("full")


@pytest.fixture(scope="module")
def grounder() -> Grounder:
    return Grounder()


@pytest.fixture(scope="module")
def judged(full: list[Suite], grounder: Grounder) -> dict[str, Judged]:
    found = {}
    for name, answering in ABLE.items():
        subject = scripted.subject(name, full, answering)
        found[name] = judging.judge(subject, full, running.run(subject, full, Replies(None), grounder))
    return found


@pytest.mark.parametrize("name", ABLE)
def test_engines_of_known_ability_score_as_they_must(judged: dict[str, Judged], name: str) -> None:
    scores = judged[name].row.scores
    got = {kind: round(scores[kind].value * 100, 1) for kind in KINDS}
    stated = dict(zip(KINDS, STATED[name], strict=True))
    assert {k: v for k, v in got.items() if not stated[k][0] <= v <= stated[k][1]} == {}


def test_they_come_in_the_order_they_must(judged: dict[str, Judged]) -> None:
    overall = [judged[name].row.overall.value for name in ABLE]
    assert overall == sorted(overall, reverse=True)
    assert all(low.low <= low.value <= low.high for each in judged.values() for low in each.row.scores.values())


def test_pairs_of_different_ability_are_told_apart_and_equal_ones_are_not(judged: dict[str, Judged]) -> None:
    in_order = [judged[name] for name in ("perfect", "half", "abstaining")]
    assert all(pair.told and pair.low > 0 for pair in judging.compare(in_order))
    twin = replace(judged["half"], row=replace(judged["half"].row, id="twin"))
    (pair,) = judging.compare([judged["half"], twin])
    assert (pair.difference, pair.told) == (0.0, False)


def test_the_full_profile_tells_ten_points_from_noise(judged: dict[str, Judged]) -> None:
    # Right half of the time: no score has a wider doubt.
    assert judged["half"].row.overall.tells <= 0.10


def test_the_extractive_engine_is_a_floor_between_guessing_and_perfect(
    judged: dict[str, Judged], full: list[Suite], grounder: Grounder
) -> None:
    floor = models.floor()
    row = judging.judge(floor, full, running.run(floor, full, Replies(None), grounder)).row
    assert judged["guessing"].row.overall.high < row.overall.low
    assert row.overall.high < judged["perfect"].row.overall.low


# ------------------------------------------------------------ a whole evaluation


class Killed(BaseException):
    """What a kill looks like from inside."""


@pytest.fixture(scope="module")
def quick() -> list[Suite]:
    return suites.shipped("quick")


def opening(subject: Subject) -> evaluating.Opening:
    return subject.name, lambda: nullcontext(subject)


def evaluated(quick: list[Suite], folder: Path, *more: Subject, fresh: bool = False) -> Evaluation:
    return whole(quick, folder, *more, fresh=fresh).evaluation


def whole(quick: list[Suite], folder: Path, *more: Subject, fresh: bool = False) -> Evaluated:
    return evaluating.evaluate(
        [opening(models.floor()), *map(opening, more)], quick, "quick", folder, Grounder(), fresh=fresh
    )


def test_a_killed_run_goes_on_without_asking_again(quick: list[Suite], tmp_path: Path) -> None:
    uncut = evaluated(quick, tmp_path / "uncut", scripted.subject("half", quick, scripted.half))
    answered: list[str] = []

    def until_killed(item: scripted.Item) -> str:
        if len(answered) == 20:
            raise Killed
        answered.append(item.id)
        return scripted.half(item)

    with pytest.raises(Killed):
        evaluated(quick, tmp_path / "cut", scripted.subject("half", quick, until_killed))
    file = tmp_path / "cut" / "replies" / "half.jsonl"
    file.write_bytes(file.read_bytes() + b'["0123", {"text": "cut sho')
    again = scripted.subject("half", quick, scripted.half)
    resumed = evaluated(quick, tmp_path / "cut", again)
    assert isinstance(again.engine, scripted.Scripted)
    assert not set(again.engine.asked) & set(answered)
    assert len(again.engine.asked) == sum(len(suite.items) for suite in quick) - 20
    assert figures(resumed) == figures(uncut)


def figures(evaluation: Evaluation) -> list[object]:
    return [(row.id, row.scores, row.overall, row.practical) for row in evaluation.rows]


def test_the_same_run_twice_gives_the_same_figures(quick: list[Suite], tmp_path: Path) -> None:
    runs = [evaluated(quick, tmp_path, scripted.subject("half", quick, scripted.half)) for _ in range(2)]
    assert runs[0].rows == runs[1].rows
    assert runs[0].comparisons == runs[1].comparisons
    fresh = evaluated(quick, tmp_path, scripted.subject("half", quick, scripted.half), fresh=True)
    assert figures(fresh) == figures(runs[0])


def test_a_model_that_does_not_load_is_named_and_the_others_go_on(quick: list[Suite], tmp_path: Path) -> None:
    def refuse() -> nullcontext[Subject]:
        raise NotReadyError("llama.cpp can't be used")

    found = evaluating.evaluate(
        [opening(models.floor()), ("broken.gguf", refuse)], quick, "quick", tmp_path, Grounder()
    ).evaluation
    assert [row.name for row in found.rows] == ["extractive"]
    assert found.remarks == ("broken.gguf: llama.cpp can't be used",)
    assert found.recommended == found.rows[0].id


def test_a_model_that_fails_on_the_way_is_named_and_what_it_said_is_kept(quick: list[Suite], tmp_path: Path) -> None:
    def failing(item: scripted.Item) -> str:
        if item.kind == "reasoning":
            raise FaultError("no memory left")
        return scripted.half(item)

    found = evaluated(quick, tmp_path, scripted.subject("faulty", quick, failing))
    assert found.remarks == ("faulty: no memory left",)
    assert [row.name for row in found.rows] == ["extractive"]
    assert (tmp_path / "replies" / "faulty.jsonl").read_text(encoding="utf-8")


def test_replies_that_cannot_be_kept_are_an_error(quick: list[Suite], tmp_path: Path) -> None:
    (tmp_path / "replies").write_text("a file stands where the folder goes", encoding="utf-8")
    with pytest.raises(FaultError, match="can't be kept"):
        evaluated(quick, tmp_path)


def test_time_left_is_told_and_falls_to_nothing(quick: list[Suite]) -> None:
    heard: list[running.Progress] = []
    subject = scripted.subject("half", quick, scripted.half)
    running.run(subject, quick, Replies(None), Grounder(), heard.append)
    assert heard[0].left is None
    assert all(progress.left is not None and progress.left >= 0 for progress in heard[1:])
    assert heard[-1].left == pytest.approx(0, abs=1e-6)
    assert [progress.done for progress in heard] == list(range(heard[-1].total + 1))


# ------------------------------------------------------------ the recommendation


def with_speed(judged: Judged, name: str, speed: float | None) -> Judged:
    row = replace(judged.row, id=name, name=name, engine="llama", cost=replace(judged.row.cost, speed=speed))
    return replace(judged, row=row)


def test_of_models_that_cannot_be_told_apart_the_fastest_is_recommended(judged: dict[str, Judged]) -> None:
    floor = replace(judged["guessing"], row=replace(judged["guessing"].row, id="floor", engine="extractive"))
    good, fast = with_speed(judged["perfect"], "good", 8.0), with_speed(judged["perfect"], "fast", 30.0)
    worse, slow = with_speed(judged["half"], "worse", 90.0), with_speed(judged["perfect"], "slow", 2.0)
    assert judging.recommend([good, fast, worse, floor])[0] == "fast"
    assert judging.recommend([good, slow, worse, floor])[0] == "good"
    assert judging.recommend([slow, floor])[0] == "floor"
    assert judging.recommend([floor, with_speed(judged["abstaining"], "bad", 50.0)])[0] == "floor"
    for language in ("zh-TW", "en"):
        assert judging.recommend([good, fast, floor])[1][language]


# ------------------------------------------------------------ report and history


def test_evaluations_are_kept_and_the_newest_is_found(quick: list[Suite], tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert history.latest(workspace) is None
    made = whole(quick, history.folder(workspace), scripted.subject("half", quick, scripted.half))
    first, second = made.evaluation, replace(made.evaluation, finished="2099-01-01T00:00:00Z")
    folders = [history.save(workspace, replace(made, evaluation=each), "en") for each in (first, second)]
    (history.folder(workspace) / "broken").mkdir()
    (history.folder(workspace) / "broken" / "evaluation.json").write_text("{", encoding="utf-8")
    assert history.latest(workspace) == second
    assert history.every(workspace) == [second, first]
    assert {file.name for file in folders[0].iterdir()} == {
        "evaluation.json", "evaluation.html", "evaluation.md", "items.html",
    }  # fmt: skip
    assert "Earlier" not in (folders[0] / "evaluation.md").read_text(encoding="utf-8")
    assert first.finished in (folders[1] / "evaluation.html").read_text(encoding="utf-8")
    items = (folders[0] / "items.html").read_text(encoding="utf-8")
    assert all(item.id in items for suite in quick for item in suite.items)
    assert "✓" in items
    assert "✗" in items


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_report_shows_the_table_the_radar_and_the_rule(
    quick: list[Suite], tmp_path: Path, language: report.Language
) -> None:
    found = evaluated(quick, tmp_path, scripted.subject("half <b>", quick, scripted.half))
    rows = [replace(row, cost=replace(row.cost, speed=12.5, memory=1 << 30)) for row in found.rows]
    blocks = tuple(report.blocks(replace(found, rows=tuple(rows)), language))
    html = page.html("t", language, blocks)
    assert html.count("<svg") == 2
    assert 'class="radar"' in html
    assert 'class="trade"' in html
    assert "<b>" not in html
    assert found.reason[language].split("。")[0][:20] in html
    assert "half" in page.markdown("t", blocks)
    told = report.lines(found, language)
    assert sum(line.startswith("half <b>") for line in told) == 2
    assert found.reason[language] == told[-1]


# ------------------------------------------------------------ asking


def test_replies_asked_for_together_keep_to_their_items(quick: list[Suite]) -> None:
    waiting = threading.Barrier(4, timeout=30)

    class Together(scripted.Scripted):
        def write(self, prompt: Prompt, stop: threading.Event) -> Iterator[str]:
            if len(lines) >= 4 and prompt.question in lines[:4]:
                waiting.wait()  # four are under way at once, or this breaks
            return super().write(prompt, stop)

    (reasoning,) = [suite for suite in quick if suite.name == "reasoning"]
    ordered = sorted(reasoning.items, key=lambda item: item.language)
    lines = [item.question for item in ordered if item.language == ordered[0].language]
    engine = Together("t", quick, scripted.perfect)
    outcomes = running.run(Subject("t", "t", engine, together=4), [reasoning], Replies(None), Grounder())
    assert [outcome.points.value for outcome in outcomes] == [1.0] * len(reasoning.items)
