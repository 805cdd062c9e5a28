"""The chat, driven as a person drives it."""

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import CHECKOUT, ENDLESS, OpenPage, Served, refresh, start, stop
from tests.support import small_workspace, tiny_gguf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.browser

PRIVACY = "邊緣 AI 有哪些隱私上的好處？"
ACCEPTANCE = "邊緣 LLM 主機上線前的驗收指標有哪些？"


def ask(page: "Page", question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#live .question")).to_have_text(question)


def done(page: "Page") -> "Locator":
    turn = page.locator("#live .turn.done")
    expect(turn).to_be_visible()
    return turn


def test_an_example_is_answered_and_its_source_opens(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    page.get_by_role("button", name=PRIVACY).click()
    turn = done(page)
    expect(turn.locator(".question")).to_have_text(PRIVACY)
    expect(turn.locator(".state")).to_contain_text("全部有依據")
    expect(turn.locator(".facts")).to_contain_text("對外連線 0 次")
    expect(turn.locator(".facts")).to_contain_text("不用模型")

    turn.locator("button.cite", has_text="[1]").first.click()
    panel = page.locator("#source .source")
    expect(panel.locator("mark")).to_contain_text("62% 的製造商把隱私列為採用邊緣 AI 的首要好處")
    expect(panel).to_contain_text("briefs/value/privacy.zh-TW.md")
    expect(panel).to_contain_text("Example Research")
    expect(panel).to_contain_text("2025-06-12")
    expect(panel).to_contain_text("中")
    expect(panel).to_contain_text("調查贊助者：Example Chips")
    link = panel.locator("h2 a")
    expect(link).to_have_attribute("href", "https://example.org/survey")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    expect(link).to_have_attribute("target", "_blank")

    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    turn.locator(".sources summary").click()
    turn.locator(".sources button").last.click()
    expect(panel.locator("mark")).not_to_be_empty()


def test_the_language_changes_and_the_chat_stays(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    ask(page, PRIVACY)
    said = done(page).locator(".statement").all_inner_texts()
    page.locator("#live button.cite").first.click()
    expect(page.locator("#source .source")).to_contain_text("可信度")

    page.get_by_role("button", name="English").click()
    expect(page.locator(".masthead h1")).to_have_text("Edge LLM research desk")
    expect(page.locator("#source .source")).to_contain_text("Confidence")
    expect(page.locator("#live .question")).to_have_text(PRIVACY)
    assert page.locator("#live .statement").all_inner_texts() == said
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Send")).to_be_visible()

    page.reload()
    expect(page.locator(".welcome h2")).to_have_text("What would you like to know?")


def test_an_english_question_is_answered_in_english(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive, "/?lang=en")
    page.get_by_role("button", name="What are the privacy benefits of edge AI?").click()
    expect(done(page).locator(".statement").first).to_contain_text("manufacturers")


@pytest.mark.parametrize(
    ("question", "named"),
    [("2026 年世界盃足球賽的冠軍是哪一隊？", "世界盃"), ("Who painted the ceiling of the chapel?", "ceiling")],
)
def test_without_evidence_it_says_so_and_it_is_no_error(
    extractive: Served, open_page: OpenPage, question: str, named: str
) -> None:
    page = open_page(extractive)
    ask(page, question)
    turn = done(page)
    expect(turn.locator(".abstained h3")).to_have_text("語料中沒有足夠的依據")
    expect(turn.locator(".abstained")).to_contain_text(named)
    expect(turn.locator(".trouble")).to_have_count(0)
    expect(turn.locator("button.cite")).to_have_count(0)


def test_an_answer_is_copied_saved_asked_again_and_confined(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    ask(page, PRIVACY)
    turn = done(page)
    with page.expect_download() as saved:
        turn.get_by_role("button", name="另存為 JSON").click()
    assert saved.value.suggested_filename == "邊緣-AI-有哪些隱私上的好處.json"
    kept = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert kept["question"] == PRIVACY
    assert [s["verdict"] for s in kept["statements"]]
    with page.expect_download() as saved:
        turn.get_by_role("button", name="另存為 HTML").click()
    assert "<!doctype html>" in saved.value.path().read_text(encoding="utf-8")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn.get_by_role("button", name="複製").click()
    expect(page.locator("#said")).to_have_text("已複製到剪貼簿")
    assert PRIVACY in page.evaluate("navigator.clipboard.readText()")

    page.get_by_label("資料日期").select_option("3")
    page.get_by_label("篇幅").select_option("full")
    page.locator("#live").get_by_role("button", name="再答一次").click()
    expect(page.locator("#past .turn")).to_have_count(1)
    turn = done(page)
    expect(turn.locator(".confined")).to_contain_text("近 3 個月")
    expect(turn.locator(".confined")).to_contain_text("完整")
    # All that the small corpus holds is older.
    expect(turn.locator(".abstained")).to_be_visible()


def test_corpus_text_stays_text(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    ask(page, "邊緣 AI 的攝影機去識別化標記")
    done(page).locator("button.cite").first.click()
    expect(page.locator("#source blockquote")).to_contain_text(small_workspace.MARKUP)
    ask(page, small_workspace.MARKUP)
    done(page)
    assert page.locator("#desk img").count() == 0
    assert page.title() != "1"


def test_what_a_model_writes_stays_text(small: Path, open_page: OpenPage, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    root = tmp_path / "workspace"
    shutil.copytree(small, root)
    (root / "models").mkdir()
    says = [
        "62% 的製造商把隱私列為採用邊緣 AI 的首要好處 [1]。",
        '<img src="https://evil.example/a" onerror="alert(1)"> ![b](https://evil.example/b) [1]。',
        '[點我](javascript:alert) <script>fetch("https://evil.example/c")</script> [1]。',
        '<a href="https://evil.example">d</a> <iframe src="https://evil.example/e"></iframe> [1]。',
    ]
    tiny_gguf.write(root / "models" / "hostile.gguf", says=says, context=8192)
    served = start(root, "--engine", "llama")
    try:
        page = open_page(served)
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        ask(page, PRIVACY)
        turn = done(page)
        expect(turn).to_contain_text("62% 的製造商")
        # What is not supported is shown, marked, and as it was written.
        expect(turn).to_contain_text('<script>fetch("https://evil.example/c")</script>')
        for wrong in ("img", "script", "style", "iframe", "a[href*=evil]", "a[href^=javascript]", "[onerror]"):
            expect(turn.locator(wrong)).to_have_count(0)
        page.close()  # before its server goes
    finally:
        stop(served)


def test_words_arrive_as_they_are_written_and_stop_acts(slow: Served, open_page: OpenPage) -> None:
    page = open_page(slow)
    ask(page, PRIVACY)
    draft = page.locator("#live .draft")
    expect(page.locator("#live .state")).to_contain_text("尚未查核")
    before = len(draft.inner_text())
    page.wait_for_function(f"document.querySelector('#live .draft').innerText.length > {before} + 40")
    # The rest of the page answers while the model writes.
    page.get_by_role("button", name="English").click()
    expect(page.locator("#live .state")).to_contain_text("not yet checked")
    expect(page.locator("#send")).to_be_hidden()
    top = draft.locator("p").first.evaluate("element => element.offsetTop")

    page.locator("#stop").click()
    turn = done(page)
    expect(turn.locator(".state")).to_contain_text("stopped early")
    expect(turn.locator(".statement:not(.unsupported)").first).to_contain_text("62% 的製造商")
    expect(turn.locator(".statement.unsupported .doubt").first).to_be_visible()
    expect(turn.locator(".facts")).to_contain_text("slow.gguf")
    assert len(turn.inner_text()) < ENDLESS
    # The checked answer stands where the draft stood.
    assert turn.locator(".conclusion").evaluate("element => element.offsetTop") == top
    expect(page.locator("#send")).to_be_visible()


def test_a_second_tab_waits_and_a_closed_one_frees_the_model(slow: Served, open_page: OpenPage) -> None:
    first, second = open_page(slow), open_page(slow)
    ask(first, PRIVACY)
    expect(first.locator("#live .draft p").first).to_be_visible()
    second.bring_to_front()  # Who clicks in a tab has it before them; one behind another is drawn when there is time.
    ask(second, PRIVACY)
    expect(second.locator("#live .state")).to_contain_text("排隊中")
    second.locator("#stop").click()
    expect(done(second)).to_contain_text("還沒有寫下任何內容")
    ask(second, PRIVACY)
    expect(second.locator("#live .state")).to_contain_text("排隊中")
    first.close()
    expect(second.locator("#live .state")).to_contain_text("尚未查核")
    second.locator("#stop").click()
    done(second)


def test_the_program_ends_quietly_while_the_model_writes(slow: Served, open_page: OpenPage) -> None:
    served = start(slow.root, "--engine", "llama")
    try:
        page = open_page(served)
        ask(page, PRIVACY)
        expect(page.locator("#live .draft p").first).to_be_visible()
        page.close()
        code, said = served.interrupt()
        assert (code, said.strip()) == (0, "")
    finally:
        stop(served)


def test_without_an_index_the_page_says_how_to_make_one(open_page: OpenPage, tmp_path: Path) -> None:
    root = small_workspace.make(tmp_path).root
    served = start(root, "--engine", "extractive")
    try:
        page = open_page(served)
        expect(page.locator(".welcome .trouble")).to_contain_text("assistant refresh")
        ask(page, PRIVACY)
        expect(page.locator("#live .trouble")).to_contain_text("assistant refresh")
        assert "Traceback" not in page.content()
        refresh(root)
        ask(page, PRIVACY)
        expect(done(page).locator("button.cite").first).to_be_visible()
        page.close()  # or it would look for a server that is gone, and complain
        code, said = served.interrupt()
    finally:
        stop(served)
    assert (code, said.strip()) == (0, "")


def test_nothing_is_wider_than_the_window(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    ask(page, PRIVACY)
    done(page).locator("button.cite").first.click()
    expect(page.locator("#source .source")).to_be_visible()
    for width in (360, 768, 1100, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_follows_the_system_and_the_switch(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    paper = "getComputedStyle(document.body).backgroundColor"
    expect(page.locator(".welcome")).to_be_visible()
    light = page.evaluate(paper)
    page.locator(".masthead .theme").click()
    assert page.evaluate(paper) != light
    page.reload()
    expect(page.locator("body.dark .welcome")).to_be_visible()


def test_a_citation_of_a_pdf_shows_the_page_itself(chromium: "Browser", open_page: OpenPage, tmp_path: Path) -> None:
    root = small_workspace.make(tmp_path).root
    guide = root / "corpus" / "guide.pdf"
    shutil.copy(CHECKOUT / "corpus" / "documents" / "edge-llm-field-guide.zh-TW.pdf", guide)
    refresh(root)
    served = start(root, "--engine", "extractive")
    try:
        page = open_page(served)
        ask(page, ACCEPTANCE)
        done(page).locator("button.cite").first.click()
        picture = page.locator("#source .sheet-picture img")
        expect(picture).to_have_attribute("alt", re.compile("第 2 頁的影像"))
        page.wait_for_function("document.querySelector('.sheet-picture img').naturalWidth === 1000")
        page.close()

        # Its bytes are others now: a sentence takes the picture's place. The browser complains of it, so not open_page.
        guide.write_bytes(guide.read_bytes()[:3000])
        context = chromium.new_context(locale="zh-TW")
        page = context.new_page()
        page.goto(served.address)
        ask(page, ACCEPTANCE)
        done(page).locator("button.cite").first.click()
        expect(page.locator("#source .sheet-picture")).to_contain_text("這一頁的影像顯示不出來")
        expect(page.locator("#source mark")).to_be_visible()
        context.close()
    finally:
        stop(served)
