"""Markdown: front matter, headings, paragraphs and lists, tables, code, and claims with their sources.

The document's text is what a reader of the page sees, without the marks of Markdown, so that a quote is clean.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from assistant.corpus import claims
from assistant.corpus.readers import decoding, front_matter, lines
from assistant.corpus.readers.content import Builder, Content, table_text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

# CommonMark leaves the stars of **「…」** standing next to Chinese punctuation.
_STARS = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
# Deeper than any document; what lies deeper still markdown-it drops without a word (its own limit is 20).
_NESTING = 60
# A file with a longer paragraph than this is no Markdown, and would keep the parser busy for minutes.
_LONGEST_PARAGRAPH = 1 << 18
_BETWEEN = re.compile(r"\n[ \t]*\n\s*")


def read(data: bytes, path: str) -> Content:
    """Return the content of a Markdown file. Raises RefusedError for bytes that aren't text or broken front matter."""
    about, body = front_matter.split(decoding.decode(data, path), path)
    reader = _Reader(first_line=about.lines + 1)
    reader.read(body)
    title = about.values.get("title") or reader.built.first_heading
    return Content(
        text=reader.built.text,
        blocks=reader.built.blocks,
        title=title,
        language=about.language,
        axis=about.values.get("axis"),
        topics=about.topics,
        reference=about.reference(title or path.rpartition("/")[2].rpartition(".")[0]),
        remarks=tuple(reader.remarks),
    )


class _Reader:
    """Walks through the syntax tree of one file."""

    def __init__(self, first_line: int) -> None:
        self.built = Builder()
        self.remarks: list[str] = []
        self._first_line = first_line
        self._parser = _parser()

    def read(self, body: str) -> None:
        from markdown_it.tree import SyntaxTreeNode

        if max(map(len, _BETWEEN.split(body))) > _LONGEST_PARAGRAPH:
            self._plain(body, "a paragraph is too long for Markdown")
            return
        tokens = self._parser.parse(body)
        if any(token.level + token.nesting >= _NESTING for token in tokens):
            self._plain(body, "it is nested too deep for Markdown")
            return
        for node in SyntaxTreeNode(tokens).children:
            self._block(node)

    def _plain(self, body: str, reason: str) -> None:
        """Add the paragraphs as they are written."""
        self.remarks.append(f"read as plain text: {reason}")
        for paragraph in _BETWEEN.split(body):
            self.built.add(paragraph)

    def _block(self, node: "SyntaxTreeNode") -> None:
        if node.type == "heading":
            self.built.heading(_inline(node), int(node.tag[1]))
        elif node.type == "paragraph":
            self.built.add(_inline(node))
        elif node.type in ("bullet_list", "ordered_list"):
            self._list(node)
        elif node.type == "table":
            self.built.add(_table(node), kind="table")
        elif node.type in ("fence", "code_block"):
            self.built.add(node.content)
        else:
            for child in node.children:
                self._block(child)

    def _list(self, node: "SyntaxTreeNode") -> None:
        """Add a list: each claim as a block of its own, the items between claims together."""
        items: list[str] = []
        for n, item in enumerate(node.children):
            claim = self._claim(item)
            if claim is None:
                items.append(_item(item, _marker(node, n), ""))
                continue
            self.built.add("\n".join(items))
            items = []
            text = _rendered(self._parser, claim.text)
            self.built.add(text, kind="claim", end="\n", claim=claim.id, references=claim.references)
        self.built.add("\n".join(items))

    def _claim(self, item: "SyntaxTreeNode") -> claims.Claim | None:
        """Return the claim that an item is; one in the wrong form is prose like any other, and remarked on."""
        if [child.type for child in item.children] != ["paragraph"]:
            return None
        try:
            return claims.parse(item.children[0].children[0].content)
        except claims.MalformedError as error:
            start = item.map[0] if item.map else 0
            self.remarks.append(f"line {self._first_line + start + error.line}: {error}")
            return None


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTING}).enable(["table", "strikethrough"])


def _marker(parent: "SyntaxTreeNode", n: int) -> str:
    if parent.type == "bullet_list":
        return "- "
    first = parent.attrs.get("start", 1)
    return f"{int(first) + n}. "


def _item(item: "SyntaxTreeNode", marker: str, indent: str) -> str:
    """Return a list item as lines, lists within it indented."""
    found: list[str] = []
    for child in item.children:
        if child.type in ("bullet_list", "ordered_list"):
            found += [_item(below, _marker(child, n), indent + "  ") for n, below in enumerate(child.children)]
        else:
            found.append(indent + ("  " if found else marker) + _plain(child))
    return "\n".join(found) or indent + marker.rstrip()


def _plain(node: "SyntaxTreeNode") -> str:
    """Return the text of any block."""
    if node.type == "table":
        return _table(node)
    if node.type in ("fence", "code_block"):
        return node.content.rstrip("\n")
    if node.children and node.children[0].type == "inline":
        return _inline(node)
    return "\n".join(_plain(child) for child in node.children)


def _table(node: "SyntaxTreeNode") -> str:
    return table_text([_inline(cell) for cell in row.children] for part in node.children for row in part.children)


def _rendered(parser: "MarkdownIt", text: str) -> str:
    """Return a stretch of Markdown without block structure as the text that a reader sees."""
    from markdown_it.tree import SyntaxTreeNode

    return _inline(SyntaxTreeNode(parser.parseInline(text)))


def _inline(node: "SyntaxTreeNode") -> str:
    """Return the text of a heading, a paragraph or a cell: one line, but for breaks that were meant."""
    written = "".join(_spans(child) for inline in node.children for child in inline.children)
    first, *others = _STARS.sub(r"\1", written).split(_SOFT_BREAK)
    for line in others:
        first = lines.join(first, line)
    return first


_SOFT_BREAK = "\x00"


def _spans(node: "SyntaxTreeNode") -> str:
    if node.type == "softbreak":
        return _SOFT_BREAK
    if node.type == "hardbreak":
        return "\n"
    if node.children:
        return "".join(_spans(child) for child in node.children)
    return node.content
