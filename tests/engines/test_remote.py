"""The remote engine on llama-cpp-python's own server, and on servers that misbehave."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.engines import server
from assistant.engines.base import Engine
from assistant.engines.remote import RemoteEngine, open_remote
from assistant.errors import AssistantError, FaultError, NotReadyError, RefusedError, UsageError
from assistant.records import Message, Prompt
from assistant.settings import Settings
from tests.contracts.engine_contract import EngineContract
from tests.support import kernel, model_server, small_workspace, tiny_gguf
from tests.support.model_server import KEY, Script, event

QUESTION = "為什麼要把模型放在現場？"
PROMPT = Prompt(QUESTION, "zh-TW", (QUESTION,), (), (Message("system", "依證據回答。"), Message("user", QUESTION)), 200)
DONE = "data: [DONE]\n\n"
WINDOW = 1024


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("llama_cpp.server.app")
    with model_server.llama(tiny_gguf.write(tmp_path_factory.mktemp("m") / "tiny.gguf"), window=WINDOW) as served:
        yield served


def remote(address: str, **more: object) -> RemoteEngine:
    return open_remote(Settings(engine="remote", remote=address, remote_key=KEY, **more))  # type: ignore[arg-type]


class TestRemoteEngine(EngineContract):
    @pytest.fixture
    def engine(self, address: str) -> Engine:
        return remote(address)

    @pytest.fixture
    def prompt(self) -> Prompt:
        return PROMPT


def test_the_record_says_which_host_wrote(address: str) -> None:
    info = remote(address).info
    assert (info.name, info.model, info.sha256) == ("remote", "tiny", None)
    assert info.host == address.removeprefix("http://").removesuffix("/v1")
    assert info.writer == f"tiny @ {info.host}"


def test_the_window_is_the_servers_and_too_much_is_refused(address: str) -> None:
    engine = remote(address)
    assert engine.window == WINDOW
    assert remote(address, context=512).window == 512
    long = replace(PROMPT, messages=(Message("user", "edge " * 2 * WINDOW),))
    assert engine.count(long.messages) > WINDOW
    with pytest.raises(RefusedError, match="does not fit"):
        list(engine.write(long, threading.Event()))


def test_the_address_may_leave_out_its_version(address: str) -> None:
    engine = remote(address.removesuffix("/v1") + "/")
    assert "".join(engine.write(PROMPT, threading.Event())) == tiny_gguf.DRAFT


def test_another_key_and_another_model_are_refused_by_name(address: str) -> None:
    with pytest.raises(UsageError, match="key"):
        open_remote(Settings(engine="remote", remote=address, remote_key="wrong"))
    with pytest.raises(UsageError, match="no model 'large'") as raised:
        remote(address, remote_model="large")
    assert "tiny" in raised.value.remedy


def test_nobody_there_says_what_to_do() -> None:
    with pytest.raises(NotReadyError, match="can't be reached") as raised:
        remote(f"http://127.0.0.1:{model_server.free_port()}/v1")
    assert "extractive" in raised.value.remedy


def drafted(
    script: Script, stop: threading.Event | None = None, **settings: object
) -> tuple[str, AssistantError | None]:
    """Return what an engine over a scripted server wrote, and the error it ended with."""
    written = ""
    with model_server.scripted(script) as address:
        try:
            for piece in remote(address, **settings).write(PROMPT, stop or threading.Event()):
                written += piece
        except AssistantError as error:
            return written, error
    return written, None


@pytest.fixture
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PAUSE_S", 0.01)


@pytest.mark.usefixtures("_no_pause")
def test_a_busy_server_is_asked_again_and_then_no_more() -> None:
    busy = (503, {}, ['{"error": {"message": "loading"}}'])
    script = Script([busy, busy, (200, {}, [event("後來"), event("好了", "stop"), DONE])])
    assert drafted(script) == ("後來好了", None)
    assert len(script.chats) == 3
    script = Script([busy])
    written, error = drafted(script)
    assert (written, len(script.chats)) == ("", server.TRIES)
    assert isinstance(error, NotReadyError)
    assert "loading" in str(error)


@pytest.mark.usefixtures("_no_pause")
def test_a_reply_that_breaks_off_is_an_error_and_never_half_an_answer() -> None:
    half = "邊緣運算把資料留在本機，延遲"
    script = Script([(200, {}, [event(half)])])
    written, error = drafted(script)
    assert written == half
    assert isinstance(error, FaultError)
    assert "broke off" in str(error)
    assert len(script.chats) == 1, "what has begun must not begin again"


@pytest.mark.usefixtures("_no_pause")
def test_a_reply_that_breaks_off_before_it_begins_is_asked_for_again() -> None:
    script = Script([(200, {}, []), (200, {}, [event("好", "stop")])])
    assert drafted(script) == ("好", None)


def test_reasoning_and_what_comes_after_the_end_are_left_out() -> None:
    body = [event("<think>想"), event("一想</thi"), event("nk>答案"), event("", "stop"), DONE, event("之後")]
    assert drafted(Script([(200, {}, body)])) == ("答案", None)


def test_a_server_that_sends_too_much_is_cut() -> None:
    endless = [event("長" * 1000)] * 100
    written, error = drafted(Script([(200, {}, endless)]))
    assert error is None
    assert len(written) <= 64 * PROMPT.max_tokens + 2000


@pytest.mark.parametrize("body", ["not json", '{"choices": "none"}', "[1, 2]"])
def test_nonsense_is_an_error_that_asks_for_the_address(body: str) -> None:
    _, error = drafted(Script([(200, {}, [f"data: {body}\n\n"])]))
    assert isinstance(error, FaultError)
    assert "remote" in error.remedy


def test_a_silent_server_is_given_up_and_a_stop_is_heard_meanwhile() -> None:
    silence = threading.Event()
    try:
        _, error = drafted(Script([(200, {}, [silence])]), remote_timeout=1)
        assert isinstance(error, NotReadyError)
        assert "silent" in str(error)
        stop = threading.Event()
        script = Script([(200, {}, [event("邊緣運算把資料留在本機，"), event("二"), silence, *[event("三")] * 2000])])
        with model_server.scripted(script) as address:
            pieces = remote(address).write(PROMPT, stop)
            assert next(pieces) == "邊緣運算把資料留在本機，"
            threading.Timer(0.2, stop.set).start()
            assert "三" not in "".join(pieces)
            for thread in threading.enumerate():
                if thread.name == "remote":
                    thread.join(20)
            silence.set()
            assert script.left.wait(20), "the connection was kept open after the stop"
    finally:
        silence.set()


@pytest.mark.parametrize(
    ("told", "window"),
    [
        ({"v1/models": {"data": [{"id": "v", "max_model_len": 3000}]}}, 3000),  # vLLM
        ({"v1/models": {"data": [{"id": "l"}]}, "props": {"default_generation_settings": {"n_ctx": 2000}}}, 2000),
        ({"v1/models": {"data": [{"id": "x"}]}}, 1500),
    ],
)
def test_each_server_tells_its_window_in_its_own_way(told: dict[str, object], window: int) -> None:
    refusal = json.dumps({"error": {"message": "This model's maximum context length is 1500 tokens."}})
    with model_server.scripted(Script([(400, {}, [refusal])], **told)) as address:
        assert remote(address).window == window


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ({"tokenize": lambda asked: {"tokens": [0] * len(asked["content"])}}, 8),  # llama-server
        ({"tokenize": lambda asked: {"count": len(asked["prompt"])} if "prompt" in asked else {}}, 8),  # vLLM
        ({}, 3),  # our own count, times the margin
    ],
)
def test_each_server_counts_in_its_own_way(told: dict[str, object], counted: int) -> None:
    with model_server.scripted(Script([], **told)) as address:
        assert remote(address).model.count("edge, AI") == counted + (0 if told else 1)


@pytest.mark.parametrize("address", ["", "10.0.0.5:8080", "ftp://10.0.0.5/", "http://", "http://x:99999/v1"])
def test_an_address_that_is_none_is_refused_with_the_settings(address: str) -> None:
    with pytest.raises(UsageError, match="address"):
        Settings(engine="remote", remote=address)
    assert Settings(engine="llama", remote=address).hosts == ()


def test_a_question_is_answered_by_the_server_and_no_other_host_may_be_reached(address: str, tmp_path: Path) -> None:
    root = small_workspace.make(tmp_path).root
    environ = {"ASSISTANT_REMOTE": address, "ASSISTANT_REMOTE_KEY": KEY, "ASSISTANT_MAX_TOKENS": "100"}
    run([sys.executable, "-m", "assistant", "refresh", "--workspace", str(root)], {})
    ask = ["ask", "邊緣 AI 有哪些隱私上的好處？", "--engine", "remote", "--json", "--workspace", str(root)]
    told = json.loads(run([sys.executable, "-m", "assistant", *ask], environ).stdout)
    assert told["engine"] == {"name": "remote", "model": "tiny", "sha256": None, "host": address[7:-3]}
    assert told["egress"] == {"enforcement": "audit-hook", "attempts": 0, "hosts": ["127.0.0.1"]}
    elsewhere = f"{ATTEMPT}\nmain({ask!r})"
    done = run([sys.executable, "-c", elsewhere], {**environ, "ASSISTANT_REMOTE": "http://192.0.2.7:9/v1"}, code=3)
    assert "refused" in done.stdout
    assert "can't be reached" in done.stderr


ATTEMPT = """
import socket
from assistant.cli import main
from assistant.engines import server

def elsewhere(*_):
    try:
        socket.create_connection(("192.0.2.8", 9), timeout=1)
    except ConnectionError as error:
        print(error)

server.CONNECT_S = 0.3
counted = server.ModelServer.model
server.ModelServer.model = lambda self, *a: (elsewhere(), counted(self, *a))[1]
import sys
exit = sys.exit
_main = main
main = lambda words: exit(_main(words))
"""


def run(command: list[str], environ: dict[str, str], code: int = 0) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=kernel.ROOT, env={**os.environ, **environ}, check=False
    )
    assert done.returncode == code, done.stderr
    return done
