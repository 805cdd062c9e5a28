"""Take the pictures of the page that the README shows; run it as `python scripts/screenshots.py`.

It starts the page over the repository's own corpus, asks a question in each language, opens a source, opens the
other pages, and saves what a headless Chromium shows in docs/images/. Needs the dev extra and a Chromium on the PATH.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE, NARROW = (1280, 860), (390, 844)
QUESTIONS = {
    "zh": "研華（Advantech）在 Edge AI 上的策略或重點布局是什麼？他們認為未來成長動能在哪裡？",
    "en": "What does running Gemma 3 27B on a single H100 mean?",
}


@dataclass(frozen=True)
class Picture:
    """One picture: `chat-<name>.png`."""

    name: str
    language: str
    theme: str
    size: tuple[int, int]


PICTURES = (
    Picture("zh-light", "zh", "light", WIDE),
    Picture("zh-dark", "zh", "dark", WIDE),
    Picture("en-light", "en", "light", WIDE),
    Picture("en-dark", "en", "dark", WIDE),
    Picture("zh-narrow", "zh", "light", NARROW),
    Picture("en-narrow", "en", "dark", NARROW),
)


PAGES = (
    ("questions-zh", "zh-TW", "light", WIDE),
    ("questions-en-dark", "en", "dark", WIDE),
    ("corpus-zh", "zh-TW", "light", WIDE),
    ("corpus-en-narrow", "en", "dark", NARROW),
    ("assess-zh", "zh-TW", "light", WIDE),
    ("assess-en-narrow", "en", "dark", NARROW),
    ("machine-en-dark", "en", "dark", WIDE),
    ("machine-zh-narrow", "zh-TW", "light", NARROW),
)
"""The pages beside the chat: the picture's name, which begins with the page's, language, theme and size."""

READY = {"questions": "#list .list", "corpus": "#outlook svg", "assess": "#describe form", "machine": "#box table"}
"""What stands on each page once there is something to see."""


def main() -> int:
    """Take every picture and print its path and size."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if chromium is None:
        print(f"there is no Chromium on the PATH; looked for {', '.join(BROWSERS)}", file=sys.stderr)
        return 3
    IMAGES.mkdir(parents=True, exist_ok=True)
    subprocess.run(command("refresh"), check=True, cwd=ROOT)
    subprocess.run(command("batch", "--engine", "extractive"), check=True, cwd=ROOT)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            file = IMAGES / f"chat-{picture.name}.png"
            take(browser, address, picture, file)
            report(file)
        for name, language, theme, size in PAGES:
            file = IMAGES / f"{name}.png"
            take_page(browser, f"{address}/?lang={language}&__theme={theme}#{name.split('-')[0]}", size, file)
            report(file)
        browser.close()
    return 0


def report(file: Path) -> None:
    """Make a picture small (128 colours are all a page has), and say what was taken."""
    from PIL import Image

    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(128)
    few.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")


def command(*words: str) -> list[str]:
    """Return a command of the assistant over the repository's workspace."""
    return [sys.executable, "-m", "assistant", words[0], "--workspace", str(ROOT), *words[1:]]


@contextmanager
def served() -> Iterator[str]:
    """Serve the page, give its address, and end it."""
    words = command("ui", "--port", "0", "--engine", "extractive")
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT) as process:
        try:
            assert process.stderr is not None
            found = next(filter(None, (re.search(r"http://[\w.:]+", line) for line in process.stderr)))
            yield found.group()
        finally:
            process.terminate()


def take(browser: "Browser", address: str, picture: Picture, file: Path) -> None:
    """Ask, open a source, and save what is seen."""
    width, height = picture.size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    language = "en" if picture.language == "en" else "zh-TW"
    page.goto(f"{address}/?lang={language}&__theme={picture.theme}")
    page.locator(".welcome button").first.wait_for()
    page.locator("#question textarea").fill(QUESTIONS[picture.language])
    page.locator("#question textarea").press("Enter")
    page.locator("#live .turn.done").wait_for()
    page.locator(".masthead .offline").wait_for()
    page.locator("#live button.cite").nth(1).click()
    page.locator("#source .source mark").wait_for()
    # The mouse and the keyboard's focus leave no trace in the picture.
    page.mouse.move(0, height - 1)
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("document.querySelector('#live .turn').scrollIntoView()")
    page.wait_for_timeout(300)
    page.screenshot(path=file)
    context.close()


def take_page(browser: "Browser", address: str, size: tuple[int, int], file: Path) -> None:
    """Open a page beside the chat and save what is seen."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    name = address.partition("#")[2]
    page.locator(READY[name]).first.wait_for()
    if name == "assess":
        page.locator("[data-by=example]").nth(1).click()
        page.locator("#assessed svg").first.wait_for()
    page.locator(".masthead .offline").wait_for()
    page.wait_for_timeout(300)
    page.screenshot(path=file)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
