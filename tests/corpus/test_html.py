import pytest

from assistant.corpus.readers import html
from assistant.corpus.readers.content import Content
from assistant.errors import RefusedError
from assistant.records import Reference

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>研華的 邊緣策略 |
 Example</title><link rel="canonical" href="https://example.org/a">
<meta property="article:published_time" content="2025-03-04T10:00:00+08:00">
<meta property="og:site_name" content="Example">
<style>p { color: red }</style></head>
<body><nav>menu</nav><header><h1>邊緣策略</h1></header>
<p>第一行
第二行<br>a <b>bold</b>
word &amp; more</p>
<div hidden>unseen</div><p style="display: none">unseen</p><noscript>unseen</noscript><!-- unseen -->
<ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>
<h2>表格</h2>
<table><caption>比較</caption><tr><th>晶片</th><th>TOPS</th></tr><tr><td>A|B</td><td><p>45</p><p>50</p></td></tr></table>
<table><tr><td><h3>Layout</h3><p>inside</p></td></tr></table>
<pre>x = 1
  y = 2</pre><script>unseen()</script>
after<footer>unseen</footer></body></html>"""


def read(page: str) -> Content:
    return html.read(page.encode("utf-8"), "page.html")


def pieces(content: Content) -> list[tuple[str, str]]:
    assert "".join(content.text[b.start : b.end] for b in content.blocks) == content.text
    return [(b.kind, content.text[b.start : b.end]) for b in content.blocks]


def test_a_page_is_read_as_a_reader_sees_it() -> None:
    content = read(PAGE)
    assert pieces(content) == [
        ("heading", "邊緣策略\n\n"),
        ("prose", "第一行第二行\na bold word & more\n\n"),
        ("prose", "- one\n"),
        ("prose", "- inner\n"),
        ("prose", "- two\n"),
        ("heading", "表格\n\n"),
        ("prose", "比較\n\n"),
        ("table", "| 晶片 | TOPS |\n| A\\|B | 45 50 |\n\n"),
        ("heading", "Layout\n\n"),
        ("prose", "inside\n\n"),
        ("prose", "x = 1\n  y = 2\n\n"),
        ("prose", "after\n\n"),
    ]
    assert content.blocks[7].headings == ("邊緣策略", "表格")
    assert content.title == "研華的 邊緣策略 | Example"
    assert content.reference == Reference(content.title, "https://example.org/a", "Example", "2025-03-04")


@pytest.mark.parametrize(
    "head",
    ['<meta charset="big5">', '<meta http-equiv="Content-Type" content="text/html; charset=Big5">', ""],
)
def test_a_page_in_big5_is_read(head: str) -> None:
    page = f"<html><head>{head}<title>台北</title></head><body><p>邊緣運算的效益，與挑戰。</p></body></html>"
    content = html.read(page.encode("big5"), "old.htm")
    assert (content.title, content.text) == ("台北", "邊緣運算的效益，與挑戰。\n\n")


def test_a_declaration_of_xml_is_no_obstacle() -> None:
    assert read('<?xml version="1.0" encoding="utf-8"?><html><body><p>text</p></body></html>').text == "text\n\n"


def test_the_address_that_a_browser_saved_a_page_from_is_its_source() -> None:
    content = read("<!-- saved from url=(0022)https://example.org/x -->\n<p>text</p>")
    assert content.reference == Reference("https://example.org/x", "https://example.org/x")


def test_only_web_addresses_become_sources() -> None:
    assert read('<link rel=canonical href="javascript:alert(1)"><p>text</p>').reference is None


def test_deep_pages_are_read_and_bottomless_ones_refused_not_cut() -> None:
    assert read("<div>" * 1000 + "deep" + "</div>" * 1000 + "<p>after</p>").text == "deep\n\nafter\n\n"
    with pytest.raises(RefusedError, match="deep"):
        read("<div>" * 5000 + "deep")


@pytest.mark.parametrize("page", ["", "  \n", "<html></html>", "<script>x</script>"])
def test_a_page_without_text_has_none(page: str) -> None:
    assert read(page).text == ""


@pytest.mark.parametrize("page", ["<p>&#xD800;&#0;x\u2028y</p>", "<p>unclosed <b>bold", "<<<>>>x", "<table><td>x"])
def test_broken_pages_are_read(page: str) -> None:
    assert "x" in read(page).text or "bold" in read(page).text
    assert read(page).text.encode("utf-8")
