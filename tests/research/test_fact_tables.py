"""Tables of facts stand in the report with the sources of every cell; only columns of like figures become pictures."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html

from assistant.research import fact_pictures, fact_tables, report_html, report_markdown, view
from assistant.research.fact_tables import Laid
from tests.support import scenario
from tests.support.answers import run_of

FACTS = """
zh = "設備"
en = "Devices"

[[column]]
id = "price"
zh = "價格"
en = "Price"

[[column]]
id = "date"
zh = "日期"
en = "Date"

[[row]]
id = "nano"
zh = "Nano <b>"
en = "Nano <b>"
price = {zh = "249 美元", en = "US$249", claims = ["device-price"]}
date = {zh = "2024 年 12 月", en = "December 2024", claims = ["device-power", "gone-claim"]}

[[row]]
id = "other"
zh = "其他"
en = "Other"
price = {zh = "1,000 至 2,000 美元", en = "US$1,000 to 2,000", claims = ["cost-small"]}
date = {zh = "2025 年 2 月 2 日起", en = "2 February 2025", claims = ["law-bans"]}

[[row]]
id = "third"
zh = "第三"
en = "Third"
price = {zh = "約 500 美元", en = "about US$500", claims = ["device-kit"]}
date = {zh = "2023 年", en = "2023", claims = ["device-kit"]}

[[row]]
id = "without"
zh = "沒有證據"
en = "Without evidence"
price = {zh = "1 美元", en = "US$1", claims = ["gone-claim"]}
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    workspace = scenario.make(tmp_path_factory.mktemp("facts"))
    (workspace.corpus / "facts").mkdir()
    (workspace.corpus / "facts" / "devices.toml").write_text(FACTS, encoding="utf-8")
    opened = scenario.opened(workspace)
    (laid,) = fact_tables.lay(workspace.corpus, opened.journal, "zh-TW")
    return laid


def test_every_cell_is_cited_and_one_without_live_claims_is_empty(table: Laid) -> None:
    assert table.head == ("價格", "日期")
    cells = [cell for _, row in table.rows for cell in row]
    assert all(bool(cell.text) == bool(cell.sources) for cell in cells)
    assert [cell.text for cell in table.rows[3][1]] == ["", ""]
    used = {n for cell in cells for n in cell.sources}
    assert used == set(range(1, len(table.sources) + 1))
    assert [table.sources[n - 1].claim for n in table.rows[2][1][0].sources] == ["device-kit"]


def test_a_table_reads_back_as_it_was_written(table: Laid, tmp_path: Path) -> None:
    fact_tables.save(tmp_path, (table,))
    assert fact_tables.load(tmp_path) == (table,)
    assert fact_tables.load(tmp_path / "nowhere") == ()


def test_a_corpus_without_facts_has_no_tables(tmp_path: Path) -> None:
    workspace = scenario.make(tmp_path)
    opened = scenario.opened(workspace)
    assert fact_tables.lay(workspace.corpus, opened.journal, "en") == ()


def test_figures_become_bars_and_dates_a_timeline(table: Laid) -> None:
    bars, timeline = fact_pictures.draw(table)
    assert bars.svg.count("<rect") == 3
    assert "1,000 至 2,000 美元" in bars.text
    places = [timeline.text.index(label) for label in ("第三", "Nano", "其他")]
    assert places == sorted(places)


def test_a_column_of_sentences_is_not_drawn(table: Laid) -> None:
    said = "在一個模型上每秒 19 個 token，另一個模型上更慢"
    rows = tuple((name, (replace(cells[0], text=said), replace(cells[1], text=""))) for name, cells in table.rows)
    assert fact_pictures.draw(replace(table, rows=rows)) == []


def test_both_forms_of_the_report_show_the_table(table: Laid) -> None:
    seen = replace(view.of(run_of()), tables=(table,))
    page = lxml_html.document_fromstring(report_html.render(seen))
    (section,) = page.xpath("//section[@id='tables']")
    assert not section.xpath(".//tbody//b")
    for mark in section.xpath(".//td/a"):
        (target,) = section.xpath(f".//*[@id='{mark.get('href')[1:]}']")
        assert mark.text in target.text_content()
    markdown = report_markdown.render(seen)
    assert "| 第三 | 約 500 美元" in markdown
    assert "<b>" not in markdown
