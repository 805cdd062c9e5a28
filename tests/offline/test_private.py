"""What is asked and answered is for the user's eyes alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import kernel, small_workspace


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_what_the_program_writes_nobody_else_can_read(tmp_path: Path) -> None:
    root = small_workspace.make(tmp_path).root
    before = set(root.rglob("*"))
    for command in ("refresh", "batch"):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", command, "--workspace", str(root)],
            capture_output=True, text=True, cwd=kernel.ROOT, umask=0o022, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    made = set(root.rglob("*")) - before
    assert {path.name for path in made} >= {"journal.sqlite", "report.html", "run.json"}
    assert {path.name: oct(path.stat().st_mode) for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077} == {}
