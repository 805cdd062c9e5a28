"""What holds for all tests."""

from collections.abc import Iterator

import pytest

from assistant.offline.guard import Guard


@pytest.fixture(scope="session", autouse=True)
def _this_process_is_never_sealed() -> Iterator[None]:
    """Keep the kernel's filter, which can't be taken down again, off the process that runs the tests.

    What is to be sealed runs in a process of its own, as the user's does.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(Guard, "seal", lambda self, *, server=False: None)
    yield
    patch.undo()
