"""Whether this machine can compile C++."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NONE_FOUND = "No C++ compiler here: the extractive engine writes the answers, and GGUF models in models/ stay unused."
REMEDIES = {
    "linux": "install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++) and run this again",
    "darwin": "install one (xcode-select --install) and run this again",
    "win32": "install Visual Studio Build Tools with 'Desktop development with C++' and run this again",
}
# The least that needs the C++ library, the C library's headers and a linker that works.
SMALLEST = "#include <string>\n#include <cstdio>\nint main() { std::string s; return std::puts(s.c_str()) < 0; }\n"


def remedy() -> str:
    """Return how to get a compiler on this system."""
    return REMEDIES.get(sys.platform, REMEDIES["linux"])


def find() -> str | None:
    """Return a C++ compiler that compiles and links, or None. CXX names one; else the usual ones are tried."""
    if sys.platform == "win32":
        return _find_on_windows()
    named = os.environ.get("CXX")
    for words in [shlex.split(named)] if named else [["c++"], ["g++"], ["clang++"]]:
        if words and shutil.which(words[0]) and works(words):
            return " ".join(words)
    return None


def works(words: list[str]) -> bool:
    """Return whether the compiler makes a program; macOS has a `c++` that only asks to be installed."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "smallest.cpp")
        source.write_text(SMALLEST, encoding="utf-8")
        try:
            done = subprocess.run(
                [*words, str(source), "-o", str(Path(scratch, "smallest"))], capture_output=True, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0


def _find_on_windows() -> str | None:
    """CMake finds Visual Studio by itself, through the installer's own vswhere."""
    if found := shutil.which("cl") or shutil.which("g++") or shutil.which("clang++"):
        return found
    programs = os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)")
    where = Path(programs, "Microsoft Visual Studio", "Installer", "vswhere.exe")
    if not where.exists():
        return None
    needs = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
    query = [str(where), "-latest", "-products", "*", "-requires", needs, "-property", "installationPath"]
    return subprocess.run(query, capture_output=True, text=True, errors="replace").stdout.strip() or None
