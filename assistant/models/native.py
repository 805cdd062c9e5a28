"""The thin layer over llama.cpp's C interface: a loaded model, a context to run it in, a sampler.

The one module that imports llama_cpp, and only when a model is loaded. The C interface is used and not the
bindings' `Llama` class: that one redirects the whole process's stdout while it loads, can't be stopped inside a
prompt, and runs one sequence.
"""

import ctypes
import functools
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.errors import FaultError, NotReadyError, RefusedError
from assistant.models.gguf import REMEDY

logger = logging.getLogger(__name__)

POLL_S = 0.05
# The order and the values are llama.cpp's own defaults (common_params_sampling).
TOP_K, TOP_P, MIN_P = 40, 0.95, 0.05
LOG_ERROR = 4
ABORTED = 2
NO_TEXT = 1 << 0 | 1 << 3  # LLAMA_TOKEN_ATTR_UNKNOWN, LLAMA_TOKEN_ATTR_CONTROL
_complaints: deque[str] = deque(maxlen=3)
_kept: list[object] = []


@functools.cache
def library() -> Any:  # noqa: ANN401  the bindings have no types of their own
    """Return llama.cpp's C interface, silenced. Raises NotReadyError where it is not installed."""
    # Threads of llama.cpp spin at OpenMP barriers unless told before the library loads; with a neighbour on the
    # same cores that is tens of times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # When an assertion fails, llama.cpp starts a debugger on the process to print a trace.
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    try:
        from llama_cpp import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise NotReadyError(
            f"llama.cpp can't be used: {error}",
            remedy="install the llm extra (pip install llama-cpp-python), or set engine to extractive",
        ) from error

    def log(level: int, text: bytes, _: object) -> None:
        line = text.decode("utf-8", errors="replace").strip()
        if level == LOG_ERROR and line:
            _complaints.append(line)
        logger.debug("%s", line)

    callback = llama_cpp.llama_log_callback(log)
    _kept.append(callback)  # llama.cpp holds a bare pointer to it
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    return llama_cpp


def chat_formatter(template: str, *, bos: str, eos: str) -> Callable[..., Any]:
    """Return the bindings' renderer of a Jinja chat template. Raises jinja2.TemplateError for a broken one."""
    library()
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    formatter: Callable[..., Any] = Jinja2ChatFormatter(template=template, eos_token=eos, bos_token=bos)
    return formatter


