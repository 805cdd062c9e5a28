"""The parts of the setup: what each is made from, and how it is made."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from boot import compiler
from boot.errors import SetupError
from boot.progress import Progress, run
from boot.venv import Venv, fingerprint

TORCH = "2.13.0"
"""The release of torch that the neural part takes. It stands in no lock, since its CPU build for Linux has
other files, with other hashes, than the CUDA build of the same version on the default index."""

# Only libggml and libllama are loaded. docs/dependencies.md has the time that each option saves.
LLAMA_OPTIONS = (
    "-DLLAVA_BUILD=OFF",  # mtmd: pictures and sound
    "-DLLAMA_BUILD_TOOLS=OFF",
    "-DLLAMA_BUILD_SERVER=OFF",
    "-DLLAMA_BUILD_EXAMPLES=OFF",
    "-DLLAMA_BUILD_TESTS=OFF",
    "-DLLAMA_OPENSSL=OFF",  # only for downloading models, which the program does by itself
)
FAILED = "failed "
NO_COMPILER = "no compiler"
TORCH_REMEDY = "see torch in CONTRIBUTING.md; then: python scripts/bootstrap.py setup neural"


@dataclass(frozen=True)
class Part:
    """A part of the setup. `make` returns what to record: `made_from`'s fingerprint once the part stands."""

    name: str
    made_from: Callable[[Path], str]
    make: Callable[[Venv], str]


def base_made_from(root: Path) -> str:
    """Return the fingerprint of the packages and of the project's own metadata."""
    return fingerprint(root / "requirements.lock", root / "pyproject.toml")


def make_base(venv: Venv) -> str:
    """Install the locked packages, then the checkout itself in place, which needs no network."""
    venv.install("Packages", venv.root / "requirements.lock")
    venv.pip(
        "The project",
        ["--no-deps", "--no-build-isolation", "--editable", str(venv.root)],
        remedy="restore the project's files, for example with git checkout",
    )
    return base_made_from(venv.root)


def dev_made_from(root: Path) -> str:
    """Return the fingerprint of the development tools."""
    return fingerprint(root / "requirements-dev.lock")


def make_dev(venv: Venv) -> str:
    """Install what the tests and the checks of style need."""
    venv.install("Test packages", venv.root / "requirements-dev.lock")
    return dev_made_from(venv.root)


def llm_made_from(root: Path) -> str:
    """Return the fingerprint of llama.cpp's source and options, with what CMAKE_ARGS adds (a GPU, say)."""
    files = (root / "requirements-llm.lock", root / "requirements-build.lock", root / "scripts/llama_cpp.cmake")
    return f"{fingerprint(*files, *LLAMA_OPTIONS)} {os.environ.get('CMAKE_ARGS', '')}".rstrip()


def make_llm(venv: Venv) -> str:
    """Compile llama.cpp. Without a compiler, or where it fails, say so; the program works without it."""
    if compiler.find() is None:
        print(f"{compiler.NONE_FOUND}\n  remedy: {compiler.remedy()}", file=sys.stderr)
        return NO_COMPILER
    try:
        build_llama(venv)
    except SetupError as error:
        print(f"{error}\nWithout llama.cpp the extractive engine writes the answers.", file=sys.stderr)
        return FAILED + llm_made_from(venv.root)
    return llm_made_from(venv.root)


def build_llama(venv: Venv) -> None:
    """Compile and install llama-cpp-python with only what is used. Raises SetupError where that fails."""
    root, added = venv.root, os.environ.get("CMAKE_ARGS", "")
    # The tools of the build stay out of the environment and leave with it: CMake alone is 77 MB.
    tools = venv.folder / "build-tools"
    shutil.rmtree(tools, ignore_errors=True)
    venv.install("Build tools", root / "requirements-build.lock", "--target", str(tools))
    include = f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={(root / 'scripts/llama_cpp.cmake').as_posix()}"
    environ = {
        "CMAKE_ARGS": " ".join((f'"{include}"' if " " in include else include, *LLAMA_OPTIONS, added)).rstrip(),
        "CMAKE_BUILD_PARALLEL_LEVEL": os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count() or 1)),
        "PYTHONPATH": str(tools),
        "PATH": os.pathsep.join((str(tools / "bin"), os.environ.get("PATH", ""))),
    }
    arguments = ["--verbose", "--no-deps", "--no-build-isolation", "--require-hashes"]
    arguments += ["-r", str(root / "requirements-llm.lock")]
    if added:
        # pip keeps what it built, but does not look at the options it was built with.
        arguments += ["--no-cache-dir", "--force-reinstall"]
    try:
        venv.pip("llama.cpp (compiled once, about two minutes on two cores)", arguments, environ=environ)
    finally:
        shutil.rmtree(tools, ignore_errors=True)


