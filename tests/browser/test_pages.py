"""The pages beside the chat, driven as a person drives them."""

from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage, Served, start, stop
from tests.support import small_workspace

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds that work in the background is waited for: the machine may have other things to do."""

PRIVACY = "邊緣 AI 有哪些隱私上的好處？"


def test_the_questions_are_answered_read_and_reported(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive)
    page.get_by_role("link", name="研究問題").click()
    expect(page.locator("#list li")).to_have_count(3)
    page.get_by_role("button", name="全部作答").click()
    expect(page.locator("#run")).to_contain_text("完成，3 題都有結果", timeout=PATIENCE)
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
    expect(page.locator("#run")).to_contain_text("Stopped.", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Resume, 3 to go")).to_be_enabled()


def test_files_and_observations_come_in_and_go(open_page: OpenPage, tmp_path: Path) -> None:
    """From nothing: the index is made on the page, filled, and asked."""
    served = start(small_workspace.make(tmp_path / "w").root, "--engine", "extractive")
    try:
        page = open_page(served, "/#corpus")
        page.get_by_role("button", name="更新索引").click()
        expect(page.locator("#work")).to_contain_text("新增 3", timeout=PATIENCE)
        files = [
            ("新聞.md", "# 新聞\n\n邊緣 AI 降低了 77% 的延遲。\n".encode()),
            ("x.exe", b"MZ"),
            ("y.pdf", b"%PDF-1.4"),
        ]
        page.locator(".drop input").set_input_files(
            [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
        )
        taken = page.locator("#work .taken li")
        expect(taken).to_have_count(3, timeout=PATIENCE)
        expect(taken.nth(0)).to_contain_text("已收下")
        expect(taken.nth(1)).to_contain_text("不是可讀的格式")
        expect(taken.nth(2)).to_contain_text("PDF")
        expect(page.locator("#documents")).to_contain_text("inbox/新聞.md")

        page.get_by_label("看到了什麼").fill("展場看到搭載 NPU 的邊緣盒。")
        page.get_by_role("button", name="記下").click()
        expect(page.locator("#documents")).to_contain_text("observations/", timeout=PATIENCE)
        expect(page.get_by_label("看到了什麼")).to_have_value("")

        page.get_by_label("篩選").fill("inbox/新聞")
        row = page.locator("#documents .list li:visible")
        expect(row).to_have_count(1)
        row.locator("summary").click()
        row.locator("[data-act=drop]").click()
        expect(page.locator("#documents")).not_to_contain_text("inbox/新聞.md", timeout=PATIENCE)
        page.close()
    finally:
        stop(served)
