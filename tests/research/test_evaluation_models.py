"""The whole command with real model files: three tiny ones beside the extractive engine; killed, resumed, repeated."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.research.evaluation import history, models, suites
from assistant.research.evaluation.result import KINDS
from assistant.workspace import Workspace, create
from tests.support import model_server, tiny_gguf

ROOT = Path(__file__).parents[2]
MODELS = {"babble.gguf": None, "abstain.gguf": "The passages don't say. 資料沒有提到。", "draft.gguf": tiny_gguf.DRAFT}
TOTAL = sum(len(suite.items) for suite in suites.shipped("quick"))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = create(tmp_path_factory.mktemp("evaluation"))
    for name, says in MODELS.items():
        tiny_gguf.write(made.models / name, says=says, context=8192)
    return made


def command(workspace: Workspace, *more: str) -> list[str]:
    return [sys.executable, "-m", "assistant", "eval", "models", "--workspace", str(workspace.root), *more]


def run(workspace: Workspace, *more: str) -> dict[str, Any]:
    done = subprocess.run(
        command(workspace, "--json", *more), cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def replies(workspace: Workspace) -> dict[str, int]:
    folder = history.folder(workspace) / "replies"
    return {file.stem: len(file.read_bytes().splitlines()) for file in folder.glob("*.jsonl")}


def test_killed_on_the_way_it_resumes_and_the_same_run_again_gives_the_same_figures(workspace: Workspace) -> None:
    with subprocess.Popen(
        command(workspace), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        end = time.monotonic() + 120
        while sum(replies(workspace).values()) < TOTAL + TOTAL // 2 and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    cut = replies(workspace)
    assert TOTAL < sum(cut.values()) < 4 * TOTAL, "it was killed while the first model was asked"
    assert history.latest(workspace) is None

    first = run(workspace)
    after = replies(workspace)
    # Every reply once: none was asked again but for one whose line was cut short by the kill.
    assert len(after) == len(MODELS) + 1
    assert all(TOTAL <= lines <= TOTAL + 1 for lines in after.values())
    rows = {row["name"]: row for row in first["rows"]}
    assert set(rows) == {"extractive", *MODELS}
    assert all(set(row["scores"]) == set(KINDS) for row in rows.values())
    # A model that always says that it isn't there is right where it isn't, and nowhere else that is written.
    assert rows["abstain.gguf"]["scores"]["safety"]["value"] > rows["draft.gguf"]["scores"]["safety"]["value"]
    assert rows["abstain.gguf"]["scores"]["reasoning"]["value"] == 0
    assert rows["extractive"]["scores"]["practical"]["value"] > 0.8
    assert first["recommended"] == rows["extractive"]["id"]
    assert all(row["likelihood"] == (row["name"] in MODELS) for row in first["rows"])
    assert all(rows[name]["sha256"] and rows[name]["cost"]["memory"] and rows[name]["cost"]["speed"] for name in MODELS)

    again = run(workspace)
    assert again["rows"] == first["rows"]
    assert again["comparisons"] == first["comparisons"]
    assert replies(workspace) == after


def test_asked_afresh_the_scores_are_the_same(workspace: Workspace) -> None:
    before = run(workspace, "--model", "draft", "--kind", "reasoning", "--kind", "standard")
    fresh = run(workspace, "--model", "draft", "--kind", "reasoning", "--kind", "standard", "--fresh")
    assert [row["scores"] for row in fresh["rows"]] == [row["scores"] for row in before["rows"]]


def test_a_model_that_is_not_there_is_said(workspace: Workspace) -> None:
    done = subprocess.run(
        command(workspace, "--model", "nowhere.gguf"), cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "nowhere.gguf" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_model_on_a_server_is_scored_by_the_letter_it_writes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_REMOTE_KEY", model_server.KEY)
    with model_server.llama(workspace.models / "abstain.gguf", window=2048) as address:
        found = run(workspace, "--address", address, "--kind", "standard", "--kind", "safety")
    server = next(row for row in found["rows"] if row["engine"] == "remote")
    assert server["name"].startswith("tiny @ 127.0.0.1:")
    assert not server["likelihood"]
    assert server["scores"]["standard"]["value"] == 0
    assert server["scores"]["safety"]["value"] > 0


def test_the_suite_of_the_document_is_asked(workspace: Workspace) -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    (toml,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    workspace.suites.mkdir()
    (workspace.suites / "terminals.toml").write_text(toml, encoding="utf-8")
    try:
        found = run(workspace, "--only-own", "--model", "abstain")
    finally:
        (workspace.suites / "terminals.toml").unlink()
        workspace.suites.rmdir()
    row = next(row for row in found["rows"] if row["name"] == "abstain.gguf")
    assert row["scores"] == {}
    assert row["own"]["terminals"]["items"] == 6
    assert found["suites"].keys() == {"terminals"}


def test_the_extractive_engine_is_known_by_its_code() -> None:
    assert models.floor().id == models.floor().id
    assert models.floor().engine.info.name == "extractive"
