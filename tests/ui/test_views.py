import re
from dataclasses import fields, replace
from html import unescape

import pytest

from assistant.corpus.framework import Axis, Framework
from assistant.errors import NotReadyError
from assistant.offline.guard import Attempt
from assistant.records import Egress, Group, Hit, Passage, Reference, Row, Table
from assistant.ui.conversation import Load, Scope, Turn
from assistant.ui.desk import Standing
from assistant.ui.markup import Html, lines, link, tag
from assistant.ui.views import composer, frame, source, turn
from assistant.ui.wording import EN, WORDS, ZH
from tests.support import answers

EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
GEMMA = answers.GEMMA


def shown(html: str) -> str:
    """Return the text of markup, without its elements."""
    return re.sub(r"<[^>]+>", "", html)


def asked(**more: object) -> Turn:
    return replace(Turn(1, GEMMA.question, phase="done", answer=GEMMA), **more)


def test_text_is_escaped_and_markup_is_kept() -> None:
    assert tag("p", "a < b", tag("b", "c")) == "<p>a &lt; b<b>c</b></p>"
    assert tag("p", EVIL, title=EVIL).count("<") == 2
    assert lines("a\n<b>") == "a<br>&lt;b&gt;"


def test_attributes() -> None:
    made = tag("button", "x", class_="c", data_n=3, disabled=True, hidden=False, title=None)
    assert made == '<button class="c" data-n="3" disabled>x</button>'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert link("title", url) == "<span>title</span>"


def test_a_link_tells_the_other_side_nothing() -> None:
    assert 'rel="noopener noreferrer"' in link("title", "https://example.org/")


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_an_answer_shows_every_statement_with_its_citations(language: str) -> None:
    html = turn.turn(asked(), language)  # type: ignore[arg-type]
    for statement in GEMMA.statements:
        assert statement.text in shown(html)
    assert len(re.findall(r'class="cite"', html)) == sum(len(s.citations) for s in GEMMA.statements)
    assert html.count('class="doubt"') == sum(s.verdict == "unsupported" for s in GEMMA.statements) == 1
    for gap in GEMMA.gaps:
        assert gap in shown(html)


def test_nothing_of_an_answer_becomes_markup() -> None:
    hostile = replace(
        GEMMA,
        gaps=(EVIL,),
        statements=tuple(replace(s, text=EVIL, reason=EVIL) for s in GEMMA.statements),
        parts=tuple(replace(p, question=EVIL) for p in GEMMA.parts),
        citations=tuple(replace(c, title=EVIL, publisher=EVIL) for c in GEMMA.citations),
        engine=replace(GEMMA.engine, model=EVIL),
    )
    html = turn.turn(asked(answer=hostile, question=EVIL), "en")
    assert "<img" not in html
    assert "<script" not in html
    drafted = turn.turn(Turn(1, EVIL, phase="writing", draft=f"{EVIL}\n\n## {EVIL}\n- {EVIL} [1]"), "en")
    assert "<img" not in drafted


def test_an_abstention_is_no_error() -> None:
    silent = replace(GEMMA, status="abstained", statements=(), citations=(), gaps=("語料裡沒有提到：世界盃。",))
    html = turn.turn(asked(answer=silent), "zh-TW")
    assert ZH.abstained in html
    assert "世界盃" in html
    assert "trouble" not in html


def test_an_answer_that_was_stopped_says_so_and_does_not_blame_the_corpus() -> None:
    silent = replace(GEMMA, status="abstained", statements=(), citations=(), gaps=())
    html = turn.turn(asked(answer=silent, stopped=True), "en")
    assert EN.stopped_empty in html
    assert EN.abstained not in html


