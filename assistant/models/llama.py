"""A loaded writing model: messages in, the text of the reply out, piece by piece."""

import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path

from assistant.errors import FaultError, RefusedError
from assistant.models.batch import Batch, Replies
from assistant.models.chat import ChatFormat
from assistant.models.context import Context, Sampler
from assistant.models.decoding import SEQUENCES, TOGETHER, Decoder
from assistant.models.files import recall, sha256
from assistant.models.fit import GUESSING, PIECE, WINDOW, Plan, check, plans, spare, threads
from assistant.models.gguf import ModelCard
from assistant.models.lookup import GUESSES, Lookup
from assistant.models.machine import default_threads, usable_cores
from assistant.models.markers import Markers
from assistant.models.native import Weights, library
from assistant.models.pace import Pace
from assistant.models.screen import Screen, opened_by
from assistant.models.states import States
from assistant.models.trial import try_out
from assistant.models.writing import ReplyWriter, Silence
from assistant.records import Message, content_id
from assistant.settings import Settings

logger = logging.getLogger(__name__)

# In a batch nobody watches: prompts are read in larger pieces, at 0.96 of the time (docs/LOG.md), and all of them
# between two steps, for a step brings on all that were read.
BATCH_PIECE, PIECES = 2 * PIECE, 1 << 16


def load(card: ModelCard, settings: Settings, states: Path | None = None) -> "LlamaModel":
    """Return the model of `card`, loaded; a file that is new is tried in a process of its own first.

    What it makes of prompts that are warmed is kept in the folder `states`.

    Raises NotReadyError where llama.cpp is not installed, RefusedError where it can't load the file, crashes on it,
    or would need more memory than there is, and FaultError where the memory runs out all the same.
    """
    library()
    plan = check(card, settings)
    if plan.window < min(settings.context or WINDOW, card.context_length or WINDOW):
        logger.warning("%s: memory is short, so its window is %d tokens", card.name, plan.window)
    try_out(card.path, settings.gpu_layers)
    return LlamaModel(card, settings, plan, states)


