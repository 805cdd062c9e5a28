"""The filter, judged twice: instruction by instruction for each architecture, and by the kernel of this machine."""

import ctypes
import errno
import json
import re
import struct
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from assistant.offline import seccomp
from assistant.offline.seccomp import ALLOW, KILL, MACHINES, REFUSE, Machine
from tests.support import kernel as kernel_of

ROOT = Path(__file__).parents[2]
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
FASTOPEN, POINTER, HIGH_POINTER = 0x20000000, 0x7F12_3456_7890, 0x7F12_0000_0000


def verdict(machine: Machine, call: str | int, *arguments: int, server: bool = False, audit: int | None = None) -> int:
    """Return what the filter says of a call, as the kernel would run it (Documentation/networking/filter.rst)."""
    number = machine.calls[call] if isinstance(call, str) else call
    words = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * 6)][:6]
    data = struct.pack("<IIQ6Q", number, machine.audit if audit is None else audit, 0, *words)
    filter_, at, accumulator = seccomp.program(machine, server=server), 0, 0
    while True:
        now = filter_[at]
        at += 1
        if now.code == seccomp.LOAD:
            accumulator = struct.unpack_from("<I", data, now.k)[0]
        elif now.code == seccomp.RETURN:
            return now.k
        else:
            true = {
                seccomp.EQUAL: accumulator == now.k,
                seccomp.AT_LEAST: accumulator >= now.k,
                seccomp.ANY_BIT: bool(accumulator & now.k),
            }[now.code]
            at += now.if_true if true else now.if_false


@pytest.fixture(params=sorted(MACHINES))
def machine(request: pytest.FixtureRequest) -> Machine:
    return MACHINES[request.param]


@pytest.mark.parametrize("server", [False, True])
@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        *(("socket", (family, kind, 0)) for family in (1, 2, 10, 16, 17, 31, 38, 40, 44) for kind in (1, 2, 3)),
        ("connect", (3, POINTER, 16)),
        ("bind", (3, POINTER, 16)),
        ("sendto", (3, POINTER, 4, 0, POINTER, 16)),
        ("sendto", (3, POINTER, 4, 0, HIGH_POINTER, 16)),
        ("sendmsg", (3, POINTER, FASTOPEN)),
        ("sendmmsg", (3, POINTER, 1, FASTOPEN | 0x40)),
        ("socketpair", (2, 1, 0, POINTER)),
        ("socketpair", (1, 2, 0, POINTER)),
        ("socketpair", (1, 2 | 0x80000, 0, POINTER)),
        ("io_uring_setup", (8, POINTER)),
        ("io_uring_enter", (3, 1)),
        ("io_uring_register", (3, 0)),
        ("ptrace", (16, 1)),
        ("process_vm_readv", (1,)),
        ("process_vm_writev", (1,)),
        ("pidfd_getfd", (3, 4, 0)),
        ("ioctl", (0, 0x5412, POINTER)),
        ("ioctl", (0, 0x1_0000_5412, POINTER)),
        ("ioctl", (0, 0x541C, POINTER)),
    ],
)
def test_a_way_out_is_refused(machine: Machine, call: str, arguments: tuple[int, ...], server: bool) -> None:
    assert verdict(machine, call, *arguments, server=server) == REFUSE == 0x00050000 | errno.EPERM


@pytest.mark.parametrize("call", ["listen", "accept", "accept4", "sendmsg", "sendmmsg"])
def test_what_a_server_needs_only_a_server_may(machine: Machine, call: str) -> None:
    assert verdict(machine, call, 3, POINTER, 0, 0, server=True) == ALLOW
    assert verdict(machine, call, 3, POINTER, 0, 0) == REFUSE


