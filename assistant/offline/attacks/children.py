"""Attacks by child processes."""

import os
import shutil
import signal
import subprocess
import sys
from errno import EPERM

from assistant.offline import seccomp
from assistant.offline.attacks.outcome import Untried

PATIENCE = 20
"""Seconds that a child is given. It needs a fraction of one; a machine under load may take longer."""

UNTRIED, MADE = 77, 78
"""Exit status of a child that could not begin, and of one that made a socket."""

KNOCK = """
import socket, sys
try:
    socket.create_connection(("127.0.0.1", 9), timeout=5)
except OSError as error:
    sys.exit(error.errno)
"""

# push rbx; mov eax, 359 (socket of i386); mov ebx, 2; mov ecx, 1; xor edx, edx; int 0x80; pop rbx; ret
I386 = f"""
import ctypes, mmap, sys
try:
    page = mmap.mmap(-1, 4096, prot=7)
except OSError:
    sys.exit({UNTRIED})
page.write(bytes.fromhex("53b867010000bb02000000b90100000031d2cd805bc3"))
made = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
sys.exit({MADE} if made >= 0 else 0)
"""


def _child(code: str) -> "subprocess.CompletedProcess[str]":
    """Run Python code in an interpreter of its own, which has no audit hook."""
    return _run([sys.executable, "-I", "-S", "-c", code])


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, timeout=PATIENCE,
        stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip


def interpreter() -> str:
    """Connect from an interpreter of its own."""
    code = _child(KNOCK).returncode
    if code:
        raise OSError(code, os.strerror(code))
    return "connected"


def client() -> str:
    """Connect by a program that is no Python: bash, which is on most systems, has a client."""
    bash = shutil.which("bash")
    if bash is None:
        raise Untried("no bash here")
    done = _run([bash, "-c", "exec 3<>/dev/tcp/127.0.0.1/9"])
    if "Operation not permitted" in done.stderr:
        raise PermissionError(EPERM, os.strerror(EPERM))
    return done.stderr.strip().splitlines()[0] if done.stderr.strip() else "connected"


def i386() -> str:
    """Make a socket by the 32-bit system calls of an x86-64 kernel, whose numbers are others."""
    machine = seccomp.here()
    if machine is None or not machine.x32:
        raise Untried("no 32-bit system calls on this processor")
    code = _child(I386).returncode
    if code == UNTRIED:
        raise Untried("the system gives no memory to run made-up code in")
    if code == -signal.SIGSYS:
        raise PermissionError(EPERM, "the process was ended")
    return "a socket was made" if code == MADE else f"no socket, and nothing that refused it (status {code})"
