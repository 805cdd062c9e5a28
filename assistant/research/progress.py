"""How far a batch has come: a bar on a terminal, else one line a question."""

from typing import Protocol, TextIO

from assistant.research.runs import Entry


class Progress(Protocol):
    """Hears of a batch as it goes."""

    def begin(self, total: int, kept: int) -> None:
        """Hear that `total` questions are to be answered, `kept` of which were answered before."""

    def asking(self, entry: Entry, total: int) -> None:
        """Hear which question is next."""

    def done(self, entry: Entry, total: int) -> None:
        """Hear how a question came out."""

    def end(self) -> None:
        """Hear that nothing more will come."""


def outcome(entry: Entry) -> str:
    """Return the status of a question's answer, `failed` where there is none."""
    return entry.answer.status if entry.answer else "failed"


class Silent:
    """Says nothing."""

    def begin(self, total: int, kept: int) -> None:
        """Say nothing."""

    def asking(self, entry: Entry, total: int) -> None:
        """Say nothing."""

    def done(self, entry: Entry, total: int) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Lines(Silent):
    """Writes a line for each question that is done: for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, total: int, kept: int) -> None:
        """Say how many answers are kept from before."""
        if kept:
            self._say(f"{kept} of {total} answers are kept from the run before")

    def done(self, entry: Entry, total: int) -> None:
        """Say what was answered and how."""
        self._say(f"[{entry.number}/{total}] {outcome(entry)}: {entry.question.text}")

    def _say(self, line: str) -> None:
        print(line, file=self._stream, flush=True)


class Bar(Silent):
    """Draws a bar with the question that is being answered."""

    def __init__(self, stream: TextIO) -> None:
        from tqdm import tqdm

        self._bar = tqdm(file=stream, unit="question", dynamic_ncols=True, leave=False, total=0)

    def begin(self, total: int, kept: int) -> None:
        """Draw what there is to do."""
        self._bar.reset(total)
        self._bar.update(kept)

    def asking(self, entry: Entry, total: int) -> None:
        """Show the question."""
        self._bar.set_description_str(entry.question.text[:24])

    def done(self, entry: Entry, total: int) -> None:
        """Move on by one."""
        self._bar.update(1)

    def end(self) -> None:
        """Take the bar away."""
        self._bar.close()


def on(stream: TextIO) -> Progress:
    """Return a bar where `stream` is a terminal, lines elsewhere."""
    return Bar(stream) if stream.isatty() else Lines(stream)
