import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from assistant.offline.guard import Guard
from assistant.settings import Settings
from assistant.ui import files
from assistant.ui.desk import Desk
from assistant.wiring import Assistant
from tests.corpus.pdfs import pdf
from tests.support import small_workspace

fastapi = pytest.importorskip("fastapi")
testing = pytest.importorskip("fastapi.testclient")
RUN = "20260101T000000Z-0123abcd"


@pytest.fixture
def client(tmp_path: Path) -> object:
    workspace = small_workspace.make(tmp_path)
    (workspace.reports / RUN).mkdir(parents=True)
    (workspace.reports / RUN / "report.html").write_text("<h1>報告</h1>", encoding="utf-8")
    (workspace.reports / RUN / "run.json").write_text("{}", encoding="utf-8")
    app = fastapi.FastAPI()
    files.add(app, Desk(Assistant(workspace, Settings(engine="extractive"), Guard(frozenset()))))
    return testing.TestClient(app)


def test_a_report_is_given(client: "testing.TestClient") -> None:
    given = client.get(f"/reports/{RUN}/report.html")
    assert (given.status_code, given.text) == (200, "<h1>報告</h1>")
    assert given.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        f"{RUN}/report.md", f"{RUN}/report.py", f"{RUN}/run.json", "single/report.html", f"..%2F{RUN}/report.html",
        "../questions.md",
    ],
)  # fmt: skip
def test_nothing_else_is(client: "testing.TestClient", path: str) -> None:
    assert client.get(f"/reports/{path}").status_code == 404


def test_a_file_is_taken_in_by_the_page_alone(client: "testing.TestClient") -> None:
    own = {"content-type": "application/octet-stream"}
    taken = client.post("/corpus/inbox", params={"name": "a.md"}, content=b"text", headers=own)
    assert (taken.status_code, taken.json()) == (200, {"outcome": "added"})
    # What a form of another page could send.
    for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
        sent = client.post("/corpus/inbox", params={"name": "b.md"}, content=b"x", headers={"content-type": kind})
        assert sent.status_code == 415


@pytest.fixture
def drawn(tmp_path: Path) -> "tuple[testing.TestClient, Path, str]":
    """A page over an index with a PDF of one page, the PDF, and the name of its document."""
    workspace = small_workspace.make(tmp_path)
    file = workspace.root / "corpus" / "field guide.PDF"
    file.write_bytes(pdf([[f"Line {n} of a guide to boxes that answer questions on site." for n in range(12)]]))
    assistant = Assistant(workspace, Settings(engine="extractive"), Guard(frozenset()))
    assistant.refresh()
    app = fastapi.FastAPI()
    files.add(app, Desk(assistant))
    return testing.TestClient(app), file, assistant.journal.places()[file.name].document_id or ""


def test_a_page_of_a_live_pdf_is_given_as_a_picture_and_kept_nowhere(
    drawn: "tuple[testing.TestClient, Path, str]",
) -> None:
    client, file, document = drawn
    before = sorted(file.parents[1].rglob("*"))
    given = client.get(f"/corpus/{document}/page-1.png")
    assert (given.status_code, given.headers["content-type"]) == (200, "image/png")
    assert given.headers["cache-control"] == "no-store"
    assert Image.open(io.BytesIO(given.content)).width == 1000
    assert sorted(file.parents[1].rglob("*")) == before


def test_no_other_file_and_no_other_page_is(drawn: "tuple[testing.TestClient, Path, str]") -> None:
    client, file, document = drawn
    with closing(sqlite3.connect(file.parents[1] / "vectorstore" / "journal.sqlite")) as db:
        (brief,) = db.execute("SELECT document_id FROM places WHERE path LIKE '%privacy.en.md'").fetchone()
    for path in (f"{document}/page-2.png", f"{document}/page-0.png", f"{brief}/page-1.png", f"{'0' * 16}/page-1.png",
                 "field%20guide.PDF/page-1.png", "..%2Fquestions.md/page-1.png"):  # fmt: skip
        assert client.get(f"/corpus/{path}").status_code == 404


@pytest.mark.parametrize("damage", ["broken", "gone"])
def test_a_pdf_that_broke_since_it_was_read_gives_no_picture(
    drawn: "tuple[testing.TestClient, Path, str]", damage: str
) -> None:
    client, file, document = drawn
    if damage == "broken":
        file.write_bytes(file.read_bytes()[:300])
    else:
        file.unlink()
    assert client.get(f"/corpus/{document}/page-1.png").status_code == 404
