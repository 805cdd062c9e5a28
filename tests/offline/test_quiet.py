"""The switches are off before the libraries read them, and the libraries stay silent."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from assistant.offline.quiet import PROXIES, SWITCHES


def run(code: str, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | environment,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_users_environment_is_overruled_and_proxies_are_forgotten() -> None:
    loud = dict.fromkeys(SWITCHES, "true") | {name.lower(): "http://127.0.0.1:3128" for name in PROXIES}
    seen = run(
        """
        import json, os, sys, urllib.request
        from assistant.offline.quiet import hush
        heavy = sorted({"chromadb", "gradio", "huggingface_hub", "langchain_core"} & set(sys.modules))
        hush()
        print(json.dumps({"heavy": heavy, "env": dict(os.environ), "bypass": urllib.request.proxy_bypass("a.example")}))
        """,
        **loud,
        HTTPS_PROXY="http://127.0.0.1:3128",
    )
    assert seen["heavy"] == []  # hush comes before them
    assert {name: seen["env"].get(name) for name in SWITCHES} == SWITCHES
    assert not [name for name in seen["env"] if name.upper() in PROXIES]
    assert seen["bypass"]


def test_each_library_reads_its_switch_as_off() -> None:
    seen = run("""
        import json
        from assistant.offline.quiet import hush
        hush()
        from chromadb.config import Settings
        from gradio.analytics import analytics_enabled
        from huggingface_hub import constants
        from langchain_core.tracers.context import _tracing_v2_is_enabled
        from langsmith.utils import tracing_is_enabled
        from opentelemetry.sdk.trace import TracerProvider
        chroma = Settings()
        tracer = TracerProvider().get_tracer("t")
        print(json.dumps({
            "chroma": [chroma.anonymized_telemetry,
                       chroma.chroma_otel_collection_endpoint, chroma.chroma_otel_granularity],
            "gradio": analytics_enabled(),
            "hub offline": constants.HF_HUB_OFFLINE,
            "hub telemetry off": constants.HF_HUB_DISABLE_TELEMETRY,
            "hub update check off": constants.HF_HUB_DISABLE_UPDATE_CHECK,
            "langchain": _tracing_v2_is_enabled(),
            "langsmith": tracing_is_enabled(),
            "opentelemetry": tracer.start_span("s").is_recording(),
        }))
    """)
    assert seen == {
        "chroma": [False, "", "none"],
        "gradio": False,
        "hub offline": True,
        "hub telemetry off": True,
        "hub update check off": True,
        "langchain": False,
        "langsmith": False,
        "opentelemetry": False,
    }


def test_chromadb_and_langchain_make_no_attempt() -> None:
    seen = run("""
        import json, tempfile
        from assistant.offline.quiet import hush
        hush()
        from assistant.offline.guard import enforce
        guard = enforce()
        import chromadb
        from langchain_core.runnables import RunnableLambda
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            store = chromadb.PersistentClient(folder).create_collection("texts", embedding_function=None)
            store.add(ids=["a"], embeddings=[[1.0, 0.0]], documents=["text"])
            found = store.query(query_embeddings=[[1.0, 0.0]], n_results=1)["ids"]
        chained = RunnableLambda(lambda value: value + 1).invoke(1)
        print(json.dumps({"found": found, "chained": chained, "attempts": [str(a) for a in guard.attempts]}))
    """)
    assert seen == {"found": [["a"]], "chained": 2, "attempts": []}


def test_a_gradio_app_starts_and_answers_without_an_attempt() -> None:
    seen = run("""
        import json, threading, urllib.request
        from assistant.offline.quiet import hush
        hush()
        from assistant.offline.guard import enforce
        guard = enforce()
        import gradio
        with gradio.Blocks() as app:
            gradio.ChatInterface(lambda message, history: message)
        _, url, _ = app.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
        page = urllib.request.urlopen(url, timeout=20).status
        app.close()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join(5)
        print(json.dumps({"page": page, "attempts": [str(a) for a in guard.attempts]}))
    """)
    assert seen == {"page": 200, "attempts": []}


def test_the_hub_refuses_before_any_socket_is_opened() -> None:
    seen = run("""
        import json
        from assistant.offline.quiet import hush
        hush()
        from assistant.offline.guard import enforce
        guard = enforce()
        from huggingface_hub import hf_hub_download
        try:
            hf_hub_download("an-organisation/a-model", "config.json")
        except Exception as error:
            name = type(error).__name__
        print(json.dumps({"error": name, "attempts": guard.record().attempts}))
    """)
    assert seen == {"error": "LocalEntryNotFoundError", "attempts": 0}
