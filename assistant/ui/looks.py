"""How the page keeps up with work in the background: what is shown says what it is, and when to look again."""

LOOKS = {"answer": 120, "work": 1000, "rest": 4000}
"""Milliseconds between two looks of the page at what it shows: an answer being written, work going on, neither."""

IN_LINE = 150
"""Milliseconds that each answer ahead adds: half of what the quickest engine takes for one, so that none who wait
keep the server from those who are being answered."""

LONGEST = 2000
"""Milliseconds after which even the last in the line looks again."""


def looking(mark: str, pace: str, ahead: int = 0) -> dict[str, str | int]:
    """Return the attributes of a stretch of the page that is looked at again (page/clicks.js).

    `mark` says which state it shows, `ahead` how many answers come first. A reply that is lost, or overtaken by an
    older one, is made good by the next look.
    """
    return {"data_mark": mark, "data_look": max(LOOKS[pace], min(ahead * IN_LINE, LONGEST))}