@pytest.mark.parametrize("server", [False, True])
def test_what_leads_nowhere_else_is_allowed(machine: Machine, server: bool) -> None:
    assert verdict(machine, "socketpair", 1, 1 | 0x80000 | 0x800, 0, POINTER, server=server) == ALLOW
    assert verdict(machine, "sendto", 3, POINTER, 4, 0, 0, 0, server=server) == ALLOW
    assert verdict(machine, "ioctl", 0, 0x5413, POINTER, server=server) == ALLOW
    judged = set(machine.calls.values())
    for number in set(range(500)) - judged:
        assert verdict(machine, number, 2, 1, 0, server=server) == ALLOW


def test_another_architecture_ends_the_process(machine: Machine) -> None:
    for audit in (0x40000003, 0x40000028, 0xC000003E, 0xC00000B7):
        if audit != machine.audit:
            assert verdict(machine, 1, audit=audit) == KILL


def test_x32_is_refused_whole() -> None:
    for number in (0, 41, 42, 512, 545):
        assert verdict(MACHINES["x86_64"], 0x40000000 | number, 2, 1, 0) == REFUSE


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_the_numbers_are_those_of_the_kernel_headers(name: str) -> None:
    if not HEADERS[name].exists():
        pytest.skip(f"no kernel headers at {HEADERS[name]}")
    said = dict(re.findall(r"#define __NR_(\w+)\s+(\d+)", HEADERS[name].read_text(encoding="utf-8")))
    machine = MACHINES[name]
    assert {call: int(said[call]) for call in machine.calls} == machine.calls
    assert int(said["seccomp"]) == machine.seccomp


# ---------------------------------------------------------------- the kernel


WHY_NOT = kernel_of.no_filter()
kernel = pytest.mark.skipif(bool(WHY_NOT), reason=f"no seccomp filter here: {WHY_NOT}")

SETUP = """
import ctypes, json, os, socket, subprocess, sys, threading
from assistant.offline.guard import EgressRefused, enforce
guard = enforce({hosts!r})
libc = ctypes.CDLL(None, use_errno=True)
def native(family=2, kind=1):
    ctypes.set_errno(0)
    made = libc.socket(family, kind, 0)
    return "made" if made >= 0 else ctypes.get_errno()
def show(**result):
    print(json.dumps({{**result, "enforcement": guard.enforcement, "unsealed": guard.unsealed,
        "attempts": [[a.what, a.target] for a in guard.attempts]}}))
"""


