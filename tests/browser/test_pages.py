"""The pages beside the chat, driven as a person drives them."""

import json
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage, Served, start, stop
from tests.support import small_workspace

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds that work in the background is waited for: the machine may have other things to do."""


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


def test_applications_are_assessed_compared_and_saved(extractive: Served, open_page: OpenPage) -> None:
    page = open_page(extractive, "/?lang=en#assess")
    page.get_by_role("button", name="Temple-oracle reader").click()
    result = page.locator("#assessed")
    expect(result.locator(".chips li")).to_have_count(1)
    expect(result.locator("svg.radar")).to_be_visible()
    page.get_by_label("Name of the application").fill("Gate <b>camera</b>")
    page.get_by_label("Data must stay on site").select_option("yes")
    page.get_by_label("Requests a site and day").fill("2500")
    page.get_by_role("button", name="Assess", exact=True).click()
    expect(result.locator(".chips li")).to_have_count(2)
    expect(result.locator(".chips li").last).to_contain_text("Gate <b>camera</b>")
    with page.expect_download() as saved:
        result.get_by_role("button", name="Save the report: JSON").click()
    kept = json.loads(saved.value.path().read_text(encoding="utf-8"))["assessments"]
    assert [one["application"]["load"]["requests_per_day"] for one in kept] == [400, 2500]
    assert kept[1]["application"]["needs"]["on_site"] is True

    page.locator("summary", has_text="Describe it in TOML").click()
    page.locator("textarea[name=toml]").fill("[needs]\nlatency = 3\n")
    page.get_by_role("button", name="Assess this TOML").click()
    expect(result.locator(".trouble")).to_contain_text("latency")


def test_the_machine_says_what_fits_and_what_tried_to_leave(slow: Served, open_page: OpenPage) -> None:
    page = open_page(slow, "/?lang=en#machine")
    box = page.locator("#box")
    expect(box.locator("table").first).to_contain_text("slow", timeout=PATIENCE)
    expect(box).to_contain_text("Answers are written by llama")
    expect(box).to_contain_text("assistant eval models")
    expect(box.locator("#egress")).to_contain_text("Nothing has tried to reach beyond this machine")
