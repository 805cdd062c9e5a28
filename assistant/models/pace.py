"""How many threads to run on, by how long the steps take: a box always has a neighbour, and it comes and goes.

More threads are faster only while the cores are really ours: at each of the hundreds of barriers of a step all wait for
the one whose core was taken. So each number of threads is tried for a few steps, at the start, when the steps become
slower, and now and then.
"""

import statistics
from collections import deque
from collections.abc import Sequence

# A further thread has to bring this much, for it takes a core from everything else on the box.
WORTH = 1.1
# Steps become slower when the middle one of the last so many takes this much longer than was found.
LAST, SLOWER = 6, 1.4
# After so many steps without a cause, it is tried anew.
AGAIN = 256
# How long a step takes that was not met yet.
UNKNOWN = float("inf")


class Pace:
    """Chooses among `counts` of threads, beginning with `first`; each is tried for `tries` steps.

    `threads` is the number to take for the next step.
    """

    def __init__(self, counts: Sequence[int], first: int, *, tries: int) -> None:
        self.threads = first
        self._counts = sorted({*counts, first})
        self._tries = tries
        self._work: int | None = None
        self._others = 0
        self._found: float | None = None
        self._left = AGAIN
        self._begin()

    def took(self, work: int, seconds: float) -> None:
        """Hear that a step with so much work took so long. Only steps with the same work are compared."""
        if len(self._counts) == 1:
            return
        if work != self._work:
            self._other(work)
            return
        self._others = 0
        self._last.append(seconds)
        if self._found is None:
            self._try()
        elif len(self._last) == LAST and self._found == UNKNOWN:
            self._found = statistics.median(self._last)
        elif (len(self._last) == LAST and statistics.median(self._last) > SLOWER * self._found) or self._left == 0:
            self._begin()
        else:
            self._left -= 1

    def _other(self, work: int) -> None:
        """Go over to other work when it stays; a step now and then, such as the end of a prompt, is let by.

        The number that was found is kept: trying at each change would cost a batch more than it finds.
        """
        self._others += 1
        if self._work is not None and self._others < self._tries:
            return
        self._work, self._others = work, 0
        self._last.clear()
        if self._found is None:
            self._times.clear()
        else:
            self._found = UNKNOWN

    def _begin(self) -> None:
        self._last: deque[float] = deque(maxlen=LAST)
        self._times: dict[int, float] = {}
        self._found = None
        self._left = AGAIN

    def _try(self) -> None:
        if len(self._last) < self._tries:
            return
        self._times[self.threads] = statistics.median(self._last)
        self._last.clear()
        untried = [count for count in self._counts if count not in self._times]
        if untried:
            self.threads = untried[0]
            return
        best = self._counts[0]
        for count in self._counts[1:]:
            if self._times[count] * WORTH < self._times[best]:
                best = count
        self.threads, self._found = best, self._times[best]
