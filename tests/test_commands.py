"""The commands as a user runs them: exit codes, one JSON document, clear errors, nothing lost."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support import small_workspace, tiny_gguf

QUESTIONS = [("邊緣 AI 有哪些隱私上的好處？", "zh-TW"), ("What are the privacy benefits of edge AI?", "en")]
CLAIM = "In a 2025 survey 62% of manufacturers named privacy as the first benefit of edge AI."
PDF_WITHOUT_END = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n"
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


def run(*args: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *args],
        capture_output=True, encoding="utf-8", timeout=120, check=False, cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **environ},
    )  # fmt: skip
    assert "Traceback" not in done.stderr + done.stdout
    return done


def as_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def error(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    for word in ("error: ", *words):
        assert word in done.stderr


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_workspace.make(tmp_path_factory.mktemp("indexed")).root
    assert run("refresh", "--workspace", str(root)).returncode == 0
    return root


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return small_workspace.make(tmp_path / "空間 one").root


# ---------------------------------------------------------------- it works


def test_init_makes_a_workspace_that_refreshes(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert run("init", str(folder)).returncode == 0
    (folder / "corpus" / "note.md").write_text("研華的邊緣 AI 占營收 17%。\n", encoding="utf-8")
    report = as_json(run("refresh", "--workspace", str(folder), "--json"))
    assert (report["added"], report["quarantined"]) == (1, [])
    assert set(report) >= {"added", "changed", "removed", "unchanged", "quarantined", "passages", "seconds"}
    assert report["files"] == {"added": ["note.md"], "changed": [], "removed": []}


def test_a_dry_run_names_the_files(indexed: Path) -> None:
    for n in range(12):
        (indexed / "corpus" / f"new {n:02}.md").write_text(f"Number {n}.\n", encoding="utf-8")
    try:
        said = run("refresh", "--workspace", str(indexed), "--dry-run").stdout
    finally:
        for n in range(12):
            (indexed / "corpus" / f"new {n:02}.md").unlink()
    assert said.startswith("12 added, 0 changed, 0 removed")
    assert "added: new 09.md\nadded: and 2 more\n" in said


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_ask_answers_in_the_language_of_the_question(indexed: Path, question: str, language: str) -> None:
    answer = as_json(run("ask", question, "--workspace", str(indexed), "--json"))
    assert (answer["status"], answer["language"]) == ("answered", language)
    assert answer["engine"]["name"] == "extractive"
    assert answer["egress"]["attempts"] == 0
    assert all(s["verdict"] == "supported" and s["citations"] for s in answer["statements"])
    numbers = {citation["n"] for citation in answer["citations"]}
    assert all(set(s["citations"]) <= numbers for s in answer["statements"])


def test_every_citation_points_at_its_quote(indexed: Path) -> None:
    from assistant.index.journal import Journal

    answer = as_json(run("ask", QUESTIONS[0][0], "--workspace", str(indexed), "--json"))
    journal = Journal(indexed / "vectorstore")
    for citation in answer["citations"]:
        hit = journal.hits_by_id([citation["passage_id"]])[citation["passage_id"]]
        document = journal.document(hit.passage.document_id)
        assert document is not None
        assert document.text[citation["start"] : citation["end"]] == citation["quote"]
        assert hit.path == citation["document"]


@pytest.mark.parametrize(
    "question",
    [
        "2026 年世界盃足球賽的冠軍是哪一隊？",
        "Who won the 2026 FIFA World Cup?",
        "紅燒肉怎麼做才好吃？",
        "How do I cook spaghetti carbonara?",
        "誰寫了《紅樓夢》？",
        "What is the capital of Mongolia?",
    ],
)
def test_a_question_outside_the_corpus_is_not_answered(indexed: Path, question: str) -> None:
    answer = as_json(run("ask", question, "--workspace", str(indexed), "--json"))
    assert answer["status"] == "abstained"
    assert (answer["statements"], answer["citations"]) == ([], [])
    assert len(answer["gaps"]) == 2


def test_batch_writes_a_report_in_three_forms(indexed: Path, tmp_path: Path) -> None:
    report = as_json(run("batch", "--workspace", str(indexed), "--out", str(tmp_path), "--json"))
    folder = Path(report["folder"])
    assert {f.name for f in folder.iterdir()} >= {"report.md", "report.html", "report.json", "run.json", "answers"}
    assert len(report["answers"]) == len(report["questions"]) > 0


def test_an_observation_can_be_asked_for_at_once(workspace: Path) -> None:
    run("refresh", "--workspace", str(workspace))
    text = "凌華在 2026 年展出搭載 Jetson Thor 的強固型邊緣電腦。"
    assert run("observe", text, "--workspace", str(workspace), "--date", "2026-11-20").returncode == 0
    answer = as_json(run("ask", "凌華展出什麼邊緣電腦？", "--workspace", str(workspace), "--json"))
    assert text in " ".join(s["text"] for s in answer["statements"])


def test_doctor_finds_nothing_wrong_in_a_good_workspace(indexed: Path) -> None:
    assert as_json(run("doctor", "--workspace", str(indexed), "--json"))["ok"] is True


# ---------------------------------------------------------------- a model


def test_a_model_writes_and_says_so(workspace: Path) -> None:
    run("refresh", "--workspace", str(workspace))
    (workspace / "models").mkdir(exist_ok=True)
    tiny_gguf.write(workspace / "models" / "tiny.gguf", says=f"{CLAIM} [1]", context=8192)
    question = QUESTIONS[1][0]
    answer = as_json(run("ask", question, "--workspace", str(workspace), "--json"))
    assert (answer["engine"]["name"], answer["engine"]["model"]) == ("llama", "tiny.gguf")
    assert len(answer["engine"]["sha256"]) == 64
    assert answer["statements"][0]["verdict"] == "supported"


def test_a_model_writes_the_batch(workspace: Path) -> None:
    run("refresh", "--workspace", str(workspace))
    (workspace / "models").mkdir(exist_ok=True)
    tiny_gguf.write(workspace / "models" / "tiny.gguf", says=f"{CLAIM} [1]", context=8192)
    report = as_json(run("batch", "--workspace", str(workspace), "--json"))
    assert (report["engine"]["name"], report["engine"]["model"]) == ("llama", "tiny.gguf")
    assert {answer["engine"]["name"] for answer in report["answers"]} == {"llama"}


def test_what_a_model_makes_up_is_not_passed_on(workspace: Path) -> None:
    run("refresh", "--workspace", str(workspace))
    (workspace / "models").mkdir(exist_ok=True)
    tiny_gguf.write(
        workspace / "models" / "tiny.gguf", says="Advantech sold 93,000 submarines in 1887 [1].", context=8192
    )
    answer = as_json(run("ask", QUESTIONS[1][0], "--workspace", str(workspace), "--json"))
    assert answer["status"] == "abstained"
    assert all(s["verdict"] == "unsupported" for s in answer["statements"])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.gguf", b""),
        ("text.gguf", b"not a model at all" * 50),
        ("cut.gguf", b"GGUF\x03\x00\x00\x00"),
        ("huge counts.gguf", b"GGUF\x03\x00\x00\x00" + b"\xff" * 16),
    ],
)
def test_a_broken_model_is_named_and_nothing_else_breaks(workspace: Path, name: str, data: bytes) -> None:
    run("refresh", "--workspace", str(workspace))
    (workspace / "models").mkdir(exist_ok=True)
    (workspace / "models" / name).write_bytes(data)
    done = run("ask", QUESTIONS[0][0], "--workspace", str(workspace), "--json")
    assert name in done.stderr
    assert "remedy" in done.stderr
    assert as_json(done)["engine"]["name"] == "extractive"
    listed = as_json(run("models", "list", "--workspace", str(workspace), "--json"))
    assert [name in broken["where"] for broken in listed["broken"]] == [True]


def test_asking_for_a_model_where_there_is_none_is_not_ready(indexed: Path) -> None:
    error(run("ask", "研華？", "--workspace", str(indexed), "--engine", "llama"), 3, "remedy")


# ---------------------------------------------------------------- bad input


def test_wrong_usage_is_code_2(indexed: Path) -> None:
    assert run("nonsense").returncode == 2
    error(run("ask", " ", "--workspace", str(indexed)), 2, "empty")
    error(run("ask", "x", "--workspace", str(indexed), "--engine", "gpt"), 2, "gpt", "extractive")
    error(run("ask", "x", "--workspace", str(indexed), "--since", "tomorrow"), 2, "YYYY-MM-DD")
    error(run("ask", "x", "--workspace", str(indexed), "--axis", "nowhere"), 2, "nowhere")


def test_a_setting_that_does_not_exist_is_named(workspace: Path) -> None:
    (workspace / "assistant.toml").write_text("enigne = 'auto'\n", encoding="utf-8")
    error(run("refresh", "--workspace", str(workspace)), 2, "enigne", "assistant.toml")
    (workspace / "assistant.toml").write_text("engine = \n", encoding="utf-8")
    error(run("refresh", "--workspace", str(workspace)), 2, "assistant.toml")
    error(run("refresh", "--workspace", str(workspace / "corpus"), ASSISTANT_PORT="high"), 2, "port")


def test_no_workspace_no_corpus_no_index(tmp_path: Path) -> None:
    error(run("refresh", "--workspace", str(tmp_path / "missing")), 3, "assistant init")
    error(run("refresh", "--workspace", str(tmp_path)), 3, "corpus", "assistant init")
    (tmp_path / "corpus").mkdir()
    error(run("ask", "研華？", "--workspace", str(tmp_path)), 3, "assistant refresh")


def test_an_empty_corpus_abstains(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    assert run("refresh", "--workspace", str(tmp_path)).returncode == 0
    answer = as_json(run("ask", "研華的策略是什麼？", "--workspace", str(tmp_path), "--json"))
    assert answer["status"] == "abstained"


def test_bad_files_are_named_and_the_good_ones_are_read(workspace: Path) -> None:
    corpus = workspace / "corpus"
    (corpus / "truncated.pdf").write_bytes(PDF_WITHOUT_END)
    (corpus / "photo 📷.pdf").write_bytes(JPEG)
    (corpus / "中文 檔名.txt").write_bytes("凌華的邊緣電腦搭載輝達的模組，功耗為一百三十瓦。".encode("big5"))
    report = as_json(run("refresh", "--workspace", str(workspace), "--json"))
    assert sorted(q["path"] for q in report["quarantined"]) == ["photo 📷.pdf", "truncated.pdf"]
    assert all(q["reason"] for q in report["quarantined"])
    answer = as_json(run("ask", "凌華的邊緣電腦功耗多少？", "--workspace", str(workspace), "--json"))
    assert "一百三十瓦" in answer["citations"][0]["quote"]


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (None, 3, "questions"),
        (b"", 4, "question"),
        ("# 題\n".encode("utf-16"), 4, "UTF-8"),
        (b"\xff\xfe\xfa", 4, "UTF-8"),
    ],
)
def test_a_question_list_that_cannot_be_read(
    indexed: Path, tmp_path: Path, data: bytes | None, code: int, word: str
) -> None:
    file = tmp_path / "questions.md"
    if data is not None:
        file.write_bytes(data)
    error(run("batch", "--workspace", str(indexed), "--questions", str(file)), code, "questions.md", word)


def test_an_index_of_another_embedder_is_an_error_that_names_both(workspace: Path) -> None:
    run("refresh", "--workspace", str(workspace))
    (workspace / "models").mkdir(exist_ok=True)
    tiny_gguf.write_encoder(workspace / "models" / "encoder.gguf")
    done = run("ask", "研華？", "--workspace", str(workspace), ASSISTANT_EMBEDDER="gguf:encoder.gguf")
    error(done, 3, "embedder", "hash-", "assistant refresh")
    rebuilt = run("refresh", "--workspace", str(workspace), ASSISTANT_EMBEDDER="gguf:encoder.gguf")
    assert rebuilt.returncode == 0, rebuilt.stderr
    answer = run("ask", "研華？", "--workspace", str(workspace), "--json", ASSISTANT_EMBEDDER="gguf:encoder.gguf")
    assert as_json(answer)["corpus"]["passages"] > 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_workspace_that_cannot_be_written(workspace: Path) -> None:
    workspace.chmod(0o555)
    try:
        error(run("refresh", "--workspace", str(workspace)), 1, "remedy")
    finally:
        workspace.chmod(0o755)


def test_a_store_that_is_a_file_is_named(workspace: Path) -> None:
    (workspace / "vectorstore").write_text("in the way", encoding="utf-8")
    error(run("refresh", "--workspace", str(workspace)), 1, "vectorstore", "remedy")


def test_a_port_in_use_is_named(indexed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error(run("ui", "--workspace", str(indexed), "--port", str(port)), 3, str(port), "--port")


@pytest.mark.skipif(os.name != "posix", reason="SIGINT to a child is POSIX's")
@pytest.mark.parametrize("delay", [0.2, 0.6, 1.0])
def test_ctrl_c_at_any_time_is_quiet_and_loses_nothing(workspace: Path, delay: float) -> None:
    command = [sys.executable, "-m", "assistant", "refresh", "--workspace", str(workspace)]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", env=environ) as child:
        time.sleep(delay)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    assert "Traceback" not in said
    assert run("refresh", "--workspace", str(workspace)).returncode == 0
    question = QUESTIONS[0][0]
    assert as_json(run("ask", question, "--workspace", str(workspace), "--json"))["status"] == "answered"
