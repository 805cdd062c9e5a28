"""What a batch of replies keeps on disk for the next one: its prompts as the model read them, and what it wrote.

The same prompt, asked for in the same way, has the same reply. So a batch after a refresh writes only what its evidence
changed, and what stayed is word for word what the last report said. Replies lie beside the states (states.py), are as
private, and go with them.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from assistant.models.states import Kept, States, path_of, write_private

logger = logging.getLogger(__name__)

# The number goes up when another text is made of the same tokens.
SUFFIX = ".1.reply"


@dataclass(frozen=True, slots=True)
class Replies:
    """The kept replies of one model, which `fingerprint` tells from all others. The folder need not exist."""

    folder: Path
    fingerprint: str

    def find(self, prompt: Sequence[int], asked: str) -> str | None:
        """Return the reply to this very prompt, asked for in the way that `asked` names; None where none is kept."""
        try:
            found = json.loads(self._path(prompt).read_text(encoding="utf-8"))
            return str(found["reply"]) if found["asked"] == asked else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, prompt: Sequence[int], asked: str, reply: str) -> None:
        """Keep a reply in the place of another to this prompt. A disk that can't take it is left as it is."""
        data = json.dumps({"asked": asked, "reply": reply}).encode()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._path(prompt), [data])
        except OSError as error:
            logger.info("what the model wrote is not kept: %s", error)

    def keep_only(self, prompts: Iterable[Sequence[int]]) -> None:
        """Delete all that is kept but for these prompts, other models' too."""
        wanted = {self._path(prompt) for prompt in prompts}
        with suppress(OSError):
            for path in set(self.folder.glob("*.reply")) - wanted:
                path.unlink(missing_ok=True)

    def _path(self, prompt: Sequence[int]) -> Path:
        return path_of(self.folder, self.fingerprint, prompt, SUFFIX)


@dataclass(slots=True)
class Batch:
    """Finds what the last batch kept, and keeps what this one makes; without `states` its replies only.

    Where replies are to be `fresh`, none that was kept is found.
    """

    states: States | None
    replies: Replies
    fresh: bool = False
    _prompts: list[Sequence[int]] = field(default_factory=list)

    def begin(self, prompt: Sequence[int], asked: str) -> str | None:
        """Return the reply where it is known already."""
        self._prompts.append(prompt)
        return None if self.fresh else self.replies.find(prompt, asked)

    def read(self, prompt: Sequence[int], snapshot: Callable[[], Kept | None]) -> None:
        """Keep what the model made of a prompt, which `snapshot` gives."""
        if self.states is None or self.states.has(prompt):
            return
        kept = snapshot()
        if kept is not None:
            self.states.save(kept)

    def wrote(self, prompt: Sequence[int], asked: str, reply: str) -> None:
        """Keep a reply that was written to its end."""
        self.replies.save(prompt, asked, reply)

    def end(self) -> None:
        """Delete what is kept of other prompts."""
        self.replies.keep_only(self._prompts)
        if self.states is not None:
            self.states.keep_only(self._prompts)
