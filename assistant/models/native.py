"""The thin layer over llama.cpp's C interface: the library itself, and the weights of a model.

The one module that imports llama_cpp, and only when a model is loaded. The C interface is used and not the
bindings' `Llama` class: that one redirects the whole process's stdout while it loads, can't be stopped inside a
prompt, and runs one sequence.
"""

import ctypes
import functools
import logging
import os
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assistant.errors import NotReadyError, RefusedError
from assistant.models.gguf import REMEDY

logger = logging.getLogger(__name__)

LOG_ERROR = 4
NO_TEXT = 1 << 0 | 1 << 3  # LLAMA_TOKEN_ATTR_UNKNOWN, LLAMA_TOKEN_ATTR_CONTROL
_complaints: deque[str] = deque(maxlen=3)
_kept: list[object] = []


@functools.cache
def library() -> Any:  # noqa: ANN401  the bindings have no types of their own
    """Return llama.cpp's C interface, silenced. Raises NotReadyError where it is not installed."""
    # Threads wait for each other at hundreds of barriers a token. Spinning there for long is tens of times slower with
    # a neighbour on the same cores, sleeping at once is up to 1.5 times slower without; so they spin for a moment, half
    # a millisecond (docs/LOG.md). It has to be said before the library loads.
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    # When an assertion fails, llama.cpp starts a debugger on the process to print a trace.
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    try:
        from llama_cpp import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise NotReadyError(
            f"llama.cpp can't be used: {error}",
            remedy="run: python scripts/bootstrap.py setup, or set engine to extractive",
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

    @property
    def begins(self) -> list[int]:
        """The token that the model wants before a text, if any."""
        return [self.bos] if self.adds_bos else []

    @property
    def ends(self) -> list[int]:
        """The token that the model wants after a text, if any; one without an end has a separator."""
        end = self.eos if self.eos >= 0 else self._lib.llama_vocab_sep(self._vocab)
        return [end] if self._lib.llama_vocab_get_add_eos(self._vocab) and end >= 0 else []

    @property
    def separators(self) -> list[int]:
        """The token that the model wants between two texts, if any."""
        separator = self._lib.llama_vocab_sep(self._vocab)
        return [separator] if self._lib.llama_vocab_get_add_sep(self._vocab) and separator >= 0 else []

    def template(self, name: str) -> str:
        """Return the file's template of that name, empty where it has none."""
        found = self._lib.llama_model_chat_template(self.pointer, name.encode())
        return found.decode("utf-8", errors="replace") if found else ""

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
