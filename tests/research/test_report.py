"""The three forms tell the same story, and no text of a question or of the corpus becomes active in them."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from assistant import terminal
from assistant.records import Answer, Egress
from assistant.research import report, report_html, report_markdown, runs, view
from assistant.research.runs import Run, Session
from assistant.research.wording import EN, ZH, note
from tests.support.answers import ABSTAINED, ENGLISH, GEMMA, VALUE, answer, citation, run_of, statement

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "<https://evil.example>",
    "https://evil.example/path www.evil.example a@evil.example mailto:a@evil.example",
    "[1]: https://evil.example",
    "[x][1]",
    "| a | b |\n|---|---|\n| c | d |",
    "`code` ``` fence ```",
    "```\nfence\n```",
    "# heading\n## heading\nunder\n===",
    "- item\n1. item\n> quote\n---\n***",
    "&lt;script&gt; &amp; &#60;b&#62; &copy;",
    "**bold** _em_ ~~gone~~ ==x==",
    "\\[x](https://evil.example)",
    '" onmouseover="alert(1)',
    "</blockquote></details></article><h1>taken over</h1>",
    "</style></title><!-- -->",
    "{{7*7}} {words} %s",
    "\u202eesrever\u202c \x00\x07",
    "    indented code",
]


def markdown_page(text: str) -> lxml_html.HtmlElement:
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    return lxml_html.document_fromstring(page)


def markdown_view(seen: view.View) -> lxml_html.HtmlElement:
    return markdown_page(report_markdown.render(seen))


def html_page(seen: view.View) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(report_html.render(seen).encode("utf-8"))


def hostile_answer(text: str) -> Answer:
    return answer(
        f"問 {text}",
        conclusion=[statement(text, 1)],
        parts=[(text, "partial", [statement(text, 1), statement(text, 1, reason=text)]), (text, "abstained", [])],
        citations=[
            citation(1, text, text, publisher=text, date=text, notes=(text,)),
            citation(2, text, text, url="javascript:alert(1)", document=text),
        ],
        gaps=[text],
    )


def hostile_run(text: str) -> Run:
    run = run_of(hostile_answer(text), show_unsupported=True, axes={"hardware-models": text})
    entries = tuple(replace(e, question=replace(e.question, group=text)) for e in run.entries)
    failed = replace(entries[0], number=2, answer=None, failure=text)
    return replace(run, entries=(*entries, failed))


def skeleton(page: lxml_html.HtmlElement) -> list[tuple[str, tuple[str, ...]]]:
    """The page's elements and their attributes, texts left aside; line breaks in a text are no structure."""
    return [
        (str(e.tag), tuple(sorted(map(str, e.attrib)))) for e in page.iter() if e.tag not in ("br", "html", "body", "p")
    ]


