"""One reply as it is written: from what a model says after each token to the text that is shown."""

import codecs
from collections import deque
from collections.abc import Sequence

from assistant.models.context import Logits, Sampler
from assistant.models.lookup import Lookup
from assistant.models.markers import Markers
from assistant.models.native import Weights
from assistant.models.screen import Repetition, Screen, is_marker_part

# A model that reasons for longer than this share of its tokens is made to answer.
REASONING_SHARE = 0.5


class ReplyWriter:
    """A `Writer` of at most `budget` tokens, which ends with the model's own end or what `screen` ends at.

    Reasoning that goes on for too long, or in circles, is closed; an answer that goes in circles is cut. `markers` says
    which citations there may be, and `lookup`, where there is one, guesses ahead.
    """

    def __init__(
        self,
        weights: Weights,
        sampler: Sampler,
        screen: Screen,
        budget: int,
        markers: Markers,
        lookup: Lookup | None = None,
    ) -> None:
        self.pieces: deque[str] = deque()
        self._weights, self._sampler, self._screen = weights, sampler, screen
        self._markers, self._lookup = markers, lookup
        self._budget, self._written = budget, 0
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self._repetition = Repetition()
        self._forced: deque[int] = deque()

    def take(self, logits: Logits) -> int | None:
        """Choose the token that follows and return it, or None where the reply ends."""
        token = self._forced.popleft() if self._forced else self._choose(logits)
        if self._weights.is_end(token):
            self._finish()
            return None
        self._written += 1
        screen = self._screen
        if self._lookup is not None:
            self._lookup.took(token)
        text = self._decoder.decode(self._spelled(token))
        self._markers.took(text)
        shown = screen.feed(text)
        if shown:
            self.pieces.append(shown)
        circling = self._repetition.seen(token, shown)
        if screen.ended or (circling and not screen.closes) or self._written >= self._budget:
            self._finish()
            return None
        patience = int(self._budget * REASONING_SHARE)
        if screen.closes and not self._forced and (circling or self._written >= patience):
            self._forced.extend(self._weights.tokenize(f"{screen.closes}\n\n"))
        return token

    def ahead(self) -> Sequence[int]:
        """Return what may follow the token taken last; it must not be asked for twice."""
        return () if self._lookup is None or self._forced else self._lookup.guess()

    def _choose(self, logits: Logits) -> int:
        def spell(token: int) -> str:
            return self._spelled(token).decode("utf-8", errors="ignore")

        return self._markers.choose(self._sampler.pick(logits), logits, spell)

    def _finish(self) -> None:
        last = self._screen.finish()
        if last:
            self.pieces.append(last)

    def _spelled(self, token: int) -> bytes:
        """Return the bytes of `token`; a control token has some only where it fences reasoning."""
        piece = self._weights.piece(token)
        if self._weights.is_control(token) and not is_marker_part(piece.decode("utf-8", errors="ignore")):
            return b""
        return piece


class Silence:
    """A `Writer` that writes nothing: the prompt alone is run."""

    def __init__(self) -> None:
        self.pieces: deque[str] = deque()

    def take(self, logits: Logits) -> None:
        """End before the first token."""

    def ahead(self) -> Sequence[int]:
        """Return no guesses."""
        return ()
