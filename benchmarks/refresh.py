"""Refresh of a made-up corpus, beside LangChain's plain pipeline with the same embedder in the same run.

    python -m benchmarks.refresh [--pages N] [--keep DIR] [--turns N] [--no-baseline] [--spread | --shared]

Pages are Chinese and English in equal parts, an eighth of them in PDFs of ten pages. Measured are the rate of the first
refresh and where its time goes, one changed file, nothing changed, the most memory of all processes together (Linux),
and the size of the index against that of its text. One changed file is measured in the process that made the first
refresh, as a watch or the page meets it; once more with its vectors written into Chroma at once, which else wait for a
larger change; and as the command that a user types, a process of its own. Both sides take turns, each in a process of
its own that imports what it needs; what counts is the ratio of their rates. The baseline needs langchain-community and
langchain-chroma.
With --spread only this is measured: first refreshes by one and two workers, here and on a Dask cluster on loopback.
With --shared only this: the journal in a file against one in a PostgreSQL server started here, both with vectors on one
Chroma server: a first refresh, one changed file, and what a second box takes to follow both and to ask.
"""

import argparse
import io
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from assistant.index import vector_work
from assistant.index.embedders import HashEmbedder
from assistant.index.journal import Journal
from assistant.index.refresh import Report, refresh
from assistant.index.shared import open_journal
from assistant.index.vectors import Vectors
from assistant.settings import Settings
from assistant.workspace import Workspace

T = TypeVar("T")

SEED = 7
PDF_SHARE, PDF_PAGES = 0.12, 10
CHINESE = (
    "邊緣 運算 把 模型 放在 資料 產生 的 現場 企業 不必 將 敏感 影像 送到 雲端 隱私 風險 因此 降低 研華 工廠"
    " 零售 智慧 辦公 成本 延遲 授權 維運 晶片 記憶體 頻寬 量化 蒸餾 剪枝 供應商 市場 成長 推論 部署 平台 安全"
    " 法規 稽核 主權 離線 可靠 客製"
).split()
ENGLISH = (
    "edge model inference keeps data where it is made factories hospitals retail privacy latency cost bandwidth memory"
    " quantization distillation pruning vendor platform device chip power watts tokens second license maintenance"
    " growth market report according survey percent companies deploy offline reliable custom control cloud bill network"
).split()


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="make the corpus here, or use the one that is here")
    parser.add_argument("--turns", type=int, default=1, help="how often each side is measured")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--spread", action="store_true")
    parser.add_argument("--shared", action="store_true")
    args = parser.parse_args()
    # Python keeps what it compiled, unless told otherwise; each worker would compile the program anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(args.keep or Path(scratch))
        if not workspace.corpus.is_dir():
            make(workspace.corpus, args.pages)
            time.sleep(2.1)  # what is so new when it is first seen is read again by the next refresh
        if args.spread or args.shared:
            (spread if args.spread else in_a_database)(workspace, args.pages)
            return 0
        compare(workspace, Path(scratch), args.pages, args.turns, plain=not args.no_baseline)
    return 0


def compare(workspace: Workspace, scratch: Path, pages: int, turns: int, *, plain: bool) -> None:
    """Print the figures of each turn of both sides, and how many times the baseline's rate a refresh has."""
    rates: dict[str, list[float]] = {}
    for turn in range(turns):
        shutil.rmtree(workspace.vectorstore, ignore_errors=True)
        sides: list[tuple[Callable[..., dict[str, Any]], tuple[object, ...]]] = [(measure, (workspace, pages))]
        if plain:
            sides.append((baseline, (workspace.corpus, scratch / f"plain {turn}", pages)))
        for side, told in sides if turn % 2 == 0 else reversed(sides):
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as alone:
                figures = alone.submit(side, *told).result()
            print(json.dumps(figures, indent=1), flush=True)
            rates.setdefault(side.__name__, []).append(figures["pages_per_second"])
    if plain:
        ours, theirs = (median(rates[side.__name__]) for side in (measure, baseline))
        print(json.dumps({"turns": turns, "rate_to_baseline": round(ours / theirs, 2)}))


