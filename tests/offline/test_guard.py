"""The guard can't be taken down again, so each test puts it up in a process of its own."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

SETUP = """
import json, socket, sys, urllib.request, asyncio, threading
from assistant.offline.guard import EgressRefused, enforce
guard = enforce({hosts!r})
def refused(act, *args):
    try:
        act(*args)
    except EgressRefused:
        return True
    except OSError as error:
        return f"{{type(error).__name__}}: {{error}}"
    return False
def show(result):
    print(json.dumps({{"result": result, "count": guard.record().attempts,
        "attempts": [[a.what, a.target, a.caller] for a in guard.attempts]}}))
def served(family=socket.AF_INET, host="127.0.0.1"):
    server = socket.create_server((host, 0), family=family)
    def answer():
        connection, _ = server.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.0 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello")
        connection.close()
    threading.Thread(target=answer, daemon=True).start()
    return server.getsockname()[1]
"""


def guarded(code: str, hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    program = SETUP.format(hosts=hosts) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("what", "act"),
    [
        ("connect", "socket.socket().connect(('192.0.2.1', 80))"),
        ("connect", "socket.socket().connect_ex(('192.0.2.1', 80))"),
        ("connect", "socket.create_connection(('192.0.2.1', 80), timeout=1)"),
        ("connect", "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))"),
        ("connect", "socket.socket(socket.AF_INET6).connect(('::ffff:192.0.2.1', 80))"),
        ("connect", "socket.socket().connect(('0.0.0.0', 80))"),
        ("connect", "socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 53))"),
        ("connect", "socket.socket().connect(('name.invalid', 80))"),
        ("send", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))"),
        ("send", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', 0, ('192.0.2.1', 53))"),
        ("send", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('name.invalid', 53))"),
        ("send", "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('<broadcast>', 53))"),
        ("send", "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 53))"),
        ("look-up", "socket.getaddrinfo('name.invalid', 80)"),
        ("look-up", "socket.getaddrinfo(b'name.invalid', 80)"),
        ("look-up", "socket.gethostbyname('name.invalid')"),
        ("look-up", "socket.gethostbyname_ex('name.invalid')"),
        ("look-up", "socket.gethostbyaddr('192.0.2.1')"),
        ("look-up", "socket.getnameinfo(('192.0.2.1', 80), 0)"),
        ("look-up", "socket.socket().bind(('name.invalid', 0))"),
        ("look-up", "socket.getaddrinfo('localhost.name.invalid', 80)"),
        ("open", "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
        ("open", "socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)"),
    ],
)
def test_every_way_out_is_refused_and_recorded_once(what: str, act: str) -> None:
    if "AF_PACKET" in act and not sys.platform.startswith("linux"):
        pytest.skip("packet sockets are Linux's")
    seen = guarded(f"show(refused(lambda: {act}))")
    assert seen["result"] is True
    assert seen["count"] == 1
    assert seen["attempts"][0][0] == what


def test_urllib_fails_as_it_does_without_a_network() -> None:
    seen = guarded("""
        from urllib.error import URLError
        try:
            urllib.request.urlopen("http://name.invalid/", timeout=2)
        except URLError as error:
            show(type(error.reason).__name__)
    """)
    assert seen["result"] == "EgressRefused"
    assert seen["attempts"][0][:2] == ["look-up", "name.invalid"]


def test_asyncio_can_neither_connect_nor_send() -> None:
    seen = guarded("""
        async def out():
            results = []
            for what in (asyncio.open_connection("192.0.2.1", 80), asyncio.open_connection("name.invalid", 80)):
                try:
                    await what
                except EgressRefused:
                    results.append("refused")
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
            transport.sendto(b"x", ("192.0.2.1", 53))
            transport.close()
            return results
        show(asyncio.run(out()))
    """)
    assert seen["result"] == ["refused", "refused"]
    assert [attempt[0] for attempt in seen["attempts"]] == ["connect", "look-up", "send"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "127.0.0.9"])
def test_a_server_on_this_machine_is_reached(host: str) -> None:
    if host == "127.0.0.9" and not sys.platform.startswith("linux"):
        pytest.skip("only Linux listens on all of 127.0.0.0/8")
    listen = "127.0.0.9" if host == "127.0.0.9" else "127.0.0.1"
    seen = guarded(f"""
        port = served(host={listen!r})
        show(urllib.request.urlopen(f"http://{host}:{{port}}/", timeout=5).read().decode())
    """)
    assert seen == {"result": "hello", "count": 0, "attempts": []}


def test_ipv6_loopback_is_reached() -> None:
    seen = guarded("""
        try:
            port = served(socket.AF_INET6, "::1")
        except OSError:
            show("no IPv6 here")
        else:
            show(urllib.request.urlopen(f"http://[::1]:{port}/", timeout=5).read().decode())
    """)
    assert seen["result"] in ("hello", "no IPv6 here")
    assert seen["count"] == 0


def test_local_work_of_a_server_is_left_alone() -> None:
    seen = guarded("""
        from http.server import HTTPServer, BaseHTTPRequestHandler
        HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler).server_close()
        socket.create_server(("", 0)).close()
        socket.getaddrinfo("0.0.0.0", 80, flags=socket.AI_PASSIVE)
        socket.getaddrinfo(None, 80)
        a, b = socket.socketpair()
        a.sendmsg([b"hello"])
        sender, receiver = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
        receiver.bind(("localhost", 0))
        sender.sendto(b"x", receiver.getsockname())
        async def loop():
            server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            return (await reader.read()).decode()
        show([b.recv(5).decode(), receiver.recv(1).decode(), asyncio.run(loop())])
    """)
    assert seen == {"result": ["hello", "x", ""], "count": 0, "attempts": []}


@pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")
def test_unix_sockets_stay_open(tmp_path: Path) -> None:
    seen = guarded(f"""
        path = {str(tmp_path)!r} + "/s"
        server = socket.socket(socket.AF_UNIX); server.bind(path); server.listen()
        client = socket.socket(socket.AF_UNIX); client.connect(path); client.sendall(b"hello")
        show(server.accept()[0].recv(5).decode())
    """)
    assert seen["result"] == "hello"
    assert seen["count"] == 0


def test_an_attempt_names_its_caller(tmp_path: Path) -> None:
    script = tmp_path / "phones_home.py"
    script.write_text(
        "import urllib.request\n\n\ndef call():\n    urllib.request.urlopen('http://name.invalid')\n", encoding="utf-8"
    )
    seen = guarded(f"""
        sys.path.insert(0, {str(tmp_path)!r})
        import phones_home
        try:
            phones_home.call()
        except OSError:
            show(None)
    """)
    assert seen["attempts"] == [["look-up", "name.invalid", f"{script}:5"]]


def test_many_attempts_are_all_counted_and_few_kept() -> None:
    seen = guarded("""
        from assistant.offline.guard import KEPT
        def many():
            for _ in range(400):
                refused(socket.getaddrinfo, "name.invalid", 80)
        threads = [threading.Thread(target=many) for _ in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        show(KEPT)
    """)
    assert seen["count"] == 1600
    assert len(seen["attempts"]) == seen["result"] == 1000


def test_named_hosts_pass() -> None:
    """A refused connection is the kernel's answer, not the guard's: 240.0.0.0/4 is reserved, nothing is there."""
    seen = guarded(
        """
        def tried(host):
            s = socket.socket(); s.settimeout(0.01)
            return refused(s.connect, (host, 9)) is True
        show([tried("240.0.0.1"), tried("240.0.0.2")])
        """,
        hosts=("240.0.0.1",),
    )
    assert seen["result"] == [False, True]
    assert [a[1] for a in seen["attempts"]] == ["240.0.0.2:9"]


def test_a_named_host_may_be_looked_up_and_its_addresses_reached() -> None:
    seen = guarded(
        """
        answers = {"box.lan": "240.0.0.7"}
        real = socket.getaddrinfo
        def resolver(host, port, *rest, **more):  # what the network's name server would say
            sys.audit("socket.getaddrinfo", host, port, 0, 0, 0)
            return real(answers.get(host, host), port, *rest, **more)
        socket.getaddrinfo = resolver
        def tried(host):
            s = socket.socket(); s.settimeout(0.01)
            return refused(s.connect, (host, 9)) is True
        show([tried("240.0.0.7"), refused(resolver, "box.lan", 9), refused(resolver, "BOX.LAN.", 9),
              tried("240.0.0.8"), refused(resolver, "other.lan", 9)])
        """,
        hosts=("Box.lan",),
    )
    assert seen["result"][0] is False
    assert seen["result"][1] is False
    assert seen["result"][2] is not True  # allowed by the guard; the real resolver may not know the spelling
    assert seen["result"][3:] == [True, True]
    assert [a[1] for a in seen["attempts"]] == ["240.0.0.8:9", "other.lan"]


def test_a_second_call_can_only_narrow() -> None:
    seen = guarded(
        """
        again = enforce(("240.0.0.2", "240.0.0.3"))
        assert again is guard
        kept = sorted(guard.hosts)
        enforce(("240.0.0.1", "240.0.0.2", "example.org"))
        show([kept, sorted(guard.hosts), refused(socket.getaddrinfo, "example.org", 80)])
        """,
        hosts=("240.0.0.1", "240.0.0.2"),
    )
    assert seen["result"] == [["240.0.0.2"], ["240.0.0.2"], True]
    assert seen["count"] == 1  # the hook is there once


@pytest.mark.parametrize("host", ["http://box", "box:8000", "*.lan", "10.0.0.0/8", "", "a b"])
def test_a_host_that_is_none_is_a_usage_error(host: str) -> None:
    seen = guarded(f"""
        from assistant.errors import UsageError
        try:
            enforce([{host!r}])
        except UsageError as error:
            show(str(error))
    """)
    assert "is not a host" in seen["result"]


def test_uvicorn_runs_on_the_loop_that_the_hook_sees() -> None:
    seen = guarded("""
        import uvicorn
        factory = uvicorn.Config(app=None, loop="auto").get_loop_factory()
        loop = factory()
        show(type(loop).__module__)
        loop.close()
    """)
    assert seen["result"].startswith("asyncio.")
