"""What a person would see at once: a head that fits, nothing cut off, a composer that stays where it is."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenPage, Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1024, 1280, 1920)
PRIVACY = "邊緣 AI 有哪些隱私上的好處？"
CUT = """(names) => names.filter((name) => {
  const part = document.querySelector(name);
  return part.scrollWidth > part.clientWidth + 1;
})"""
BOTTOM = "innerHeight - document.querySelector('#composer').getBoundingClientRect().bottom"
PAST_THE_EDGE = """() => [...document.querySelectorAll('body *')].filter((part) => {
  const { left, right, width } = part.getBoundingClientRect();
  return width && (left < -1 || right > innerWidth + 1) && !part.closest('.grid, figure, .pages, .drop, .documents');
}).map((part) => part.outerHTML.slice(0, 120))"""


def ask(page: "Page", question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#live .turn.done .question")).to_have_text(question)


@pytest.mark.parametrize("language", ["zh-TW", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_head_fits_and_nothing_sticks_out(
    extractive: Served, open_page: OpenPage, width: int, language: str
) -> None:
    page = open_page(extractive, f"/?lang={language}", width)
    expect(page.locator(".masthead .offline")).to_be_visible()
    assert page.evaluate(CUT, [".masthead h1", "#masthead"]) == []
    height = page.locator("#masthead").bounding_box()["height"]  # type: ignore[index]
    declared = page.evaluate("parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--head')) * 16")
    assert height <= declared + 8
    last = page.locator(".pages a").last.bounding_box()
    assert last
    assert width == 360 or last["x"] + last["width"] <= width
    for name in ("chat", "questions", "corpus", "assess", "machine"):
        page.evaluate("(name) => { location.hash = name; }", name)
        expect(page.locator("body")).to_have_attribute("data-page", name)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(PAST_THE_EDGE) == [], name


def test_the_composer_stays_where_it_is(extractive: Served, slow: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    expect(page.locator(".masthead .offline")).to_be_visible()
    places = [page.evaluate(BOTTOM)]
    ask(page, PRIVACY)
    places.append(page.evaluate(BOTTOM))
    writing = open_page(slow)
    for _ in range(2):
        writing.locator("#question textarea").fill(PRIVACY)
        writing.locator("#question textarea").press("Enter")
        expect(writing.locator("#live .draft p").first).to_be_visible()
        places.append(writing.evaluate(BOTTOM))
        writing.locator("#stop").click()
        expect(writing.locator("#live .turn.done")).to_be_visible()
    assert max(places) - min(places) < 2, places


def test_the_line_under_a_question_begins_where_the_question_does(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive, width=360)
    ask(page, PRIVACY)
    left = page.locator("#live .question").bounding_box()
    dot = page.locator("#live .state .dot").bounding_box()
    assert left
    assert dot
    assert abs(left["x"] - dot["x"]) < 2


def test_a_source_can_be_closed_wherever_it_is_scrolled_to(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive, width=360)
    ask(page, PRIVACY)
    page.locator("#live button.cite").first.click()
    page.locator("#source [data-act=related]").click()
    expect(page.locator("#source [data-act=related]")).to_have_count(0)
    before = page.locator("#source header").bounding_box()
    page.evaluate("document.querySelector('.source').scrollTop = 9999")
    after = page.locator("#source header").bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2
    page.locator("#source [data-act=close]").click()
    expect(page.locator("#source .source")).to_have_count(0)


def test_a_phone_has_the_other_language_and_dark_too(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive, width=360)
    page.locator("[data-act=theme]").click()
    assert "dark" in (page.locator("body").get_attribute("class") or "").split()
    page.get_by_role("button", name="English").click()
    expect(page.locator(".masthead h1")).to_have_text("Edge LLM research desk")
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".masthead h1")).to_have_text("邊緣 LLM 研究助理")


def test_a_question_that_is_too_long_is_cut_and_that_is_said(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    page.locator("#question textarea").fill("邊緣" * 600)
    expect(page.locator("#said")).to_contain_text("1,000")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#live .turn.done .question.long")).to_be_visible()
    assert len(page.locator("#live .question").inner_text()) == 1000
