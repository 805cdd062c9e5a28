"""Fetch a model file from a Hugging Face-compatible server: whole and proven, or not at all.

The server says size and SHA-256 before a byte of the file is taken: Hugging Face in X-Linked-Size and X-Linked-ETag, on
the answer that redirects to its storage (huggingface_hub, file_download.py). The file grows under a name of its own
that holds what was promised, so that an interrupted pull goes on where it stopped and never mixes two
versions, and gets its final name only when all of it is checked.
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urljoin, urlsplit

from assistant.errors import FaultError, NotReadyError, RefusedError, UsageError
from assistant.models.catalogue import entries
from assistant.models.files import PROMISED, remember
from assistant.models.gguf import inspect
from assistant.records import content_id

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int], None]
"""Called with the bytes there are and the bytes there will be."""

SERVER = "https://huggingface.co"
REDIRECTS = 5
# Attempts in a row that bring nothing, and the seconds before the next one, which grow with each.
ATTEMPTS = 5
WAIT_S = 1.0
TIMEOUT_S = 30.0
# Kept free on the disk beside the file.
SPARE = 512 << 20
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a server says about a file: its `size` in bytes, and its SHA-256, or "" where it does not say."""

    url: str
    name: str
    size: int
    sha256: str
    tag: str


def address(wanted: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return the URL of a name of the catalogue, of OWNER/REPOSITORY/FILE.gguf, or of a URL.

    HF_ENDPOINT in `environ` names another server than Hugging Face. Raises UsageError for anything else.
    """
    if wanted.startswith(("https://", "http://")):
        return wanted
    known = {entry.name: f"{entry.repository}/{entry.file}" for entry in entries()}
    path = known.get(wanted, wanted).split("/")
    if len(path) < 3 or not path[-1].lower().endswith(".gguf") or not all(path):
        raise UsageError(
            f"{wanted!r} is no model of the catalogue",
            remedy=f"name one of {', '.join(known)}, OWNER/REPOSITORY/FILE.gguf, or a URL",
        )
    owner, repository, *file = (quote(part) for part in path)
    server = environ.get("HF_ENDPOINT", "").rstrip("/") or SERVER
    return f"{server}/{owner}/{repository}/resolve/main/{'/'.join(file)}"


def pull(url: str, folder: Path, progress: Progress = lambda done, size: None, token: str = "") -> Path:
    """Fetch the model file at `url` into `folder` and return it. `token` is shown to the host of `url` alone.

    Raises NotReadyError where the server can't be reached or the connection keeps breaking (what came is kept),
    RefusedError where the file isn't there, isn't what was promised or isn't a model, FaultError where the disk
    is too small.
    """
    import httpx

    with httpx.Client(timeout=TIMEOUT_S) as client:
        try:
            promise = _promised(client, url, token)
            target = folder / promise.name
            if target.exists():
                raise UsageError("this model is there already", where=str(target), remedy="delete it to pull it again")
            folder.mkdir(parents=True, exist_ok=True)
            part = folder / f".{promise.name}.{content_id(url, str(promise.size), promise.sha256, promise.tag)}.part"
            _check_room(folder, promise.size - _size(part))
            _fetch(client, promise, part, progress, token)
        except httpx.HTTPError as error:
            raise NotReadyError(
                f"the model can't be fetched: {error or type(error).__name__}",
                where=url,
                remedy="check the network and run it again; what came is kept",
            ) from error
        except OSError as error:
            raise FaultError(f"the model can't be written: {error.strerror}", where=str(folder)) from error
    return _accept(part, target, promise)


def _promised(client: "httpx.Client", url: str, token: str) -> Promise:
    headers: dict[str, str] = {}
    for answer in _answers(client, "HEAD", url, {}, token):
        headers |= {name: value for name, value in answer.headers.items() if name not in headers}
        size = answer.headers.get("content-length", "")
        answer.close()
    size = headers.get("x-linked-size", size)
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    if not name.lower().endswith(".gguf") or name.startswith(".") or Path(name).name != name:
        raise RefusedError("this is not the address of a GGUF file", where=url)
    if not size.isdigit() or not int(size):
        raise RefusedError("the server does not say how large the file is", where=url)
    tag = headers.get("x-linked-etag", headers.get("etag", "")).removeprefix("W/").strip('"')
    return Promise(url, name, int(size), tag if DIGEST.fullmatch(tag) else "", tag)


def _answers(
    client: "httpx.Client", method: str, url: str, headers: Mapping[str, str], token: str
) -> Iterator["httpx.Response"]:
    """Yield the answers on the way to the file, the file's own last. Raises RefusedError for any but a good one."""
    home = urlsplit(url).netloc
    for _ in range(REDIRECTS + 1):
        shown = {"Authorization": f"Bearer {token}"} if token and urlsplit(url).netloc == home else {}
        # Encoded, the sizes would be of something else than the file.
        request = client.build_request(method, url, headers={"Accept-Encoding": "identity", **headers, **shown})
        answer = client.send(request, stream=True)
        if answer.is_error:
            answer.close()
            known = {401: "it wants a token (HF_TOKEN)", 403: "it refuses", 404: "there is no such file"}
            what = known.get(answer.status_code, f"it answers {answer.status_code}")
            if answer.is_server_error:
                answer.raise_for_status()
            raise RefusedError(f"the server does not give the file: {what}", where=url)
        yield answer
        if not answer.has_redirect_location:
            return
        before, url = url, urljoin(url, answer.headers["location"])
        if before.startswith("https://") and not url.startswith("https://"):
            raise RefusedError("the server leads to an address without encryption", where=url)
    raise RefusedError("the server leads in circles", where=url)


@contextmanager
def _opened(client: "httpx.Client", promise: Promise, start: int, token: str) -> Iterator["httpx.Response"]:
    """Open the file at byte `start`, give its answer and close it after."""
    last: httpx.Response | None = None
    for answer in _answers(client, "GET", promise.url, {"Range": f"bytes={start}-"} if start else {}, token):
        if last:
            last.close()
        last = answer
    assert last is not None, "there is an answer or an error"
    with closing(last):
        yield last


def _fetch(client: "httpx.Client", promise: Promise, part: Path, progress: Progress, token: str) -> None:
    """Fill `part` up to the promised size, going on after a broken connection."""
    import httpx

    failures = 0
    while (have := _size(part)) < promise.size:
        try:
            with _opened(client, promise, have, token) as answer:
                _append(answer, part, have, promise, progress)
        except httpx.HTTPError:
            failures = 0 if _size(part) > have else failures + 1
            if failures >= ATTEMPTS:
                raise
            time.sleep(WAIT_S * failures)
        else:
            failures = 0 if _size(part) > have else failures + 1
            if failures >= ATTEMPTS:
                raise httpx.ReadError("the server ends before the file does")


def _append(answer: "httpx.Response", part: Path, have: int, promise: Promise, progress: Progress) -> None:
    """Write what comes to the end of `part`, or anew where the server does not go on from there."""
    goes_on = answer.status_code == 206
    if goes_on and not answer.headers.get("content-range", "").startswith(f"bytes {have}-"):
        raise RefusedError("the server sends another part of the file than it was asked for", where=promise.url)
    done = have if goes_on else 0
    with part.open("ab" if goes_on else "wb") as file:
        for chunk in answer.iter_raw():
            done += len(chunk)
            if done > promise.size:
                break
            file.write(chunk)
            progress(done, promise.size)
    if done > promise.size:
        part.unlink()
        raise RefusedError(f"the server sends more than the {promise.size} bytes it promised", where=promise.url)


def _accept(part: Path, target: Path, promise: Promise) -> Path:
    """Check what came and give it its name. What fails is deleted."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        if promise.sha256 and found != promise.sha256:
            raise RefusedError(
                f"what came has the SHA-256 {found}, and {promise.sha256} was promised",
                where=promise.url,
                remedy="pull it again; if that repeats, do not trust this server",
            )
        inspect(part)
    except RefusedError:
        part.unlink()
        raise
    part.replace(target)
    remember(target, "sha256", found)
    if promise.sha256:
        remember(target, PROMISED, promise.sha256)
    return target


def _check_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if wanted + SPARE > free:
        raise FaultError(
            f"the model takes {wanted / 1e9:.1f} GB more, and {free / 1e9:.1f} GB are free on the disk",
            where=str(folder),
            remedy="make room, or take a smaller model",
        )


def _size(part: Path) -> int:
    with suppress(FileNotFoundError):
        return part.stat().st_size
    return 0