def sealed(code: str, hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    program = SETUP.format(hosts=hosts) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return shown


@kernel
def test_native_code_is_refused_in_threads_from_before_too() -> None:
    seen = sealed("""
        go, found = threading.Event(), []
        early = threading.Thread(target=lambda: (go.wait(), found.append(native())))
        early.start()
        before = native()
        guard.seal()
        go.set()
        early.join()
        show(before=before, after=[native(family) for family in (1, 2, 10, 16, 17)], early=found)
    """)
    assert seen["before"] == "made"
    assert seen["after"] == [errno.EPERM] * 5
    assert seen["early"] == [errno.EPERM]
    assert (seen["enforcement"], seen["unsealed"]) == ("seccomp", "")


@kernel
def test_children_inherit_the_filter_and_can_not_take_it_down() -> None:
    child = "import socket\ntry:\n socket.socket()\nexcept PermissionError as error:\n print(error.errno)"
    seen = sealed(f"""
        guard.seal()
        done = subprocess.run([sys.executable, "-I", "-c", {child!r}], capture_output=True, text=True)
        show(child=done.stdout.strip(), disabled=libc.prctl(22, 0, 0, 0, 0))
    """)
    assert seen["child"] == str(errno.EPERM)
    assert seen["disabled"] == -1


@kernel
def test_python_sockets_are_refused_by_the_guard_and_counted() -> None:
    seen = sealed("""
        guard.seal()
        refused = 0
        for act in (socket.socket, lambda: socket.socket(socket.AF_UNIX), lambda: socket.create_server(("", 0))):
            try:
                act()
            except EgressRefused:
                refused += 1
        a, b = socket.socketpair()
        a.sendall(b"hello")
        show(refused=refused, pair=b.recv(9).decode())
    """)
    assert (seen["refused"], seen["pair"]) == (3, "hello")
    assert [what for what, _ in seen["attempts"]] == ["open"] * 3


@kernel
def test_a_server_goes_on_accepting_and_can_open_nothing_else() -> None:
    seen = sealed("""
        listening = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(listening.getsockname())
        guard.seal(server=True)
        accepted, _ = listening.accept()
        accepted.sendmsg([b"hel", b"lo"])
        heard = client.recv(9).decode()
        show(heard=heard, native=native(), accepted=int(accepted.family))
    """)
    assert (seen["heard"], seen["native"], seen["accepted"]) == ("hello", errno.EPERM, 2)
    assert seen["attempts"] == []


@kernel
def test_a_closed_listening_socket_is_no_way_out() -> None:
    attack = """
        other = socket.create_server(("127.0.0.1", 0))
        other.setsockopt(socket.IPPROTO_TCP, 23, 5)   # TCP_FASTOPEN: the victim takes such connections
        listening = socket.create_server(("127.0.0.1", 0))
        {seal}
        listening.shutdown(socket.SHUT_RDWR)          # now it is a closed socket, and could become a client
        address = (ctypes.c_char * 16).from_buffer_copy(
            (2).to_bytes(2, "little") + other.getsockname()[1].to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8))
        class Header(ctypes.Structure):
            _fields_ = [("name", ctypes.c_void_p), ("size", ctypes.c_uint), ("vector", ctypes.c_void_p),
                ("count", ctypes.c_size_t), ("control", ctypes.c_void_p), ("length", ctypes.c_size_t),
                ("flags", ctypes.c_int)]
        text = ctypes.create_string_buffer(b"out")
        vector = (ctypes.c_void_p * 2)(ctypes.addressof(text), 3)
        header = Header(ctypes.addressof(address), 16, ctypes.addressof(vector), 1, None, 0, 0)
        ctypes.set_errno(0)
        sent = libc.sendmsg(listening.fileno(), ctypes.byref(header), 0x20000000)
        show(sent=sent, error=ctypes.get_errno())
    """
    without, within = (sealed(attack.format(seal=seal)) for seal in ("pass", "guard.seal(server=True)"))
    assert without["sent"] == 3
    assert (within["sent"], within["error"]) == (-1, errno.EPERM)


@kernel
def test_a_process_of_another_architecture_is_ended() -> None:
    if seccomp.here() is not MACHINES["x86_64"]:
        pytest.skip("needs x86-64, which runs 32-bit system calls")
    # mov eax, 359 (socket); mov ebx, 2; mov ecx, 1; xor edx, edx; int 0x80; ret
    code = bytes.fromhex("b867010000 bb02000000 b901000000 31d2 cd80 c3".replace(" ", ""))
    program = SETUP.format(hosts=()) + textwrap.dedent(f"""
        import mmap
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write({code!r})
        call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
        guard.seal()
        call()
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, cwd=ROOT, check=False)
    assert done.returncode == -31  # SIGSYS


def test_allowed_hosts_keep_the_filter_away_and_the_record_says_so() -> None:
    seen = sealed("guard.seal()\nshow(native=native())", hosts=("10.0.0.7",))
    assert (seen["native"], seen["enforcement"]) == ("made", "audit-hook")
    assert "allow_hosts" in seen["unsealed"]


def test_a_system_without_the_filter_goes_on_with_the_hook_and_says_why() -> None:
    seen = sealed("""
        from assistant.offline import seccomp
        seccomp.MACHINES.clear()
        guard.seal()
        show(native=native())
    """)
    assert (seen["native"], seen["enforcement"]) == ("made", "audit-hook")
    assert "no filter is known" in seen["unsealed"]


def test_a_system_that_takes_the_filter_and_does_not_heed_it_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(seccomp.Unavailable, match="does not enforce"):
        seccomp._probe(ctypes.CDLL(None, use_errno=True))
