"""The kernel's own refusal, under the guard's: a seccomp filter that no code of this process can pass or take down.

The filter is a small BPF program, written here and installed with two system calls through ctypes. It holds for every
thread and every child process, native code included, for as long as they live. Refused, with EPERM:

- making a socket of whatever family, connecting, and datagrams with an address. A pair of connected Unix sockets
  may be made: asyncio wakes itself through one, and it leads nowhere else;
- io_uring, which makes sockets without the system calls that a filter sees;
- getting at other processes, which are not under this filter: their descriptors, their memory, ptrace;
- typing into the terminal one was started from (TIOCSTI, TIOCLINUX).

System calls of another architecture (32-bit programs on a 64-bit system) end the process; those of x32 are refused.

A server first opens its listening socket and may then accept. TCP Fast Open is refused to it, by which a closed
listening socket could be turned into a connection (tcp(7), MSG_FASTOPEN).

What a filter can't do is look behind a pointer, so it can't tell one address from another: where the settings name
hosts, it can't be used. It also doesn't stop a file from being written that another program reads later.

Constants are those of Linux's UAPI headers: linux/seccomp.h, linux/filter.h, linux/audit.h, asm/unistd.h.
"""

import ctypes
import hashlib
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from errno import EPERM

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""The five BPF instructions used: BPF_LD|W|ABS, BPF_JMP|JEQ|K, |JGE|K, |JSET|K, and BPF_RET|K."""

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000 | EPERM, 0x80000000

NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
"""Where struct seccomp_data has the call's number, its architecture and its six arguments of 8 bytes each."""

AF_UNIX, SOCK_DGRAM_BIT, MSG_FASTOPEN, TIOCSTI, TIOCLINUX = 1, 2, 0x20000000, 0x5412, 0x541C
X32_BIT = 0x40000000
PR_SET_NO_NEW_PRIVS, SET_MODE_FILTER = 38, 1
TSYNC, LOG, SPEC_ALLOW = 1, 2, 4
"""Flags of seccomp(2): hold for all threads; note refusals in the kernel's audit log; and don't switch off
speculation for the process, as kernels before 5.16 otherwise do, at a cost to every load and store of the model."""

PROBED = (2, 10)
"""AF_INET and AF_INET6, which must be refused before the filter is taken to hold."""


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture: its AUDIT_ARCH value, the number of seccomp(2), and the numbers of the calls judged."""

    audit: int
    seccomp: int
    calls: dict[str, int]
    x32: bool = False


_SAME_EVERYWHERE = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438}
MACHINES = {
    "x86_64": Machine(
        0xC000003E, 317,
        {
            "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50,
            "socketpair": 53, "accept4": 288, "sendmmsg": 307, "ptrace": 101, "process_vm_readv": 310,
            "process_vm_writev": 311, "ioctl": 16, **_SAME_EVERYWHERE,
        },
        x32=True,
    ),
    "aarch64": Machine(
        0xC00000B7, 277,
        {
            "socket": 198, "connect": 203, "accept": 202, "sendto": 206, "sendmsg": 211, "bind": 200, "listen": 201,
            "socketpair": 199, "accept4": 242, "sendmmsg": 269, "ptrace": 117, "process_vm_readv": 270,
            "process_vm_writev": 271, "ioctl": 29, **_SAME_EVERYWHERE,
        },
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """A condition on an argument: `test` compares its low word (its high word if `high`) with `value`.

    The call is refused where the condition holds, or, with `only`, where it does not.
    """

    argument: int
    test: int
    value: int
    high: bool = False
    only: bool = False


NEVER = (
    "socket", "connect", "bind", "io_uring_setup", "io_uring_enter", "io_uring_register", "ptrace",
    "process_vm_readv", "process_vm_writev", "pidfd_getfd",
)  # fmt: skip
"""Calls refused whatever their arguments."""

SOMETIMES = {
    "sendto": (When(4, EQUAL, 0, only=True), When(4, EQUAL, 0, high=True, only=True)),
    # A datagram pair could be used with the address of any Unix socket.
    "socketpair": (When(0, EQUAL, AF_UNIX, only=True), When(1, ANY_BIT, SOCK_DGRAM_BIT)),
    # The kernel reads 32 bits of the request, so the high word must not be compared.
    "ioctl": (When(1, EQUAL, TIOCSTI), When(1, EQUAL, TIOCLINUX)),
}
"""Calls refused by their arguments."""

WITHOUT_SERVER = ("listen", "accept", "accept4", "sendmsg", "sendmmsg")
SERVER = {"sendmsg": (When(2, ANY_BIT, MSG_FASTOPEN),), "sendmmsg": (When(3, ANY_BIT, MSG_FASTOPEN),)}


class Unavailable(Exception):  # noqa: N818  (says what the filter is)
    """The filter can't be used here; the text says why."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One BPF instruction: operation, how many to skip if true and if false, operand."""

    code: int
    if_true: int
    if_false: int
    k: int