def neural_made_from(root: Path) -> str:
    """Return the fingerprint of sentence-transformers and torch."""
    return fingerprint(root / "requirements-neural.lock", TORCH)


def make_neural(venv: Venv) -> str:
    """Install sentence-transformers with a CPU build of torch. Where there is none, say so and go on without."""
    venv.install("sentence-transformers", venv.root / "requirements-neural.lock")
    try:
        install_torch(venv)
    except SetupError as error:
        print(f"{error}\nWithout torch the tests marked neural are skipped.", file=sys.stderr)
        return FAILED + neural_made_from(venv.root)
    return neural_made_from(venv.root)


def install_torch(venv: Venv) -> None:
    """Install the CPU build of torch. Raises SetupError where none is to be had, or another build came.

    On Linux the plain version is the CUDA build, so only the version with the local label `+cpu` is asked for:
    first of the places pip is set up with, then of PyTorch's own, which uv knows.
    """
    linux = sys.platform.startswith("linux")
    wanted = f"torch=={TORCH}+cpu" if linux else f"torch=={TORCH}"
    try:
        venv.pip("torch (CPU)", ["--no-deps", "--only-binary", ":all:", wanted])
    except SetupError:
        if not linux:
            raise
        uv = [str(venv.python), "-m", "uv", "pip", "install", "--python", str(venv.python)]
        command = [*uv, "--no-deps", "--torch-backend", "cpu", wanted]
        with Progress("torch (CPU), from PyTorch's own packages") as progress:
            run(command, progress, log=venv.log, environ=os.environ, remedy=TORCH_REMEDY)
    check = [str(venv.python), "-c", "import torch; print(torch.version.cuda)"]
    built_for = subprocess.run(check, capture_output=True, text=True, errors="replace")
    if built_for.stdout.strip() != "None":
        raise SetupError(
            "the torch that was installed is not a CPU build that works here",
            where=str(venv.python),
            remedy=TORCH_REMEDY,
        )


PARTS = {
    part.name: part
    for part in (
        Part("base", base_made_from, make_base),
        Part("llm", llm_made_from, make_llm),
        Part("dev", dev_made_from, make_dev),
        Part("neural", neural_made_from, make_neural),
    )
}


def stands(part: Part, venv: Venv, *, retry: bool) -> bool:
    """Return whether `part` is there as wanted. One that failed is tried again only when `retry` is asked for."""
    recorded, wanted = venv.recorded().get(part.name), part.made_from(venv.root)
    if recorded == NO_COMPILER:
        return compiler.find() is None and not retry
    if part.name == "llm" and recorded and not os.environ.get("CMAKE_ARGS"):
        # Built for a GPU once with CMAKE_ARGS, it stays so when the variable is gone.
        recorded = " ".join(recorded.split(" ")[: 2 if recorded.startswith(FAILED) else 1])
    return recorded == wanted or (recorded == FAILED + wanted and not retry)


def ensure(names: tuple[str, ...], venv: Venv, *, retry: bool = False) -> None:
    """Make what is missing of the named parts, each recorded as soon as it stands. Raises SetupError."""
    venv.ensure()
    for name in names:
        part = PARTS[name]
        if not stands(part, venv, retry=retry):
            venv.record(name, part.make(venv))
        elif venv.recorded()[name].startswith(FAILED):
            print(f"Going on without {name}, which failed; to try again: bootstrap.py setup {name}", file=sys.stderr)
