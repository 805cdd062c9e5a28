import json
import math
from pathlib import Path

import pytest

from assistant import cli
from assistant.errors import NotReadyError, RefusedError
from assistant.research import retrieval_sets


def write(folder: Path, *, queries: str | None = None) -> Path:
    passages = [
        {"pid": "a", "title": "Frogs", "text": "Frogs lay their eggs in water."},
        {"pid": "b", "title": "冬天", "text": "河流在冬天結冰。"},
    ]
    asked = [{"pid": "a", "text": "Where do frogs lay eggs?"}, {"pid": "b", "text": "河流何時結冰？"}]
    for name, rows in (("passages", passages), ("queries", asked)):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"small.{name}.jsonl").write_text(lines + "\n", encoding="utf-8")
    if queries is not None:
        (folder / "small.queries.jsonl").write_text(queries, encoding="utf-8")
    return folder


def test_the_command_measures_every_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace, sets = tmp_path / "workspace", tmp_path / "sets"
    sets.mkdir()
    assert cli.main(["init", str(workspace)]) == 0
    capsys.readouterr()
    assert cli.main(["eval", "retrieval", "--set", str(write(sets)), "--json", "--workspace", str(workspace)]) == 0
    measures = json.loads(capsys.readouterr().out)["small"]
    assert measures["questions"] == 2
    assert measures["ndcg10"] == measures["recall1"] == 1.0


def test_measures_are_means_over_the_questions() -> None:
    queries = [{"pid": "a", "text": "first"}, {"pid": "b", "text": "second"}, {"pid": "c", "text": "none"}]
    measures = retrieval_sets.measure(lambda text: ["a", "b"], queries)
    assert measures.ndcg10 == pytest.approx((1 + 1 / math.log2(3)) / 3)
    assert (measures.recall1, measures.recall5) == pytest.approx((1 / 3, 2 / 3))


def test_a_folder_without_sets_and_a_broken_line_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError):
        retrieval_sets.names(tmp_path)
    write(tmp_path, queries='{"pid": "a", "text": "?"}\n{"pid": 3}\n')
    with pytest.raises(RefusedError, match="line 2"):
        retrieval_sets.read(tmp_path, "small")
