"""Installs from the folder it stands in, without a network: `python3 install.py TARGET`.

Every file is first held against SHA256SUMS; compare that one file's own SHA-256 with what the packing box said, or sign
it, and all are vouched for. Only the standard library is used.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = "requirements.lock"


def main() -> int:
    """Return the exit code: 2 for wrong usage, 4 where a file isn't what was packed, else pip's."""
    if len(sys.argv) != 2:
        print("usage: python3 install.py TARGET   (a folder for the environment, such as /opt/edge-research-assistant)")
        return 2
    broken = changed()
    if broken:
        print("these are not what was packed:", *broken, sep="\n  ", file=sys.stderr)
        return 4
    target = Path(sys.argv[1]).resolve()
    subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
    locked = (HERE / LOCK).read_text(encoding="utf-8")
    own = [str(wheel) for wheel in sorted((HERE / "wheels").glob("*.whl")) if not is_locked(wheel, locked)]
    code = pip(target, "--require-hashes", "-r", str(HERE / LOCK)) or pip(target, *own)
    if code == 0:
        print(f"installed: {scripts(target) / 'assistant'}")
    return code


def changed() -> list[str]:
    """Return the files that are missing, differ from SHA256SUMS, or don't stand in it."""
    lines = (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {path.relative_to(HERE).as_posix(): path for path in (HERE / "wheels").iterdir()}
    there |= {name: HERE / name for name in (LOCK, Path(__file__).name)}
    return sorted(
        name
        for name in sums.keys() | there.keys()
        if name not in there
        or not there[name].is_file()
        or hashlib.sha256(there[name].read_bytes()).hexdigest() != sums.get(name)
    )


def is_locked(wheel: Path, locked: str) -> bool:
    """Say whether a wheel is one of the lock; the project's own and those compiled by the packing box are not."""
    return hashlib.sha256(wheel.read_bytes()).hexdigest() in locked


def pip(target: Path, *what: str) -> int:
    """Install with the environment's pip, from the wheels here and nothing else; return its exit code."""
    python = scripts(target) / ("python.exe" if os.name == "nt" else "python")
    held = [
        "--no-index",
        "--find-links",
        str(HERE / "wheels"),
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
    ]
    environ = os.environ | {"PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        [str(python), "-m", "pip", "install", "-q", *held, *what], env=environ, check=False
    ).returncode


def scripts(target: Path) -> Path:
    """Return where an environment has its programs."""
    return target / ("Scripts" if os.name == "nt" else "bin")


if __name__ == "__main__":
    sys.exit(main())