def measure(workspace: Workspace, pages: int) -> dict[str, Any]:
    """Return the figures of a first refresh, of one changed file, and of none."""
    spent: dict[str, float] = {}
    computing = computed()
    with timed(spent), peak_memory() as memory:
        first = run(workspace)
    computing = computed() - computing
    files = iter(sorted(workspace.corpus.glob("*.md")))
    change(next(files))
    one, none = run(workspace), run(workspace)
    text = sum(len(t.encode("utf-8")) for t in texts(workspace))
    index = sum(f.stat().st_size for f in workspace.vectorstore.rglob("*") if f.is_file())
    journal = (workspace.vectorstore / "journal.sqlite").stat().st_size
    change(next(files))
    most_deferred, vector_work.MOST_DEFERRED = vector_work.MOST_DEFERRED, 0
    written = run(workspace)
    vector_work.MOST_DEFERRED = most_deferred
    typed(workspace)  # makes the dictionary, once for all
    change(next(files))
    command = typed(workspace)
    return {
        "what": "assistant refresh", "pages": pages, "passages": first.passages, "seconds": first.seconds,
        "pages_per_second": round(pages / first.seconds, 1), "quarantined": len(first.quarantined),
        "computing_s": round(computing, 1), "seconds_in": {name: round(value, 1) for name, value in spent.items()},
        "peak_memory_mib": round(memory[0] / (1 << 20)),
        "one_changed_s": one.seconds, "one_changed_share": round(one.seconds / first.seconds, 4),
        "changed": one.changed, "nothing_changed_s": none.seconds,
        "one_changed_with_chroma_s": written.seconds, **command,
        "text_mib": round(text / (1 << 20), 1), "index_to_text": round(index / text, 2),
        "journal_to_text": round(journal / text, 2),
    }  # fmt: skip


def change(file: Path) -> None:
    """Add a sentence to a file, and wait until its time is beyond doubt: a newer one is looked at again."""
    file.write_text(file.read_text(encoding="utf-8") + "\nOne more sentence about the edge.\n", encoding="utf-8")
    if sys.platform != "win32":
        # Else the first commit waits until the disk has all that the making of the corpus and of the index left behind.
        os.sync()
    time.sleep(2.1)


def typed(workspace: Workspace) -> dict[str, float]:
    """Return the seconds that `assistant refresh` says it took, those of the whole command, and what it computed."""
    computing = computed()
    command = [sys.executable, "-m", "assistant", "refresh", "--json", "--workspace", str(workspace.root)]
    done, seconds = clocked(lambda: subprocess.run(command, capture_output=True, check=True))
    told = json.loads(done.stdout)
    return {
        "command_refresh_s": told["seconds"],
        "command_s": round(seconds, 3),
        "command_computing_s": round(computed() - computing, 2),
    }


def spread(workspace: Workspace, pages: int) -> None:
    """Print the rate of a first refresh by one and two workers, and the computing that is left to the one writer."""
    from distributed import LocalCluster

    for count in (1, 2):
        told(workspace, f"--workers {count}", pages, Settings(workers=count))
    for count in (1, 2):
        with LocalCluster(
            n_workers=count, threads_per_worker=1, host="127.0.0.1", protocol="tcp", dashboard_address=None
        ) as cluster:
            told(workspace, f"--dask, {count} workers", pages, Settings(dask=cluster.scheduler_address))
            # Once more, with the workers' readers started and their libraries imported.
            told(workspace, f"--dask, {count} workers, warm", pages, Settings(dask=cluster.scheduler_address))


