"""What takes seconds to find out, found out in the background, once for each state of what it depends on."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from assistant.errors import AssistantError, FaultError

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Later(Generic[T]):
    """A value that `work` finds; None until it has, and again from each `begin` on. `error` is why it could not."""

    def __init__(self, work: Callable[[], T], name: str) -> None:
        self._work, self._name = work, name
        self._lock = threading.Lock()
        self._state = ""
        self._begun = 0
        self._busy = False
        self.value: T | None = None
        self.error: AssistantError | None = None

    @property
    def mark(self) -> str:
        """What changes whenever there is something else to show."""
        return f"{self._begun}.{self._busy}"

    @property
    def busy(self) -> bool:
        """Whether it is being found out."""
        return self._busy

    def want(self, state: str) -> None:
        """See that the value is that of `state`."""
        if state != self._state or not self._begun:
            self.begin(state)

    def begin(self, state: str = "") -> None:
        """Find the value anew, unless that is going on."""
        with self._lock:
            if self._busy:
                return
            self._begun, self._state, self._busy = self._begun + 1, state, True
            self.value, self.error = None, None
        threading.Thread(target=self._find, name=self._name, daemon=True).start()

    def _find(self) -> None:
        try:
            self.value = self._work()
        except AssistantError as error:
            self.error = error
        except Exception as error:
            logger.exception("%s failed", self._name)
            self.error = FaultError(f"{type(error).__name__}: {error}", remedy="a fault of the program: report it")
        self._busy = False
