"""Writes the locks anew: `python scripts/lock.py [--upgrade]`.

Each lock holds every package with the hashes of all its files, for all systems, and no address: where pip looks
for packages is its own setting. A lock beside `requirements.lock` holds only what it adds to that one, so that no
package can stand in two versions. Needs uv, which `requirements-neural.lock` installs.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from boot.parts import TORCH

ROOT = Path(__file__).resolve().parent.parent
BASE = "requirements.lock"

# What torch's CPU build needs. Its metadata on the default index names gigabytes of CUDA packages for Linux.
TORCH_METADATA = f"""\
[[dependency-metadata]]
name = "torch"
version = "{TORCH}"
requires-dist = ["filelock", "fsspec", "jinja2", "networkx", "setuptools", "sympy", "typing-extensions"]
"""


@dataclass(frozen=True)
class Lock:
    """One lock file: what is asked for, and what it leaves to others."""

    file: str
    requirements: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """The locks that are installed before it, whose packages it leaves to them."""


def locks() -> tuple[Lock, ...]:
    """Return the locks in the order of their making; each is held to the versions of those beside it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, extras = settings["project"], settings["project"]["optional-dependencies"]
    # editables is what hatchling asks for to install the checkout in place.
    base = (*project["dependencies"], *settings["build-system"]["requires"], "editables")
    neural = "requirements-neural.lock"
    torch = f"torch=={TORCH}"
    return (
        Lock(BASE, base),
        # The build tools go to a folder of their own, so this lock is whole.
        Lock("requirements-build.lock", ("scikit-build-core>=0.9.2", "cmake>=3.21", "ninja")),
        Lock("requirements-llm.lock", tuple(extras["llm"]), beside=(BASE,)),
        Lock("requirements-dask.lock", tuple(extras["dask"]), beside=(BASE,)),
        Lock("requirements-postgres.lock", tuple(extras["postgres"]), beside=(BASE,)),
        Lock(neural, (*extras["neural"], torch, "uv"), beside=(BASE,)),
        Lock("requirements-dev.lock", (*extras["dev"], torch), beside=(BASE, neural)),
    )


def names(lock: Path) -> set[str]:
    """Return the names of the packages in a lock."""
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE))


def write(lock: Lock, uv: str, *, upgrade: bool) -> None:
    """Resolve `lock` for all systems and write it. Raises CalledProcessError where uv finds no answer."""
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch, "asked.in")
        asked.write_text("\n".join(lock.requirements) + "\n", encoding="utf-8")
        config = Path(scratch, "uv.toml")
        config.write_text(TORCH_METADATA, encoding="utf-8")
        command = [uv, "--config-file", str(config), "pip", "compile", str(asked), "--output-file", lock.file]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--quiet"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "python scripts/lock.py"]
        for other in lock.beside:
            command += ["--constraints", other]
        left = {name for other in lock.beside for name in names(ROOT / other)}
        command += [f"--no-emit-package={name}" for name in sorted(left | {"torch"})]
        if upgrade:
            command.append("--upgrade")
        subprocess.run(command, cwd=ROOT, check=True)


def main() -> int:
    """Write all locks; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the locks anew from pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest releases, not the locked ones")
    upgrade = parser.parse_args().upgrade
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        print("uv is missing\n  remedy: run scripts/bootstrap.py test once, then .venv/bin/python scripts/lock.py")
        return 3
    for lock in locks():
        write(lock, uv, upgrade=upgrade)
        print(f"{lock.file}: {len(names(ROOT / lock.file))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