def told(workspace: Workspace, what: str, pages: int, settings: Settings) -> None:
    """Print the figures of one first refresh. `writer_s` is the computing of the process that commits, in seconds."""
    from chromadb.api.shared_system_client import SharedSystemClient

    shutil.rmtree(workspace.vectorstore, ignore_errors=True)
    # Chroma keeps what it has opened, and would write on into the deleted files.
    SharedSystemClient.clear_system_cache()
    spent: dict[str, float] = {}
    own, load = time.process_time(), os.getloadavg()[0]
    with timed(spent):
        seconds = run(workspace, settings).seconds
    print(json.dumps({
        "what": what, "pages": pages, "seconds": seconds, "pages_per_second": round(pages / seconds, 1),
        "writer_s": round(time.process_time() - own, 2), "load": round(load, 1),
        "seconds_in": {name: round(value, 2) for name, value in spent.items()},
    }), flush=True)  # fmt: skip


def in_a_database(workspace: Workspace, pages: int) -> None:
    """Print what a journal in a file and one in PostgreSQL cost, taking turns; the first turn warms up."""
    from tests.support.chroma_server import chroma_server
    from tests.support.postgres_server import PASSWORD, postgres_server

    with chroma_server(workspace.root / "chroma") as store, postgres_server(safe=True) as journal:
        alone = Settings(store=store.address)
        for turn in range(3):
            shared = replace(alone, journal=journal.database(), journal_password=PASSWORD)
            for what, settings in (("in a file", alone), ("in PostgreSQL", shared)):
                print(json.dumps({"what": what, "turn": turn, "pages": pages, **both_boxes(workspace, settings, turn)}))


def both_boxes(workspace: Workspace, settings: Settings, turn: int) -> dict[str, float]:
    """Return the seconds of a refresh, of one changed file, and of following them on another box, where there is one.

    `computing_s` is what the refresh computes in this process. An open reader searches: `follow_s` after the change,
    `ask_s` right after that, `unchanged_s` a second later.
    """
    shutil.rmtree(workspace.vectorstore, ignore_errors=True)
    own = time.process_time()
    first = run(workspace, settings)
    own, found = time.process_time() - own, {}
    with tempfile.TemporaryDirectory() as elsewhere:
        folder = Path(elsewhere) if settings.journal else workspace.vectorstore
        reader, found["open_s"] = clocked(lambda: open_journal(folder, settings))
        file = sorted(workspace.corpus.glob("*.md"))[0]
        file.write_text(file.read_text(encoding="utf-8") + f"\nTurn {turn}.\n", encoding="utf-8")
        changed = run(workspace, settings)
        time.sleep(1)  # what the reader knows is old enough to be held against the newest commit
        _, found["follow_s"] = clocked(lambda: reader.search(["latency"], 20))
        asked = [clocked(lambda: reader.search(["latency"], 20))[1] for _ in range(20)]
        time.sleep(1)
        _, found["unchanged_s"] = clocked(lambda: reader.search(["latency"], 20))
        assert reader.info().passages == changed.passages
        reader.close()
    return {
        "refresh_s": first.seconds, "computing_s": round(own, 2), "one_changed_s": changed.seconds,
        **{name: round(value, 5) for name, value in found.items()}, "ask_s": round(sorted(asked)[10], 5),
    }  # fmt: skip


def clocked(call: Callable[[], T]) -> tuple[T, float]:
    """Return what `call` returns, and its seconds."""
    started = time.perf_counter()
    return call(), time.perf_counter() - started


def run(workspace: Workspace, settings: Settings = Settings()) -> Report:  # noqa: B008  (frozen)
    """Refresh with the embedder that needs no model."""
    return refresh(workspace, settings, HashEmbedder())


def texts(workspace: Workspace) -> list[str]:
    """Return the texts of all live documents."""
    journal = Journal(workspace.vectorstore)
    ids = {place.document_id for place in journal.places().values() if place.document_id}
    found = [document.text for i in ids if (document := journal.document(i))]
    journal.close()
    return found


