import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.readers import markdown, plain
from assistant.corpus.readers.content import Builder, table_text
from assistant.corpus.splitting import TABLE_FACTOR, split
from assistant.records import Document, Passage, Reference
from assistant.text import tokens

CHINESE = "邊緣人工智慧把運算放在資料產生的地方，延遲低、隱私好。研華認為「成長動能」在智慧製造！真的嗎？"
ENGLISH = "A model at the edge keeps data on the device, e.g. in a shop. It costs US$ 3.5 a day (see v3.6.1). Why? "


def document(built: Builder, reference: Reference | None = None) -> Document:
    return Document("d", "T", "zh-TW", built.text, built.blocks, "value", ("cost",), reference)


def check(document: Document, passages: list[Passage]) -> None:
    """Nothing lost, nothing twice, and every passage on one page and in one claim."""
    position = 0
    for passage in passages:
        assert passage.start == position < passage.end
        assert passage.text == document.text[passage.start : passage.end]
        position = passage.end
        blocks = [b for b in document.blocks if b.start < passage.end and b.end > passage.start]
        assert {b.page for b in blocks} == {passage.page}
        claims = {b.claim for b in blocks}
        assert claims == {passage.claim}
        assert passage.claim is None or len(blocks) == 1
    assert position == len(document.text)
    assert len({p.id for p in passages}) == len(passages)


pieces = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=400),
    st.text(alphabet="邊緣運算研華的。，！？「」 \n", max_size=400),
    st.text(alphabet="abc e.g. No. U.S. 3.5\n", max_size=400),
    st.text(alphabet="👩‍👩‍👧🇹🇼é́ \ufe0f\u200d", max_size=200),
    st.sampled_from(
        [CHINESE * 6, ENGLISH * 8, CHINESE + ENGLISH, "x" * 3000, "字" * 900, "a\r\nb\r\n\r\nc" * 40, " " * 500]
    ),
)
blocks = st.lists(
    st.tuples(st.sampled_from(["heading", "prose", "table", "claim"]), pieces, st.integers(1, 3)), max_size=12
)


@settings(max_examples=300, deadline=None)
@given(blocks, st.sampled_from([40, 80, 220]))
def test_passages_tile_any_document(made: list[tuple[str, str, int]], max_tokens: int) -> None:
    built = Builder()
    for n, (kind, text, level) in enumerate(made):
        if kind == "heading":
            built.heading(text, level)
        elif kind == "claim":
            built.add(text, kind="claim", end="\n", claim=f"c{n}")
        elif kind == "table":
            built.add(table_text([text[i : i + 9], "x"] for i in range(0, len(text), 9)), kind="table")
        else:
            built.add(text, page=None)
    found = document(built)
    passages = split(found, max_tokens)
    check(found, passages)
    for passage in passages:
        if passage.kind == "prose":
            headings = [b for b in found.blocks if passage.start <= b.start < passage.end and b.kind == "heading"]
            above = sum(tokens.count(found.text[b.start : b.end]) for b in headings)
            assert tokens.count(passage.text) - above <= max_tokens + 1


@settings(max_examples=150, deadline=None)
@given(st.lists(pieces, max_size=8), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
def test_text_files_are_split_without_loss(lines: list[str], line_break: str) -> None:
    content = plain.read(("\ufeff" + line_break.join(lines)).replace("\0", "").encode("utf-8", "replace"), "a.txt")
    found = Document("d", "T", "en", content.text, content.blocks)
    check(found, split(found, 60))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "# ", "- ", "> ", "| a | b |\n|-|-|\n| ", "```\n", "    "]), pieces), max_size=8
    )
)
def test_markdown_files_are_split_without_loss(lines: list[tuple[str, str]]) -> None:
    text = "\n\n".join(mark + line for mark, line in lines).replace("\0", "")
    content = markdown.read(("\n" + text).encode("utf-8", "replace"), "a.md")
    found = Document("d", "T", "en", content.text, content.blocks)
    check(found, split(found, 60))