class LlamaModel:
    """A GGUF model that writes. Replies that are wanted at once are written at once, as far as its room goes.

    `window` is the number of tokens that prompt and reply together may have. Without a `plan` memory is no matter.
    """

    def __init__(
        self, card: ModelCard, settings: Settings, plan: Plan | None = None, states: Path | None = None
    ) -> None:
        self.card = card
        self._settings = settings
        self._weights = Weights(card.path, settings.gpu_layers)
        self._plan = plan or next(plans(card, settings.context))
        self.window = self._plan.window
        if settings.context > self.window:
            logger.warning("%s was trained for %d tokens: context is set to that", card.name, self.window)
        # A model that can't go back in its memory can't share the beginning of a prompt either.
        self._sequences = SEQUENCES if self._plan.whole and not card.shape.recurrent else 1
        try:
            self._decoder = Decoder(
                self._context(self._sequences),
                reading=Pace(_counts(settings), _counts(settings)[-1], tries=2),
                writing=Pace(_counts(settings), threads(card, settings), tries=4),
            )
        except BaseException:
            self._weights.close()
            raise
        self.format = ChatFormat(card, self._weights)
        # How many times longer a step with guesses takes; unmeasured, or where a model can't go back, none are made.
        self._cost = float(recall(card.path, GUESSING) or "inf") if self._sequences > 1 else float("inf")
        # What a batch that is under way keeps for the next one.
        self._batch: Batch | None = None
        self._replies: Replies | None = None
        if states is not None:
            self._decoder.states = States(states, self._fingerprint())
            self._replies = Replies(states, self._fingerprint())

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.card.name

    def _context(self, sequences: int, *, apart: bool = False) -> Context:
        return Context(
            self._weights,
            window=sequences * self.window if apart else self.window,
            piece=min(BATCH_PIECE if apart else PIECE, self.window),
            threads=threads(self.card, self._settings),
            sequences=sequences,
            whole=self._plan.whole,
            apart=apart,
        )

    @property
    def weights(self) -> Weights:
        """What is loaded, for a context of one's own beside the one that writes."""
        self._check_open()
        return self._weights

    def count(self, text: str) -> int:
        """Return the number of tokens of a plain text, without those that a prompt adds."""
        self._check_open()
        return len(self._weights.tokenize(text, special=False))

    def count_messages(self, messages: Sequence[Message]) -> int:
        """Return the exact number of tokens of the prompt that `messages` are rendered to."""
        self._check_open()
        return len(self._tokens(self.format.render(messages)))

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        stop: threading.Event,
        *,
        temperature: float | None = None,
        seed: int | None = None,
        ends: Sequence[str] = (),
        citable: Collection[int] = (),
    ) -> Iterator[str]:
        """Yield the reply as it is written, without the model's reasoning.

        It ends with the model's own end, after `max_tokens`, where the window is full, when the model goes in
        circles, before any text of `ends`, or soon after `stop` is set. `temperature` and `seed` default to the
        settings. Where numbers are `citable`, the reply cites no other, as in [3]. The same messages give the same
        reply; on other numbers of threads, or in other company, llama.cpp sums in another order, and a reply may part
        where two words are all but equally likely. Raises RefusedError where the prompt leaves no room in the window.
        """
        self._check_open()
        text = self.format.render(messages)
        prompt = self._tokens(text)
        if len(prompt) >= self.window:
            raise RefusedError(
                f"the prompt has {len(prompt)} tokens, and the model's window holds {self.window}",
                where=self.card.name,
                remedy="ask with less evidence, or set context to a larger number",
            )
        budget = min(max_tokens, self.window - len(prompt))
        temperature = self._settings.temperature if temperature is None else temperature
        seed = self._settings.seed if seed is None else seed
        asked = content_id(*map(str, (budget, temperature, seed, sorted(citable), ends)))
        batch = self._batch
        before = batch.begin(prompt, asked) if batch else None
        if before is not None:
            yield before
            return
        screen = Screen((*self.format.stops, *ends), closes=opened_by(text))
        sampler = Sampler(temperature=temperature, seed=seed)
        lookup = Lookup(prompt, self._cost) if self._cost < 1 + GUESSES else None
        writer = ReplyWriter(self._weights, sampler, screen, budget, Markers(citable), lookup)
        with closing(sampler), self._decoder.reply(prompt, budget, writer, stop) as strand:
            written: list[str] = []
            while strand is not None and self._decoder.advance(strand):
                if batch and not written:
                    batch.read(prompt, lambda: self._decoder.snapshot(strand))
                written.append(writer.pieces.popleft())
                yield written[-1]
        if batch and strand is not None and strand.over:
            batch.wrote(prompt, asked, "".join(written))

    def warm(self, messages: Sequence[Message], stop: threading.Event) -> bool:
        """Read a prompt ahead, in the background of replies, keep what was made of it, and return whether it was done.

        It is not where `stop` was set, where a reply took the place, or where the prompt does not fit.
        """
        self._check_open()
        prompt, states = self._tokens(self.format.render(messages)), self._decoder.states
        if len(prompt) >= self.window:
            return True
        if states is not None and states.has(prompt):
            return True
        with self._decoder.reply(prompt, 0, Silence(), stop, background=True) as strand:
            if strand is None:
                return False
            self._decoder.advance(strand)
            kept = self._decoder.snapshot(strand)
        if kept is not None and states is not None:
            states.save(kept)
        return kept is not None

    def cool(self, wanted: Sequence[Sequence[Message]]) -> None:
        """Delete from disk what was made of other prompts than these."""
        prompts = [self._tokens(self.format.render(messages)) for messages in wanted]
        for kept in (self._decoder.states, self._replies):
            if kept is not None:
                kept.keep_only(prompts)

    def _fingerprint(self) -> str:
        """Return what a state depends on beside the prompt."""
        parts = (sha256(self.card.path), version("llama-cpp-python"), str(PIECE), str(self._sequences))
        return content_id(*parts, str(self._settings.gpu_layers))

    @contextmanager
    def together(self, wanted: int, *, fresh: bool = False) -> Iterator[int]:
        """Make room for up to `wanted` replies at once while the block lasts, as memory allows; yield how many.

        What was made of their prompts, and their replies, are kept on disk for the next time, in the place of what was
        kept before: the same prompt has its reply at once then, unless all are to be `fresh`.
        """
        decoder = self._decoder
        count = min(wanted, TOGETHER, self._sequences, 1 + spare(self.card) // self.window)
        apart = count > 1 and self._apart(count)
        if self._replies is not None:
            self._batch = Batch(decoder.states if apart else None, self._replies, fresh)
        decoder.pieces = PIECES if apart else 1
        try:
            yield count if apart else 1
            if self._batch is not None:
                self._batch.end()
        finally:
            self._batch = None
            decoder.pieces = 1
            if apart:
                decoder.replace(lambda: self._context(self._sequences))

    def _apart(self, count: int) -> bool:
        """Give each of `count` replies a room of its own; False, and one in common, where memory does not suffice."""

        def make() -> Context:
            try:
                return self._context(count, apart=True)
            except FaultError:
                return self._context(self._sequences)

        self._decoder.replace(make)
        return self._decoder.context.apart

    def close(self) -> None:
        """Give the model's memory back; wait for replies that are being written."""
        self._decoder.close()
        self._weights.close()

    def _check_open(self) -> None:
        if self._weights.pointer is None:
            raise FaultError("the model has been closed", where=self.card.name, remedy="load it again")

    def _tokens(self, prompt: str) -> list[int]:
        """Return the tokens of a rendered prompt; a template may have written the first token or left it out."""
        tokens = self._weights.tokenize(prompt)
        if self._weights.adds_bos and tokens[:1] != [self._weights.bos]:
            return [self._weights.bos, *tokens]
        return tokens


def _counts(settings: Settings) -> tuple[int, ...]:
    """Return the numbers of threads to choose among: what is set, else all cores and all but one."""
    return (settings.threads,) if settings.threads else (default_threads(), usable_cores())
