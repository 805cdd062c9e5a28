"""What a model made of prompts, kept on disk, so that a prompt that was read once need not be read again.

A file is a line of JSON, then the prompt's tokens, what the model says after them, and llama.cpp's state. It holds the
prompt as good as in words: so it is private to its owner, and `forget` deletes the folder with the index. A file that
was made with another model or another library, or that is not what it was, is deleted when it is met.
"""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.models.context import Logits
from assistant.records import content_id

logger = logging.getLogger(__name__)

SUFFIX = ".state"
# At most so many bytes are kept, and at most this share of the disk's free space.
MOST, SHARE = 2 << 30, 0.1
# A header is a short line; what has none is no file of ours.
LONGEST_HEADER = 1000
Tokens = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Kept:
    """A prompt that was run: its tokens, llama.cpp's state, and the logits after the last token."""

    tokens: Sequence[int]
    state: bytes
    after: Logits


@dataclass(slots=True)
class States:
    """The kept prompts of one model, which `fingerprint` tells from all others. The folder need not exist."""

    folder: Path
    fingerprint: str
    most: int = MOST
    _known: dict[Path, Tokens] = field(default_factory=dict)

    def save(self, kept: Kept) -> None:
        """Keep a prompt, others making way if need be. A disk that can't take it is left as it is."""
        body = [np.array(kept.tokens, np.int32).tobytes(), kept.after.astype(np.float32).tobytes(), kept.state]
        sizes = [len(part) for part in body]
        head = {"fingerprint": self.fingerprint, "sizes": sizes, "sha256": _digest(body)}
        path = self._path(kept.tokens)
        try:
            if self._make_room(sum(sizes)):
                write_private(path, [json.dumps(head).encode() + b"\n", *body])
                self._known[path] = np.array(kept.tokens, np.int32)
        except OSError as error:
            logger.info("what the model made of a prompt is not kept: %s", error)

    def has(self, tokens: Sequence[int]) -> bool:
        """Return whether this very prompt is kept."""
        return self._path(tokens) in self._look()

    def find(self, prompt: Sequence[int], beyond: int) -> Kept | None:
        """Return the kept prompt with the most tokens in common with `prompt`, if they are more than `beyond`."""
        shared = {path: _common(prompt, tokens) for path, tokens in self._look().items()}
        path = max(shared, key=shared.__getitem__, default=None)
        if path is None or shared[path] <= beyond:
            return None
        kept = self._read(path)
        if kept is None:
            self._delete(path)
            return self.find(prompt, beyond)
        with suppress(OSError):
            os.utime(path)
        return kept

    def keep_only(self, prompts: Iterable[Sequence[int]]) -> None:
        """Delete all that is kept but of these prompts, other models' too."""
        wanted = {self._path(tokens) for tokens in prompts}
        for path in self._files():
            if path not in wanted:
                self._delete(path)

    def _path(self, tokens: Sequence[int]) -> Path:
        return path_of(self.folder, self.fingerprint, tokens, SUFFIX)

    def _files(self) -> list[Path]:
        """Return the files of the folder, the one used last at the end."""
        found = []
        with suppress(OSError):
            found = [(path.stat().st_mtime_ns, path) for path in self.folder.glob(f"*{SUFFIX}")]
        return [path for _, path in sorted(found)]

    def _look(self) -> dict[Path, Tokens]:
        """Return the tokens of each kept prompt; what is not ours, or not a file of this kind, is deleted."""
        files = self._files()
        self._known = {path: tokens for path, tokens in self._known.items() if path in files}
        for path in files:
            if path not in self._known:
                tokens = self._tokens(path)
                if tokens is None:
                    self._delete(path)
                else:
                    self._known[path] = tokens
        return self._known

    def _tokens(self, path: Path) -> Tokens | None:
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline(LONGEST_HEADER))
                sizes = [int(size) for size in head["sizes"]]
                whole = file.tell() + sum(sizes) == path.stat().st_size and len(sizes) == 3 and min(sizes) > 0
                return np.frombuffer(file.read(sizes[0]), np.int32) if whole and self._is_ours(head) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _is_ours(self, head: dict[str, object]) -> bool:
        return head["fingerprint"] == self.fingerprint

    def _read(self, path: Path) -> Kept | None:
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline(LONGEST_HEADER))
                body = [file.read(size) for size in head["sizes"]]
            tokens, after, state = body
            if _digest(body) != head["sha256"] or not self._is_ours(head):
                return None
            return Kept(np.frombuffer(tokens, np.int32).tolist(), state, np.frombuffer(after, np.float32))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _make_room(self, size: int) -> bool:
        """Delete the longest unused until `size` bytes fit within the bounds; False where they can't."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        files = self._files()
        used = sum(path.stat().st_size for path in files)
        room = min(self.most, int((shutil.disk_usage(self.folder).free + used) * SHARE))
        while files and used + size > room:
            used -= files[0].stat().st_size
            self._delete(files.pop(0))
        return used + size <= room

    def _delete(self, path: Path) -> None:
        self._known.pop(path, None)
        with suppress(OSError):
            path.unlink()


def path_of(folder: Path, fingerprint: str, tokens: Sequence[int], suffix: str) -> Path:
    """Return the file in `folder` for what a model made of a prompt."""
    return folder / f"{content_id(fingerprint, ' '.join(map(str, tokens)))}{suffix}"


def _common(prompt: Sequence[int], tokens: Tokens) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(prompt, tokens.tolist(), strict=False)))


def _digest(parts: Iterable[bytes]) -> str:
    made = hashlib.sha256()
    for part in parts:
        made.update(part)
    return made.hexdigest()


def write_private(path: Path, parts: Iterable[bytes]) -> None:
    """Write a private file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(parts)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
