"""Text that stays text in Markdown."""

import html
import re

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")
_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+=>]|:?-{2,}|\d{1,9}(?=[.)]))", re.MULTILINE)
# Bare addresses, which many renderers turn into links on their own.
_ADDRESS = re.compile(r"(?<=\w):(?=//)|(?<=www)\.|(?<=mailto):|@", re.IGNORECASE)


def escape(text: str) -> str:
    """Return text in which nothing is Markdown or HTML, on one line or several."""
    text = "\n".join(line.strip() for line in text.split("\n"))  # indented, a line would be code
    text = html.escape(text, quote=False)
    text = _SPECIAL.sub(r"\\\1", text)
    text = _ADDRESS.sub(lambda match: f"&#{ord(match[0])};", text)
    return _LINE_START.sub(_unmark, text)


def _unmark(match: re.Match[str]) -> str:
    """Escape what would start a heading, a list or an underline: a number by the dot after it, else its first mark."""
    if match[2].isdigit():
        return f"{match[1]}{match[2]}\\"
    return f"{match[1]}\\{match[2]}"
