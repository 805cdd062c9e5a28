"""A loaded writing model: messages in, the text of the reply out, piece by piece."""

import codecs
import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import takewhile

from assistant.errors import FaultError, RefusedError
from assistant.models.chat import ChatFormat
from assistant.models.fit import PIECE, WINDOW, Plan, check, plans, threads
from assistant.models.gguf import ModelCard
from assistant.models.native import POLL_S, Context, Sampler, Weights, library
from assistant.models.screen import Repetition, Screen, is_marker_part, opened_by
from assistant.models.trial import try_out
from assistant.records import Message
from assistant.settings import Settings

logger = logging.getLogger(__name__)

# A model that reasons for longer than this share of its tokens is made to answer.
REASONING_SHARE = 0.5


def load(card: ModelCard, settings: Settings) -> "LlamaModel":
    """Return the model of `card`, loaded; a file that is new is tried in a process of its own first.

    Raises NotReadyError where llama.cpp is not installed, RefusedError where it can't load the file, crashes on it,
    or would need more memory than there is, and FaultError where the memory runs out all the same.
    """
    library()
    plan = check(card, settings)
    if plan.window < min(settings.context or WINDOW, card.context_length or WINDOW):
        logger.warning("%s: memory is short, so its window is %d tokens", card.name, plan.window)
    try_out(card.path, settings.gpu_layers)
    return LlamaModel(card, settings, plan)


class LlamaModel:
    """A GGUF model that writes. It writes one reply at a time; a second caller waits until the first is done.

    `window` is the number of tokens that prompt and reply together may have. Without a `plan` memory is no matter.
    """

    def __init__(self, card: ModelCard, settings: Settings, plan: Plan | None = None) -> None:
        self.card = card
        self._settings = settings
        self._weights = Weights(card.path, settings.gpu_layers)
        plan = plan or next(plans(card, settings.context))
        self.window = plan.window
        if settings.context > plan.window:
            logger.warning("%s was trained for %d tokens: context is set to that", card.name, plan.window)
        try:
            self._context = Context(
                self._weights,
                window=self.window,
                batch=min(PIECE, self.window),
                threads=threads(card, settings),
                whole=plan.whole,
            )
        except BaseException:
            self._weights.close()
            raise
        self.format = ChatFormat(card, self._weights)
        self._lock = threading.Lock()
        # The tokens whose state the context holds, in whole pieces of a prompt (see _prefill).
        self._held: list[int] = []

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
    ) -> Iterator[str]:
        """Yield the reply as it is written, without the model's reasoning.

        It ends with the model's own end, after `max_tokens`, where the window is full, when the model goes in
        circles, before any text of `ends`, or soon after `stop` is set. `temperature` and `seed` default to the
        settings. The same messages give the same reply. Raises RefusedError where the prompt leaves no room in
        the window.
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
        screen = Screen((*self.format.stops, *ends), closes=opened_by(text))
        settings = self._settings
        sampler = Sampler(
            temperature=settings.temperature if temperature is None else temperature,
            seed=settings.seed if seed is None else seed,
        )
        with closing(sampler), self._turn(stop) as ours:
            if ours and self._prefill(prompt, stop):
                yield from self._write(sampler, screen, len(prompt), budget, stop)

    def close(self) -> None:
        """Give the model's memory back; wait for a reply that is being written."""
        with self._lock:
            self._context.close()
            self._weights.close()

    def _check_open(self) -> None:
        if self._weights.pointer is None:
            raise FaultError("the model has been closed", where=self.card.name, remedy="load it again")

    @contextmanager
    def _turn(self, stop: threading.Event) -> Iterator[bool]:
        """Wait for the model and take it; False where `stop` was set first."""
        while not self._lock.acquire(timeout=POLL_S):
            if stop.is_set():
                yield False
                return
        try:
            with self._context.stoppable(stop):
                yield True
        finally:
            self._lock.release()

    def _tokens(self, prompt: str) -> list[int]:
        """Return the tokens of a rendered prompt; a template may have written the first token or left it out."""
        tokens = self._weights.tokenize(prompt)
        if self._weights.adds_bos and tokens[:1] != [self._weights.bos]:
            return [self._weights.bos, *tokens]
        return tokens

    def _prefill(self, prompt: Sequence[int], stop: threading.Event) -> bool:
        """Run the prompt, but for what the context still holds of it; False where `stop` ended it.

        Only whole pieces are taken over. So each token is computed in the same company as in a first run, and
        a reply can't depend on what was asked before.
        """
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self._held, prompt, strict=False)))
        kept = min(common, len(prompt) - 1) // PIECE * PIECE
        if not self._context.keep(kept):
            self._context.forget()
            kept = 0
        del self._held[kept:]
        for start in range(kept, len(prompt), PIECE):
            piece = prompt[start : start + PIECE]
            if stop.is_set() or not self._context.decode(piece, start):
                return False
            if len(piece) == PIECE:
                self._held.extend(piece)
        return True

    def _write(
        self, sampler: Sampler, screen: Screen, position: int, budget: int, stop: threading.Event
    ) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        repetition = Repetition()
        forced: deque[int] = deque()
        patience = int(budget * REASONING_SHARE)
        for written in range(1, budget + 1):
            if stop.is_set():
                return
            token = forced.popleft() if forced else sampler.sample(self._context)
            if self._weights.is_end(token):
                break
            shown = screen.feed(decoder.decode(self._spelled(token)))
            if shown:
                yield shown
            circling = repetition.seen(token, shown)
            if screen.ended or (circling and not screen.closes):
                break
            if screen.closes and not forced and (circling or written >= patience):
                forced.extend(self._weights.tokenize(f"{screen.closes}\n\n"))
            if written < budget and not self._context.decode([token], position + written - 1):
                return
        last = screen.finish()
        if last:
            yield last

    def _spelled(self, token: int) -> bytes:
        """Return the bytes of `token`; a control token has some only where it fences reasoning."""
        piece = self._weights.piece(token)
        if self._weights.is_control(token) and not is_marker_part(piece.decode("utf-8", errors="ignore")):
            return b""
        return piece
