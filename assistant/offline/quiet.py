"""Switch off, before anything is imported, whatever the libraries would send or fetch on their own."""

import os

SWITCHES = {
    # Any product that follows donottrack.sh, and the Hugging Face libraries.
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
    # huggingface_hub/constants.py; transformers and sentence-transformers load through it.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    # gradio: analytics and the version check; a public link; run history kept in a bucket elsewhere.
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_RUN_HISTORY": "False",
    # chromadb: product telemetry, and spans sent through gRPC, which connects below Python.
    "ANONYMIZED_TELEMETRY": "False",
    "CHROMA_OTEL_COLLECTION_ENDPOINT": "",
    "CHROMA_OTEL_GRANULARITY": "none",
    "POSTHOG_DISABLED": "True",
    "OTEL_SDK_DISABLED": "true",
    "OTEL_TRACES_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    # langchain-core and langsmith: traces. Both spellings and both versions are read; the first one set wins.
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}
"""Each variable with the value that its reader takes as off. Spellings differ: gradio compares with "True",
langsmith with "true", huggingface_hub with a list."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "WS_PROXY", "WSS_PROXY")
"""A proxy on this machine is loopback for the guard, and yet leads outside."""


def hush() -> None:
    """Set every switch of `SWITCHES`, over whatever the user's environment says, and forget proxies.

    Most libraries read these once, when they are imported: call it before importing any of them.
    Child processes inherit the setting.
    """
    os.environ.update(SWITCHES)
    for name in PROXIES:
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"