def program(machine: Machine, *, server: bool) -> tuple[Instruction, ...]:
    """Return the filter for `machine`; with `server`, for a process that already listens and goes on accepting."""
    rules: dict[str, Iterable[When]] = dict.fromkeys(NEVER, ())
    rules |= SOMETIMES
    rules |= SERVER if server else dict.fromkeys(WITHOUT_SERVER, ())
    made = [
        Instruction(LOAD, 0, 0, ARCHITECTURE_AT),
        Instruction(EQUAL, 1, 0, machine.audit),
        Instruction(RETURN, 0, 0, KILL),
        Instruction(LOAD, 0, 0, NUMBER_AT),
    ]
    if machine.x32:
        made += [Instruction(AT_LEAST, 0, 1, X32_BIT), Instruction(RETURN, 0, 0, REFUSE)]
    for name, conditions in rules.items():
        judged = list(_judge(conditions))
        made += [Instruction(EQUAL, 0, len(judged), machine.calls[name]), *judged]
    return (*made, Instruction(RETURN, 0, 0, ALLOW))


def _judge(conditions: Iterable[When]) -> Iterator[Instruction]:
    """Yield what is done with a call that is judged; without conditions it is refused."""
    conditions = tuple(conditions)
    for when in conditions:
        yield Instruction(LOAD, 0, 0, ARGUMENTS_AT + 8 * when.argument + 4 * when.high)
        yield Instruction(when.test, int(when.only), int(not when.only), when.value)
        yield Instruction(RETURN, 0, 0, REFUSE)
    yield Instruction(RETURN, 0, 0, ALLOW if conditions else REFUSE)


def fingerprint(*, server: bool = False) -> str:
    """Return the SHA-256 hex of the filter that this machine would get, empty where it would get none."""
    machine = here()
    return hashlib.sha256(_packed(program(machine, server=server))).hexdigest() if machine else ""


def here() -> Machine | None:
    """Return the architecture of this process, None where no filter is known for it."""
    known = sys.platform == "linux" and sys.byteorder == "little" and struct.calcsize("P") == 8
    return MACHINES.get(platform.machine()) if known else None


def install(*, server: bool = False) -> None:
    """Put the filter under this process, all its threads and all children to come, for good.

    With `server`, sockets that listen already go on accepting. Raises Unavailable, with nothing refused that was
    not refused before, where the system has no such filter.
    """
    machine = here()
    if machine is None:
        raise Unavailable(f"no filter is known for {platform.system()} on {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    code = _packed(program(machine, server=server))
    buffer = ctypes.create_string_buffer(code, len(code))
    given = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))  # struct sock_fprog
    # Without it the kernel takes filters from root alone; with it, no child gains rights by a set-user-id file.
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise Unavailable(f"no_new_privs: {os.strerror(ctypes.get_errno())}")
    failed = -1
    for flags in (TSYNC | LOG | SPEC_ALLOW, TSYNC):  # the second for kernels before 4.17
        failed = libc.syscall(machine.seccomp, SET_MODE_FILTER, flags, given)
        if failed == 0:
            break
    if failed:
        why = os.strerror(ctypes.get_errno()) if failed < 0 else f"thread {failed} has another filter"
        raise Unavailable(f"seccomp: {why}")
    _probe(libc)


def _probe(libc: ctypes.CDLL) -> None:
    """Try what must be refused now. Raises Unavailable where a system took the filter and doesn't heed it."""
    for family in PROBED:
        opened = libc.socket(family, 1, 0)
        if opened >= 0:
            os.close(opened)
        if opened >= 0 or ctypes.get_errno() != EPERM:
            raise Unavailable("the system accepts the filter but does not enforce it")


def _packed(instructions: Iterable[Instruction]) -> bytes:
    """Return the instructions as an array of struct sock_filter."""
    return b"".join(struct.pack("HBBI", i.code, i.if_true, i.if_false, i.k) for i in instructions)
