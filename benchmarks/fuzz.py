"""Mutated files of every format through the workers: each is read or refused with a reason, and none hangs.

python benchmarks/fuzz.py [--files N] [--seed S] [--formats .pdf .docx …]
"""

import argparse
import email.message
import hashlib
import io
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from assistant.corpus.isolation.limits import Limits
from assistant.corpus.isolation.process import Job, Reading
from assistant.corpus.isolation.workers import Workers
from assistant.corpus.reading import READERS

TEXT = "邊緣運算把資料留在現場。Edge models keep the data where it is made, 17% of them in 2025.\n"
MARKDOWN = (
    f"---\ntitle: t\ndate: 2025\n---\n# 標題\n\n- {TEXT}\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> {TEXT}\n```\nx\n```\n"
)
HTML = f"<html><head><title>t</title></head><body><h1>h</h1><p>{TEXT}</p><table><tr><td>1<td>2<tr><td>3</table>"


def main() -> int:
    """Fuzz and print a row a format; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", default=sorted(READERS))
    args = parser.parse_args()
    for suffix in args.formats:
        chance = random.Random(f"{args.seed}{suffix}")
        with tempfile.TemporaryDirectory() as scratch:
            started = time.perf_counter()
            fates = _fuzz(Path(scratch), suffix, seed(suffix), args.files, chance)
            print(f"{suffix:<10} {time.perf_counter() - started:6.1f} s  {dict(fates.most_common(6))}", flush=True)
    return 0


def _fuzz(folder: Path, suffix: str, data: bytes, files: int, chance: random.Random) -> Counter[str]:
    """Return how many files came to what; an exception that isn't a refusal ends the run."""

    def job(number: int) -> Job:
        file = folder / f"{number}{suffix}"
        mutant = mutate(data, chance)
        file.write_bytes(mutant)
        return Job(file, file.name, hashlib.sha256(mutant).hexdigest(), len(mutant), 220)

    fates: Counter[str] = Counter()
    with Workers(folder / "none.toml", limits=Limits(cpu_seconds=20, seconds=60.0)) as workers:
        for result in workers.read_all(map(job, range(files))):
            if isinstance(result, Reading):
                spans = "".join(passage.text for passage in result.passages)
                assert spans == result.document.text, "a passage was lost"
                fates["read"] += 1
            else:
                assert result.what, "refused without a reason"
                fates[result.what.split("(")[0].split(":")[0].strip()[:60]] += 1
    return fates


def mutate(data: bytes, chance: random.Random) -> bytes:
    """Return `data` with a few bytes changed, stretches cut out, doubled or moved, or its end missing."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(mutant) or 1), chance.randint(1, 64)
        what = chance.randrange(5)
        if what == 0:
            mutant[at : at + 1] = bytes([chance.randrange(256)])
        elif what == 1:
            del mutant[at : at + length]
        elif what == 2:
            mutant[at:at] = mutant[at : at + length] * chance.choice([1, 2, 50])
        elif what == 3:
            mutant[at : at + length] = chance.randbytes(length)
        elif chance.random() < 0.2:
            del mutant[at:]
    return bytes(mutant)


def seed(suffix: str) -> bytes:
    """Return a sound file of the format."""
    buffer = io.BytesIO()
    if suffix == ".pdf":
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(buffer)
        for _ in range(3):
            canvas.drawString(72, 700, TEXT[13:80])
            canvas.showPage()
        canvas.save()
    elif suffix == ".docx":
        import docx

        document = docx.Document()
        document.add_heading("h", 1)
        document.add_paragraph(TEXT)
        document.add_table(2, 2).cell(0, 0).text = "1"
        document.save(buffer)
    elif suffix == ".pptx":
        import pptx

        deck = pptx.Presentation()
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.placeholders[1].text_frame.text = TEXT
        deck.save(buffer)
    elif suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        for n in range(50):
            book.active.append([n, TEXT, n / 7])
        book.save(buffer)
    elif suffix in (".eml", ".mht", ".mhtml"):
        message = email.message.EmailMessage()
        message["Subject"], message["From"] = "標題", "a@example.org"
        message.set_content(HTML, subtype="html")
        message.add_attachment(b"x" * 100, maintype="image", subtype="png", filename="x.png")
        buffer.write(message.as_bytes())
    elif suffix in (".html", ".htm", ".xhtml"):
        buffer.write(HTML.encode("utf-8"))
    elif suffix in (".csv", ".tsv"):
        buffer.write(
            ("a,b,c\n" + f'1,"{TEXT}",3\n' * 30).replace(",", "," if suffix == ".csv" else "\t").encode("utf-8")
        )
    else:
        buffer.write(MARKDOWN.encode("utf-8"))
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
