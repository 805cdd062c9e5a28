"""What the kernel of this machine lets tests do, and why not where it doesn't."""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ISOLATED = ("unshare", "--net", "--map-root-user")

NETWORK = """
set -e
ip link set lo up
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
ip link add out0 type veth peer name out1
ip addr add 10.9.0.1/24 dev out0
ip link set out0 up
ip link set out1 up
ip route add default via 10.9.0.2 dev out0
"""
"""A network that leads nowhere: what is sent by the default route is counted by `out0`, and nobody answers."""


@functools.cache
def no_filter() -> str:
    """Return why the kernel's filter can't be had here, empty where it can."""
    return _failing(sys.executable, "-c", "from assistant.offline import seccomp; seccomp.install()")


@functools.cache
def no_network_namespace() -> str:
    """Return why no network can be made for a test, empty where it can."""
    return _failing(*ISOLATED, "sh", "-c", NETWORK)


@functools.cache
def no_strace() -> str:
    """Return why system calls can't be watched here, empty where they can."""
    return _failing("strace", "-o", "/dev/null", "true")


def _failing(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return f"{command[0]} is not installed"
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", cwd=ROOT, check=False)
    said = done.stderr.strip().splitlines() or ["it failed"]
    return said[-1] if done.returncode else ""
