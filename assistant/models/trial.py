"""A first run of a model file in a process of its own.

llama.cpp aborts the whole process on some damaged files (a failed assertion is no error it returns), and its
kernels may fault on a machine. That must not take the program down, so each file is loaded and run once by
a child, and what came out is noted beside the file.
"""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from assistant.errors import AssistantError, RefusedError
from assistant.models.context import Context
from assistant.models.files import recall, remember
from assistant.models.gguf import inspect
from assistant.models.native import Weights

NOTE = "ran"
TOKENS = 40


def try_out(path: Path, gpu_layers: int) -> None:
    """Run the model file in a child process unless that went well before. Raises RefusedError where it crashes."""
    setup = f"llama-cpp-python {_version()}, {gpu_layers} layers on a GPU"
    if recall(path, NOTE) == setup:
        return
    package = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "-m", __name__, str(path), str(gpu_layers)],
        env={**os.environ, "PYTHONPATH": str(package), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if run.returncode != 0:
        said = run.stderr.strip().splitlines()
        raise RefusedError(
            f"llama.cpp crashes on this model (status {run.returncode}{': ' + said[-1] if said else ''})",
            where=str(path),
            remedy="download the file again; if it is whole, reinstall llama-cpp-python, or take another model",
        )
    remember(path, NOTE, setup)


def _version() -> str:
    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return "unknown"


def main(path: Path, gpu_layers: int) -> None:
    """Load and run the model. An error that llama.cpp returns is no crash: the real load will meet it again."""
    try:
        kind = inspect(path).kind
        pools = kind in ("embedding", "reranking")
        weights = Weights(path, gpu_layers)
        context = Context(weights, window=2 * TOKENS, piece=2 * TOKENS, threads=1, pooled=pools)
        tokens = [max(weights.bos, 0)] * TOKENS
        if pools:
            context.pool([tokens], width=1 if kind == "reranking" else 0)
        else:
            context.decode(tokens, 0)
    except AssistantError:
        return
    context.close()
    weights.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
