"""What axe-core finds on the pages. It runs where `npm install --no-save axe-core` put it into the checkout."""

import pytest

from tests.browser.conftest import CHECKOUT, OpenPage, Served

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
AXE = CHECKOUT / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not here; run: npm install --no-save axe-core"),
]
RUN = """axe.run({resultTypes: ['violations']}).then((found) => found.violations.map(
  (violation) => `${violation.impact} ${violation.id}: ${violation.nodes[0].html}`))"""


PAGES = (
    ("chat", ".welcome button"),
    ("questions", "#list .list"),
    ("corpus", "#outlook svg"),
    ("assess", "#describe form"),
    ("machine", "#box table"),
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "part"), PAGES)
def test_nothing_serious_is_in_the_way(
    extractive: Served, open_page: OpenPage, name: str, part: str, theme: str
) -> None:
    page = open_page(extractive, f"/?lang={'en' if theme == 'dark' else 'zh-TW'}&__theme={theme}#{name}")
    expect(page.locator(part).first).to_be_visible()
    expect(page.locator(".masthead .offline")).to_be_visible()
    if name == "chat":
        page.locator("#question textarea").fill("邊緣 AI 有哪些隱私上的好處？")
        page.locator("#question textarea").press("Enter")
        page.locator("#live .turn.done button.cite").first.click()
        expect(page.locator("#source mark").first).to_be_visible()
    if name == "assess":
        page.locator("[data-by=example]").first.click()
        expect(page.locator("#assessed svg").first).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    assert [text for text in found if text.startswith(("serious", "critical"))] == []
