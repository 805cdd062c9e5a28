"""Prompt lookup decoding: guesses what follows from where the last tokens stood before, in the prompt or the reply.

An answer that quotes its evidence repeats it token by token. Guesses are run together with the token before them, which
costs less than one after the other, and each is kept only if the model says the same: the reply stays what it was.
(Saxena, Prompt Lookup Decoding, 2023, github.com/apoorvumang/prompt-lookup-decoding)
"""

from collections.abc import Sequence

# So many tokens have to be the same as before, and so many are guessed then.
SAME, GUESSES = 4, 3
# How much the last guess counts in what guesses bring.
WEIGHT = 0.2


class Lookup:
    """Guesses for one reply to a `prompt`. With guesses a step takes `cost` times as long as without.

    It ends for good when guesses bring less than that.
    """

    def __init__(self, prompt: Sequence[int], cost: float) -> None:
        self._tokens: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        self._guess: list[int] = []
        self._hits = 0
        self._cost = cost
        # Tokens that a step with guesses brought: it begins with the doubt on their side.
        self.brings = 1.0 + GUESSES
        for token in prompt:
            self._add(token)

    def took(self, token: int) -> None:
        """Hear which token came next."""
        if self._hits < len(self._guess):
            if self._guess[self._hits] == token:
                self._hits += 1
            else:
                self._settle()
        self._add(token)

    def guess(self) -> Sequence[int]:
        """Return what may follow the last token, often nothing."""
        self._settle()
        last = tuple(self._tokens[-SAME:])
        start = self._after.get(last, 0)
        if self.brings > self._cost and start:
            self._guess = self._tokens[start : start + GUESSES]
        return self._guess

    def _settle(self) -> None:
        if self._guess:
            self.brings += WEIGHT * (1 + self._hits - self.brings)
            self._guess, self._hits = [], 0

    def _add(self, token: int) -> None:
        # What was last before this one is known from here on, so that no stretch is its own guess.
        if len(self._tokens) >= SAME:
            self._after[tuple(self._tokens[-SAME:])] = len(self._tokens)
        self._tokens.append(token)
