from assistant.answering import layout
from assistant.records import Evidence, Part, Statement
from tests.support.evidence import hit, prompt

ROWS = (("NVIDIA",), ("Intel",))
TEXTS = (
    ("Intel reaches existing PCs.", "Reach"),
    ("NVIDIA offers the most compute.", "Compute"),
    ("Intel runs small models.", "Limits"),
    ("Memory got dearer.", "Prices"),
)
STATEMENTS = [Statement(text, (n,), "supported", 1.0, None, ()) for n, (text, _) in enumerate(TEXTS, 1)]
CITED = {
    n: Evidence(n + 1, hit(text, claim=str(n), headings=("Chips", heading)), (1.0,))
    for n, (text, heading) in enumerate(TEXTS)
}
PART = Part("Compare NVIDIA and Intel.", "answered", (0, 1, 2, 3))


def test_things_compared_by_one_thing_are_groups_in_their_order() -> None:
    groups = layout.grouped(PART, ROWS, STATEMENTS, CITED)
    assert [(group.title, group.statements) for group in groups] == [
        ("NVIDIA", (1,)),
        ("Intel", (0, 2)),
        ("Prices", (3,)),
    ]


def test_what_compares_nothing_is_not_scattered_over_headings_of_one_line() -> None:
    assert layout.grouped(PART, (), STATEMENTS, CITED) == ()


def test_a_cell_that_the_conclusion_answers_is_not_empty() -> None:
    """What weighs both by price has the price of each: nothing is missing there."""
    texts = ("NVIDIA's box costs US$3,499, Intel's US$1,999.", "NVIDIA draws 130 W.", "Intel draws 60 W.",
             "NVIDIA's kit has a price of US$3,499.")  # fmt: skip
    statements = [Statement(text, (n,), "supported", 1.0, None, ()) for n, text in enumerate(texts, 1)]
    cited = {n: Evidence(n + 1, hit(text, claim=str(n)), (1.0, 1.0)) for n, text in enumerate(texts)}
    parts = (Part("NVIDIA or Intel: power", "answered", (1, 2)), Part("NVIDIA or Intel: price", "answered", (3,)))
    table = layout.table(prompt("?", rows=ROWS, parts=tuple(p.question for p in parts)), (0,), parts, statements, cited)
    assert table is not None
    assert [row.cells for row in table.rows] == [((1,), (3,)), ((2,), (0,))]
    assert layout.empty_cells(table, "en") == ()