def test_a_turn_stopped_before_a_word_says_that_nothing_was_written() -> None:
    html = turn.turn(Turn(1, "q", phase="done", stopped=True), "en")
    assert EN.stopped_empty in html
    assert EN.stopped_short in html


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("It draws 15 W, and talent.", "talent."),
        ("延遲也比較短。", "短。"),
        ("約 54 GB。", "B。"),
        ("見 README.md", "README.md"),
    ],
)
def test_the_first_marker_stays_with_the_end_of_its_sentence(text: str, tail: str) -> None:
    said = replace(GEMMA, statements=tuple(replace(s, text=text, verdict="supported") for s in GEMMA.statements))
    assert f'<span class="tail">{tail}<button' in turn.turn(asked(answer=said), "en")


def test_a_comparison_is_a_table_and_what_it_holds_stands_there_once() -> None:
    first, second = GEMMA.parts
    rows = (Row("H100", (first.statements[:1], second.statements[:1])), Row(EVIL, ((), second.statements[1:2])))
    compared = replace(GEMMA, table=Table(("優點", "限制"), (0, 1), rows))
    html = turn.turn(asked(answer=compared), "zh-TW")
    assert re.findall(r'<th scope="col">(.*?)</th>', html) == ["對象", "優點", "限制"]
    assert "<img" not in html
    table = html[html.index("<table") : html.index("</table>")]
    for row in rows:
        for cell in row.cells:
            for i in cell:
                assert GEMMA.statements[i].text in shown(table)
                assert shown(html).count(GEMMA.statements[i].text) == 1
    assert table.count('class="empty"') == 1


def test_groups_notes_date_and_further_questions_are_shown() -> None:
    part = replace(GEMMA.parts[0], groups=(Group("記憶體", GEMMA.parts[0].statements),))
    told = replace(
        GEMMA, parts=(part,), as_of="2026-03-01", follow_ups=(EVIL,),
        statements=tuple(replace(s, notes=("vendor",)) for s in GEMMA.statements),
    )  # fmt: skip
    html = turn.turn(asked(answer=told), "zh-TW")
    assert "<h3>記憶體</h3>" in html
    assert html.count('<small class="said">廠商說法</small>') == 4
    assert ZH.as_of.format(date="2026-03-01") in html
    assert ZH.follow_ups in html
    assert "<img" not in html


def test_what_a_model_took_is_shown() -> None:
    html = shown(turn.turn(asked(load=Load(1200, 8192, 101, 10.0)), "en"))
    assert EN.speed.format(n=10.0) in html
    assert EN.window.format(used=1301, total=8192) in html
    assert "tokens" not in shown(turn.turn(asked(load=Load(1200, 8192, 0, 0.0)), "en")).replace("of 8192 tokens", "")


def test_what_lies_near_is_offered_where_there_is_no_answer() -> None:
    silent = replace(GEMMA, status="abstained", statements=(), citations=())
    html = turn.turn(asked(answer=silent, near=("那麼這一題呢？",)), "zh-TW")
    assert 'data-question="那麼這一題呢？"' in html
    assert ZH.near not in turn.turn(asked(answer=silent), "zh-TW")


def test_a_turn_says_what_it_was_confined_to() -> None:
    framework = Framework((Axis("value", "現場價值", "Value on site"),))
    html = turn.turn(asked(scope=Scope("value", 6, "brief")), "en", framework=framework)
    confined = shown(html[html.index('class="confined"') : html.index("</p>")])
    assert all(text in confined for text in ("Value on site", EN.months.format(n=6), EN.lengths["brief"]))
    assert 'class="confined"' not in turn.turn(asked(), "en", framework=framework)


@pytest.mark.parametrize(("language", "name"), [("zh-TW", "現場價值"), ("en", "Value on site")])
def test_the_choices_show_what_is_chosen(language: str, name: str) -> None:
    framework = Framework((Axis("value", "現場價值", "Value on site"),))
    html = composer.scope(language, framework, Scope("value", 6), "full")  # type: ignore[arg-type]
    chosen = re.findall(r'<option value="(\w*)" selected>', html)
    assert chosen == ["value", "6", "full"]
    assert f">{name}</option>" in html
    assert 'data-choose="axis"' not in composer.scope("en", Framework(), Scope(), "full")


