"""Refuse and record whatever tries to leave this machine.

The guard is an audit hook of the interpreter and, once `Guard.seal` was called, on Linux a filter of the kernel under
it (`seccomp.py`). The hook sees who tries what, and counts it; the filter sees nothing but refuses for certain.

What the hook allows is loopback (127.0.0.0/8, ::1, the name `localhost`), the hosts named in the settings, Unix
sockets (which stay on the machine, though a proxy may listen on one), and listening. All else is refused: connecting,
sending datagrams, looking up names, raw sockets. Under the filter no new socket is allowed, whatever it is for.

What a hook can't see, and so neither stops nor counts: native code that opens sockets itself (a C library, ctypes,
gRPC), child processes, other interpreters in this process, and on Windows the connections of asyncio's proactor loop,
whose name look-ups it does stop. `quiet.hush` switches off the native code of the libraries in use that would
connect. uvloop, which uvicorn takes when it is there, connects natively too, and is made unimportable.
"""

import socket
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EACCES
from types import FrameType
from typing import Any, Literal

from assistant.offline import seccomp
from assistant.offline.addresses import address_of, host_of, plain, target_of, text_of
from assistant.records import Egress

KEPT = 1000
"""Attempts kept with their caller. A library that retries for days must not fill the memory; all are counted."""

_STANDARD_LIBRARY = sysconfig.get_paths()["stdlib"]
_THIS_FILE = __file__
_IP_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_UNIX = getattr(socket, "AF_UNIX", None)


class EgressRefused(ConnectionError):  # noqa: N818  (reads as what happened, and libraries know it as an OSError)
    """A connection or a name look-up beyond this machine was refused."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One refused try: `what` was done to which `target`, by the code at `caller` ("file:line"), `when` in UTC."""

    what: str
    target: str
    caller: str
    when: datetime


