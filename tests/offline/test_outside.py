"""Seen from outside: a network that counts what is sent into it, and the system calls that a process makes."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import kernel, small_workspace

PYTHON = f'"{sys.executable}"'
SEND = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))"
OPENED = re.compile(r"\bsocket\(.*\) = \d+$|\bconnect\(.*\) = 0$|\bio_uring_setup\(.*\) = \d+$", re.MULTILINE)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return small_workspace.make(tmp_path).root


def counted(script: str) -> dict[str, int]:
    """Run `script` in a network of its own and return the packets sent on each of its interfaces."""
    program = f"{kernel.NETWORK}\nset +e\n{script}\nip -s -j link show"
    command = [*kernel.ISOLATED, "sh", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=kernel.ROOT, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    return {link["ifname"]: link["stats64"]["tx"]["packets"] for link in json.loads(done.stdout)}


def assistant(words: str, workspace: Path) -> str:
    """Return a line of the script; only the last one's result is kept, in `said`."""
    return f'{PYTHON} -m assistant {words} --workspace "{workspace}" > "{workspace}/said" 2>/dev/null\n'


@pytest.mark.skipif(bool(kernel.no_network_namespace()), reason=kernel.no_network_namespace())
class TestNetwork:
    def test_what_is_sent_is_counted(self) -> None:
        packets = counted(f'{PYTHON} -c "{SEND}"; sleep 0.2')
        assert packets["out0"] > 0

    def test_the_whole_path_sends_nothing(self, workspace: Path) -> None:
        packets = counted(assistant("refresh", workspace) + assistant("batch --json", workspace))
        report = json.loads((workspace / "said").read_text(encoding="utf-8"))
        assert len(report["answers"]) == 3
        assert report["egress"]["attempts"] == 0
        assert packets == {"lo": 0, "out0": 0, "out1": 0}

    def test_the_attacks_send_nothing(self, workspace: Path) -> None:
        if kernel.no_filter():
            pytest.skip(kernel.no_filter())
        packets = counted(assistant("refresh", workspace) + assistant("prove --json", workspace))
        assert json.loads((workspace / "said").read_text(encoding="utf-8"))["held"] is True
        assert packets == {"lo": 0, "out0": 0, "out1": 0}


@pytest.mark.skipif(bool(kernel.no_strace() or kernel.no_filter()), reason=kernel.no_strace() or kernel.no_filter())
class TestSystemCalls:
    def calls(self, folder: Path, *command: str) -> str:
        log = folder / "calls"
        watch = ["strace", "-f", "-qq", "-e", "trace=%network,io_uring_setup", "-o", str(log), *command]
        done = subprocess.run(watch, capture_output=True, text=True, cwd=kernel.ROOT, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return log.read_text(encoding="utf-8")

    def test_a_socket_is_seen(self, tmp_path: Path) -> None:
        assert OPENED.search(self.calls(tmp_path, sys.executable, "-c", "import socket; socket.socket()"))

    @pytest.mark.parametrize(
        "command", [("refresh",), ("ask", "邊緣 AI 有哪些隱私上的好處？"), ("batch",), ("coverage",), ("doctor",)]
    )
    def test_no_socket_is_made_and_only_the_probe_asks_for_one(self, workspace: Path, command: tuple[str, ...]) -> None:
        prepare = [sys.executable, "-m", "assistant", "refresh", "--workspace", str(workspace)]
        subprocess.run(prepare, capture_output=True, cwd=kernel.ROOT, check=True, timeout=60)
        words = [sys.executable, "-m", "assistant", *command, "--workspace", str(workspace)]
        calls = self.calls(workspace, *words)
        assert not OPENED.search(calls)
        assert len(re.findall(r"\bsocket\(", calls)) == 2  # assistant/offline/seccomp.py tries IPv4 and IPv6 once


@pytest.mark.skipif(bool(kernel.no_filter()), reason=kernel.no_filter())
@pytest.mark.parametrize(("what", "path"), [("ui", "/"), ("serve", "/v1/models")])
def test_a_server_is_a_sealed_process(workspace: Path, what: str, path: str) -> None:
    command = [sys.executable, "-m", "assistant", what, "--port", "0", "--workspace", str(workspace)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=kernel.ROOT, env=os.environ) as served:
        try:
            assert served.stderr is not None
            announced = next(line for line in served.stderr if "http://" in line)
            status = Path(f"/proc/{served.pid}/status").read_text(encoding="utf-8")
            import urllib.request

            with urllib.request.urlopen(announced.split()[0] + path, timeout=30) as page:
                assert page.status == 200
        finally:
            served.send_signal(signal.SIGINT)
            served.communicate(timeout=30)
    assert re.search(r"^Seccomp:\s+2$", status, re.MULTILINE)
    assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
