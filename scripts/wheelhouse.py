"""Packs all that an air-gapped box needs to install: `python scripts/wheelhouse.py FOLDER [--llm]`, on a connected one.

The folder then holds every wheel of `requirements.lock`, the project's own wheel, their SHA-256, and `install.py`,
which makes the environment from them without a network. Both boxes need the same system, processor family and version
of Python.
With `--llm`, llama.cpp is compiled here for any x86-64 processor with AVX2, or any ARMv8 one.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from boot.parts import LLAMA_OPTIONS

ROOT = Path(__file__).resolve().parent.parent
INSTALLER = ROOT / "scripts" / "boot" / "install.py"
LOCK, SUMS = "requirements.lock", "SHA256SUMS"
LLAMA_LOCK, BUILD_LOCK = "requirements-llm.lock", "requirements-build.lock"


def main() -> int:
    """Pack the folder and return the exit code: pip's where it fails."""
    parser = argparse.ArgumentParser(description="Pack what an air-gapped box needs to install the project.")
    parser.add_argument("folder", type=Path, help="where to pack it; is made")
    parser.add_argument("--llm", action="store_true", help="also compile llama.cpp; takes some minutes")
    asked = parser.parse_args()
    wheels = asked.folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    try:
        fetch(ROOT / LOCK, wheels)
        build(ROOT, wheels)
        if asked.llm:
            build_llama(wheels)
    except subprocess.CalledProcessError as error:
        print("pip failed; it says why above\n  remedy: this step needs the network", file=sys.stderr)
        return int(error.returncode)
    shutil.copy(ROOT / LOCK, asked.folder)
    shutil.copy(INSTALLER, asked.folder)
    packed = seal(asked.folder)
    print(f"{packed} files, {size(asked.folder) / 1e6:.0f} MB: {asked.folder}")
    print("On the other box: python3 install.py TARGET")
    return 0


def pip(*arguments: str, environ: dict[str, str] | None = None) -> None:
    """Run pip. Raises CalledProcessError where it fails."""
    subprocess.run([sys.executable, "-m", "pip", *arguments], env=os.environ | (environ or {}), check=True)


def fetch(lock: Path, wheels: Path) -> None:
    """Download the wheels of a lock, each held against the lock's hashes."""
    only = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
    pip("download", *only, "-r", str(lock), "-d", str(wheels), "-q")


def build(project: Path, wheels: Path) -> None:
    """Build the wheel of a project with build tools from `wheels` only, so that these too are locked ones."""
    environ = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels.resolve().as_uri()}
    pip("wheel", "--no-deps", "-w", str(wheels), "-q", str(project), environ=environ)


def build_llama(wheels: Path) -> None:
    """Compile llama.cpp without the instructions that only this box may have."""
    tools = wheels.parent / "build-tools"
    include = f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={(ROOT / 'scripts/llama_cpp.cmake').as_posix()}"
    environ = {
        "CMAKE_ARGS": " ".join((include, "-DGGML_NATIVE=OFF", *LLAMA_OPTIONS)),
        "PYTHONPATH": str(tools.resolve()),
        "PATH": os.pathsep.join((str(tools.resolve() / "bin"), os.environ.get("PATH", ""))),
    }
    try:
        pip("install", "-q", "--require-hashes", "-r", str(ROOT / BUILD_LOCK), "--target", str(tools))
        pip("wheel", "-q", "--no-deps", "--no-build-isolation", "--no-cache-dir", "--require-hashes",
            "-r", str(ROOT / LLAMA_LOCK), "-w", str(wheels), environ=environ)  # fmt: skip
    finally:
        shutil.rmtree(tools, ignore_errors=True)


def seal(folder: Path) -> int:
    """Write the SHA-256 of every file, in the form of sha256sum; return how many there are."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    )
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(files)


def size(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
