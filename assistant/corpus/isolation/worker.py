"""The worker: a process of its own that reads one file after another, confined and offline, until its input ends.

It is started by `workers.py` as `python -m assistant.corpus.isolation.worker` and speaks in frames over its standard
input and output. First it hears what it works under, then one request a file; each gets exactly one reply. A request
that names a page gets a picture of it, any other what the file says.
"""

import base64
import os
import signal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from assistant.corpus import framework as frameworks
from assistant.corpus import reading, splitting
from assistant.corpus.framework import Framework
from assistant.corpus.isolation import frames, limits
from assistant.corpus.isolation.limits import Limits
from assistant.errors import RefusedError
from assistant.offline.guard import Guard, enforce

if TYPE_CHECKING:
    from assistant.corpus.readers.recognition import Recogniser

_MOST_REQUEST = 1 << 20
_REMEDY = "it is probably damaged: open it in the program it was made with, and save it anew or as text"


def main() -> None:
    """Read files until there are no more requests."""
    # Ctrl-C is for the program; it closes this process's input when it leaves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = _streams()
    setup = frames.receive(requests, _MOST_REQUEST)
    if setup is None:
        return
    allowed = Limits(**setup["limits"])
    recogniser = _recogniser(setup.get("languages", ""))
    guard = enforce()
    guard.seal()
    framework = frameworks.load(Path(setup["framework"]))
    limits.confine(allowed)
    frames.send(replies, {"ready": True})
    while (request := frames.receive(requests, _MOST_REQUEST)) is not None:
        limits.allow_seconds(allowed.cpu_seconds)
        frames.send(replies, _reply(request, framework, recogniser, guard))


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """Return the input and the output, and turn what libraries print away from the output."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)
    return requests, replies


def _recogniser(languages: str) -> "Recogniser | None":
    if not languages:
        return None
    from assistant.corpus.readers.recognition import Recogniser

    return Recogniser(languages)


def _reply(
    request: dict[str, Any], framework: Framework, recogniser: "Recogniser | None", guard: Guard
) -> dict[str, Any]:
    before = guard.record().attempts
    try:
        file, path, digest = Path(request["file"]), request["path"], request["digest"]
        if "page" in request:
            from assistant.corpus import drawing

            drawn = drawing.draw(file, path, digest, request["page"])
            reply: dict[str, Any] = {"png": base64.b64encode(drawn).decode("ascii")}
        else:
            document = reading.read(file, path, digest, framework, recogniser)
            reply = frames.pack(document, splitting.split(document, request["passage_tokens"]))
    except RefusedError as error:
        reply = {"refused": [error.what, error.remedy]}
    except MemoryError:
        reply = {"refused": ["reading it takes more memory than a file may have", "split the file into smaller ones"]}
    except RecursionError:
        reply = {"refused": ["it is nested too deep", "save its text instead"]}
    except Exception as error:
        reply = {"refused": [_stumbled(error), _REMEDY]}
    # What a file made its reader try is worth knowing, though nothing came of it.
    reply["attempts"] = guard.record().attempts - before
    reply["memory"] = limits.memory_peak()
    return reply


def _stumbled(error: Exception) -> str:
    """Return what a library fell over that expected another file, and where, for whoever wants to mend it."""
    import traceback

    at = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split()) or "it gave no reason"
    return f"its reader failed: {said[:300]} ({type(error).__name__} in {Path(at.filename).stem}, {at.name})"


if __name__ == "__main__":
    main()