def baseline(corpus: Path, store: Path, pages: int) -> dict[str, Any]:
    """Return the figures of LangChain's parts, put together as its documentation does."""
    with peak_memory() as memory:
        # Its imports count as those of a refresh do.
        started, computing = time.perf_counter(), computed()
        from langchain_chroma import Chroma
        from langchain_community.document_loaders import PyPDFLoader, TextLoader
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        from assistant.index.langchain import PassageEmbeddings

        splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=0)
        chroma = Chroma(embedding_function=PassageEmbeddings(HashEmbedder()), persist_directory=str(store))
        loaded = []
        for file in sorted(corpus.iterdir()):
            loader = PyPDFLoader(str(file)) if file.suffix == ".pdf" else TextLoader(str(file), encoding="utf-8")
            loaded += loader.load()
        chunks = splitter.split_documents(loaded)
        for start in range(0, len(chunks), 5000):
            chroma.add_documents(chunks[start : start + 5000])
        seconds, computing = time.perf_counter() - started, computed() - computing
    size = sum(f.stat().st_size for f in store.rglob("*") if f.is_file())
    text = sum(len(d.page_content.encode("utf-8")) for d in loaded)
    return {
        "what": "LangChain: PyPDFLoader, TextLoader, RecursiveCharacterTextSplitter, Chroma", "pages": pages,
        "passages": len(chunks), "seconds": round(seconds, 1), "computing_s": round(computing, 1),
        "pages_per_second": round(pages / seconds, 1),
        "peak_memory_mib": round(memory[0] / (1 << 20)), "index_to_text": round(size / text, 2),
    }  # fmt: skip


def computed() -> float:
    """Return the seconds of computing of this process and of the workers that have ended."""
    return sum(os.times()[:4])


@contextmanager
def timed(spent: dict[str, float]) -> Iterator[None]:
    """Add up the seconds that embedding, Chroma and the journal take."""
    parts: dict[str, tuple[type, str]] = {
        "embedding": (HashEmbedder, "passages"), "chroma": (Vectors, "add"), "journal": (Journal, "add"),
    }  # fmt: skip
    kept = {name: getattr(*where) for name, where in parts.items()}

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: object, **more: object) -> object:
            started = time.perf_counter()
            try:
                return function(*args, **more)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - started

        return call

    for name, (owner, method) in parts.items():
        setattr(owner, method, counted(name, kept[name]))
    try:
        yield
    finally:
        for name, (owner, method) in parts.items():
            setattr(owner, method, kept[name])


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Give a list whose one number becomes the most bytes that this process and its children had together."""
    most, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            most[0] = max(most[0], _resident())

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def _resident() -> int:
    total = 0
    own = Path("/proc/self").resolve().name
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except (OSError, ValueError):
            continue
        if own in (said.get("Pid"), said.get("PPid")):
            total += int(said.get("VmRSS", "0").split()[0]) << 10
    return total


def make(corpus: Path, pages: int) -> None:
    """Write a corpus of so many pages."""
    chance = random.Random(SEED)
    corpus.mkdir(parents=True)
    pdfs = int(pages * PDF_SHARE) // PDF_PAGES
    for number in range(pdfs):
        (corpus / f"report {number}.pdf").write_bytes(_pdf([page(chance) for _ in range(PDF_PAGES)]))
    for number in range(pages - pdfs * PDF_PAGES):
        title, *paragraphs = page(chance)
        (corpus / f"note {number}.md").write_text(f"# {title}\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")


def page(chance: random.Random) -> list[str]:
    """Return a title and paragraphs of one page, Chinese or English."""
    words, join, stop = chance.choice([(CHINESE, "", "。"), (ENGLISH, " ", ". ")])
    sentences = [
        join.join([*chance.choices(words, k=chance.randint(8, 16)), str(chance.randrange(10_000))]) + stop
        for _ in range(18 if words is ENGLISH else 24)
    ]
    return [sentences[0][:40], *("".join(sentences[n : n + 4]).strip() for n in range(0, len(sentences), 4))]


def _pdf(pages: list[list[str]]) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("MSung-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for paragraphs in pages:
        canvas.setFont("MSung-Light", 10)
        wide = 80 if paragraphs[1].isascii() else 40
        lines = [line for text in paragraphs for line in (*(text[i : i + wide] for i in range(0, len(text), wide)), "")]
        for n, line in enumerate(lines):
            canvas.drawString(60, 800 - 12 * n, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
