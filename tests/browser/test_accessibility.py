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


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", ".welcome button"), ("/?lang=en&__theme=dark#questions", "#list .list"), ("/#corpus", "#documents .list"),
    ],
)  # fmt: skip
def test_nothing_serious_is_in_the_way(extractive: Served, open_page: OpenPage, path: str, part: str) -> None:
    page = open_page(extractive, path)
    expect(page.locator(part).first).to_be_visible()
    expect(page.locator(".masthead .offline")).to_be_visible()
    if path == "/":
        page.locator(part).first.click()
        page.locator("#live .turn.done button.cite").first.click()
        expect(page.locator("#source mark").first).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    assert [text for text in found if text.startswith(("serious", "critical"))] == []
