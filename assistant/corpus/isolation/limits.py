"""What one file may cost, and the one door through which a worker puts the system's limits on itself."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost; a file that needs more is refused.

    `seconds` are of the clock, `cpu_seconds` of computing: a slow disk or a busy machine is no fault of the file.
    `memory` bytes are those of the worker's whole address space, `output` bytes those of what it hands back.
    """

    # pypdf reads some 20 dense pages a second: room for a book of 1,000 pages on a slow box.
    cpu_seconds: int = 120
    seconds: float = 300.0
    # A worker at rest maps 150 MiB; two of them at their limit and the program stay within a box of 4 GiB.
    memory: int = 1 << 30
    # 16 MiB of text with its blocks, in JSON.
    output: int = 64 << 20


RECOGNISING = Limits(cpu_seconds=1200, seconds=3600.0)
"""Where scanned pages are read, which take 2 to 10 s each: a document of some hundred pages."""


def confine(limits: Limits) -> None:
    """Put the limits that last as long as this process on it: memory, and no files to write.

    On Linux all of them hold. macOS takes the call and doesn't hold memory to it, and Windows has no such call:
    there the limits on the clock, on the output and on a file's size hold, which the parent sees to.
    """
    if sys.platform == "win32":
        return
    import resource

    for which, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        try:
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):
            continue  # a stricter limit is in force already, or this system doesn't know it


def allow_seconds(more: int) -> None:
    """Let this process compute for `more` seconds from now; beyond, the system ends it, whoever started it or not."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime) + more + 1
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def memory_peak() -> int:
    """Return the most memory in bytes that this process has had at once; 0 where the system doesn't say."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    return peak if sys.platform == "darwin" else peak << 10
