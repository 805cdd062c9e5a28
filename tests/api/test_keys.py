"""Who may use the API: keys, guesses, shares, and no other address without."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from assistant.api import keys
from assistant.api.gate import Gate
from assistant.api.keys import Keys
from assistant.errors import UsageError
from assistant.web import guesses
from assistant.web.asgi import Message, Receive, Scope, Send
from assistant.web.guesses import Guesses
from assistant.web.hosts import Hosts
from tests.api.conftest import serving
from tests.support import kernel


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def asked(
    gate: Gate, key: str | None, *, path: str = "/search", body: tuple[bytes, ...] = (b"",)
) -> tuple[int, dict[bytes, bytes]]:
    sent: list[Message] = []
    left = list(body)

    async def receive() -> Message:
        piece = left.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"box:8000"), *([(b"authorization", f"Bearer {key}".encode())] if key is not None else [])]
    scope = {"type": "http", "path": path, "headers": headers, "client": ("10.0.0.9", 5000)}
    asyncio.run(gate(scope, receive, send))
    assert (sent[1]["body"] == b"".join(body)) is (sent[0]["status"] == 200) or sent[0]["status"] == 200
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    return [keys.make("laptop"), keys.make("line-3")]


def gate(pairs: list[tuple[str, str]], rate: int = 1000, clock: Clock | None = None) -> Gate:
    clock = clock or Clock()
    return Gate(app, Hosts({"box"}), Keys([entry for _, entry in pairs], rate, clock), Guesses(clock))


def test_each_key_opens_and_nothing_else_does(pairs: list[tuple[str, str]]) -> None:
    opened = gate(pairs)
    assert [asked(opened, key)[0] for key, _ in pairs] == [200, 200]
    key, entry = pairs[0]
    for wrong in (None, "", key + "x", key[:-1], entry, entry.partition(":")[2]):
        status, said = asked(opened, wrong)
        assert status == 401
        assert said[b"www-authenticate"] == b"Bearer"
    assert asked(opened, None, path="/health")[0] == 200
    assert asked(gate([]), None)[0] == 200


def test_guessing_is_slowed_down(pairs: list[tuple[str, str]]) -> None:
    clock = Clock()
    opened = gate(pairs, clock=clock)
    assert [asked(opened, f"wrong {n}")[0] for n in range(guesses.FREE)] == [401] * guesses.FREE
    status, said = asked(opened, pairs[0][0])
    assert (status, said[b"retry-after"]) == (429, b"2")
    clock.now += 2
    assert asked(opened, pairs[0][0])[0] == 200


def test_a_key_has_its_share_and_gets_it_back_evenly(pairs: list[tuple[str, str]]) -> None:
    clock = Clock()
    opened = gate(pairs, rate=6, clock=clock)
    first, second = pairs[0][0], pairs[1][0]
    assert [asked(opened, first)[0] for _ in range(7)] == [200] * 6 + [429]
    assert asked(opened, second)[0] == 200
    _, said = asked(opened, first)
    assert 10 <= int(said[b"retry-after"]) <= 11
    clock.now += 10
    assert [asked(opened, first)[0] for _ in range(2)] == [200, 429]
    clock.now += 3600
    assert [asked(opened, first)[0] for _ in range(7)] == [200] * 6 + [429]


def test_a_body_comes_whole_or_not_at_all(pairs: list[tuple[str, str]]) -> None:
    key = pairs[0][0]
    assert asked(gate(pairs), key, body=(b"one ", b"two ", b"three"))[0] == 200
    assert asked(gate(pairs), key, body=(b"x" * (1 << 20),) * 3)[0] == 413


def test_a_body_that_does_not_come_is_not_waited_for(
    pairs: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.api.gate.BODY_S", 0.01)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nothing comes")

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"box"), (b"authorization", f"Bearer {pairs[0][0]}".encode())]
    asyncio.run(gate(pairs)({"type": "http", "path": "/search", "headers": headers}, receive, send))
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("entry", ["", "laptop", "laptop:abc", "era-key", "a b:" + "0" * 64, "x:" + "0" * 63 + "G"])
def test_an_entry_that_is_none_is_refused_before_anything_is_served(entry: str) -> None:
    with pytest.raises(UsageError, match="not a name with a hash") as raised:
        Keys([entry], 10)
    assert "era-" not in str(raised.value)


def test_a_name_is_there_once(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(UsageError, match="twice"):
        Keys([pairs[0][1]] * 2, 10)


def test_keys_differ_and_are_kept_nowhere(pairs: list[tuple[str, str]]) -> None:
    key, entry = pairs[0]
    assert key != keys.make("laptop")[0]
    assert len(key) > 40
    assert key not in entry
    with pytest.raises(UsageError, match="no name"):
        keys.make("two words")


def assistant(*words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "assistant", *words], capture_output=True, encoding="utf-8", cwd=kernel.ROOT,
        env={**os.environ, **environ}, check=False,
    )  # fmt: skip


def test_beyond_this_machine_a_key_is_needed_and_asked_for(root: Path) -> None:
    refused = assistant("serve", "--host", "0.0.0.0", "--port", "0", "--workspace", str(root))
    assert refused.returncode == 2
    assert "assistant key" in refused.stderr
    made = assistant("key", "laptop")
    key, entry = made.stdout.strip(), made.stderr.split('"')[1]
    assert keys.Keys([entry], 10).owner(key) == "laptop"
    with serving(root, ASSISTANT_KEYS=entry, ASSISTANT_HOST="0.0.0.0") as address:
        address = address.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{address}/health").status_code == 200
        for path in ("/v1/models", "/metrics", "/openapi.json", "/mcp"):
            assert httpx.get(f"{address}{path}").status_code == 401
        known = {"Authorization": f"Bearer {key}"}
        assert httpx.get(f"{address}/v1/models", headers=known).status_code == 200
        assert httpx.get(f"{address}/v1/models", headers={**known, "Host": "evil.example"}).status_code == 403
