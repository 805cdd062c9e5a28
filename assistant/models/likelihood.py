"""How likely a model finds given replies: multiple choice without writing a word.

All replies to one prompt share its state, so the prompt is read once; of several tokens, all replies run together.
"""

from collections.abc import Sequence
from itertools import takewhile

import numpy as np

from assistant.errors import RefusedError
from assistant.models.chat import ChatFormat
from assistant.models.context import Context, Logits, Run
from assistant.models.fit import PIECE
from assistant.models.native import Weights
from assistant.records import Message

# Tokens of a prompt with its replies, unless the model's own window is shorter; replies of one prompt; and their tokens
# beyond the first of each, whose logits take 600 kB each for a vocabulary as large as Qwen's.
ROOM, MOST, OUTPUTS = 2048, 10, 64


class Scorer:
    """Scores replies with a model that is loaded, in a context of its own beside the one that writes."""

    def __init__(self, weights: Weights, chat: ChatFormat, *, window: int, threads: int, whole: bool = True) -> None:
        self._weights, self._chat = weights, chat
        self.window = min(window, ROOM)
        self._context = Context(
            weights, window=self.window, piece=PIECE, threads=threads, sequences=MOST + 1, outputs=OUTPUTS, whole=whole
        )
        # The tokens whose state the first sequence has, in whole pieces: each is computed in the same company whatever
        # was asked before, so that a score can't depend on it.
        self._held: list[int] = []

    def score(self, messages: Sequence[Message], replies: Sequence[str]) -> tuple[float, ...]:
        """Return the natural logarithm of each reply's likelihood, with no token after it, given `messages`.

        Raises RefusedError where prompt and replies don't fit into the window.
        """
        prompt = self._chat.render(messages)
        texts = [self._tokens(prompt + reply) for reply in replies]
        # A reply may melt into the prompt's last token: what is shared is what all of them begin with.
        shared = min(_common(texts), min(map(len, texts)) - 1)
        rests = [text[shared:] for text in texts]
        needed = shared + sum(map(len, rests))
        if needed > self.window or len(replies) > MOST or sum(len(rest) - 1 for rest in rests) > OUTPUTS:
            raise RefusedError(
                f"{len(replies)} replies with their prompt have {needed} tokens: too many for {self.window}",
                remedy="take shorter items",
            )
        first = self._read(texts[0][:shared])
        later = self._run(rests, shared)
        return tuple(
            float(_log_softmax(first)[rest[0]])
            + sum(float(_log_softmax(row)[token]) for row, token in zip(rows, rest[1:], strict=True))
            for rest, rows in zip(rests, later, strict=True)
        )

    def close(self) -> None:
        """Give the context's memory back; the weights stay."""
        self._context.close()

    def _tokens(self, text: str) -> list[int]:
        tokens = self._weights.tokenize(text)
        bos = self._weights.bos
        return [bos, *tokens] if self._weights.adds_bos and tokens[:1] != [bos] else tokens

    def _read(self, prompt: Sequence[int]) -> Logits:
        """Run the prompt, but for whole pieces of it that are held, and return what follows it."""
        kept = min(_common((self._held, prompt)), len(prompt) - 1) // PIECE * PIECE
        if not self._context.keep(kept):
            self._context.forget()
            kept = 0
        piece: Sequence[int] = ()
        for start in range(kept, len(prompt), PIECE):
            piece = prompt[start : start + PIECE]
            self._context.decode(piece, start)
        self._held = list(prompt[: len(prompt) // PIECE * PIECE])
        return self._context.logits(len(piece) - 1).copy()

    def _run(self, rests: Sequence[Sequence[int]], position: int) -> list[list[Logits]]:
        """Return what follows each token of each reply but its last; each runs in a copy of the prompt's state."""
        runs = [Run(rest[:-1], position, n, every=True) for n, rest in enumerate(rests, start=1) if len(rest) > 1]
        if not runs:
            return [[] for _ in rests]
        for run in runs:
            self._context.copy(0, run.sequence, position)
        self._context.run(runs)
        rows = iter(range(sum(len(run.tokens) for run in runs)))
        found = [[self._context.logits(next(rows)).copy() for _ in rest[:-1]] for rest in rests]
        for run in runs:
            self._context.drop(run.sequence)
        return found


def _common(texts: Sequence[Sequence[int]]) -> int:
    """Return with how many equal tokens all texts begin."""
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(*texts, strict=False)))


def _log_softmax(logits: Logits) -> Logits:
    top = logits.astype(np.float64) - float(logits.max())
    result: Logits = top - np.log(np.exp(top).sum())
    return result
