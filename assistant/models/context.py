"""Running a model: a context that keeps the state of several texts, what it says after a token, and a sampler."""

import ctypes
import functools
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import FaultError
from assistant.models import layouts
from assistant.models.native import Weights, library

POLL_S = 0.05
# The order and the values are llama.cpp's own defaults (common_params_sampling).
TOP_K, TOP_P, MIN_P = 40, 0.95, 0.05
# What llama_decode returns (llama.h).
FULL, ABORTED = 1, 2
Logits = npt.NDArray[np.float32]


class NoRoomError(Exception):
    """The context has no room for the tokens; nothing of them was kept."""


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens to run at `position` of a sequence; with `every` each is followed by an output, else the last only."""

    tokens: Sequence[int]
    position: int
    sequence: int = 0
    every: bool = False


class Context:
    """What a model needs to run: the state of up to `sequences` texts that share room for `window` tokens.

    Texts that were copied from one another share the room of what they have in common. With `whole`, layers that look
    at the last tokens only keep all tokens too, so that `keep` can go back to any. One call runs at most `piece` tokens
    and gives at most `outputs` outputs. With rooms `apart` each sequence has an equal part of the window to itself, and
    writing many texts is half as fast again (docs/LOG.md): attention does not have to pass over the tokens of the
    others. Raises FaultError where the memory does not suffice.

    It computes on a thread of its own, whoever asks. OpenMP keeps a team for each thread that ever had work for it, and
    once its teams have more threads than there are cores, it lets them sleep at every barrier: a step of twelve rows
    takes a tenth longer (docs/LOG.md).
    """

    def __init__(
        self,
        weights: Weights,
        *,
        window: int,
        piece: int,
        threads: int,
        sequences: int = 1,
        outputs: int = 1,
        pooled: bool = False,
        whole: bool = True,
        apart: bool = False,
    ) -> None:
        self._lib = library()
        self.weights = weights
        self.window, self.piece, self.sequences, self.apart = window, piece, sequences, apart
        self._copying = False
        params = self._lib.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = window, piece, piece
        params.n_threads, params.n_threads_batch = threads, threads
        params.n_seq_max = sequences
        params.embeddings, params.kv_unified, params.no_perf = pooled, not apart, True
        params.swa_full = whole
        if not pooled:
            # Room for the logits of every token of a piece would be 78 MB for Qwen; llama.cpp wants one a sequence.
            params.n_outputs_max = max(outputs, sequences)
        self.pointer = self._lib.llama_init_from_model(weights.pointer, params)
        if not self.pointer:
            raise FaultError(
                f"no memory for a window of {window} tokens",
                where=str(weights.path),
                remedy="set context to a smaller number, or take a smaller model",
            )
        self._memory = self._lib.llama_get_memory(self.pointer)
        self._batch = self._lib.llama_batch_init(piece, 0, 1)
        self._flag = ctypes.create_string_buffer(2)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="llama")
        self._thread.submit(int).result()  # Ctrl-C while it starts would leave it unknown, and a second one beside it
        asks = ctypes.cast(_strlen(), self._lib.ggml_abort_callback)
        self._lib.llama_set_abort_callback(self.pointer, asks, ctypes.cast(self._flag, ctypes.c_void_p))

    @contextmanager
    def stoppable(self, stop: threading.Event) -> Iterator[None]:
        """Let `stop` end what runs while the block lasts; `go_on` lets it run again.

        llama.cpp asks hundreds of times for each token whether to go on. A Python function would wait for the
        interpreter's lock each time; so it asks for the length of a C string instead, which a thread beside
        makes longer than none when `stop` is set.
        """
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                if stop.wait(POLL_S):
                    self._flag.value = b"1"
                    return

        threading.Thread(target=watch, name="stop-watch", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def go_on(self) -> None:
        """Forget that a `stoppable` was stopped."""
        self._flag.value = b""

    def decode(self, tokens: Sequence[int], position: int, sequence: int = 0) -> bool:
        """Run `tokens` at `position` of a sequence; see `run`."""
        return self.run([Run(tokens, position, sequence)])

    def run(self, runs: Sequence[Run]) -> bool:
        """Run tokens of several sequences together; what follows them is had from `logits`, by row of the batch.

        Returns False where `stoppable` ended it; nothing was kept then. Raises NoRoomError, and FaultError where
        llama.cpp fails.
        """
        self._batch.n_tokens = 0
        for run in runs:
            self._put(run)
        return self._compute(self._lib.llama_decode)

    def logits(self, row: int) -> Logits:
        """Return what the model says after the token in `row` of the batch that ran last: a number for each token.

        They are as they are until the context runs again.
        """
        pointer = self._lib.llama_get_logits_ith(self.pointer, row)
        return np.ctypeslib.as_array(pointer, shape=(self.weights.vocabulary,))

    def pool(self, texts: Sequence[Sequence[int]], width: int = 0) -> npt.NDArray[np.float32]:
        """Return the pooled vectors of token sequences, (n, width). Their tokens must fit into the batch.

        A `width` of 0 is that of the model's own vectors; a model that scores pairs gives one number.
        """
        self.forget()
        self._batch.n_tokens = 0
        for sequence, tokens in enumerate(texts):
            self._put(Run(tokens, 0, sequence, every=True))
        without_memory = self._memory is None
        self._compute(self._lib.llama_encode if without_memory else self._lib.llama_decode)
        rows = [self._lib.llama_get_embeddings_seq(self.pointer, sequence) for sequence in range(len(texts))]
        shape = (width or self.weights.width,)
        return np.array([np.ctypeslib.as_array(row, shape=shape) for row in rows], dtype=np.float32)

    def keep(self, count: int, sequence: int = 0) -> bool:
        """Forget all of a sequence but its first `count` tokens; False where a model can't do that.

        A sliding layer has to hold the tokens before `count` that the next one will look at.
        """
        if self._memory is None:
            return False
        oldest = self._lib.llama_memory_seq_pos_min(self._memory, sequence)
        if oldest > max(0, count - self.weights.sliding):
            return False
        return bool(self._lib.llama_memory_seq_rm(self._memory, sequence, count, -1))

    def copy(self, source: int, target: int, count: int) -> None:
        """Let `target`, an empty sequence, begin with the first `count` tokens of `source`, in the same room if it can.

        From room to room llama.cpp copies all there is, when it runs next.
        """
        self._lib.llama_memory_seq_cp(self._memory, source, target, 0, -1 if self.apart else count)
        if self.apart:
            self._copying = True
            self.keep(count, target)

    def drop(self, sequence: int) -> None:
        """Forget a sequence."""
        if self._memory is not None:
            self._lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def forget(self) -> None:
        """Forget everything."""
        if self._memory is not None:
            self._lib.llama_memory_clear(self._memory, False)

    def state(self, sequence: int) -> bytes | None:
        """Return what is kept of a sequence, for `restore` here or in another context of these weights.

        None where it can't be had: it waits to be copied, or is of a kind that only such a context would take.
        """
        if self._copying:
            return None
        size = self._lib.llama_state_seq_get_size(self.pointer, sequence)
        held = (ctypes.c_uint8 * size)()
        state = bytes(memoryview(held)[: self._lib.llama_state_seq_get_data(self.pointer, held, size, sequence)])
        try:
            return layouts.rewrite(state, 1) if self.apart else state
        except layouts.UnknownLayoutError:
            return None

    def restore(self, sequence: int, state: bytes) -> bool:
        """Let an empty sequence be as it was when `state` was taken; False where there is no room, or it is none."""
        if self._copying:  # perhaps from that very room
            return False
        if self.apart:
            try:
                state = layouts.rewrite(state, self.sequences)
            except layouts.UnknownLayoutError:
                return False
        held = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        return bool(self._lib.llama_state_seq_set_data(self.pointer, held, len(state), sequence))

    def use_threads(self, count: int, reading: int = 0) -> None:
        """Run what follows on `count` threads, and prompts on `reading` where that is said."""
        self._lib.llama_set_n_threads(self.pointer, count, reading or count)

    def close(self) -> None:
        """Give the memory back."""
        if self.pointer:
            self._thread.shutdown()
            self._lib.llama_batch_free(self._batch)
            self._lib.llama_free(self.pointer)
            self.pointer = None

    def _put(self, run: Run) -> None:
        batch, start = self._batch, self._batch.n_tokens
        for offset, token in enumerate(run.tokens):
            at = start + offset
            batch.token[at], batch.pos[at] = token, run.position + offset
            batch.n_seq_id[at], batch.seq_id[at][0] = 1, run.sequence
            batch.logits[at] = run.every or offset == len(run.tokens) - 1
        batch.n_tokens = start + len(run.tokens)

    def _compute(self, function: Callable[..., int]) -> bool:
        try:
            code = self._thread.submit(function, self.pointer, self._batch).result()
        except BaseException:  # Ctrl-C: llama.cpp must be out of the context before anybody else is in it
            self._flag.value = b"1"
            self._thread.submit(int).result()  # in turn, so not before
            raise
        self._copying = False
        if code == FULL:
            raise NoRoomError
        if code not in (0, ABORTED):
            raise FaultError(
                f"llama.cpp failed with code {code}",
                where=str(self.weights.path),
                remedy="try again with a smaller context, or take another model",
            )
        return code == 0


class Sampler:
    """Picks the next token: the likeliest at temperature 0, else at random, the same for the same seed.

    `chain` is llama.cpp's own. It gets to see only the likeliest tokens, for it looks at each that it sees: at a
    vocabulary of 150,000 that takes twice as long as finding them.
    """

    def __init__(self, *, temperature: float, seed: int) -> None:
        self._lib = library()
        self._random = temperature > 0
        params = self._lib.llama_sampler_chain_default_params()
        self.chain = self._lib.llama_sampler_chain_init(params)
        for link in (
            self._lib.llama_sampler_init_top_k(TOP_K),
            self._lib.llama_sampler_init_top_p(TOP_P, 1),
            self._lib.llama_sampler_init_min_p(MIN_P, 1),
            self._lib.llama_sampler_init_temp(temperature),
            self._lib.llama_sampler_init_dist(seed & 0x7FFFFFFF),
        ):
            self._lib.llama_sampler_chain_add(self.chain, link)

    def pick(self, logits: Logits) -> int:
        """Return the token that follows where a model gave these `logits`."""
        return self._draw(logits) if self._random else int(logits.argmax())

    def _draw(self, logits: Logits) -> int:
        tokens = likeliest(logits, TOP_K)
        kind = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        table = np.zeros(len(tokens), kind)
        table["id"], table["logit"] = tokens, logits[tokens]
        pointer = table.ctypes.data_as(ctypes.POINTER(self._lib.llama_token_data))
        candidates = self._lib.llama_token_data_array(data=pointer, size=len(table), selected=-1, sorted=False)
        self._lib.llama_sampler_apply(self.chain, ctypes.byref(candidates))
        token = int(candidates.data[candidates.selected].id)
        self._lib.llama_sampler_accept(self.chain, token)
        return token

    def close(self) -> None:
        """Give the memory back."""
        if self.chain:
            self._lib.llama_sampler_free(self.chain)
            self.chain = None


def likeliest(logits: Logits, count: int) -> npt.NDArray[np.intp]:
    """Return the `count` tokens that are likeliest by `logits`, or all there are, the likeliest first."""
    found = np.argpartition(logits, -min(count, len(logits)))[-count:]
    return found[np.lexsort((found, -logits[found]))]


@functools.cache
def _strlen() -> Any:  # noqa: ANN401  a C function
    """Return C's strlen, whose 0 or 1 for our flag reads as the false or true of an abort callback."""
    c = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    return c.strlen
