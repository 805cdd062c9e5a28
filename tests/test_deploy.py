"""What stands in deploy/ agrees with the program and says what docs/deployment.md promises."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from assistant import cli

DEPLOY = Path(__file__).parent.parent / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
UNITS = [*SERVICES, *sorted(DEPLOY.glob("*.timer"))]
PROMISED = {
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "IPAddressDeny=any",
    "CapabilityBoundingSet=",
    "UMask=0077",
    "User=edge-assistant",
    "SystemCallArchitectures=native",
}


def lines(unit: Path) -> list[str]:
    return [line for line in unit.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_shut_in(unit: Path) -> None:
    assert set(lines(unit)) >= PROMISED
    assert any(line.startswith("MemoryMax=") for line in lines(unit))
    allowed = {line for line in lines(unit) if line.startswith("IPAddressAllow=")}
    assert allowed <= {"IPAddressAllow=localhost"}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_the_program_may_put_up_its_own_filter(unit: Path) -> None:
    (allowed,) = [line for line in lines(unit) if line.startswith("SystemCallFilter=@")]
    assert {"@system-service", "seccomp"} <= set(allowed.partition("=")[2].split())


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_it_starts_a_command_that_exists(unit: Path) -> None:
    (start,) = [line.partition("=")[2] for line in lines(unit) if line.startswith("ExecStart=")]
    program, *words = shlex.split(start)
    assert Path(program).name == "assistant"
    assert cli.parser().parse_args(words).workspace == "/var/lib/edge-research-assistant"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_reads_it(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for other in UNITS:
        text = other.read_text(encoding="utf-8")
        # The program is not installed where the tests run; what it is called is checked above.
        (tmp_path / other.name).write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.name], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if "edge-research-assistant" in line]
    assert complaints == []


def test_the_container_copies_files_that_exist_and_runs_a_command_that_exists() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert "requirements.lock" in copied
    for name in copied:
        assert (DEPLOY.parent / name).exists(), name
    words = re.findall(r'"([^"]+)"', re.findall(r"^CMD (.*)$", text, re.MULTILINE)[0])
    assert cli.parser().parse_args(words).host == "0.0.0.0"
    assert re.search(r"^USER (?!root)", text, re.MULTILINE)