def links(page: lxml_html.HtmlElement) -> Iterator[str]:
    yield from (str(a.get("href")) for a in page.iter("a"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_active(text: str) -> None:
    seen, plain = view.of(hostile_run(text)), view.of(hostile_run("plain words"))
    for form, known in ((html_page, ("#q", "https://example.org/")), (markdown_view, ("https://example.org/",))):
        page = form(seen)
        assert all(link.startswith(known) for link in links(page))
        assert skeleton(page) == skeleton(form(plain))


@pytest.mark.parametrize("text", [t for t in HOSTILE if "\u202e" not in t])
def test_text_shows_as_it_is(text: str) -> None:
    escaped = report_markdown.escape(text)
    shown = markdown_page(f"- {escaped}").text_content()
    assert "".join(shown.split()) == "".join(text.split())
    page = html_page(view.of(run_of(hostile_answer(text))))
    (gap,) = page.xpath("//aside//li")
    assert gap.text_content() == " ".join(text.split())


def test_what_would_hide_or_reorder_text_is_taken_out() -> None:
    assert view.clean("\u202eesrever\u202c\x00\x07\ud800a\tb\r\nc") == "esrevera b\nc"


@given(st.text("ab一。<>&[]()!*_`~|#-+=\\:/@.1 \n\"'", max_size=60))
def test_no_text_at_all_becomes_markup_in_markdown(text: str) -> None:
    page = markdown_page(f"- {report_markdown.escape(text).replace(chr(10), chr(10) + '  ')}")
    tags = {str(e.tag) for e in page.iter()} - {"html", "body", "ul", "li", "p", "br"}
    assert tags == set()
    assert "".join(page.text_content().split()) == "".join(text.split())


def test_bare_addresses_do_not_link_themselves() -> None:
    escaped = report_markdown.escape("https://evil.example www.evil.example a@evil.example HTTP://x mailto:a")
    assert not re.search(r"https?://|www\.|@|mailto:", escaped, re.IGNORECASE)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=c&d=%20#e", "https://example.org/a?b=c&d=%20#e"),
        ("HTTP://example.org/", "HTTP://example.org/"),
        ("https://example.org/中文", "https://example.org/%E4%B8%AD%E6%96%87"),
        ("https://example.org/(a)'\"<>\\", "https://example.org/%28a%29%27%22%3C%3E%5C"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//example.org", None),
        ("https://", None),
        ("https://user:word@example.org/", None),
        ("https://[::1", None),
        ("https://a b", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, kept: str | None) -> None:
    assert view.web_address(url) == kept


def test_the_html_needs_nothing_else_and_runs_nothing() -> None:
    text = report_html.render(view.of(run_of()))
    page = lxml_html.document_fromstring(text.encode("utf-8"))
    assert not list(page.iter("script", "link", "img", "iframe", "object", "form", "base"))
    assert not [name for e in page.iter() for name in e.attrib if str(name).startswith(("on", "src", "style"))]
    assert "url(" not in text
    assert "@import" not in text
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "default-src 'none'" in policy


def test_every_mark_points_to_its_citation() -> None:
    page = html_page(view.of(run_of()))
    ids = [str(e.get("id")) for e in page.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    inner = [link[1:] for link in links(page) if link.startswith("#")]
    assert len(inner) > 10
    assert set(inner) <= set(ids)
    first = page.get_element_by_id("q1c2").getparent().text_content()
    for expected in ("Gemma 3 Technical Report", "papers/gemma-3-report.pdf、第 7 頁", "Example Labs", "2025-04-18"):
        assert expected in first
    assert ZH.confidence["high"] in first
    assert ZH.notes["vendor"] in first
    assert page.xpath("//li[div/@id='q1c2']//details/blockquote")[0].text_content().startswith("int4 的 27B")


@pytest.mark.parametrize("render", [report_html.render, report_markdown.render])
def test_what_a_report_says(render: object) -> None:
    text = render(view.of(run_of()))  # type: ignore[operator]
    for expected in (
        "已回答 2、部分回答 1、證據不足 1、未能處理 1",
        "46 份文件，812 個段落",
        "5d0c4a1be2f39870",
        "2026-11-22 19:10:08 UTC",
        "extractive",
        "基礎硬體與模型",
        "為什麼一張卡裝得下",
        ZH.gaps,
        "沒有官方的完整記憶體表。",
        ZH.left_out.format(n=1),
        ZH.abstained,
        ZH.part_empty,
        ZH.enforcement["audit-hook"],
        ZH.attempts_none,
        "第 23 行",
        "日期不詳",
    ):
        assert expected in text, expected
    assert "任何 27B 模型" not in text


@pytest.mark.parametrize("render", [report_html.render, report_markdown.render])
def test_a_report_on_one_question_has_no_contents_that_repeat_it(render: object) -> None:
    assert ZH.contents not in render(view.of(run_of(GEMMA)))  # type: ignore[operator]
    several = render(view.of(run_of(GEMMA, answer("問", conclusion=[statement("a", 1)], citations=[citation(1, "a")]))))  # type: ignore[operator]
    assert ZH.contents in several
    assert ZH.executive in several


@pytest.mark.parametrize("render", [report_html.render, report_markdown.render])
def test_unsupported_statements_are_kept_only_when_wanted(render: object) -> None:
    text = render(view.of(run_of(GEMMA, show_unsupported=True)))  # type: ignore[operator]
    assert "任何 27B 模型都能在手機上執行。" in text
    assert f"{ZH.unsupported}：引用的段落沒有提到手機" in text
    assert ZH.left_out.format(n=1) not in text


@pytest.mark.parametrize("render", [report_html.render, report_markdown.render, None])
def test_words_that_rest_on_several_sources_are_quoted_once(render: Callable[[view.View], str] | None) -> None:
    first = citation(1, "the words of both")
    both = [first, replace(first, n=2, title="Another page", url="https://example.org/other")]
    found = answer(
        "q",
        conclusion=[statement("a", 1, 2), statement("b", 3)],
        citations=[*both, citation(3, "more", document=first.document)],
    )
    text = render(view.of(run_of(found))) if render else terminal.answered(found)
    assert "Another page" in text
    assert text.count(first.document) == 2, "once for both, once for the third"
    if render:
        assert text.count("the words of both") == 1


def test_statements_keep_their_citations_when_others_are_left_out() -> None:
    kept = view.shown(GEMMA, unsupported=False)
    assert len(kept.statements) == len(GEMMA.statements) - 1
    assert all(s.verdict == "supported" for s in kept.statements)
    for before, after in zip(GEMMA.parts, kept.parts, strict=True):
        expected = [GEMMA.statements[i] for i in before.statements if GEMMA.statements[i].verdict == "supported"]
        assert [kept.statements[i] for i in after.statements] == expected
    alone = answer(
        "問",
        conclusion=[statement("a", 1), statement("b", 2, reason="no")],
        citations=[citation(1, "a"), citation(2, "b")],
    )
    assert [c.n for c in view.shown(alone, unsupported=False).citations] == [1]


def test_the_language_is_that_of_most_questions() -> None:
    assert view.of(run_of(GEMMA, VALUE, ENGLISH)).words is ZH
    english = view.of(run_of(ENGLISH))
    assert english.words is EN
    text = report_html.render(english)
    assert '<html lang="en">' in text
    assert EN.attempts_none in text
    assert not re.search(
        "[\u4e00-\u9fff]", re.sub(r"<style>.*?</style>|基礎硬體與模型|其他", "", text, flags=re.DOTALL)
    )


def test_attempts_and_enforcement_in_plain_words() -> None:
    sessions = tuple(Session("a", "b", Egress("seccomp", n)) for n in (2, 1))
    seen = view.of(run_of(GEMMA, sessions=sessions))
    assert seen.network[0] == ZH.enforcement["seccomp"]
    assert "3 次" in seen.network[1]
    assert "2 段" in seen.network[2]
    mixed = run_of(GEMMA, sessions=(*sessions, Session("a", None, Egress("audit-hook", 0))))
    assert view.of(mixed).network[0] == ZH.enforcement["audit-hook"]


def test_an_answer_made_from_something_else_says_so() -> None:
    odd = replace(GEMMA, corpus=replace(GEMMA.corpus, fingerprint="ffff"), engine=replace(GEMMA.engine, name="llama"))
    remarks = view.of(run_of(odd)).groups[0][1][0].remarks
    assert ZH.other_corpus.format(fingerprint="ffff") in remarks
    assert ZH.other_engine.format(engine="llama") in remarks


def test_json_has_the_shape_of_ask(tmp_path: Path) -> None:
    run = replace(run_of(), folder=tmp_path)
    report.write(run)
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data == json.loads(runs.as_json(report.as_dict(run)))
    assert [a["question"] for a in data["answers"]] == [
        GEMMA.question,
        VALUE.question,
        ABSTAINED.question,
        ENGLISH.question,
    ]
    assert all(s["verdict"] == "supported" for a in data["answers"] for s in a["statements"])
    assert data["left_out"] == {GEMMA.id: 1}
    assert data["egress"] == {"enforcement": "audit-hook", "attempts": 0, "hosts": []}
    assert list(data["failures"]) == ["q5"]
    kept = view.shown(GEMMA, unsupported=False)
    assert Answer.from_json(data["answers"][0]) == kept


def test_notes_in_words() -> None:
    assert note(ZH, "sponsor: Acme") == "調查贊助者：Acme"
    assert note(EN, "vendor") == "vendor's figure"
    assert note(EN, "something else") == "something else"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1100])
def test_nothing_sticks_out_sideways(tmp_path: Path, width: int) -> None:
    """A browser lays the page out in a frame of this width and says how wide the content is."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here")
    long = answer(
        "問 " + "https://example.org/" + "a" * 300,
        conclusion=[statement("x" * 400, 1)],
        citations=[citation(1, "y" * 400, "t" * 300)],
    )
    run = run_of()
    entries = (*run.entries, *(replace(e, number=9) for e in run_of(long).entries))
    (tmp_path / "report.html").write_text(report_html.render(view.of(replace(run, entries=entries))), encoding="utf-8")
    (tmp_path / "frame.html").write_text(
        f"<iframe id=f src=report.html style='border:0;width:{width}px;height:900px'></iframe><p id=said></p><script>"
        "f.onload=()=>{const d=f.contentDocument.documentElement;"
        "said.textContent='wide '+d.scrollWidth+' of '+d.clientWidth}"
        "</script>",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--allow-file-access-from-files", f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000",
            "--dump-dom", (tmp_path / "frame.html").as_uri(),
        ],
        capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    said = re.search(r"wide (\d+) of (\d+)", done.stdout)
    assert said, done.stdout
    assert int(said[1]) <= int(said[2])
