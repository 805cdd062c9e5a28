"""The comparison of two runs names what a person names who reads both by hand, with the causes, and nothing else."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from assistant.corpus.glossary import Glossary
from assistant.errors import NotReadyError, RefusedError
from assistant.records import EngineInfo, Language
from assistant.research import changes, changes_text, comparison, evidence, report_html, report_markdown, runs, view
from assistant.research.changes import Change, Diff, QuestionChange
from assistant.research.runs import Run
from assistant.settings import Settings
from tests.support import scenario
from tests.support.answers import answer, citation, run_of, statement

EXPECTED = tomllib.loads((scenario.FOLDER / "expected.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    workspace = scenario.make(tmp_path_factory.mktemp("scenario"))
    before = scenario.answered(workspace)
    scenario.later(workspace)
    return before, scenario.answered(workspace)


@pytest.fixture(scope="module")
def diff(both: tuple[Run, Run]) -> Diff:
    return comparison.between(*both, Glossary())


def listed(change: Change) -> dict[str, Any]:
    """Return a change in the form of the hand-made list."""
    (cause,) = {(s.claim, s.document, s.standing) for s in change.sources}
    told: dict[str, Any] = {
        "kinds": list(change.kinds),
        "claim": cause[0],
        "moved": [[m.before, m.after] for m in change.moved],
        "document": cause[1],
        "standing": cause[2],
    }
    return told | ({"confidence": list(change.confidence)} if "confidence" in change.kinds else {})


def found(question: QuestionChange) -> dict[str, Any]:
    """Return what happened to a question, in the form of the hand-made list."""
    told: dict[str, Any] = {"id": question.id, "state": question.state}
    if question.changes:
        told["change"] = sorted(map(listed, question.changes), key=str)
    if question.state == "evidence":
        told["came"] = [source.claim for source in question.came]
    return told


# ---------------------------------------------------------------- the scenario


def test_it_names_the_documents_that_came_and_changed(diff: Diff) -> None:
    assert diff.documents is not None
    assert {name: sorted(getattr(diff.documents, name)) for name in ("added", "changed", "removed")} == (
        EXPECTED["documents"]
    )


@pytest.mark.parametrize("expected", EXPECTED["question"], ids=lambda q: q["id"])
def test_it_names_exactly_what_a_person_lists(expected: dict[str, Any], diff: Diff) -> None:
    (question,) = (q for q in diff.questions if q.id == expected["id"])
    wanted = expected | ({"change": sorted(expected["change"], key=str)} if "change" in expected else {})
    assert found(question) == wanted
    assert {change.reason for change in question.changes} <= {"evidence"}
    # What only gave or took room is told apart, and its own evidence stood there both times.
    assert all(change.reason == "selection" and len(change.kinds) == 1 for change in question.chosen)


def test_no_other_question_is_named(diff: Diff) -> None:
    assert [q.id for q in diff.questions] == [q["id"] for q in EXPECTED["question"]]
    assert diff.writer == {}


def test_the_same_run_again_differs_in_nothing(both: tuple[Run, Run], tmp_path: Path) -> None:
    again = scenario.make(tmp_path)
    one, other = scenario.answered(again), scenario.answered(again)
    repeated = comparison.between(one, other, Glossary())
    assert repeated.empty
    assert all(q.state == "same" and not (q.changes or q.came or q.went) for q in repeated.questions)
    # On another machine, at another time, from files copied anew.
    assert comparison.between(both[0], one, Glossary()).empty


def test_backwards_what_was_new_is_gone(both: tuple[Run, Run], diff: Diff) -> None:
    back = comparison.between(both[1], both[0], Glossary())
    swapped = {"new": "gone", "gone": "new"}
    for question, other in zip(diff.questions, back.questions, strict=True):
        kinds = sorted(tuple(swapped.get(k, k) for k in c.kinds) for c in question.changes)
        assert sorted(c.kinds for c in other.changes) == kinds
    (removed,) = next(q for q in back.questions if q.id == "privacy").changes
    assert removed.sources[0].standing == "removed document"


# ---------------------------------------------------------------- evidence and writer


def test_another_setting_is_no_change_of_the_evidence(tmp_path: Path) -> None:
    workspace = scenario.make(tmp_path)
    before = scenario.answered(workspace)
    after = scenario.answered(workspace, Settings(engine="extractive", length="brief"))
    diff = comparison.between(before, after, Glossary())
    assert diff.writer == {"length": ("standard", "brief")}
    assert diff.corpus[0] == diff.corpus[1]
    changed = [change for q in diff.questions for change in q.changes]
    assert changed
    assert {change.reason for change in changed} == {"writer"}
    assert not any(q.came or q.went for q in diff.questions)


def test_another_engine_and_another_corpus_are_told_apart(both: tuple[Run, Run]) -> None:
    model = EngineInfo("llama", "small.gguf", "ab" * 32)
    other = replace(both[1], basis=replace(both[1].basis, engine=model))
    diff = comparison.between(both[0], other, Glossary())
    assert diff.writer == {"engine": ("extractive", "llama small.gguf abababababab")}
    caused = [change for q in diff.questions for change in q.changes if change.reason == "evidence"]
    assert len(caused) == sum(len(q.get("change", ())) for q in EXPECTED["question"])
    assert {change.reason for q in diff.questions for change in q.changes} <= {"evidence", "writer"}


def test_a_statement_crowded_out_is_no_change_of_its_evidence(tmp_path: Path) -> None:
    q = "問題是什麼？"
    said = [statement("攝影機的影像留在門市。", 1), statement("員工的語音留在門市。", 2)]
    cited = [citation(1, "攝影機的影像留在門市。"), citation(2, "員工的語音留在門市。")]
    before = run_of(answer(q, conclusion=said, citations=cited), folder=kept(tmp_path / "a", cited))
    after = run_of(answer(q, conclusion=said[:1], citations=cited[:1]), folder=kept(tmp_path / "b", cited))
    (question,) = comparison.between(before, after, Glossary()).questions
    (gone,) = question.chosen
    assert (gone.kinds, gone.before, gone.reason) == (("gone",), "員工的語音留在門市。", "selection")
    assert question.changes == ()
    assert question.state == "evidence"


def kept(folder: Path, cited: list[Any]) -> Path:
    """Return the folder of a run whose documents hold what is cited."""
    folder.mkdir()
    marks = frozenset(evidence.of_citation(c).mark for c in cited)
    evidence.save_documents(folder, {"document.md": evidence.Live("id", "title", marks)})
    return folder


def test_a_run_that_kept_no_evidence_leaves_the_cause_unknown(both: tuple[Run, Run]) -> None:
    diff = comparison.between(scenario.without_evidence(both[0]), both[1], Glossary())
    assert diff.documents is None
    told = {change.kinds: change.reason for q in diff.questions for change in q.changes}
    assert told[("new",)] == "unknown"
    assert ("figure",) in told


def test_questions_that_come_and_go_are_named(both: tuple[Run, Run]) -> None:
    before = replace(both[0], entries=both[0].entries[1:])
    after = replace(both[0], entries=both[0].entries[:-1])
    states = {q.id: q.state for q in comparison.between(before, after, Glossary()).questions}
    assert states["cost"] == "new question"
    assert states["privacy"] == "gone question"


def test_an_abstention_that_became_an_answer_is_a_change(both: tuple[Run, Run]) -> None:
    first = both[0].entries[0]
    silent = answer(first.question.text, status="abstained")
    before = replace(both[0], entries=(replace(first, answer=silent), *both[0].entries[1:]))
    question = comparison.between(before, both[0], Glossary()).questions[0]
    assert first.answer is not None
    assert (question.state, question.status) == ("changed", ("abstained", first.answer.status))
    assert {change.kinds for change in question.changes} == {("new",)}


# ---------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("language", "word", "document"), [("zh-TW", "數字變動", "文件已更新"), ("en", "figure moved", "changed document")]
)
def test_the_summary_fits_on_a_screen_in_both_languages(
    language: Language, word: str, document: str, diff: Diff
) -> None:
    summary = changes_text.summarise(diff, language)
    shown = changes_text.screen(summary)
    assert f"{word} 38% → 41%" in shown
    assert document in shown
    assert len(shown.splitlines()) <= 40
    every = changes_text.screen(summary, every=True)
    for question in diff.questions:
        for change in question.changes:
            assert (change.after or change.before) in every


def test_a_long_comparison_says_how_much_it_leaves_out(diff: Diff) -> None:
    question = next(q for q in diff.questions if q.id == "cost")
    many = replace(diff, questions=(replace(question, changes=question.changes * 4),))
    shown = changes_text.screen(changes_text.summarise(many, "en"), more="{n} more")
    assert f"… {4 * len(question.changes) - changes_text.MOST_LINES} more" in shown


def test_runs_without_a_difference_say_so(both: tuple[Run, Run]) -> None:
    same = comparison.between(both[0], both[0], Glossary())
    assert "differ in nothing" in changes_text.screen(changes_text.summarise(same, "en"))


def test_json_holds_all_of_it(diff: Diff) -> None:
    data = json.loads(json.dumps(changes.to_json(diff), ensure_ascii=False))
    assert data["empty"] is False
    assert [len(q["changes"]) for q in data["questions"]] == [len(q.changes) for q in diff.questions]


# ---------------------------------------------------------------- the runs


def test_finished_runs_are_listed_newest_first(both: tuple[Run, Run]) -> None:
    out = both[0].folder.parent
    names = [run.folder.name for run in runs.finished(out)]
    assert names == sorted(names, reverse=True)
    assert {both[0].folder.name, both[1].folder.name} <= set(names)


def test_a_run_is_named_by_the_beginning_of_its_folder(both: tuple[Run, Run]) -> None:
    out = both[0].folder.parent
    assert runs.named(out, both[0].folder.name) == runs.load(both[0].folder)
    assert runs.named(out, str(both[1].folder)).folder == both[1].folder
    with pytest.raises(NotReadyError, match="no run is called"):
        runs.named(out, "1999")
    with pytest.raises(RefusedError, match="several runs"):
        runs.named(out, "2")


# ---------------------------------------------------------------- in the report


def test_a_comparison_reads_back_as_it_was_written(diff: Diff, tmp_path: Path) -> None:
    changes.save(tmp_path, diff)
    assert changes.load(tmp_path) == diff


def test_the_first_run_compares_with_nothing_and_the_next_with_it(both: tuple[Run, Run], diff: Diff) -> None:
    assert changes.load(both[0].folder) is None
    assert changes.load(both[1].folder) == diff
    first = (both[0].folder / "report.md").read_text(encoding="utf-8")
    assert "與上次執行相比" not in first


def test_the_report_shows_what_changed(both: tuple[Run, Run], diff: Diff) -> None:
    markdown = (both[1].folder / "report.md").read_text(encoding="utf-8")
    html = lxml_html.document_fromstring((both[1].folder / "report.html").read_bytes())
    (section,) = html.xpath("//section[@id='changes']")
    page = " ".join(section.text_content().split())
    data = json.loads((both[1].folder / "report.json").read_text(encoding="utf-8"))
    assert data["changes"] == json.loads(json.dumps(changes.to_json(diff)))
    for question in diff.questions:
        for change in question.changes:
            said = change.after or change.before
            assert said in page
            assert said in markdown
    assert "38% → 41%" in page


def test_no_text_of_a_change_becomes_markup(diff: Diff) -> None:
    hostile = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) "quoted"'
    question = diff.questions[0]
    change = replace(question.changes[0], before=hostile, after=hostile + "!")
    taken = replace(diff, questions=(replace(question, question=hostile, changes=(change,)),))
    seen = replace(view.of(run_of()), changes=changes_text.summarise(taken, "en"))
    for page in (report_html.render(seen), MarkdownIt("commonmark").render(report_markdown.render(seen))):
        tree = lxml_html.document_fromstring(page)
        assert not tree.xpath("//img | //a[starts-with(@href, 'javascript')]")
        assert hostile in tree.text_content()
