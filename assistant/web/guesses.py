"""Wrong passwords and keys are guessed slowly: each address waits longer with every wrong guess."""

import time
from collections import OrderedDict
from collections.abc import Callable

FREE = 5
"""Wrong guesses that an address has before it has to wait; people mistype."""

LONGEST = 300.0
"""Seconds that an address waits at most. The wait starts at one second and doubles with each further wrong guess."""

REMEMBERED = 1000
"""Addresses whose guesses are counted. When there are more, the one that is quiet for longest is forgotten."""


class Guesses:
    """How often each address guessed wrong, and until when it has to wait. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Return the seconds that `address` has to wait, 0 where it may guess."""
        return max(0.0, self._wrong.get(address, (0, 0.0))[1] - self._clock())

    def wrong(self, address: str) -> None:
        """Count a wrong guess."""
        count = self._wrong.pop(address, (0, 0.0))[0] + 1
        pause = min(2.0 ** (count - FREE), LONGEST) if count >= FREE else 0.0
        self._wrong[address] = (count, self._clock() + pause)
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget the wrong guesses of an address that knows better."""
        self._wrong.pop(address, None)
