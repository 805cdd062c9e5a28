from pathlib import Path

import pytest

from assistant.offline.guard import Guard
from assistant.settings import Settings
from assistant.ui import files
from assistant.ui.desk import Desk
from assistant.wiring import Assistant
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
