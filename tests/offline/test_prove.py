"""`assistant prove` as a user runs it, and what `--verify` finds when something was changed since."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.offline.attestation import digest_of
from tests.support import kernel, small_workspace

pytestmark = pytest.mark.skipif(bool(kernel.no_filter()), reason=kernel.no_filter())


def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *args], capture_output=True, encoding="utf-8", timeout=120, check=False,
        cwd=kernel.ROOT, env={**os.environ, **environ},
    )  # fmt: skip


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a proved run."""
    root = small_workspace.make(tmp_path_factory.mktemp("proved")).root
    assert run("refresh", "--workspace", str(root)).returncode == 0
    done = run("prove", "--workspace", str(root))
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip()).parent


def verify(folder: Path, name: str = "report.json") -> tuple[int, dict[str, bool]]:
    """Return the exit code and what held."""
    done = run("prove", "--workspace", str(folder.parents[1]), "--verify", str(folder / name), "--json")
    return done.returncode, {check["name"]: check["ok"] for check in json.loads(done.stdout)["checks"]}


def test_the_attestation_says_what_ran_and_what_was_refused(proved: Path) -> None:
    attested = json.loads((proved / "attestation.json").read_text(encoding="utf-8"))
    assert attested["held"] is True
    assert attested["enforcement"] == "seccomp"
    assert attested["answers"]["attempts"] == 0
    assert sum(attested["answers"]["statuses"].values()) == 3
    assert all(attack["refused"] for attack in attested["attacks"] if attack["tried"])
    assert {attack["name"] for attack in attested["attacks"]} >= {
        "python-connect",
        "native-tcp",
        "child-python",
        "io-uring",
    }


def test_every_form_of_the_report_embeds_it(proved: Path) -> None:
    attested = json.loads((proved / "attestation.json").read_text(encoding="utf-8"))
    assert json.loads((proved / "report.json").read_text(encoding="utf-8"))["attestation"] == attested
    for form in ("report.html", "report.md"):
        assert attested["sha256"] in (proved / form).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["attestation.json", "report.json"])
def test_it_verifies(proved: Path, name: str) -> None:
    code, held = verify(proved, name)
    assert all(held.values()), held
    assert code == 0


def change_answer(report: dict[str, Any]) -> None:
    report["answers"][0]["statements"][0]["text"] += "!"


def change_outcome(report: dict[str, Any]) -> None:
    report["attestation"]["attacks"][0]["refused"] = False


def leave_out_attack(report: dict[str, Any]) -> None:
    report["attestation"]["attacks"].pop()
    seal(report)


def claim_no_filter(report: dict[str, Any]) -> None:
    report["attestation"]["enforcement"] = "audit-hook"
    seal(report)


def claim_other_program(report: dict[str, Any]) -> None:
    report["attestation"]["program"]["sha256"] = "0" * 64
    seal(report)


def claim_model(report: dict[str, Any]) -> None:
    report["attestation"]["engine"] = {"name": "llama", "model": "gone.gguf", "sha256": "0" * 64}
    seal(report)


def claim_attempt(report: dict[str, Any]) -> None:
    report["attestation"]["answers"]["attempts"] = 1
    seal(report)


def seal(report: dict[str, Any]) -> None:
    """Mend the digest, as someone would who changes the text on purpose."""
    attested = report["attestation"]
    attested["sha256"] = digest_of({key: value for key, value in attested.items() if key != "sha256"})


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (change_answer, {"answers"}),
        (change_outcome, {"digest", "attacks"}),
        (leave_out_attack, {"attacks"}),
        (claim_no_filter, {"enforcement"}),
        (claim_other_program, {"program"}),
        (claim_model, {"model"}),
        (claim_attempt, {"attempts"}),
    ],
)
def test_what_was_changed_is_named(proved: Path, change: Callable[[dict[str, Any]], None], failing: set[str]) -> None:
    folder = proved.with_name("changed")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(proved, folder)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    change(report)
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    code, held = verify(folder)
    shutil.rmtree(folder)
    assert {name for name, ok in held.items() if not ok} == failing
    assert code == 4


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": "something else"}', '{"attestation": null}', "\x00"])
def test_a_file_that_is_none_is_refused(proved: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "attestation.json"
    file.write_text(text, encoding="utf-8")
    done = run("prove", "--workspace", str(proved.parents[1]), "--verify", str(file))
    assert done.returncode == 4
    assert "remedy" in done.stderr
    assert "Traceback" not in done.stderr


def test_where_hosts_are_allowed_nothing_is_proved_and_it_says_so(proved: Path) -> None:
    done = run("prove", "--workspace", str(proved.parents[1]), ASSISTANT_ALLOW_HOSTS="10.0.0.7")
    assert done.returncode == 3
    assert "GOT OUT" in done.stderr
    assert "allow_hosts" in done.stderr
