"""Replies decoded together: each has a sequence of the one context, and each step brings all of them a token further.

There is no thread of its own behind this. Whoever waits for a piece of a reply runs the steps, for all that are
being written, until there is one; the others find theirs then. A single reply is the case of one.

What a prompt left in the context is held until its room is needed, the longest unused going first. A prompt takes over
what it begins with, but for an end that is long enough to be computed as in a first run, and all of it where the very
prompt is held.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Protocol

from assistant.errors import FaultError
from assistant.models.context import POLL_S, Context, Logits, NoRoomError, Run
from assistant.models.pace import Pace
from assistant.models.states import Kept, States

# Sequences of a context: those being written, and those that are held.
SEQUENCES = 16
# Replies written together at most. Each further one brings less (docs/LOG.md).
TOGETHER = 12
# llama.cpp has a kernel for attention from so many rows on, several times as fast (ggml_fa_tile_config in its ops.cpp):
# the end of a prompt is not left with fewer.
ROWS = 64


class Writer(Protocol):
    """Makes text of what a model says."""

    pieces: deque[str]
    """The text that is ready to be shown."""

    def take(self, logits: Logits) -> int | None:
        """Choose the token that follows and return it, or None where the reply ends with what was before it."""

    def ahead(self) -> Sequence[int]:
        """Return tokens that may follow the one taken last; they are run with it, and kept if they do."""


@dataclass(eq=False, slots=True)
class Held:
    """A sequence at rest: the tokens whose state it has, and what the model says after them where that is known."""

    sequence: int
    tokens: Sequence[int]
    after: Logits | None = None


@dataclass(eq=False, slots=True)
class Strand:
    """A reply being written: its prompt, of which `done` tokens have run; `token` runs next, at `position`.

    One in the `background` waits while there are others, and is `ousted` where its place is needed.
    """

    sequence: int
    prompt: Sequence[int]
    reserved: int
    writer: Writer
    stop: threading.Event
    background: bool = False
    done: int = 0
    after: Logits | None = None
    token: int | None = None
    position: int = 0
    over: bool = False
    ousted: bool = False

    @property
    def live(self) -> bool:
        """Whether it goes on."""
        return not self.over and not self.ousted and not self.stop.is_set()


@dataclass(slots=True)
class Decoder:
    """Decodes replies in `context`, whose window they share; prompts are run in pieces as large as it takes.

    `reading` and `writing` say on how many threads; without them the context's own numbers stay. Between two steps of
    writing up to `pieces` of prompts are read: one where somebody watches a reply being written, more in a batch, where
    a step is worth more the more replies it brings on.

    A model that can't go back in its memory has one sequence, and so one reply at a time.
    """

    context: Context
    pieces: int = 1
    states: States | None = None
    reading: Pace | None = None
    writing: Pace | None = None
    _held: list[Held] = field(default_factory=list)
    _strands: list[Strand] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _running: bool = False
    _asking: int = 0

    @contextmanager
    def reply(
        self,
        prompt: Sequence[int],
        budget: int,
        writer: Writer,
        stop: threading.Event,
        *,
        background: bool = False,
    ) -> Iterator[Strand | None]:
        """Give a reply its place, waiting until there is one; None where `stop` was set first."""
        strand = self._admit(prompt, budget, writer, stop, background=background)
        if strand is None:
            yield None
            return
        try:
            with self.context.stoppable(stop):
                yield strand
        finally:
            self._release(strand)

    def advance(self, strand: Strand) -> bool:
        """Go on until the strand's writer has text to show; False where it has none and won't have any."""
        while not strand.writer.pieces and strand.live:
            with self._changed:
                if self._running or self._asking:
                    self._changed.wait(POLL_S)
                    continue
                self._running = True
            try:
                self._step()
            finally:
                with self._changed:
                    self._running = False
                    self._changed.notify_all()
        return bool(strand.writer.pieces)

    def snapshot(self, strand: Strand) -> Kept | None:
        """Return what the model made of the strand's prompt, None where it has not run to its end, or can't be had."""
        with self._at_rest():
            if strand.after is None:
                return None
            # What was written since goes with it, and is cut off when it is taken up.
            state = self.context.state(strand.sequence)
            return Kept(strand.prompt, state, strand.after) if state is not None else None

    def replace(self, make: Callable[[], Context]) -> None:
        """Put another context in the place of this one, as soon as no reply is being written."""
        with self._idle():
            self._held.clear()
            self.context.close()
            self.context = make()

    def close(self) -> None:
        """Give the memory back, as soon as no reply is being written."""
        with self._idle():
            self._held.clear()
            self.context.close()

    @contextmanager
    def _at_rest(self) -> Iterator[None]:
        """Wait for the step that runs, and keep the next one from beginning while the block lasts."""
        with self._changed:
            self._asking += 1
            try:
                while self._running:
                    self._changed.wait(POLL_S)
            finally:
                self._asking -= 1
                self._changed.notify_all()
            yield

    @contextmanager
    def _idle(self) -> Iterator[None]:
        """Wait until no reply is being written, and keep others from beginning while the block lasts."""
        with self._changed:
            while self._strands:
                self._changed.wait(POLL_S)
            yield

    # ------------------------------------------------------------ places

    def _admit(
        self, prompt: Sequence[int], budget: int, writer: Writer, stop: threading.Event, *, background: bool
    ) -> Strand | None:
        needed = len(prompt) + budget
        with self._changed:
            while not stop.is_set():
                if not self._has_place(needed):
                    for other in self._strands if not background else ():
                        other.ousted = other.background
                    self._changed.wait(POLL_S)
                    continue
                with self._at_rest():
                    if self._has_place(needed):
                        strand = Strand(self._sequence(prompt), prompt, needed, writer, stop, background)
                        self._strands.append(strand)
                        return strand
        return None

    def _has_place(self, needed: int) -> bool:
        if not self._strands:
            return True
        taken = sum(strand.reserved for strand in self._strands)
        return len(self._strands) < min(TOGETHER, self.context.sequences) and taken + needed <= self.context.window

    def _sequence(self, prompt: Sequence[int]) -> int:
        """Return a sequence for a prompt: one that nothing is in, or one that is held, and makes way."""
        taken = {strand.sequence for strand in self._strands}
        used = taken | {held.sequence for held in self._held}
        free = [number for number in range(self.context.sequences) if number not in used]
        if free:
            return free[0]
        at_rest = [held for held in self._held if held.sequence not in taken]
        if self.context.apart or self.context.sequences == 1:
            # What they have in common is there already: `_take_over` goes back in it.
            return max(at_rest, key=lambda held: self._usable(prompt, held)).sequence
        self._held.remove(at_rest[0])
        self.context.drop(at_rest[0].sequence)
        return at_rest[0].sequence

    def _release(self, strand: Strand) -> None:
        with self._at_rest():
            self._strands.remove(strand)
            self._held = [held for held in self._held if held.sequence != strand.sequence]
            whole = strand.done == len(strand.prompt)
            pieces = strand.done // self.context.piece * self.context.piece
            kept = strand.done if whole and strand.after is not None else pieces
            if kept and self.context.keep(kept, strand.sequence):
                self._held.append(Held(strand.sequence, strand.prompt[:kept], strand.after))
            else:
                self.context.drop(strand.sequence)
            self._changed.notify_all()

    def _evict(self, strand: Strand) -> bool:
        """Drop the sequence that has been held the longest, if there is one beside the strand's own."""
        for held in self._held:
            if held.sequence != strand.sequence:
                self._held.remove(held)
                self.context.drop(held.sequence)
                return True
        return False

    # ------------------------------------------------------------ steps

    def _step(self) -> None:
        """Run pieces of prompts that are being read, then a token of each reply that is being written."""
        self.context.go_on()  # before looking who was stopped: a stop from here on ends the computation
        live = [strand for strand in self._strands if strand.live]
        alone = all(strand.background for strand in live)
        before = [strand for strand in live if strand.token is not None]
        for _ in range(self.pieces):
            unread = (strand for strand in live if strand.token is None and strand.live)
            reading = next((strand for strand in unread if alone or not strand.background), None)
            if reading is None:
                break
            self._read(reading)
        writing = [strand for strand in before if strand.live]  # a first token is shown before the second is run
        if writing:
            self._write(writing)

    def _read(self, strand: Strand) -> None:
        if not strand.done:
            self._take_over(strand)
        if strand.done < len(strand.prompt):
            piece = strand.prompt[strand.done : strand.done + self._stretch(len(strand.prompt) - strand.done)]
            if not self._run([Run(piece, strand.done, strand.sequence)], strand, self.reading):
                return
            strand.done += len(piece)
            if strand.done < len(strand.prompt):
                return
            strand.after = self.context.logits(len(piece) - 1).copy()
        assert strand.after is not None, "a prompt that is held whole has its output"
        strand.position = len(strand.prompt)
        self._choose(strand, strand.after)

    def _stretch(self, left: int) -> int:
        """Return how many of a prompt's tokens run next where so many are left."""
        piece = self.context.piece
        return piece - ROWS if piece < left < piece + ROWS else min(left, piece)

    def _take_over(self, strand: Strand) -> None:
        """Begin with what is held of the prompt, here or on disk."""
        best, source = 0, None
        running = [
            Held(each.sequence, each.prompt[: each.done], each.after) for each in self._strands if each is not strand
        ]
        for held in (*self._held, *running):
            common = self._usable(strand.prompt, held)
            if common > best:
                best, source = common, held
        # From disk only what is a piece longer, or whole: a copy here shares its room, and takes no reading.
        beyond = min(best + self.context.piece, len(strand.prompt)) - 1
        kept = self.states.find(strand.prompt, beyond) if self.states and best < len(strand.prompt) else None
        self._held = [held for held in self._held if held.sequence != strand.sequence]
        if kept is not None and self._restore(strand, kept):
            return
        if source is None or source.sequence != strand.sequence:
            self.context.drop(strand.sequence)
        if source is None:
            return
        if source.sequence != strand.sequence:
            self.context.copy(source.sequence, strand.sequence, best)
        elif not self.context.keep(best, strand.sequence):
            self.context.drop(strand.sequence)
            return
        if source in self._held:  # it was of use just now
            self._held.remove(source)
            self._held.append(source)
        strand.done = best
        strand.after = source.after if best == len(strand.prompt) else None

    def _usable(self, prompt: Sequence[int], held: Held) -> int:
        """Return how many tokens of the prompt can be taken over from what is held."""
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(prompt, held.tokens, strict=False)))
        if common == len(prompt) == len(held.tokens) and held.after is not None:
            return common
        # What is left runs through the kernel for many rows, as in a first run.
        return max(min(common, len(prompt) - ROWS), 0)

    def _restore(self, strand: Strand, kept: Kept) -> bool:
        self.context.drop(strand.sequence)
        while not self.context.restore(strand.sequence, kept.state):
            if self.context.apart or not self._evict(strand):
                return False
        usable = self._usable(strand.prompt, Held(strand.sequence, kept.tokens, kept.after))
        if not self.context.keep(usable, strand.sequence):
            self.context.drop(strand.sequence)
            return False
        strand.done = usable
        strand.after = kept.after if usable == len(strand.prompt) else None
        return True

    def _write(self, strands: Sequence[Strand]) -> None:
        runs = []
        for strand in strands:
            assert strand.token is not None
            # Guesses cost more in company: the step is full already.
            ahead = strand.writer.ahead() if len(strands) == 1 else ()
            runs.append(Run([strand.token, *ahead], strand.position, strand.sequence, every=True))
        if not self._run(runs, strands[0], self.writing):
            return
        row = 0
        for strand, run in zip(strands, runs, strict=True):
            self._accept(strand, run.tokens, row)
            row += len(run.tokens)

    def _accept(self, strand: Strand, tokens: Sequence[int], row: int) -> None:
        """Take what follows each of the tokens that ran, as long as they are the reply's own."""
        end = strand.position + len(tokens)
        for n, guess in enumerate([*tokens[1:], None]):
            strand.position += 1
            self._choose(strand, self.context.logits(row + n))
            if strand.token is None or strand.token != guess:
                break
        if strand.position < end:
            self.context.keep(strand.position, strand.sequence)

    def _choose(self, strand: Strand, logits: Logits) -> None:
        strand.token = strand.writer.take(logits)
        strand.over = strand.token is None

    def _run(self, runs: Sequence[Run], strand: Strand, pace: Pace | None) -> bool:
        if pace is not None:
            self.context.use_threads(pace.threads)
        while True:
            started = time.perf_counter()
            try:
                done = self.context.run(runs)
            except NoRoomError:
                if not self._evict(strand):
                    raise FaultError(
                        "the model's window is full",
                        where=str(self.context.weights.path),
                        remedy="ask with less evidence, or set context to a larger number",
                    ) from None
                continue
            guesses = len(runs[0].tokens) > 1 and runs[0].every
            if done and pace is not None and not guesses:
                pace.took(sum(len(run.tokens) for run in runs), time.perf_counter() - started)
            return done
