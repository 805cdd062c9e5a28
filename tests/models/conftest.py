import pytest

from assistant.models.context import Context


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens each step ran."""
    sizes: list[int] = []
    run = Context.run
    monkeypatch.setattr(
        Context, "run", lambda self, runs: (sizes.append(sum(len(each.tokens) for each in runs)), run(self, runs))[1]
    )
    return sizes
