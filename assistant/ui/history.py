"""Conversations kept on this machine: what was asked and answered in the page, to be read again and to be deleted.

reports/conversations/<id>.json   one conversation; written after each answer, unless the settings say history = false
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import FaultError
from assistant.records import Answer, Passage
from assistant.research import runs
from assistant.ui.conversation import Scope, Turn

FOLDER = "conversations"
MOST_LISTED = 30
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept conversation: its id, when its last answer came (UTC), its first question, and how many it has."""

    id: str
    when: str
    question: str
    turns: int


class History:
    """The kept conversations in a folder of reports. Where it is not `on`, nothing is written; what is there stays."""

    def __init__(self, reports: Path, *, on: bool) -> None:
        self._folder = reports / FOLDER
        self.on = on

    def new(self) -> str:
        """Return the id of a new conversation."""
        moment = runs.now().replace("-", "").replace(":", "")
        return f"{moment}-{secrets.token_hex(4)}"

    def save(self, name: str, turns: Sequence[Turn]) -> None:
        """Write the answered turns of a conversation. Raises FaultError where that can't be done."""
        answered = [turn for turn in turns if turn.answer is not None]
        if not self.on or not answered:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FaultError(f"the history can't be written: {error.strerror}", where=str(self._folder)) from error
        kept = [
            {"question": turn.question, "scope": asdict(turn.scope), "near": list(turn.near), "meant": turn.meant,
             "answer": turn.answer.to_json()}
            for turn in answered if turn.answer is not None
        ]  # fmt: skip
        runs.write(self._folder / f"{name}.json", runs.as_json({"when": runs.now(), "turns": kept}))

    def listed(self) -> list[Kept]:
        """Return the kept conversations, the newest first. What can't be read is passed over."""
        found = []
        for file in sorted(self._folder.glob("*.json"), reverse=True)[:MOST_LISTED]:
            with suppress(OSError, ValueError, KeyError, TypeError, IndexError):
                data = json.loads(file.read_text(encoding="utf-8"))
                found.append(Kept(file.stem, data["when"], data["turns"][0]["question"], len(data["turns"])))
        return found

    def load(self, name: str, passages: Callable[[Answer], Mapping[str, Passage]]) -> list[Turn]:
        """Return the turns of a kept conversation, none where it is gone; `passages` finds those still live."""
        if not _ID.fullmatch(name):
            return []
        try:
            data = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            return [_turn(n, kept, passages) for n, kept in enumerate(data["turns"], start=1)]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def delete(self, name: str = "") -> None:
        """Delete a conversation, or all of them without a name. Raises FaultError where that can't be done."""
        names = [name] if name else [file.stem for file in self._folder.glob("*.json")]
        for each in filter(_ID.fullmatch, names):
            file = self._folder / f"{each}.json"
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise FaultError(f"the conversation can't be deleted: {error.strerror}", where=str(file)) from error


def _turn(number: int, kept: dict[str, object], passages: Callable[[Answer], Mapping[str, Passage]]) -> Turn:
    answer = Answer.from_json(kept["answer"])  # type: ignore[arg-type]
    return Turn(
        number, str(kept["question"]), Scope(**kept["scope"]), "done",  # type: ignore[arg-type]
        passages=passages(answer), near=tuple(kept["near"]), meant=str(kept["meant"]), answer=answer,  # type: ignore[arg-type]
    )  # fmt: skip
