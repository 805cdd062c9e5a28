"""Attacks below Python, where no audit hook sees them."""

import ctypes
import os
import socket
import sys
from collections.abc import Callable

from assistant.offline import seccomp
from assistant.offline.attacks.outcome import Untried
from assistant.offline.attacks.python import IPV4


def _native(name: str, *arguments: object) -> str:
    """Call a function of libc. Raises OSError with what it set errno to; closes a descriptor that it returns."""
    if os.name != "posix":
        raise Untried("no libc here")
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, name):
        raise Untried(f"libc has no {name} here")
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if result > 2:
        os.close(result)
    return f"{name} returned {result}"


def make_socket(family: int, kind: int = socket.SOCK_STREAM) -> Callable[[], str]:
    """Return an attack by libc's socket."""
    return lambda: _native("socket", family, int(kind), 0)


def call(name: str, *arguments: object, bits: int = 0) -> Callable[[], str]:
    """Return an attack by the system call itself, past libc's functions."""

    def act() -> str:
        machine = seccomp.here()
        if machine is None or (bits and not machine.x32):
            raise Untried("no such system call here")
        return _native("syscall", machine.calls[name] | bits, *arguments)

    return act


def on_a_pair(name: str, *before: object) -> Callable[[], str]:
    """Return an attack that gives an address of elsewhere to a socket that exists already."""

    def act() -> str:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            address = (2).to_bytes(2, sys.byteorder) + (443).to_bytes(2, "big") + socket.inet_aton(IPV4) + bytes(8)
            return _native(name, ours.fileno(), *before, address, 16)

    return act


def take_descriptor() -> str:
    """Take a descriptor from a process: from this one, which nothing else would keep from it."""
    if not hasattr(os, "pidfd_open"):
        raise Untried("no pidfd_open here")
    handle = os.pidfd_open(os.getpid())
    try:
        return call("pidfd_getfd", handle, 0, 0)()
    finally:
        os.close(handle)


IN_ANOTHER = """
import os
try:
    import _socket
    _socket.socket()
    found = 0
except OSError as error:
    found = error.errno
except ImportError:
    found = -1
os.write({write}, str(found).encode())
"""


def second_interpreter() -> str:
    """Try it in a sub-interpreter: audit hooks belong to the interpreter that set them."""
    try:
        import _xxsubinterpreters as interpreters  # type: ignore[import-not-found]  # Python 3.11 and 3.12
    except ImportError:
        try:
            import _interpreters as interpreters  # type: ignore[import-not-found]
        except ImportError:
            raise Untried("no second interpreter in this Python") from None
    read, write = os.pipe()
    own = interpreters.create()
    try:
        interpreters.run_string(own, IN_ANOTHER.format(write=write))
        found = int(os.read(read, 9))
    finally:
        interpreters.destroy(own)
        os.close(read)
        os.close(write)
    if found < 0:
        raise Untried("a second interpreter has no sockets in this Python")
    if found:
        raise OSError(found, os.strerror(found))
    return "a socket was made"
