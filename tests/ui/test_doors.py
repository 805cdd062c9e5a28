import asyncio
import base64
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.offline import passwords
from assistant.ui import doors
from assistant.ui.doors import Doors
from assistant.ui.shield import Shield
from assistant.web import guesses
from assistant.web.asgi import Message, Receive, Scope, Send
from assistant.web.guesses import Guesses
from assistant.web.hosts import Hosts
from tests.support import kernel, small_workspace

RIGHT = "邊緣上的一個密碼 42"


@pytest.fixture(scope="module")
def kept() -> str:
    return passwords.hashed(RIGHT)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


async def ask(
    door: Doors, password: str | None, address: str = "10.0.0.9", header: bytes | None = None
) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        sent.append(message)

    if password is not None:
        header = b"Basic " + base64.b64encode(f"anyone:{password}".encode())
    headers = [(b"authorization", header)] if header is not None else []
    await door({"type": "http", "path": "/", "headers": headers, "client": (address, 5000)}, receive, send)
    return sent


def status(door: Doors, password: str | None, address: str = "10.0.0.9", header: bytes | None = None) -> int:
    answer = asyncio.run(ask(door, password, address, header))
    code: int = answer[0]["status"]
    assert (answer[1]["body"] == b"inside") is (code == 200)
    return code


def test_only_the_password_opens(kept: str) -> None:
    door = Doors(app, kept)
    assert status(door, None) == 401
    assert status(door, RIGHT + "!") == 401
    assert status(door, "") == 401
    assert status(door, RIGHT) == 200
    assert status(door, RIGHT, "10.0.0.77") == 200
    assert status(door, kept) == 401


@pytest.mark.parametrize("header", [b"", b"Basic", b"Basic !!", b"Basic " + base64.b64encode(b"\xff:\xff"), b"Bearer x",
                                    b"Basic " + base64.b64encode(b"no colon")])  # fmt: skip
def test_a_header_that_says_nothing_opens_nothing(kept: str, header: bytes) -> None:
    assert status(Doors(app, kept), None, header=header) == 401


def test_the_browser_is_told_to_ask(kept: str) -> None:
    answer = asyncio.run(ask(Doors(app, kept), None))
    assert dict(answer[0]["headers"])[b"www-authenticate"].startswith(b"Basic realm=")


def test_guessing_is_slowed_down_by_address(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, checked = Clock(), []
    monkeypatch.setattr(passwords, "matches", lambda given, kept: checked.append(given) or given == RIGHT)
    door = Doors(app, kept, Guesses(clock))
    assert [status(door, f"wrong {n}") for n in range(guesses.FREE)] == [401] * guesses.FREE
    assert status(door, "wrong again") == 429
    assert status(door, RIGHT) == 429  # else guessing would go on and only the answers would be late
    assert status(door, RIGHT, "10.0.0.10") == 200
    assert len(checked) == guesses.FREE + 1
    waits = []
    for _ in range(12):
        waits.append(door._guesses.wait("10.0.0.9"))
        clock.now += waits[-1]
        assert status(door, "wrong") == 401
    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert max(waits) == guesses.LONGEST
    clock.now += guesses.LONGEST
    assert status(door, RIGHT) == 200


def test_what_was_right_once_costs_no_more_time(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Doors(app, kept)
    assert status(door, RIGHT) == 200
    monkeypatch.setattr(passwords, "matches", lambda given, kept: pytest.fail("checked again"))
    assert status(door, RIGHT) == 200


def test_many_guesses_at_once_do_not_pile_up(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Doors(app, kept)

    async def flood() -> list[int]:
        answers = await asyncio.gather(*(ask(door, f"guess {n}", f"10.0.{n}.1") for n in range(4 * doors.WAITING)))
        return [answer[0]["status"] for answer in answers]

    monkeypatch.setattr(passwords, "matches", lambda given, kept: False)
    found = asyncio.run(flood())
    assert found.count(401) == doors.WAITING
    assert found.count(429) == 3 * doors.WAITING


def test_addresses_are_forgotten_when_there_are_many() -> None:
    known = Guesses(Clock())
    for n in range(3 * guesses.REMEMBERED):
        known.wrong(str(n))
    assert len(known._wrong) == guesses.REMEMBERED


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: RIGHT,
        lambda kept: kept[:-8],
        lambda kept: kept.replace("scrypt", "plain"),
        lambda kept: kept.replace("32768", "32767"),
        lambda kept: kept.replace("32768", str(1 << 30)),
        lambda kept: kept.replace(":8:3:", ":8:0:"),
        lambda kept: "::::",
    ],
)
def test_a_hash_that_is_none_is_refused_before_anything_is_served(kept: str, change: Callable[[str], str]) -> None:
    with pytest.raises(UsageError, match="not a hash") as raised:
        Doors(app, change(kept))
    assert RIGHT not in str(raised.value)


def test_two_hashes_of_a_password_differ_and_both_match(kept: str) -> None:
    again = passwords.hashed(RIGHT)
    assert again != kept
    assert passwords.matches(RIGHT, again)
    assert not passwords.matches(RIGHT + " ", again)


def test_the_command_prints_the_setting_and_not_the_password() -> None:
    command = [sys.executable, "-m", "assistant", "password"]
    done = subprocess.run(
        command, input=f"{RIGHT}\n", capture_output=True, encoding="utf-8", cwd=kernel.ROOT, check=True
    )
    assert passwords.matches(RIGHT, done.stdout.split('"')[1])
    assert RIGHT not in done.stdout + done.stderr
    short = subprocess.run(
        command, input="short\n", capture_output=True, encoding="utf-8", cwd=kernel.ROOT, check=False
    )
    assert (short.returncode, short.stdout) == (2, "")


@pytest.mark.parametrize(
    ("host", "passes"), [("192.168.1.5:7860", True), ("[fe80::1]:7860", True), ("evil.example", False)]
)
def test_listening_everywhere_an_address_is_a_host_and_a_name_is_not(host: str, passes: bool) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    scope = {"type": "http", "path": "/", "headers": [(b"host", host.encode())]}
    asyncio.run(Shield(app, Hosts({"box.lan"}, any_address=True))(scope, receive, send))
    assert (sent[0]["status"] == 200) is passes


def test_the_page_for_the_network_asks_everyone(kept: str, tmp_path: Path) -> None:
    root = small_workspace.make(tmp_path).root
    served = subprocess.Popen(
        [sys.executable, "-m", "assistant", "ui", "--host", "0.0.0.0", "--port", "0", "--workspace", str(root)],
        stderr=subprocess.PIPE, text=True, cwd=kernel.ROOT, env={**os.environ, "ASSISTANT_PASSWORD": kept},
    )  # fmt: skip
    with served:
        try:
            assert served.stderr is not None
            port = next(line for line in served.stderr if "http://" in line).split()[0].rpartition(":")[2]
            page = f"http://127.0.0.1:{port}/"
            with pytest.raises(urllib.error.HTTPError, match="401"):
                urllib.request.urlopen(page, timeout=30)
            known = {"Authorization": "Basic " + base64.b64encode(f"anyone:{RIGHT}".encode()).decode()}
            with urllib.request.urlopen(urllib.request.Request(page, headers=known), timeout=30) as shown:
                assert shown.status == 200
        finally:
            served.send_signal(signal.SIGINT)
            served.communicate(timeout=30)
