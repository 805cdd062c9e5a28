"""The line before the engine: a model's context serves one answer at a time, and whoever came first goes first."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

BEAT = 0.05
"""Seconds between two looks at whether the one who waits was told to stop: an event can't wake two things at once."""


class Place:
    """A place in the line."""

    def __init__(self, line: "Line") -> None:
        self._line = line

    @property
    def ahead(self) -> int:
        """How many answers come before this one; 0 for the one that is being written."""
        return self._line.ahead(self)

    def wait(self, stop: threading.Event) -> bool:
        """Wait until it is this place's turn and return True, or False as soon as `stop` is set."""
        return self._line.wait(self, stop)


class Line:
    """Tabs and batches wait here in the order they came. A batch takes a new place for each of its questions."""

    def __init__(self) -> None:
        self._places: deque[Place] = deque()
        self._moved = threading.Condition()

    def __len__(self) -> int:
        """Return how many are in the line, the one at the head of it included."""
        return len(self._places)

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Take a place at the end, and leave it when done."""
        place = Place(self)
        with self._moved:
            self._places.append(place)
        try:
            yield place
        finally:
            with self._moved:
                self._places.remove(place)
                self._moved.notify_all()

    def ahead(self, place: Place) -> int:
        """Return how many stand before a place, 0 for one that has left."""
        with self._moved:
            return self._places.index(place) if place in self._places else 0

    def wait(self, place: Place, stop: threading.Event) -> bool:
        """Wait until a place is at the head and return True, or False as soon as `stop` is set."""
        with self._moved:
            while self._places[0] is not place and not stop.is_set():
                self._moved.wait(BEAT)
        return not stop.is_set()

    def empty(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for everyone to leave, and return whether they did."""
        with self._moved:
            return self._moved.wait_for(lambda: not self._places, timeout)
