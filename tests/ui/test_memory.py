import ctypes
import sys
from pathlib import Path

import pytest

from assistant.ui import memory


@pytest.fixture(autouse=True)
def unknown() -> None:
    memory._trim.cache_clear()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's count of pages is read")
def test_what_was_freed_goes_back() -> None:
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("no glibc")
    # Small blocks with one kept at the end: the allocator can't shrink its heap by itself.
    held = [bytearray(20_000) for _ in range(5_000)]
    last = bytearray(20_000)
    del held
    before = resident()
    memory.hand_back()
    assert resident() < before - 20_000_000
    assert last is not None


def test_elsewhere_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    memory.hand_back()


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096
