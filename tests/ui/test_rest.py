"""A page that nobody uses leaves the machine alone."""

import sys
import time
from pathlib import Path

import pytest

from tests.browser.conftest import refresh, start, stop
from tests.support import small_workspace


@pytest.mark.skipif(sys.platform != "linux", reason="counted where Linux counts it")
def test_a_page_at_rest_seldom_wakes(tmp_path: Path) -> None:
    root = small_workspace.make(tmp_path / "w").root
    refresh(root)
    served = start(root, "--engine", "extractive")
    try:
        status = Path(f"/proc/{served.process.pid}/status")
        time.sleep(3)  # index and engine are opened in the background
        before = woken(status)
        time.sleep(2)
        # Each wake of the main thread is one; gradio's queue alone made some 1,700 of them.
        assert woken(status) - before < 200
    finally:
        stop(served)


def woken(status: Path) -> int:
    counts = (line.split() for line in status.read_text(encoding="utf-8").splitlines())
    return next(int(words[1]) for words in counts if words[0] == "voluntary_ctxt_switches:")
