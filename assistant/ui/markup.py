"""HTML by construction: every text is escaped unless it was made here, so corpus text never becomes markup."""

from collections.abc import Iterable
from html import escape

from assistant.research import page
from assistant.research.view import clean, web_address

VOID = frozenset({"br", "hr", "img", "input"})


class Html(str):
    """Text that is markup already. Only this module makes it from other text."""

    __slots__ = ()


def tag(name: str, /, *children: str | None, **attributes: str | int | bool | None) -> Html:
    """Return an element. Children that are not `Html` are cleaned and escaped; None and "" leave nothing.

    `class_` stands for class, and underscores in attribute names for dashes (`data_act` is data-act).
    An attribute that is None or False is left out, one that is True stands without a value.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    inside = "" if name in VOID else f"{join(children)}</{name}>"
    return Html(f"<{name}{written}>{inside}")


def join(children: Iterable[str | None]) -> Html:
    """Return the children one after the other, each escaped unless it is `Html`."""
    return Html("".join(_text(child) for child in children if child))


def blocks(written: Iterable[page.Block]) -> Html:
    """Return the blocks of a report, which escape their texts themselves."""
    return Html("\n".join(map(page.block_html, written)))


def lines(text: str) -> Html:
    """Return plain text with its line ends kept."""
    return Html(_text(text).replace("\n", "<br>"))


def link(text: str, url: str | None, **attributes: str | int | bool | None) -> Html:
    """Return `text` as a link that opens beside the page and tells the other side nothing about it.

    An address that is not http(s) gives the text alone.
    """
    address = web_address(url)
    if address is None:
        return tag("span", text, **attributes)
    return tag("a", text, href=address, target="_blank", rel="noopener noreferrer", **attributes)


def _text(child: str) -> str:
    return child if isinstance(child, Html) else escape(clean(child))


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(clean(str(value)))}"'
