"""What is forgotten is in no byte of the index and the reports; what only was deleted still is."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.index import forgetting
from tests.support import kernel, small_workspace

SECRET = "The prototype with the code name Heron ships to twelve customers in October."
SECRET_ZH = "代號蒼鷺的原型機將在十月交給十二家客戶，邊緣 AI 的隱私好處由此而來。"


def run(workspace: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *args, "--workspace", str(workspace)],
        capture_output=True, encoding="utf-8", cwd=kernel.ROOT, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an indexed workspace with a secret in it, a report that quotes it and one that doesn't."""
    root = small_workspace.make(tmp_path_factory.mktemp("prepared")).root
    (root / "plain.md").write_text("## Cost\n\n- 邊緣 AI 能降低多少雲端成本？\n", encoding="utf-8")
    assert run(root, "refresh").returncode == 0
    assert run(root, "batch", "--questions", str(root / "plain.md")).returncode == 0
    (root / "corpus" / "secret.md").write_text(f"# Heron\n\n{SECRET}\n\n{SECRET_ZH}\n", encoding="utf-8")
    assert run(root, "refresh").returncode == 0
    assert run(root, "batch").returncode == 0
    return root


@pytest.fixture
def workspace(prepared: Path, tmp_path: Path) -> Path:
    root = Path(shutil.copytree(prepared, tmp_path / "一個 space"))
    assert left(root), "what is looked for is there before"
    return root


def left(root: Path) -> list[Path]:
    return forgetting.traces([root / "vectorstore", root / "reports"], [SECRET, SECRET_ZH])


def test_nothing_of_a_forgotten_document_is_left(workspace: Path) -> None:
    # As a build of SQLite without secure_delete, or a library's own store, leaves it behind.
    (workspace / "vectorstore" / "pages.bin").write_bytes(b"\0" * 99 + SECRET_ZH.encode())
    done = run(workspace, "forget", "secret.md")
    assert done.returncode == 0, done.stderr
    assert "none is left" in done.stdout
    assert left(workspace) == []
    assert not (workspace / "corpus" / "secret.md").exists()
    answer = json.loads(run(workspace, "ask", "What are the privacy benefits of edge AI?", "--json").stdout)
    assert answer["status"] == "answered"
    assert "secret.md" not in {citation["document"] for citation in answer["citations"]}


def test_a_report_that_does_not_quote_it_stays(workspace: Path) -> None:
    before = set((workspace / "reports").glob("*/report.json"))
    quoting = {path for path in before if "secret.md" in path.read_text("utf-8")}
    assert 0 < len(quoting) < len(before)
    assert run(workspace, "forget", "secret.md").returncode == 0
    assert set((workspace / "reports").glob("*/report.json")) == before - quoting
    latest = workspace / "reports" / "latest.txt"
    assert not latest.exists() or (workspace / "reports" / latest.read_text("utf-8").strip()).is_dir()


def test_the_history_goes_and_the_corpus_stays(workspace: Path) -> None:
    assert run(workspace, "forget", "--history").returncode == 0
    assert [path for path in (workspace / "reports").rglob("*") if path.is_file()] == []
    assert (workspace / "corpus" / "secret.md").exists()


@pytest.mark.parametrize("name", ["gone.md", "../questions.md", "/etc/hostname", "."])
def test_only_documents_of_the_corpus_are_deleted(workspace: Path, name: str) -> None:
    done = run(workspace, "forget", name)
    assert done.returncode == 4
    assert (workspace / "questions.md").exists()
    assert left(workspace)


def test_nothing_named_is_wrong_usage(workspace: Path) -> None:
    assert run(workspace, "forget").returncode == 2


def test_a_trace_is_found_in_every_form_and_across_the_border_of_a_read(tmp_path: Path) -> None:
    for name, data in (
        ("utf8", SECRET_ZH.encode()),
        ("utf16", SECRET_ZH.encode("utf-16-le")),
        ("json", json.dumps({"text": SECRET_ZH}).encode()),
        ("border", b"x" * (forgetting.CHUNK - 9) + SECRET_ZH.encode()),
        ("other", "代號蒼鷺".encode()),
    ):
        (tmp_path / name).write_bytes(data)
    assert {path.name for path in forgetting.traces([tmp_path], [SECRET_ZH])} == {"utf8", "utf16", "json", "border"}


def test_a_line_that_others_have_too_is_no_mark() -> None:
    assert forgetting.marks(f"{SECRET}\nshort\nA line that all have.", ["x A line that all have. y"]) == [SECRET]
