"""Sets the project up in .venv and runs a target: `python scripts/bootstrap.py answers|chat|test|bench|check|setup`.

Only the standard library is used, and this file keeps to a grammar that old Pythons read, so that they can be
told that they are too old. A second run finds everything in place and goes straight to the target.
"""

from __future__ import annotations

import sys

LEAST = (3, 11)


def main() -> int:
    """Return the exit code: the target's own, 2 for wrong usage, 3 where the setup can't go on, 130 for Ctrl-C."""
    if sys.version_info < LEAST:
        sys.stderr.write(
            f"Python {LEAST[0]}.{LEAST[1]} or newer is needed, and this is {sys.version.split()[0]}\n"
            f"  where: {sys.executable}\n"
            "  remedy: run this with a newer one, for example: python3.12 scripts/bootstrap.py\n"
        )
        return 3
    from boot import targets

    return targets.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
