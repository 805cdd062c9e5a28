"""Moments as the user's clock shows them: what is kept is UTC, what is read on the page is local time."""

from datetime import datetime


def local(moment: datetime | str, *, seconds: bool = False) -> str:
    """Return a moment of UTC, or its ISO 8601 form, as date and time of this machine's zone: 2026-11-30 22:31."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{when.astimezone():%Y-%m-%d %H:%M}" + (f":{when.second:02d}" if seconds else "")
