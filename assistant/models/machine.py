"""The machine that a model would run on: memory, cores, instructions, and how fast memory is read."""

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Larger than the caches of one core; a server's shared cache may hold it, as it then holds a part of a model.
BLOCK = 256 << 20
SECONDS = 1.0
# What llama.cpp has kernels for (ggml-cpu), best last, as /proc/cpuinfo spells it on x86 and on ARM.
INSTRUCTIONS = (
    "avx", "avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8", "asimd", "asimddp", "i8mm", "sve", "sve2",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Machine:
    """What counts for a model. Memory is in bytes; `available` is what can be had without swapping; 0 is unknown."""

    memory: int
    available: int
    cores: int
    instructions: tuple[str, ...]


def examine() -> Machine:
    """Return this machine as this process may use it: within its control group and on its cores."""
    memory, available = _memory()
    for limit, used in _limits():
        memory, available = min(memory or limit, limit), min(available or limit, max(limit - used, 0))
    return Machine(memory, available, usable_cores(), _instructions())


def usable_cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_threads() -> int:
    """Return all cores that this process may use but one, at least one: a box always has a neighbour."""
    return max(1, usable_cores() - 1)


def bandwidth(threads: int, seconds: float = SECONDS) -> float:
    """Return how many bytes a second `threads` threads read from memory together, the best round within `seconds`."""
    blocks = [np.ones(BLOCK // threads // 8) for _ in range(threads)]
    size = sum(block.nbytes for block in blocks)
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        end = time.perf_counter() + seconds
        while not best or time.perf_counter() < end:
            started = time.perf_counter()
            list(pool.map(np.sum, blocks))
            best = max(best, size / (time.perf_counter() - started))
    return best


def _memory() -> tuple[int, int]:
    """Return the memory there is and what is available of it, in bytes."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        sizes = {name: int(rest.split()[0]) << 10 for name, _, rest in (line.partition(":") for line in lines)}
        return sizes["MemTotal"], sizes["MemAvailable"]
    except (OSError, ValueError, KeyError, IndexError):
        pass
    if sys.platform == "win32":
        return _windows_memory()
    try:
        # Here nothing says what is available: half is a guess that leaves the rest to others.
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0, 0
    return memory, memory // 2


def _windows_memory() -> tuple[int, int]:
    """Return total and available memory from GlobalMemoryStatusEx (sysinfoapi.h)."""
    import ctypes

    status = (ctypes.c_uint64 * 8)()
    ctypes.cast(status, ctypes.POINTER(ctypes.c_uint32))[0] = ctypes.sizeof(status)
    done = ctypes.windll.kernel32.GlobalMemoryStatusEx(status)  # type: ignore[attr-defined,unused-ignore]
    return (status[1], status[2]) if done else (0, 0)


def _limits() -> Iterator[tuple[int, int]]:
    """Yield limit and use of memory of each control group this process is in (a container, a systemd unit)."""
    root = Path("/sys/fs/cgroup")
    try:
        groups = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    unified = next((line.removeprefix("0::/") for line in groups if line.startswith("0::/")), "")
    here = root / unified
    for folder in (here, *here.parents):
        if root not in (folder, *folder.parents):
            return
        try:
            limit = (folder / "memory.max").read_text(encoding="ascii").strip()
            used = int((folder / "memory.current").read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
        if limit.isdigit():
            yield int(limit), used


def _instructions() -> tuple[str, ...]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "").split()
    return tuple(name for name in INSTRUCTIONS if name in flags)