def test_pages_are_never_mixed() -> None:
    built = Builder()
    for page in (1, 1, 2, 4):
        built.add(CHINESE, page=page)
    assert [p.page for p in split(document(built), 500)] == [1, 2, 4]


def test_headings_open_the_passage_that_follows_them() -> None:
    built = Builder()
    built.heading("A", 1)
    built.heading("B", 2)
    built.add("Text one.")
    built.add("Text two.")
    built.heading("C", 2)
    built.add(table_text([["a", "b"], ["1", "2"]]), kind="table")
    built.heading("Last", 1)
    passages = split(document(built), 100)
    assert [(p.kind, p.text, p.headings) for p in passages] == [
        ("prose", "A\n\nB\n\nText one.\n\nText two.\n\n", ("A", "B")),
        ("table", "C\n\n| a | b |\n| 1 | 2 |\n\n", ("A", "C")),
        ("heading", "Last\n\n", ()),
    ]


def test_a_heading_stays_with_what_follows_even_if_that_is_long() -> None:
    built = Builder()
    built.heading("標題", 1)
    built.add(CHINESE * 20)
    first = split(document(built), 60)[0]
    assert first.text.startswith("標題\n\n邊緣人工智慧")
    assert first.kind == "prose"


def test_a_claim_stands_alone_with_its_own_sources() -> None:
    source = Reference("S", "https://e.org")
    built = Builder()
    built.heading("標題", 1)
    built.add("長" * 300 + "。", kind="claim", end="\n", claim="c1", references=(source,))
    built.add("短。", kind="claim", end="\n", claim="c2")
    built.add("後記。")
    passages = split(document(built, Reference("whole")), 100)
    assert [(p.kind, p.claim, p.text) for p in passages] == [
        ("heading", None, "標題\n\n"),
        ("claim", "c1", "長" * 300 + "。\n"),
        ("claim", "c2", "短。\n"),
        ("prose", None, "後記。\n\n"),
    ]
    assert passages[1].reference == source
    assert passages[3].reference == Reference("whole")
    assert {(p.axis, p.topics, p.document_id) for p in passages} == {("value", ("cost",), "d")}


def test_a_table_is_whole_until_it_is_far_too_large_and_then_cut_between_rows() -> None:
    rows = [[f"chip {n}", f"{n} TOPS"] for n in range(40)]
    built = Builder()
    built.add(table_text(rows), kind="table")
    found = document(built)
    size = tokens.count(found.text)
    assert len(split(found, size // TABLE_FACTOR + 1)) == 1
    passages = split(found, size // 10)
    assert len(passages) > 1
    assert all(p.text.startswith("| ") and p.text.endswith("|\n") for p in passages[:-1])


def test_long_prose_is_cut_between_sentences() -> None:
    built = Builder()
    built.add(CHINESE * 5 + ENGLISH * 5)
    passages = split(document(built), 60)
    assert len(passages) > 5
    assert all(p.text.rstrip().endswith(("。", "！", "？", ".", "?")) for p in passages)
    assert not any(p.text.rstrip().endswith("e.g.") for p in passages)


def test_an_emoji_is_not_cut_in_two() -> None:
    family = "👩\u200d👩\u200d👧"
    built = Builder()
    built.add(family * 200)
    passages = split(document(built), 40)
    assert len(passages) > 3
    assert all(p.text[0] == "👩" or p.text[0] == "👧" for p in passages)
    assert not any(p.text.startswith("\u200d") or p.text.endswith("\u200d") for p in passages)


@pytest.mark.parametrize(("text", "wanted"), [(ENGLISH * 2, "en"), (CHINESE * 2, "zh-TW"), ("NPU.", "zh-TW")])
def test_a_passage_has_its_own_language_if_it_is_long_enough(text: str, wanted: str) -> None:
    built = Builder()
    built.add(text)
    assert split(document(built), 500)[0].language == wanted


def test_ids_depend_on_document_and_place_alone() -> None:
    built = Builder()
    built.add(CHINESE * 10)
    first, second = (split(document(built), 50) for _ in range(2))
    assert first == second
    assert [p.id for p in first] != [p.id for p in split(document(built), 200)]
