"""API keys: random, shown once, kept as hashes, compared in constant time, each with its share of requests."""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Iterable

from assistant.errors import UsageError

BYTES = 32
"""Random bytes of a key. Nobody guesses 256 bits, so one round of SHA-256 keeps them: slow hashes are for passwords,
which people make up."""

_ENTRY = re.compile(r"([\w.-]{1,40}):([0-9a-f]{64})", re.ASCII)


def make(name: str) -> tuple[str, str]:
    """Return a new key and its entry for the settings. Raises UsageError for a name that doesn't fit into one."""
    key = "era-" + secrets.token_urlsafe(BYTES)
    entry = f"{name}:{_hash(key)}"
    if not _ENTRY.fullmatch(entry):
        raise UsageError(f"{name!r} is no name for a key", remedy="take letters, digits, - and _, at most 40")
    return key, entry


class Keys:
    """The keys of the settings. `clock` gives seconds."""

    def __init__(self, entries: Iterable[str], rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`rate` is how many requests a key may make in a minute. Raises UsageError for what is no entry."""
        self._hashes: dict[str, str] = {}
        for entry in entries:
            found = _ENTRY.fullmatch(entry)
            if found is None or found[1] in self._hashes:
                raise UsageError(
                    "a key of the settings is not a name with a hash, or its name is there twice",
                    where="keys",
                    remedy="make one with: assistant key NAME (the settings never hold the key itself)",
                )
            self._hashes[found[1]] = found[2]
        self._rate = rate
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def __bool__(self) -> bool:
        """Say whether there are keys."""
        return bool(self._hashes)

    def owner(self, key: str) -> str | None:
        """Return the name of a key, None for one that isn't known. It takes as long whichever it is."""
        given, owner = _hash(key), None
        for name, kept in self._hashes.items():
            if hmac.compare_digest(given, kept):
                owner = name
        return owner

    def wait(self, owner: str) -> float:
        """Count a request of `owner`; return the seconds it has to wait where that is too many, else 0.

        A full minute's requests may come at once; then they come back evenly.
        """
        now = self._clock()
        left, since = self._left.get(owner, (float(self._rate), now))
        left = min(float(self._rate), left + (now - since) * self._rate / 60)
        if left < 1:
            self._left[owner] = (left, now)
            return (1 - left) * 60 / self._rate
        self._left[owner] = (left - 1, now)
        return 0.0


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", errors="surrogatepass")).hexdigest()
