from assistant.answering import layout
from assistant.records import Evidence, Part, Statement
from tests.support.evidence import hit

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
