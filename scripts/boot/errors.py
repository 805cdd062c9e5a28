"""What went wrong in the setup, where, and what to do about it."""


class SetupError(Exception):
    """A setup that can't go on; `exit_code` is 3 (not ready) unless a caller says otherwise."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", exit_code: int = 3) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy
        self.exit_code = exit_code

    def __str__(self) -> str:
        """Return the error as lines: what, then where and remedy when they are known."""
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.remedy:
            lines.append(f"  remedy: {self.remedy}")
        return "\n".join(lines)
