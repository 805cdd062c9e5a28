"""A small workspace that is indexed, and `serve` over it in a process of its own, as a user starts it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.library import Workspace
from tests.support import kernel, small_workspace


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_workspace.make(tmp_path_factory.mktemp("served")).root
    with Workspace(root, engine="extractive") as workspace:
        workspace.refresh()
    return root


@contextmanager
def process(root: Path, **environ: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run `serve` and give its address; it has to end by SIGTERM with exit code 0 and without a word."""
    served = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0", "--engine", "extractive", "--workspace", str(root)],
        stderr=subprocess.PIPE, text=True, cwd=kernel.ROOT, env={**os.environ, **environ},
    )  # fmt: skip
    with served:
        try:
            assert served.stderr is not None
            yield next(line for line in served.stderr if "http://" in line).split()[0], served
        finally:
            served.send_signal(signal.SIGTERM)
            _, said = served.communicate(timeout=30)
    assert (served.returncode, said) == (0, "")


@contextmanager
def serving(root: Path, **environ: str) -> Iterator[str]:
    """Run `serve` and give its address."""
    with process(root, **environ) as (address, _):
        yield address


@pytest.fixture(scope="session")
def address(root: Path) -> Iterator[str]:
    with serving(root) as address:
        yield address.replace("0.0.0.0", "127.0.0.1")
