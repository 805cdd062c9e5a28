"""Citation markers that exist: no `[7]` where the evidence ends at 6.

Only where a reply is about to write a number in brackets that stands for no evidence is another token taken, the
likeliest that fits. All else is left as it comes, so that this costs next to nothing (docs/LOG.md).
"""

import re
from collections.abc import Callable, Collection

from assistant.models.context import Logits, likeliest

# A marker, perhaps unfinished: [1], [1, 2], 【3】.
MARKER = re.compile(r"[\[［【]([\d\s,，、]*)([\]］】]?)")
# As much of the reply's end is looked at, and as many tokens are tried.
REACH, TRIED = 24, 64


class Markers:
    """Knows the `numbers` that may be cited."""

    def __init__(self, numbers: Collection[int]) -> None:
        self._numbers = frozenset(numbers)
        self._spelled = tuple(map(str, numbers))
        self._end = ""

    def choose(self, token: int, logits: Logits, spell: Callable[[int], str]) -> int:
        """Return `token`, or in its place the likeliest one by which no marker stands for nothing."""
        if not self._numbers or self._fits(spell(token)):
            return token
        return next((other for other in likeliest(logits, TRIED).tolist() if self._fits(spell(other))), token)

    def took(self, text: str) -> None:
        """Hear what the reply went on with."""
        self._end = (self._end + text)[-REACH:]

    def _fits(self, text: str) -> bool:
        whole = self._end + text
        return all(self._exists(match, at_end=match.end() == len(whole)) for match in MARKER.finditer(whole))

    def _exists(self, match: re.Match[str], *, at_end: bool) -> bool:
        inner, closed = match.groups()
        cited = re.findall(r"\d+", inner)
        if not closed and not at_end:  # "[3 months" is no marker
            return True
        unfinished = cited.pop() if cited and not closed and inner[-1].isdigit() else ""
        begins = not unfinished or any(number.startswith(unfinished) for number in self._spelled)
        return begins and all(int(number) in self._numbers for number in cited)
