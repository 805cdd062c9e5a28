"""What was freed goes back to the system, where the C library keeps it: a page stays open for months."""

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def hand_back() -> None:
    """Give freed memory back. Does something with glibc alone: other allocators do it themselves."""
    trim = _trim()
    if trim is not None:
        trim(0)  # leave no slack at the top of the heap


@cache
def _trim() -> Callable[[int], int] | None:
    """Return glibc's malloc_trim (https://man7.org/linux/man-pages/man3/malloc_trim.3.html), None elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
