"""A connection that does not say what it wants is ended: a thousand of them would leave no place for anyone."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 10.0
"""Seconds between two looks at a connection; one whose next request has not begun at both of them is closed."""


class Impatient(H11Protocol):
    """uvicorn's protocol, which itself waits for ever for the headers of a request that trickles in."""

    _looking: asyncio.TimerHandle
    _awaiting: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look after the connection."""
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._looking.cancel()
        super().connection_lost(exc)

    def _look(self, *, first: bool = True) -> None:
        waits = self.conn.their_state is h11.IDLE
        if waits and not first and self._awaiting is self.scope:
            self.transport.close()
            return
        # Each request has a scope of its own: the same one twice means that none has begun in between.
        self._awaiting = self.scope if waits else object()
        self._looking = self.loop.call_later(HEADERS_S, lambda: self._look(first=False))
