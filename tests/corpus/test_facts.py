"""Tables of facts: what a report can draw, in both languages, down to the claims behind each cell."""

from pathlib import Path

import pytest

from assistant.corpus import facts
from assistant.errors import RefusedError

CORPUS = Path(__file__).parents[2] / "corpus"
TABLE = """zh = "價格"
en = "Prices"
topics = ["device-prices"]
questions = ["vendors"]

[[column]]
id = "price"
zh = "價格"
en = "Price"

[[column]]
id = "power"
zh = "功耗"
en = "Power"

[[row]]
id = "box"
zh = "邊緣主機"
en = "Edge box"
[row.power]
zh = "25 W"
en = "25 W"
claims = ["box-power"]
[row.price]
zh = "249 美元"
en = "US$249"
claims = ["box-price", "box-launch"]

[[row]]
id = "rack"
zh = "機櫃"
en = "Rack"
"""


def write(corpus: Path, text: str) -> Path:
    folder = corpus / facts.FOLDER
    folder.mkdir()
    (folder / "prices.toml").write_text(text, encoding="utf-8")
    return corpus


def test_a_table_comes_with_columns_in_order_and_cells_by_column(tmp_path: Path) -> None:
    (table,) = facts.load(write(tmp_path, TABLE))
    assert (table.id, table.title.in_("zh-TW"), table.title.in_("en")) == ("prices", "價格", "Prices")
    assert (table.topics, table.questions) == (("device-prices",), ("vendors",))
    assert list(table.columns) == ["price", "power"]
    box, rack = table.rows
    assert list(box.cells) == ["price", "power"]
    assert box.cells["price"] == facts.Cell(facts.Text("249 美元", "US$249"), ("box-price", "box-launch"))
    assert rack.cells == {}
    assert table.claims() == {"box-power", "box-price", "box-launch"}
    assert table.grid("en") == [["", "Price", "Power"], ["Edge box", "US$249", "25 W"], ["Rack", "", ""]]


def test_a_corpus_without_facts_has_no_tables(tmp_path: Path) -> None:
    assert facts.load(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "rack"', 'id = "box"', "stands twice"),
        ('en = "Rack"', 'en = ""', "'en'"),
        ("[row.power]", "[row.weight]", "outside the columns"),
        ('claims = ["box-power"]', "claims = []", "without claims"),
        ('zh = "25 W"', "zh = 25", "'zh'"),
    ],
)
def test_a_broken_table_is_refused_by_file_and_entry(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(RefusedError, match=said) as refused:
        facts.load(write(tmp_path, TABLE.replace(old, new, 1)))
    assert "prices.toml" in refused.value.where


def test_the_project_ships_the_tables_that_answers_want() -> None:
    tables = {table.id: table for table in facts.load(CORPUS)}
    assert set(tables) == {"vendors", "devices", "laws", "model-memory", "roadmap"}
    assert {"strengths", "products", "positioning", "limits"} == set(tables["vendors"].columns)
    for table in tables.values():
        assert len(table.rows) >= 5
        assert table.questions
