"""Errors a user can act on: what went wrong, where, and what to do about it."""


class AssistantError(Exception):
    """Base of every error the program expects.

    `exit_code` is the process's exit status (DESIGN: 1 a fault, 2 wrong usage, 3 not ready, 4 input refused).
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the error as lines: what, then where and remedy when they are known."""
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.remedy:
            lines.append(f"  remedy: {self.remedy}")
        return "\n".join(lines)


class FaultError(AssistantError):
    """Something in the machine or in the program failed (a full disk, a broken store)."""


class UsageError(AssistantError):
    """A command, a flag or a setting that does not exist or does not fit."""

    exit_code = 2


class NotReadyError(AssistantError):
    """Something has to be done first (no index yet, no model, another refresh at work)."""

    exit_code = 3


class RefusedError(AssistantError):
    """An input that cannot be taken (an unreadable file, a broken model, a wrong encoding)."""

    exit_code = 4
