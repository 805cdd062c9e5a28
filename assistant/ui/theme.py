"""The look of the page: our own colours on fonts of the machine, so that nothing has to be fetched."""

from functools import cache
from pathlib import Path
from typing import Any

FONTS = (
    "Inter",
    "Segoe UI",
    "Helvetica Neue",
    "Noto Sans TC",
    "Noto Sans CJK TC",
    "PingFang TC",
    "Microsoft JhengHei UI",
    "Microsoft JhengHei",
    "system-ui",
    "sans-serif",
)
"""Latin faces first, so that Latin words in Chinese text get them; then the Traditional Chinese face of each system."""

MONO = ("ui-monospace", "Cascadia Mono", "Menlo", "Noto Sans Mono CJK TC", "monospace")

_PAGE = Path(__file__).parent / "page"
_REPORTS = Path(__file__).parents[1] / "research"


@cache
def asset(name: str) -> str:
    """Return a style sheet or script of the page."""
    return (_PAGE / name).read_text(encoding="utf-8")


def style() -> str:
    """Return the style sheets of the page; pictures and tables of reports look as they do in a report of their own."""
    report = (_REPORTS / "page.css").read_text(encoding="utf-8")
    return f"{asset('style.css')}.blocks {{ {report} }}\n{asset('pages.css')}"


def theme() -> Any:  # noqa: ANN401  (gradio's themes carry no types)
    """Return the gradio theme. Fonts given by name are plain ones; only a GoogleFont would be fetched."""
    import gradio as gr

    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue,
        neutral_hue=gr.themes.colors.stone,
        font=list(FONTS),
        font_mono=list(MONO),
    ).set(
        body_background_fill="#fdfcfa",
        body_background_fill_dark="#15181c",
        body_text_color="#1f2328",
        body_text_color_dark="#e4e6e9",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
    )
