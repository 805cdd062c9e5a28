import re
from dataclasses import fields, replace
from html import unescape
from typing import get_args

import pytest

from assistant.corpus.framework import Axis, Framework
from assistant.errors import FaultError
from assistant.index.journal import Place
from assistant.index.refresh import Report, Step
from assistant.records import CorpusInfo, Language
from assistant.research.changes_text import Block, Item, Summary
from assistant.research.questions import Question
from assistant.ui import wording_pages
from assistant.ui.batches import Advance, Latest
from assistant.ui.library import Added, Listed, Work
from assistant.ui.moments import local
from assistant.ui.views import corpus, questions
from tests.support import answers

EVIL = '"><img src=x onerror=alert(1)>'
LANGUAGES = get_args(Language)
ASKED = Question("gemma", EVIL, EVIL, None, 1)


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_question_says_how_it_stands(language: Language) -> None:
    words = wording_pages.WORDS[language]
    latest = Latest(ASKED, replace(answers.GEMMA, as_of="2026-03-01"), "2026-03-02T10:11:12Z", stale=True)
    changed = Summary("", "", (EVIL,), (Block("gemma", EVIL, "changed", EVIL, (EVIL,), (
        Item("new", EVIL, EVIL, EVIL, (), EVIL, (EVIL,)),
    )),))  # fmt: skip
    html = questions.listed(questions.Standing([latest, Latest(ASKED)], 3, report="run", changes=changed), language)
    assert "<img" not in html
    text = shown(html)
    assert words.never in text
    assert words.stale in text
    assert words.grounded.format(good=6, n=7) in text
    assert words.as_of.format(date="2026-03-01") in text
    assert words.resume.format(n=3) in text
    assert local("2026-03-02T10:11:12Z") in text
    assert words.counts_stale.format(total=2, answered=1, stale=1) in text
    assert html.count('data-act="read"') == 1
    assert 'href="/reports/run/report.html"' in html


def test_while_a_batch_runs_no_other_begins() -> None:
    html = questions.listed(questions.Standing([Latest(ASKED)], busy=True), "en")
    runs = re.findall(r'<button[^>]*data-act="run"[^>]*>', html)
    assert len(runs) == 2
    assert all(" disabled" in run for run in runs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_batch_says_how_far_it_is(language: Language) -> None:
    words = wording_pages.WORDS[language]
    assert questions.advance(None, language) == ""
    going = shown(questions.advance(Advance(total=12, done=3, begun=3, at_hand="q"), language))
    assert words.running.format(n=4, total=12) in going
    assert words.left_unknown in going
    assert words.halting in shown(questions.advance(Advance(total=12, stopping=True), language))
    assert words.halted in shown(questions.advance(Advance(total=12, done=3, over=True), language))
    assert words.ran.format(total=12) in shown(questions.advance(Advance(total=12, done=12, over=True), language))
    assert "disk" in shown(questions.advance(Advance(over=True, error=FaultError("the disk is full")), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_documents_stand_under_their_axis(language: Language) -> None:
    words = wording_pages.WORDS[language]
    framework = Framework((Axis("value", "價值", "Value"),))
    found = [
        Listed(EVIL, EVIL, "en", "value", "2026-01", 3, (EVIL,)),
        Listed("b.md", "B", "zh-TW", "gone", None, 1),
    ]
    unread = [Place("c.pdf", 1, 1, "", None, EVIL)]
    html = corpus.documents(found, unread, CorpusInfo("", 2, 4), framework, language, busy=False)
    assert "<img" not in html
    text = shown(html)
    for said in (framework.axes[0].name(language), words.no_axis, words.undated, words.unread, words.remarks, "c.pdf"):
        assert said in text
    assert words.corpus_counts.format(documents=2, passages=4) in text
    # Deleting takes two steps.
    assert html.count('data-act="drop"') == html.count('<details class="small">') == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_added_file_has_its_result(language: Language) -> None:
    words = wording_pages.WORDS[language]
    added = [Added("a.md", "added", "inbox/a.md"), Added("b.pdf", "added", "inbox/b.pdf"), Added("c.exe", "format")]
    unread = [Place("inbox/b.pdf", 1, 1, "", None, "cut short")]
    text = shown(corpus.work(Work(over=True, report=Report(added=1)), added, unread, language))
    assert all(said in text for said in (words.outcomes["added"], "cut short", words.outcomes["format"]))
    going = shown(corpus.work(Work(Step(2, 9, EVIL, 0, 0)), (), (), language))
    assert words.reading.format(n=3, total=9) in going
    assert corpus.work(None, added, (), language) == ""


def test_both_languages_say_everything_with_the_same_blanks() -> None:
    chinese, english = wording_pages.ZH, wording_pages.EN
    for field in fields(chinese):
        one, other = getattr(chinese, field.name), getattr(english, field.name)
        assert one, field.name
        if isinstance(one, dict):
            assert one.keys() == other.keys()
        else:
            assert set(re.findall(r"\{\w+", one)) == set(re.findall(r"\{\w+", other)), field.name
