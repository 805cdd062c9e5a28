"""The desk's commands as a user runs them."""

from pathlib import Path

import pytest

from tests.support import scenario
from tests.test_commands import as_json, error, run


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the scenario's two runs."""
    workspace = scenario.make(tmp_path_factory.mktemp("desk"))
    scenario.answered(workspace)
    scenario.later(workspace)
    scenario.answered(workspace)
    return workspace.root


def test_runs_lists_them(desk: Path) -> None:
    listed = as_json(run("runs", "--workspace", str(desk), "--json"))["runs"]
    assert [one["corpus"]["documents"] for one in listed] == [13, 12]
    shown = run("runs", "--workspace", str(desk)).stdout.splitlines()
    assert [line.split()[0] for line in shown] == [one["run"] for one in listed]


def test_diff_compares_the_two_newest_or_the_two_named(desk: Path) -> None:
    newest = as_json(run("diff", "--workspace", str(desk), "--json"))
    assert newest["documents"]["added"] == ["briefs/value/hospital-audit.en.md"]
    named = as_json(run("diff", newest["after"], newest["before"], "--workspace", str(desk), "--json"))
    assert named["documents"]["removed"] == newest["documents"]["added"]
    assert "38% → 41%" in run("diff", "--workspace", str(desk)).stdout
    assert "figure moved" in run("diff", "--workspace", str(desk), "--language", "en", "--all").stdout


def test_diff_wants_two_runs(desk: Path, tmp_path: Path) -> None:
    error(run("diff", "2020", "--workspace", str(desk)), 2, "one was named")
    error(run("diff", "2020", "2021", "--workspace", str(desk)), 3, "no run is called", "assistant runs")
    scenario.make(tmp_path / "empty")
    error(run("diff", "--workspace", str(tmp_path / "empty")), 3, "there is none", "assistant batch")


def test_assess_writes_a_report_of_a_file_or_of_words(desk: Path) -> None:
    example = Path(__file__).parents[1] / "examples" / "assess" / "temple-oracle-reader.toml"
    words = "3 factories inspect parts within 50 ms; the images must not leave the site."
    told = as_json(run("assess", str(example), words, "--workspace", str(desk), "--language", "en", "--json"))
    assert [one["lean"] for one in told["assessments"]] == ["hybrid", "edge"]
    shown = run("assess", str(example), "--workspace", str(desk)).stdout.splitlines()
    assert shown[0].startswith("宮廟解籤")
    assert Path(shown[-1]).is_file()
    error(run("assess", "nowhere.toml", "--workspace", str(desk)), 3, "no such file", "examples/assess")
    error(run("assess", " ", "--workspace", str(desk)), 2, "a sentence or two")


def test_digest_tells_what_is_new(desk: Path, tmp_path: Path) -> None:
    told = as_json(run("digest", "--since", "2026-10-01", "--workspace", str(desk), "--json"))
    assert {one["document"] for one in told["items"]} >= {"briefs/value/law.zh-TW.md"}
    page = tmp_path / "digest.html"
    shown = run("digest", "--since", "2026-10-01", "--workspace", str(desk), "--language", "en", "--out", str(page))
    assert shown.stdout.startswith("# New since 2026-10-01")
    assert "hospital-audit" in page.read_text(encoding="utf-8")
    error(run("digest", "--since", "October", "--workspace", str(desk)), 2, "is not a date")