def test_an_error_is_told_as_what_where_and_remedy() -> None:
    failed = Turn(1, "q").failed(NotReadyError("no index", where="vectorstore", remedy="run: assistant refresh"))
    html = shown(turn.turn(failed, "zh-TW"))
    assert all(text in html for text in ("no index", "vectorstore", "assistant refresh", ZH.errors["NotReadyError"]))


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        ("結論。[1][2]", "結論。[·]"),
        ("結論【3】", "結論[·]"),
        ("結論 [1, 2] 又一句[3-4]。", "結論 [·]又一句[·]。"),
        ("結論。[1", "結論。"),
        ("結論。[", "結論。"),
    ],
)
def test_a_draft_keeps_places_for_citations_without_numbers(draft: str, text: str) -> None:
    assert shown(turn.draft(draft, ("one",), ZH)) == text


def test_a_draft_has_the_shape_of_the_answer() -> None:
    html = turn.draft("結論。\n\n## 問題\n- 一。[1]\n- 二。\n", ("問題",), ZH)
    assert re.findall(r"<(p|h3|ul|li)\b", html) == ["p", "h3", "ul", "li", "li"]
    assert ZH.points in html
    assert "問題" not in html
    assert "問題" in turn.draft("## 問題", ("問題", "另一題"), ZH)


def test_the_panel_marks_the_quote_within_its_passage() -> None:
    citation = GEMMA.citations[0]
    text = f"前文 {EVIL}。{citation.quote}後文。"
    at = text.index(citation.quote)
    passage = Passage(
        citation.passage_id, "d", citation.start - at, citation.start - at + len(text), text, "zh-TW",
        headings=("上", "下"), references=(Reference(citation.title, citation.url), Reference("第二個來源")),
    )  # fmt: skip
    html = source.panel((asked(passages={passage.id: passage}), citation), "zh-TW")
    assert re.findall("<mark>(.*?)</mark>", html) == [citation.quote]
    assert "<img" not in html
    assert "上 › 下" in html
    assert "第二個來源" in html


def test_the_panel_without_the_passage_shows_the_quote() -> None:
    html = source.panel((asked(), GEMMA.citations[0]), "en")
    assert f"<mark>{GEMMA.citations[0].quote}</mark>" in html


def test_the_panel_offers_related_passages_and_then_shows_them() -> None:
    opened = (asked(), GEMMA.citations[0])
    other = Hit(Passage("p", "d", 0, 8, f"旁的說法{EVIL}", "zh-TW"), "b.md", "另一份文件", 0.4)
    asks = 'data-act="related"'
    assert asks in source.panel(opened, "zh-TW")
    html = source.panel(opened, "zh-TW", [other])
    assert "旁的說法" in html
    assert "另一份文件" in html
    assert EVIL not in html
    assert asks not in html
    assert EN.no_related in source.panel(opened, "en", [])


def test_the_badge_says_what_was_refused() -> None:
    quiet = Standing(Egress("audit-hook", 0), ())
    assert ZH.offline in shown(frame.badge("zh-TW", quiet) or "")
    import datetime

    attempt = Attempt("connect", EVIL, "lib.py:3", datetime.datetime.now(datetime.UTC))
    html = frame.badge("en", Standing(Egress("audit-hook", 2), (attempt,))) or Html()
    assert "refused: 2" in html
    assert "lib.py:3" in html
    assert "<img" not in html


def test_a_model_that_can_not_be_used_is_named_on_the_empty_page() -> None:
    notice = f"a model file can't be used: {EVIL}"
    html = frame.welcome("zh-TW", (), Standing(Egress("audit-hook", 0), (), (notice,)))
    assert notice in unescape(html)
    assert "<img" not in html


def test_both_languages_say_everything_with_the_same_blanks() -> None:
    assert set(WORDS) == {"zh-TW", "en"}
    for field in fields(ZH):
        chinese, english = getattr(ZH, field.name), getattr(EN, field.name)
        assert chinese, field.name
        if isinstance(chinese, dict):
            assert chinese.keys() == english.keys()
        else:
            assert set(re.findall(r"\{\w+", chinese)) == set(re.findall(r"\{\w+", english)), field.name
