"""The digest names what is new, in its own sentences, and what it does to the answers that stand."""

import json
from pathlib import Path

import pytest

from assistant.corpus import observations
from assistant.corpus.framework import Framework
from assistant.corpus.glossary import Glossary
from assistant.records import Language
from assistant.research import digest, digest_text, page, runs
from assistant.research.digest import Bearing, Digest, Item
from assistant.workspace import Workspace
from tests.support import scenario

NOTE = "某零售商 2026 年 11 月把影像分析移到邊緣後，雲端成本降低 44%，約 9 個月回收。"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the scenario after its five documents and an observation, its answers being those from before."""
    made = scenario.make(tmp_path_factory.mktemp("digest"))
    scenario.answered(made)
    scenario.later(made)
    observations.observe(made.corpus, NOTE, date="2026-11-20", framework=Framework())
    return made


def made(workspace: Workspace, since: str = "2026-10-01", language: Language = "zh-TW") -> Digest:
    opened = scenario.opened(workspace)
    return digest.make(
        since, opened.journal, opened.answerer.retriever, opened.questions().questions,
        runs.finished(workspace.reports), Glossary(), language,
    )  # fmt: skip


def item(found: Digest, document: str) -> Item:
    (one,) = (i for i in found.items if i.document.endswith(document))
    return one


def bearing(found: Digest, document: str, question: str) -> Bearing:
    (one,) = (b for b in item(found, document).bearings if b.question == question)
    return one


def test_what_is_new_is_what_dates_from_the_day_or_later(workspace: Workspace) -> None:
    found = made(workspace)
    documents = {i.document for i in found.items if not i.observed}
    assert documents == {
        "briefs/value/cost.zh-TW.md",
        "briefs/value/law.zh-TW.md",
        "briefs/solutions/device.zh-TW.md",
    }
    assert [i.document for i in made(workspace, language="en").items] == ["briefs/value/hospital-audit.en.md"]


def test_what_a_run_from_before_the_day_did_not_have_is_new_whatever_its_date(workspace: Workspace) -> None:
    found = made(workspace, "2999-01-01")
    assert found.before is not None
    # The audit that the store's claim rests on now came later than the run, though its first source is older.
    assert "briefs/value/retail.zh-TW.md" in {i.document for i in found.items}
    assert "briefs/value/cost-more.zh-TW.md" not in {i.document for i in found.items}


def test_a_figure_or_a_date_that_moved_contradicts_the_answer(workspace: Workspace) -> None:
    found = made(workspace)
    cost = bearing(found, "cost.zh-TW.md", "cost")
    assert (cost.relation, [(m.before, m.after) for m in cost.moved]) == ("contradicts", [("38%", "41%")])
    law = bearing(found, "law.zh-TW.md", "law")
    assert law.relation == "contradicts"
    assert [(m.before, m.after) for m in law.moved] == [("2026 年 8 月 2 日", "2027 年 12 月 2 日")]


def test_the_same_said_again_supports_it_and_something_else_extends_it(workspace: Workspace) -> None:
    assert bearing(made(workspace), "device.zh-TW.md", "device").relation == "supports"
    assert bearing(made(workspace, language="en"), "hospital-audit.en.md", "privacy").relation == "extends"


def test_an_observation_is_one_and_bears_on_its_question(workspace: Workspace) -> None:
    found = made(workspace)
    (noted,) = (i for i in found.items if i.observed)
    assert noted.sentences == (NOTE,)
    assert "cost" in {b.question for b in noted.bearings}


def test_what_the_answer_has_already_is_told_as_such(workspace: Workspace, tmp_path: Path) -> None:
    again = scenario.make(tmp_path)
    scenario.later(again)
    scenario.answered(again)
    found = made(again)
    assert bearing(found, "law.zh-TW.md", "law").relation == "cited"


def test_without_a_run_nothing_stands(tmp_path: Path) -> None:
    bare = scenario.make(tmp_path)
    scenario.later(bare)
    found = made(bare)
    assert found.run is None
    assert {b.relation for i in found.items for b in i.bearings} == {"unanswered"}


@pytest.mark.parametrize(("language", "word"), [("zh-TW", "相左或更新"), ("en", "extends")])
def test_the_page_in_both_languages(workspace: Workspace, language: Language, word: str) -> None:
    found = made(workspace, language=language)
    blocks = tuple(digest_text.of(found, {"value": "價值"}, language))
    markdown, html = page.markdown("x", blocks), page.html("x", "en", blocks)
    assert word in markdown
    for one in found.items:
        for sentence in one.sentences:
            assert sentence in html
    assert json.loads(json.dumps(digest.to_json(found)))["since"] == "2026-10-01"


def test_at_most_two_sentences_of_a_document(workspace: Workspace) -> None:
    found = made(workspace, "2024-01-01")
    assert max(len(i.sentences) for i in found.items) == 2
    assert sum(i.passages for i in found.items) > sum(len(i.sentences) for i in found.items)
