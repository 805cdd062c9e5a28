"""The library as its page shows it, and small."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Workspace
from assistant.errors import NotReadyError, RefusedError, UsageError
from tests.support import kernel, model_server, small_workspace, tiny_gguf

QUESTION = "What are the privacy benefits of edge AI?"
PAGE = (kernel.ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_workspace.make(tmp_path_factory.mktemp("library")).root
    with Workspace(root) as workspace:
        workspace.refresh()
    (root / "models").mkdir()
    tiny_gguf.write(root / "models" / "tiny.gguf", context=2048)
    return root


@pytest.mark.parametrize("code", BLOCKS)
def test_the_code_of_the_page_runs(code: str, root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code.replace("/path/to/workspace", str(root))],
        capture_output=True, encoding="utf-8", cwd=kernel.ROOT, env={**os.environ, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    wanted = "privacy" if "ask(" in code else tiny_gguf.DRAFT
    assert wanted in done.stdout


def test_the_page_names_what_is_public() -> None:
    public = {name for name in vars(Workspace) if not name.startswith("_")} - {"of", "answerer"}
    assert {name for name in public if f"{name}(" not in PAGE} == set()


def test_an_answer_cites_passages_that_can_be_read(root: Path) -> None:
    with Workspace(root, engine="extractive") as workspace:
        answer = workspace.ask(QUESTION)
        cited = answer.citations[0]
        passage = workspace.passage(cited.passage_id).passage
        assert passage.text[cited.start - passage.start : cited.end - passage.start] == cited.quote
        assert workspace.ask(QUESTION).statements == answer.statements
        with pytest.raises(RefusedError, match="no such passage"):
            workspace.passage("none")


def test_related_passages_speak_of_the_same(root: Path) -> None:
    with Workspace(root) as workspace:
        cited = workspace.search("privacy survey", limit=1)[0]
        related = workspace.related(cited.passage.id)
        assert cited.passage.id not in {hit.passage.id for hit in related}
        assert [hit.score for hit in related] == sorted((hit.score for hit in related), reverse=True)
        with pytest.raises(RefusedError, match="no such passage"):
            workspace.related("none")
        with pytest.raises(UsageError):
            workspace.related(cited.passage.id, limit=0)


def test_what_is_wrong_is_said(root: Path, tmp_path: Path) -> None:
    with Workspace(root, engine="extractive") as workspace:
        for wrong in (
            lambda: workspace.ask(" "),
            lambda: workspace.ask(QUESTION, axis="none"),
            lambda: workspace.search(QUESTION, since="2025"),
            lambda: workspace.search("", limit=3),
            lambda: workspace.search("x", limit=0),
        ):
            with pytest.raises(UsageError):
                wrong()
        with pytest.raises(NotReadyError, match="no model writes"):
            workspace.chat_model()
    assert Workspace(root, allow_hosts=("10.0.0.5",)).assistant.settings.allow_hosts == ("10.0.0.5",)
    with pytest.raises(UsageError, match="colour"):
        Workspace(root, colour="red")
    with pytest.raises(NotReadyError, match="does not exist"):
        Workspace(tmp_path / "nowhere")
    with Workspace(tmp_path) as empty, pytest.raises(NotReadyError, match="not indexed"):
        empty.ask(QUESTION)


def test_the_model_of_a_server_is_a_chat_model_too(root: Path) -> None:
    reply = (200, {}, [model_server.event("at the"), model_server.event(" edge", "stop")])
    with model_server.scripted(model_server.Script([reply])) as address:
        model = Workspace(root, engine="remote", remote=address).chat_model()
        assert model.invoke("Where?").content == "at the edge"


def test_the_library_is_loaded_when_it_is_asked_for() -> None:
    code = "import sys, assistant; print('assistant.wiring' in sys.modules); assistant.Workspace; import assistant.api"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=kernel.ROOT, check=True)
    assert done.stdout == "False\n"
    assert (kernel.ROOT / "assistant" / "py.typed").exists()
