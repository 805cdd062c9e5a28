"""What a tab leaves behind: an industrial PC's page is opened and closed for months."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from assistant.offline.guard import Guard
from assistant.settings import Settings
from assistant.ui import app
from assistant.ui.desk import Desk
from assistant.wiring import Assistant
from tests.support import small_workspace

fastapi = pytest.importorskip("fastapi")
gradio = pytest.importorskip("gradio")
uvicorn = pytest.importorskip("uvicorn")

SESSION = "one-tab"


def soon(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def test_a_closed_tab_leaves_nothing(tmp_path: Path) -> None:
    assistant = Assistant(small_workspace.make(tmp_path), Settings(engine="extractive"), Guard(frozenset()))
    desk = Desk(assistant)
    page = app.page(desk)
    mounted = gradio.mount_gradio_app(fastapi.FastAPI(), page, path="/")
    server = uvicorn.Server(uvicorn.Config(mounted, port=0, ws="none", log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    assert soon(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            parts = client.get("/config").json()["dependencies"]
            load = next(part["id"] for part in parts if [target[1] for target in part["targets"]] == ["load"])
            asked = {"data": [], "fn_index": load, "session_hash": SESSION}
            with client.stream("GET", f"/gradio_api/heartbeat/{SESSION}"):
                client.post("/gradio_api/run/predict", json=asked).raise_for_status()
                assert SESSION in page.state_holder.session_data
                assert SESSION in desk.conversations._kept
        assert soon(lambda: SESSION not in page.state_holder.session_data)
        assert SESSION not in desk.conversations._kept
    finally:
        server.should_exit = True
        thread.join()
        desk.close()
