import time
from datetime import UTC, datetime

import pytest

from assistant.ui.moments import local


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can't be set here")
def test_a_moment_is_shown_by_the_clock_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Taipei")
    time.tzset()
    try:
        assert local("2026-11-30T18:31:05Z") == "2026-12-01 02:31"
        assert local(datetime(2026, 11, 30, 18, 31, 5, tzinfo=UTC), seconds=True) == "2026-12-01 02:31:05"
    finally:
        monkeypatch.undo()
        time.tzset()
