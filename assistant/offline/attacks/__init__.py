"""Ways out of this machine, each tried from inside, to see it refused.

No try sends anything. Those from Python name addresses that are set aside for documentation (RFC 5737, RFC 3849,
RFC 2606) and are refused before a packet is made; the native ones end at the system call that would open the way,
and close what it gave; those of children knock at this machine's own port 9.
"""

import socket
from collections.abc import Iterable

from assistant.offline import seccomp
from assistant.offline.attacks import children, native, python
from assistant.offline.attacks.native import call, make_socket, on_a_pair
from assistant.offline.attacks.outcome import Attack, Outcome, attempt

ATTACKS = (
    Attack("python-connect", "Python connects to another machine", "audit-hook", python.connect),
    Attack("python-ipv6", "Python connects by IPv6", "audit-hook", python.connect_ipv6),
    Attack("python-look-up", "Python looks up a name", "audit-hook", python.look_up),
    Attack("python-dns", "Python sends a DNS query by UDP", "audit-hook", python.ask_resolver),
    Attack("asyncio", "asyncio connects", "audit-hook", python.with_asyncio),
    Attack("urllib", "urllib fetches a page", "audit-hook", python.with_urllib),
    Attack("unix-proxy", "Python connects to a proxy by a Unix socket", "seccomp", python.proxy),
    Attack("second-interpreter", "a second interpreter makes a socket", "seccomp", native.second_interpreter),
    Attack("native-tcp", "native code makes a TCP socket", "seccomp", make_socket(2)),
    Attack("native-ipv6", "native code makes an IPv6 socket", "seccomp", make_socket(10)),
    Attack("native-udp", "native code makes a UDP socket, for DNS", "seccomp", make_socket(2, socket.SOCK_DGRAM)),
    Attack("native-unix", "native code makes a Unix socket, for a proxy", "seccomp", make_socket(1)),
    Attack("native-netlink", "native code makes a netlink socket", "seccomp", make_socket(16, socket.SOCK_DGRAM)),
    Attack("native-vsock", "native code makes a socket to the host of a virtual machine", "seccomp", make_socket(40)),
    Attack("native-connect", "libc's connect on a socket that exists", "seccomp", on_a_pair("connect")),
    Attack("native-sendto", "libc's sendto with an address", "seccomp", on_a_pair("sendto", b"x", 1, 0)),
    Attack("io-uring", "io_uring, which needs no other calls", "seccomp", call("io_uring_setup", 1, bytes(120))),
    Attack("x32", "the x32 form of the socket call", "seccomp", call("socket", 2, 1, 0, bits=seccomp.X32_BIT)),
    Attack("take-descriptor", "taking an open socket from a process", "seccomp", native.take_descriptor),
    Attack("trace-process", "making another process do it (ptrace)", "seccomp", call("ptrace", 16, 0, 0, 0)),
    Attack("type-command", "typing a command into the terminal", "seccomp", call("ioctl", -1, seccomp.TIOCSTI, b"x")),
    Attack("child-python", "a child interpreter, without hook, connects", "seccomp", children.interpreter),
    Attack("child-client", "a child runs a native client", "seccomp", children.client),
    Attack("child-32-bit", "a child uses 32-bit system calls", "seccomp", children.i386),
)  # fmt: skip
"""All of them, in the order in which they are tried."""


def run(attacks: Iterable[Attack] = ATTACKS) -> tuple[Outcome, ...]:
    """Return the outcome of each attack. Takes about a tenth of a second."""
    return tuple(attempt(attack) for attack in attacks)