class Weights:
    """A model file in memory with its vocabulary. Raises RefusedError for a file that llama.cpp can't load."""

    def __init__(self, path: Path, gpu_layers: int = 0) -> None:
        self.path = path
        self._lib = library()
        params = self._lib.llama_model_default_params()
        # As many layers as any model has: the C interface knows no "all".
        params.n_gpu_layers = 0x7FFFFFFF if gpu_layers < 0 else gpu_layers
        # llama.cpp's AMX kernels crash the process where GCC has optimised their tile configuration away
        # (ggml-org/llama.cpp#20824). They come with the repacked weights, so an AMX build goes without those.
        params.use_extra_bufts = b"AMX_INT8 = 1" not in self._lib.llama_print_system_info()
        # Mapped, a file stays in memory beside the copy that is repacked for this processor: twice the weights.
        params.load_mode = self._lib.LLAMA_LOAD_MODE_NONE
        _complaints.clear()
        self.pointer = self._lib.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            said = _complaints[0] if _complaints else "no reason given"
            raise RefusedError(f"llama.cpp can't load this model: {said}", where=str(path), remedy=REMEDY)
        self._vocab = self._lib.llama_model_get_vocab(self.pointer)
        self.bos: int = self._lib.llama_vocab_bos(self._vocab)
        self.eos: int = self._lib.llama_vocab_eos(self._vocab)
        self.adds_bos: bool = self._lib.llama_vocab_get_add_bos(self._vocab) and self.bos >= 0
        self.vocabulary: int = self._lib.llama_vocab_n_tokens(self._vocab)
        self.width: int = self._lib.llama_model_n_embd(self.pointer)
        self.has_encoder: bool = self._lib.llama_model_has_encoder(self.pointer)
        self.sliding: int = self._lib.llama_model_n_swa(self.pointer)

    def tokenize(self, text: str, *, ends: bool = False, special: bool = True) -> list[int]:
        """Return the tokens of `text`. `ends` adds the tokens that the model wants around a text."""
        raw = text.encode("utf-8", errors="replace")
        room = len(raw) + 8
        tokens = (self._lib.llama_token * room)()
        count = self._lib.llama_tokenize(self._vocab, raw, len(raw), tokens, room, ends, special)
        if count < 0:
            room = -count
            tokens = (self._lib.llama_token * room)()
            count = self._lib.llama_tokenize(self._vocab, raw, len(raw), tokens, room, ends, special)
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """Return the bytes that `token` stands for, control tokens spelled out."""
        for room in (64, 4096):
            buffer = ctypes.create_string_buffer(room)
            size: int = self._lib.llama_token_to_piece(self._vocab, token, buffer, room, 0, True)
            if size >= 0:
                return buffer.raw[:size]
        return b""

    def text(self, token: int) -> str:
        """Return `token` spelled out, empty for -1, which stands for a token that a model lacks."""
        return self.piece(token).decode("utf-8", errors="ignore") if token >= 0 else ""

    def is_end(self, token: int) -> bool:
        """Whether `token` ends a generation; a model may have several such."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    def is_control(self, token: int) -> bool:
        """Whether `token` steers the model, or stands for the unknown, and is no text."""
        return bool(self._lib.llama_vocab_get_attr(self._vocab, token) & NO_TEXT)

    def control_texts(self) -> list[str]:
        """Return the spellings of all control tokens."""
        return [self.text(token) for token in range(self.vocabulary) if self.is_control(token)]

    def close(self) -> None:
        """Give the memory back. Contexts of the model must be closed before."""
        if self.pointer:
            self._lib.llama_model_free(self.pointer)
            self.pointer = None


class Context:
    """What a model needs to run: the state of up to `sequences` texts that share `window` tokens.

    With `whole`, layers that look at the last tokens only keep all tokens too, so that `keep` can go back to any.
    Raises FaultError where the memory does not suffice.
    """

    def __init__(
        self,
        weights: Weights,
        *,
        window: int,
        batch: int,
        threads: int,
        sequences: int = 1,
        pooled: bool = False,
        whole: bool = True,
    ) -> None:
        self._lib = library()
        self.weights = weights
        params = self._lib.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = window, batch, batch
        params.n_threads, params.n_threads_batch = threads, threads
        params.n_seq_max = sequences
        params.embeddings, params.kv_unified, params.no_perf = pooled, True, True
        params.swa_full = whole
        if not pooled:
            # Only the last token of a piece is sampled after; room for the others' logits would be 78 MB for Qwen.
            params.n_outputs_max = sequences
        self.pointer = self._lib.llama_init_from_model(weights.pointer, params)
        if not self.pointer:
            raise FaultError(
                f"no memory for a window of {window} tokens",
                where=str(weights.path),
                remedy="set context to a smaller number, or take a smaller model",
            )
        self._memory = self._lib.llama_get_memory(self.pointer)
        self._batch = self._lib.llama_batch_init(batch, 0, 1)

    @contextmanager
    def stoppable(self, stop: threading.Event) -> Iterator[None]:
        """Let `stop` end a `decode` that is under way.

        llama.cpp asks hundreds of times for each token whether to go on. A Python function would wait for the
        interpreter's lock each time; so it asks for the length of a C string instead, which a thread beside
        makes longer than none when `stop` is set.
        """
        done = threading.Event()
        flag = ctypes.create_string_buffer(2)

        def watch() -> None:
            while not done.is_set():
                if stop.wait(POLL_S):
                    flag.value = b"1"
                    return

        self._ask(ctypes.cast(_strlen(), self._lib.ggml_abort_callback), flag)
        threading.Thread(target=watch, name="stop-watch", daemon=True).start()
        try:
            yield
        finally:
            done.set()
            self._ask(self._lib.ggml_abort_callback(), ctypes.c_void_p())

    def _ask(self, function: object, flag: ctypes.Array[ctypes.c_char] | ctypes.c_void_p) -> None:
        self._lib.llama_set_abort_callback(self.pointer, function, ctypes.cast(flag, ctypes.c_void_p))

    def decode(self, tokens: Sequence[int], position: int, sequence: int = 0) -> bool:
        """Run `tokens` at `position` of a sequence; the last one's logits can be sampled then.

        Returns False where `stoppable` ended it. Raises FaultError where llama.cpp fails.
        """
        self._batch.n_tokens = 0
        self._put(tokens, position, sequence)
        return self._run(self._lib.llama_decode)

    def pool(self, texts: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """Return the pooled vectors of token sequences, (n, width). Their tokens must fit into the batch."""
        self.forget()
        self._batch.n_tokens = 0
        for sequence, tokens in enumerate(texts):
            self._put(tokens, 0, sequence)
            for at in range(self._batch.n_tokens - len(tokens), self._batch.n_tokens):
                self._batch.logits[at] = True
        without_memory = self._memory is None
        self._run(self._lib.llama_encode if without_memory else self._lib.llama_decode)
        rows = [self._lib.llama_get_embeddings_seq(self.pointer, sequence) for sequence in range(len(texts))]
        return np.array([np.ctypeslib.as_array(row, shape=(self.weights.width,)) for row in rows], dtype=np.float32)

    def _put(self, tokens: Sequence[int], position: int, sequence: int) -> None:
        batch, start = self._batch, self._batch.n_tokens
        for offset, token in enumerate(tokens):
            at = start + offset
            batch.token[at], batch.pos[at] = token, position + offset
            batch.n_seq_id[at], batch.seq_id[at][0] = 1, sequence
            batch.logits[at] = offset == len(tokens) - 1
        batch.n_tokens = start + len(tokens)

    def _run(self, function: Callable[..., int]) -> bool:
        code = function(self.pointer, self._batch)
        if code not in (0, ABORTED):
            raise FaultError(
                f"llama.cpp failed with code {code}",
                where=str(self.weights.path),
                remedy="try again with a smaller context, or take another model",
            )
        return code == 0

    def keep(self, count: int) -> bool:
        """Forget all of the first sequence but its first `count` tokens; False where a model can't do that.

        A sliding layer has to hold the tokens before `count` that the next one will look at.
        """
        if self._memory is None:
            return False
        oldest = self._lib.llama_memory_seq_pos_min(self._memory, 0)
        if oldest > max(0, count - self.weights.sliding):
            return False
        return bool(self._lib.llama_memory_seq_rm(self._memory, 0, count, -1))

    def forget(self) -> None:
        """Forget everything."""
        if self._memory is not None:
            self._lib.llama_memory_clear(self._memory, True)

    def use_threads(self, count: int) -> None:
        """Run what follows on `count` threads."""
        self._lib.llama_set_n_threads(self.pointer, count, count)

    def close(self) -> None:
        """Give the memory back."""
        if self.pointer:
            self._lib.llama_batch_free(self._batch)
            self._lib.llama_free(self.pointer)
            self.pointer = None


class Sampler:
    """Picks the next token: the likeliest at temperature 0, else at random, the same for the same seed."""

    def __init__(self, *, temperature: float, seed: int) -> None:
        self._lib = library()
        params = self._lib.llama_sampler_chain_default_params()
        self._chain = self._lib.llama_sampler_chain_init(params)
        if temperature <= 0:
            links = [self._lib.llama_sampler_init_greedy()]
        else:
            links = [
                self._lib.llama_sampler_init_top_k(TOP_K),
                self._lib.llama_sampler_init_top_p(TOP_P, 1),
                self._lib.llama_sampler_init_min_p(MIN_P, 1),
                self._lib.llama_sampler_init_temp(temperature),
                self._lib.llama_sampler_init_dist(seed & 0x7FFFFFFF),
            ]
        for link in links:
            self._lib.llama_sampler_chain_add(self._chain, link)

    def sample(self, context: Context) -> int:
        """Return the token that follows what `context` ran last."""
        return int(self._lib.llama_sampler_sample(self._chain, context.pointer, -1))

    def close(self) -> None:
        """Give the memory back."""
        if self._chain:
            self._lib.llama_sampler_free(self._chain)
            self._chain = None


def _strlen() -> Any:  # noqa: ANN401  a C function
    """Return C's strlen, whose 0 or 1 for our flag reads as the false or true of an abort callback."""
    c = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    return c.strlen
