"""Keep what was made, and make what is lacking all at once."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """What `make` made of keys, of which `most` are kept. Safe to use from several threads."""

    def __init__(self, make: Callable[[list[Key]], Sequence[Value]], most: int) -> None:
        """`make` gives for each of several different keys its value; it takes less for many than many times one."""
        self._make, self._most = make, most
        self._known: dict[Key, Value] = {}

    def __call__(self, keys: Sequence[Key]) -> list[Value]:
        """Return the values of keys."""
        known = self._known
        lacking = [key for key in dict.fromkeys(keys) if key not in known]
        if len(known) + len(lacking) > self._most:
            # Another thread may still be reading the old one.
            known, lacking = {}, list(dict.fromkeys(keys))
            self._known = known
        if lacking:
            known.update(zip(lacking, self._make(lacking), strict=True))
        return [known[key] for key in keys]