class Guard:
    """What is allowed, and what was refused. Made by `enforce`; lasts as long as the process."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._resolved: frozenset[str] = frozenset()
        self._attempts: list[Attempt] = []
        self._count = 0
        self._lock = threading.Lock()
        self._thread = threading.local()
        self._sealed = False
        self._unsealed = "this command does without it"
        self._judges: dict[str, Callable[[tuple[Any, ...]], None]] = {
            "socket.__new__": self._create,
            "socket.connect": lambda args: self._reach("connect", *args),
            "socket.sendto": lambda args: self._reach("send", *args),
            "socket.sendmsg": lambda args: self._reach("send", *args),
            "socket.getaddrinfo": lambda args: self._look_up(args[0]),
            "socket.gethostbyname": lambda args: self._look_up(args[0]),
            "socket.gethostbyaddr": lambda args: self._look_up(args[0], reverse=True),
            "socket.getnameinfo": lambda args: self._look_up(args[0][0], reverse=True),
        }

    @property
    def enforcement(self) -> Literal["seccomp", "audit-hook"]:
        """The strongest layer that holds."""
        return "seccomp" if self._sealed else "audit-hook"

    @property
    def unsealed(self) -> str:
        """Why the kernel's filter isn't in force; empty where it is."""
        return "" if self._sealed else self._unsealed

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts beyond this machine that may be reached."""
        return self._hosts

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The first `KEPT` refused attempts, oldest first."""
        with self._lock:
            return tuple(self._attempts)

    def record(self) -> Egress:
        """Return the enforcement and the number of attempts so far, as an answer carries them."""
        with self._lock:
            return Egress(self.enforcement, self._count, tuple(sorted(self._hosts)))

    def seal(self, *, server: bool = False) -> None:
        """Put the kernel's filter under this process and its children, for good; where that can't be, say why.

        Afterwards no socket can be made. With `server`, one that listens already goes on accepting. Where hosts are
        allowed it isn't done, for the filter can't tell them from others: `unsealed` says so. Can be called again.
        """
        if self._hosts:
            named = ", ".join(sorted(self._hosts))
            why = "and the kernel's filter can't tell hosts apart"
            self._unsealed = f"the settings allow hosts (allow_hosts, remote, store, journal: {named}), {why}"
        if self._sealed or self._hosts:
            return
        try:
            seccomp.install(server=server)
        except seccomp.Unavailable as unavailable:
            self._unsealed = str(unavailable)
            return
        self._sealed = True
        # Libraries that would try IPv6 at import (urllib3) need not: there is none to be had.
        socket.has_ipv6 = False

    def check_new(self, family: int) -> None:
        """Refuse a new socket once sealed. The kernel would too, but who asked would go unrecorded."""
        if self._sealed:
            self._refuse("open", f"socket of family {family}")

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """Judge one audit event. Raises EgressRefused. Called by the interpreter for every event there is."""
        judge = self._judges.get(event)
        if judge is not None and not getattr(self._thread, "resolving", False):
            judge(args)

    def check_name(self, what: str, sock: socket.socket, address: object) -> None:
        """Refuse `address` if it needs a look-up that is not allowed; leave numeric ones to the hook."""
        if sock.family in _IP_FAMILIES and isinstance(address, tuple) and address:
            host = text_of(address[0])
            if address_of(host) is None and host not in ("", "<broadcast>") and not self._names(host):
                self._refuse(what, target_of(address))

    def narrow(self, hosts: frozenset[str]) -> None:
        """Keep only those allowed hosts that are in `hosts` too."""
        with self._lock:
            self._hosts &= hosts
            self._resolved = frozenset()

    def _create(self, args: tuple[Any, ...]) -> None:
        _, family, kind, _ = args
        # -1: an existing descriptor is wrapped (accept, socketpair). The kind carries flags above its low bits.
        if family not in (-1, *_IP_FAMILIES, _UNIX) or (kind != -1 and kind & 0xF == socket.SOCK_RAW):
            self._refuse("open", f"socket of family {int(family)}, kind {int(kind)}")

    def _reach(self, what: str, sock: socket.socket, address: object = None) -> None:
        if address is None or sock.family == _UNIX:
            return
        if sock.family in _IP_FAMILIES and isinstance(address, tuple) and self._allows(text_of(address[0])):
            return
        self._refuse(what, target_of(address))

    def _look_up(self, host: object, *, reverse: bool = False) -> None:
        name = text_of(host)
        numeric = address_of(name) is not None
        if not name or (numeric and not reverse) or (self._allows(name) if numeric else self._names(name)):
            return  # a number, or no host at all (any address to listen on), is not looked up
        self._refuse("look-up", name)

    def _names(self, name: str) -> bool:
        return plain(name) == "localhost" or plain(name) in self._hosts

    def _allows(self, host: str) -> bool:
        address = address_of(host)
        if address is None:
            return self._names(host)
        if address.is_loopback or str(address) in self._hosts or str(address) in self._resolved:
            return True
        return str(address) in self._resolve()

    def _resolve(self) -> frozenset[str]:
        """Return the addresses that the allowed names have now; without such names nothing is asked."""
        names = [host for host in self._hosts if address_of(host) is None]
        found = set()
        self._thread.resolving = True
        try:
            for name in names:
                try:
                    found |= {str(address_of(str(info[4][0]))) for info in socket.getaddrinfo(name, None)}
                except OSError:
                    continue  # not to be found now: then nothing can be meant by it either
        finally:
            self._thread.resolving = False
        self._resolved = frozenset(found)
        return self._resolved

    def _refuse(self, what: str, target: str) -> None:
        attempt = Attempt(what, target, _caller(), datetime.now(UTC))
        with self._lock:
            self._count += 1
            if len(self._attempts) < KEPT:
                self._attempts.append(attempt)
        raise EgressRefused(EACCES, f"the offline guard refused: {what} {target}")


_guard: Guard | None = None
_enforcing = threading.Lock()


def enforce(allow_hosts: Iterable[str] = ()) -> Guard:
    """Put the guard up for the rest of this process, and return it.

    `allow_hosts` are names or IP addresses of one's own network. A name is looked up when something connects to
    an address that isn't known yet. A second call returns the same guard and can only narrow what it allows.
    Raises UsageError for a host that is not a plain name or address.
    """
    global _guard
    hosts = frozenset(host_of(entry) for entry in allow_hosts)
    with _enforcing:
        if _guard is not None:
            _guard.narrow(hosts)
            return _guard
        _guard = Guard(hosts)
        _check_new_sockets(_guard)
        _check_names_first(_guard)
        # uvicorn falls back to asyncio, which the hook sees; a placeholder is how Python spells "not importable".
        sys.modules["uvloop"] = None  # type: ignore[assignment]
        sys.addaudithook(_guard.hook)
        return _guard


def _check_new_sockets(guard: Guard) -> None:
    """Make `guard` see each socket that is made, apart from those that wrap a descriptor there is already.

    The audit event says the same of both (an accepted connection is wrapped), so the hook can't tell.
    """
    inherited = socket.socket.__init__

    def init(
        self: socket.socket,
        family: int = -1,
        type: int = -1,  # noqa: A002  (callers name it so)
        proto: int = -1,
        fileno: int | None = None,
    ) -> None:
        if fileno is None:
            guard.check_new(int(socket.AF_INET if family == -1 else family))
        inherited(self, family, type, proto, fileno)

    socket.socket.__init__ = init  # type: ignore[method-assign]


def _check_names_first(guard: Guard) -> None:
    """Make sockets show an address to `guard` before they use it.

    CPython looks up a host name given to connect, bind or sendto before it raises the audit event
    (socketmodule.c: getsockaddrarg comes first), so the hook alone would refuse after the question had left.
    """

    def checked(method: str, what: str, position: int) -> None:
        inherited = getattr(socket.socket, method)

        def call(self: socket.socket, *args: object) -> object:
            if len(args) > position:
                guard.check_name(what, self, args[-1])
            return inherited(self, *args)

        call.__name__ = method
        call.__doc__ = inherited.__doc__
        setattr(socket.socket, method, call)

    # The position that an address has at least: sendto(data[, flags], address), sendmsg(buffers, ancillary, flags, a).
    for method, what, position in (
        ("connect", "connect", 0),
        ("connect_ex", "connect", 0),
        ("bind", "look-up", 0),
        ("sendto", "send", 1),
        ("sendmsg", "send", 3),
    ):
        if hasattr(socket.socket, method):
            checked(method, what, position)


def _caller() -> str:
    """Return "file:line" of the innermost frame outside this file and the standard library, else of the outermost."""
    frame: FrameType | None = sys._getframe(1)
    last = "unknown"
    while frame is not None:
        file = frame.f_code.co_filename
        if file != _THIS_FILE:
            last = f"{file}:{frame.f_lineno}"
            installed = "site-packages" in file or "dist-packages" in file
            if installed or not file.startswith((_STANDARD_LIBRARY, "<frozen")):
                return last
        frame = frame.f_back
    return last
