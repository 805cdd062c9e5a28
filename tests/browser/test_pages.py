"""The pages beside the chat, driven as a person drives them."""

import pytest

from tests.browser.conftest import OpenPage, Served

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.browser

PRIVACY = "邊緣 AI 有哪些隱私上的好處？"


def test_the_questions_are_answered_read_and_reported(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    page.get_by_role("link", name="研究問題").click()
    expect(page.locator("#list li")).to_have_count(3)
    page.get_by_role("button", name="全部作答").click()
    expect(page.locator("#run")).to_contain_text("完成，3 題都有結果")
    expect(page.locator("#list .state.good")).to_have_count(3)
    with page.context.expect_page() as opened:
        page.locator(".reports a", has_text="HTML").click()
    expect(opened.value.locator("h1")).to_have_text("研究問題解答")
    opened.value.close()

    page.get_by_role("button", name=f"閱讀: {PRIVACY}").click()
    expect(page.locator("#live .turn.done .question")).to_have_text(PRIVACY)
    page.locator("#live button.cite").first.click()
    expect(page.locator("#source mark")).to_be_visible()
    page.go_back()
    expect(page.locator("#list")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("#list h2")).to_have_text("Research questions")
    expect(page.get_by_role("link", name="Questions")).to_have_attribute("aria-current", "page")


def test_a_batch_is_stopped_and_resumed(slow: Served, open_page: OpenPage) -> None:
    page = open_page(slow, "/?lang=en#questions")
    page.get_by_role("button", name="Answer all").click()
    expect(page.locator("#run")).to_contain_text("Question 1 of 3")
    page.locator("#run").get_by_role("button", name="Stop").click()
    expect(page.locator("#run")).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Resume, 3 to go")).to_be_enabled()
