"""Passwords for those who come over the network: kept as scrypt hashes, compared in constant time."""

import base64
import binascii
import hashlib
import hmac
import os

from assistant.errors import UsageError

COST, BLOCK, LANES = 1 << 15, 8, 3
"""N, r and p of scrypt (RFC 7914): 32 MB and about a tenth of a second, as OWASP's cheat sheet on storing passwords
advises for servers with little memory."""

LEAST = 10
"""Characters of the shortest password taken. It is guessed over the network only, and slowly (web/guesses.py)."""

LARGEST = 1 << 27
"""Bytes that a hash of the settings may ask for at most. A mistyped one must not take the machine's memory."""


def hashed(password: str) -> str:
    """Return what stands in the settings for `password`. Raises UsageError where it is too short."""
    if len(password) < LEAST:
        raise UsageError(
            f"the password has {len(password)} characters", remedy=f"take at least {LEAST}, a few words for example"
        )
    salt = os.urandom(16)
    return ":".join(
        ("scrypt", str(COST), str(BLOCK), str(LANES), _text(salt), _text(_scrypt(password, COST, BLOCK, LANES, salt)))
    )


def matches(password: str, kept: str) -> bool:
    """Say whether `password` is the one of the hash `kept`. Raises UsageError for a hash that isn't one."""
    cost, block, lanes, salt, digest = _parsed(kept)
    return hmac.compare_digest(_scrypt(password, cost, block, lanes, salt), digest)


def check(kept: str) -> None:
    """Raise UsageError where `kept` isn't a hash of `hashed`."""
    _parsed(kept)


def _parsed(kept: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        name, cost, block, lanes, salt, digest = kept.split(":")
        parsed = (int(cost), int(block), int(lanes), base64.b64decode(salt, validate=True), base64.b64decode(digest))
        fits = name == "scrypt" and parsed[0] > 1 and parsed[0] & (parsed[0] - 1) == 0 and 1 <= parsed[2] <= 16
        if not fits or not 1 <= parsed[1] <= 64 or 128 * parsed[0] * parsed[1] > LARGEST or len(parsed[4]) != 32:
            raise ValueError(kept)
    except (ValueError, binascii.Error) as error:
        raise UsageError(
            "the password of the settings is not a hash",
            where="password",
            remedy="make one with: assistant password (the settings never hold the password itself)",
        ) from error
    return parsed


def _scrypt(password: str, cost: int, block: int, lanes: int, salt: bytes) -> bytes:
    room = 128 * block * (cost + lanes + 2)
    return hashlib.scrypt(password.encode("utf-8"), salt=salt, n=cost, r=block, p=lanes, maxmem=room, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
