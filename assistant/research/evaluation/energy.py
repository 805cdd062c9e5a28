"""What the processor used, where the machine tells: Linux's powercap files (RAPL on Intel and AMD).

docs.kernel.org/power/powercap/powercap.html. They can be read by root only, unless the owner of the box allows more.
"""

from pathlib import Path

FOLDER = Path("/sys/class/powercap")
MICRO = 1e-6


def counters(folder: Path = FOLDER) -> dict[Path, int]:
    """Return the counter of each processor package in microjoules, none where they can't be read."""
    found = {}
    for zone in sorted(folder.glob("intel-rapl:*")):
        if zone.name.count(":") > 1:  # a part of a package, which that one counts already
            continue
        try:
            found[zone] = int((zone / "energy_uj").read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
    return found


def joules(before: dict[Path, int], after: dict[Path, int]) -> float | None:
    """Return the energy between two readings, a counter that began anew counted on; None where there is none."""
    if not before or set(before) != set(after):
        return None
    total = 0
    for zone, start in before.items():
        used = after[zone] - start
        if used < 0:
            try:
                used += int((zone / "max_energy_range_uj").read_text(encoding="ascii"))
            except (OSError, ValueError):
                return None
        total += used
    return total * MICRO


def described() -> str:
    """Return where the figures come from, or that there are none."""
    return "RAPL" if counters() else "unavailable (no readable RAPL counter)"
