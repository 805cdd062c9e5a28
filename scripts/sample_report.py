"""Make docs/sample-report/ anew; run it as `python scripts/sample_report.py`.

In a workspace of its own, filled with the repository's corpus, the twelve questions are answered in both languages by
the extractive engine, every way out is tried, and the reports are copied to docs/sample-report/.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "docs" / "sample-report"
ENGLISH = ROOT / "benchmarks" / "answers" / "questions.toml"
GROUPS = (
    ("Trends in technology and use", "hardware-models", 3),
    ("Business value of edge AI against cloud AI", "value", 2),
    ("Use in industries, and cases", "value", 3),
    ("Suppliers and competition", "solutions", 3),
    ("Privacy and compliance", "value", 1),
)
"""The groups of questions.md in English, with the axis and the number of their questions."""


def main() -> int:
    """Write the reports and print their paths and sizes."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(ROOT / "corpus", root / "corpus")
        shutil.copy(ROOT / "questions.md", root / "questions.md")
        (root / "english.md").write_text(english(), encoding="utf-8")
        run(root, "refresh")
        for language, more in (("zh-TW", ()), ("en", ("--questions", str(root / "english.md")))):
            run(root, "prove", "--engine", "extractive", "--out", str(root / language), *more)
            newest = (root / language / "latest.txt").read_text(encoding="utf-8").strip()
            for form in ("html", "md"):
                copy = SAMPLES / f"report.{language}.{form}"
                shutil.copyfile(root / language / newest / f"report.{form}", copy)
                print(f"{copy.relative_to(ROOT)}: {copy.stat().st_size // 1000} kB")
    return 0


def english() -> str:
    """Return the question list in English, as Markdown."""
    asked = iter(tomllib.loads(ENGLISH.read_text(encoding="utf-8"))["question"])
    lines = ["# Research questions"]
    for title, axis, count in GROUPS:
        lines += ["", f"## {title}", ""]
        lines += [
            f"- {question['en']} {{#{question['id']} axis={axis}}}"
            for _, question in zip(range(count), asked, strict=False)
        ]
    return "\n".join(lines) + "\n"


def run(root: Path, *words: str) -> None:
    """Run a command of the assistant over a workspace."""
    command = [sys.executable, "-m", "assistant", words[0], "--workspace", str(root), *words[1:]]
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
