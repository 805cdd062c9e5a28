"""Everything done on the page, from an empty index to a report: in both languages, with a model and without."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.records import Language
from assistant.ui import wording, wording_assess, wording_machine, wording_pages
from tests.browser.conftest import OpenPage, Served, start, stop
from tests.support import small_workspace, tiny_gguf

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
pytestmark = pytest.mark.browser

PATIENCE = 60_000


@dataclass(frozen=True)
class Asked:
    """What is asked in one language, and what a model without knowledge writes: something true, something not."""

    question: str
    follow_up: str
    unknown: str
    news: str
    observation: str
    says: tuple[str, ...]


CITED = "62%"
ASKED: dict[Language, Asked] = {
    "zh-TW": Asked(
        question="邊緣 AI 有哪些隱私上的好處？",
        follow_up="那雲端成本呢？",
        unknown="2026 年世界盃足球賽的冠軍是哪一隊？",
        news="# 新聞\n\n邊緣 AI 降低了 77% 的延遲。\n",
        observation="展場看到搭載 NPU 的邊緣盒。",
        says=("2025 年的調查中，", "62% 的製造商", "把隱私列為採用", "邊緣 AI 的首要好處", "[1][2][3]。", "\n\n",
              "月球是起司做的", "[1]。"),
    ),
    "en": Asked(
        question="What are the privacy benefits of edge AI?",
        follow_up="What about cloud cost?",
        unknown="Who painted the ceiling of the chapel?",
        news="# News\n\nEdge AI lowered latency by 77%.\n",
        observation="A box with an NPU on the fair.",
        says=("In a 2025 survey", " 62% of manufacturers", " named privacy as the", " first benefit of edge AI",
              " [1][2][3].", "\n\n", "The moon is made of cheese", " [1]."),
    ),
}  # fmt: skip


@pytest.fixture(params=["extractive", "llama"])
def serve(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Language], Served]]:
    """Start the page with one of the engines over a workspace that has no index yet."""
    engine: str = request.param
    if engine == "llama":
        pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")
    running: list[Served] = []

    def starting(language: Language) -> Served:
        root = small_workspace.make(tmp_path / "workspace").root
        if engine == "llama":
            (root / "models").mkdir(exist_ok=True)
            tiny_gguf.write(root / "models" / "tiny.gguf", says=ASKED[language].says, context=8192)
            (root / "assistant.toml").write_text("context = 8192\nmax_tokens = 400\n", encoding="utf-8")
        running.append(start(root, "--engine", engine))
        return running[0]

    yield starting
    for served in running:
        stop(served)


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_from_an_empty_index_to_a_report(
    serve: Callable[[Language], Served], open_page: OpenPage, language: Language
) -> None:
    served = serve(language)
    page = open_page(served, f"/?lang={language}#corpus")
    fill(page, language)
    converse(page, language)
    answer_all(page, language)
    assess(page, language)
    look_at_the_machine(page, language)
    go_back_to_what_was_said(page, language)
    remove(page, language)
    page.close()


def go(page: "Page", language: Language, name: str) -> None:
    page.get_by_role("link", name=wording_pages.WORDS[language].pages[name], exact=True).click()


def done(page: "Page", question: str) -> "Locator":
    turn = page.locator("#live .turn.done")
    expect(turn.locator(".question")).to_have_text(question, timeout=PATIENCE)
    return turn


def ask(page: "Page", question: str) -> "Locator":
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    return done(page, question)


def fill(page: "Page", language: Language) -> None:
    """Make the index, bring a file in, note an observation."""
    words = wording_pages.WORDS[language]
    page.get_by_role("button", name=words.refresh).click()
    expect(page.locator("#documents")).to_contain_text("briefs/value/privacy.en.md", timeout=PATIENCE)
    page.locator(".drop input").set_input_files(
        [{"name": "news.md", "mimeType": "text/markdown", "buffer": ASKED[language].news.encode()}]
    )
    expect(page.locator("#work .taken li")).to_contain_text(words.outcomes["added"], timeout=PATIENCE)
    expect(page.locator("#documents")).to_contain_text("inbox/news.md", timeout=PATIENCE)
    page.get_by_label(words.observe_text).fill(ASKED[language].observation)
    page.get_by_role("button", name=words.observe_save).click()
    expect(page.locator("#documents")).to_contain_text("observations/", timeout=PATIENCE)


def converse(page: "Page", language: Language) -> None:
    """Ask, open a source, take the answer along, ask on, confine, and ask what nobody knows."""
    words, asked = wording.WORDS[language], ASKED[language]
    go(page, language, "chat")
    turn = ask(page, asked.question)
    said = turn.locator(".statement:not(.unsupported)", has_text=CITED).first
    expect(said).to_be_visible()
    expect(page.locator("#live")).not_to_contain_text("[99]")
    said.locator("button.cite").first.click()
    panel = page.locator("#source .source")
    expect(panel.locator("mark")).to_contain_text(CITED)
    expect(panel).to_contain_text(words.confidence)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)

    for form, kept in (("Markdown", asked.question), ("HTML", "<!doctype html>"), ("JSON", '"verdict"')):
        with page.expect_download() as saved:
            turn.get_by_role("button", name=words.save_as.format(form=form)).click()
        assert kept in saved.value.path().read_text(encoding="utf-8")

    turn = ask(page, asked.follow_up)
    expect(turn.locator(".confined").first).to_contain_text(words.meant.split("{", maxsplit=1)[0])
    turn.get_by_role("button", name=words.again).click()
    expect(page.locator("#past .turn")).to_have_count(2)
    done(page, asked.follow_up)

    page.get_by_label(words.since).select_option("3")
    turn = ask(page, asked.question)
    expect(turn.locator(".confined")).to_contain_text(words.months.format(n=3))
    page.get_by_label(words.since).select_option("")
    turn = ask(page, asked.unknown)
    expect(turn.locator(".abstained h3")).to_have_text(words.abstained)


def answer_all(page: "Page", language: Language) -> None:
    """Have the question list answered, answer one anew, read one, and open the report."""
    words = wording_pages.WORDS[language]
    go(page, language, "questions")
    expect(page.locator("#list li")).to_have_count(3)
    page.get_by_role("button", name=words.run_all, exact=True).click()
    expect(page.locator("#run")).to_contain_text(words.ran.format(total=3), timeout=PATIENCE)
    with page.context.expect_page() as opened:
        page.locator(".reports a", has_text="HTML").click()
    expect(opened.value.locator("h1")).to_be_visible()
    opened.value.close()
    page.locator("#list li [data-act=run]").first.click()
    expect(page.locator("#run")).to_contain_text(words.ran.format(total=1), timeout=PATIENCE)
    page.locator("#list li [data-act=read]").first.click()
    expect(page.locator("#live .turn.done .question")).to_have_text(ASKED["zh-TW"].question)


def assess(page: "Page", language: Language) -> None:
    words = wording_assess.WORDS[language]
    go(page, language, "assess")
    page.locator("[data-by=example]").first.click()
    expect(page.locator("#assessed svg.radar")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as saved:
        page.locator("#assessed").get_by_role("button", name="JSON").click()
    assert json.loads(saved.value.path().read_text(encoding="utf-8"))["assessments"]
    assert words.empty not in page.locator("#assessed").inner_text()


def look_at_the_machine(page: "Page", language: Language) -> None:
    words = wording_machine.WORDS[language]
    go(page, language, "machine")
    expect(page.locator("#box")).to_contain_text(words.fit, timeout=PATIENCE)
    expect(page.locator("#egress")).to_contain_text(words.never_tried)


def go_back_to_what_was_said(page: "Page", language: Language) -> None:
    """Begin anew, open the kept conversation, and delete it."""
    words = wording.WORDS[language]
    go(page, language, "chat")
    page.get_by_role("button", name=words.anew).click()
    # What was answered by the list was read in the same conversation.
    kept = page.locator(".kept li")
    kept.locator("button").first.click()
    expect(page.locator(".turn .question").first).to_have_text(ASKED[language].question)
    page.get_by_role("button", name=words.anew).click()
    kept.get_by_role("button", name=words.forget).click()
    expect(kept).to_have_count(0)


def remove(page: "Page", language: Language) -> None:
    words = wording_pages.WORDS[language]
    go(page, language, "corpus")
    page.get_by_label(words.find).fill("inbox/news")
    row = page.locator("#documents .list li:visible")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    row.locator("[data-act=drop]").click()
    expect(page.locator("#documents")).not_to_contain_text("inbox/news.md", timeout=PATIENCE)
