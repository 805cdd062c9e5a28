"""Asks the package index whether a locked release has a known weakness: `python scripts/audit.py [--strict]`.

pip-audit asks; this says what that covered. Not every index knows of weaknesses: packages that it can't tell of are
counted, and with --strict they are a failure, as is an index that can't be reached.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Audit:
    """What came of asking: lines of found weaknesses, how many packages were looked up, and how many were unknown."""

    weaknesses: tuple[str, ...]
    known: int
    unknown: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is known of the locked packages. Return 1 for a known weakness, and where --strict wants more."""
    parser = argparse.ArgumentParser(description="Ask the package index for known weaknesses of the locked packages.")
    parser.add_argument("--strict", action="store_true", help="fail too where the index can't tell")
    strict = parser.parse_args(arguments).strict
    answer = ask(sorted(ROOT.glob("requirements*.lock")))
    if answer.stdout.strip():
        audit = read(answer.stdout)
        print("\n".join((*audit.weaknesses, summary(audit))))
        return int(bool(audit.weaknesses) or (strict and audit.unknown > 0))
    print(f"The package index could not be asked: {(answer.stderr.strip().splitlines() or ['no answer'])[-1]}")
    return int(strict)


def ask(locks: Sequence[Path]) -> subprocess.CompletedProcess[str]:
    """Return pip-audit's answer for `locks`; it takes what they list, installs nothing and resolves nothing."""
    files = [part for lock in locks for part in ("--requirement", str(lock))]
    options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
    return subprocess.run(
        [sys.executable, "-m", "pip_audit", *options, *files], capture_output=True, encoding="utf-8", check=False
    )


def read(text: str) -> Audit:
    """Return what pip-audit's JSON says."""
    packages = json.loads(text)["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    weaknesses = [
        f"{package['name']} {package['version']}: {weakness['id']}, "
        f"mended in {', '.join(weakness['fix_versions']) or 'no release yet'}"
        for package in known
        for weakness in package["vulns"]
    ]
    return Audit(tuple(weaknesses), len(known), len(packages) - len(known))


def summary(audit: Audit) -> str:
    """Return one line that says how far the check went."""
    if not audit.known:
        return f"This package index tells nothing of weaknesses; {audit.unknown} packages are unchecked."
    unchecked = f" {audit.unknown} the index can't tell of." if audit.unknown else ""
    return f"{audit.known} packages checked, {len(audit.weaknesses)} known weaknesses.{unchecked}"


if __name__ == "__main__":
    sys.exit(main())
