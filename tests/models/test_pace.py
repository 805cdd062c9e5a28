from collections.abc import Callable

import pytest

from assistant.models.pace import AGAIN, LAST, Pace


def run(pace: Pace, steps: int, seconds: Callable[[int], float], work: int = 1) -> list[int]:
    chosen = []
    for _ in range(steps):
        chosen.append(pace.threads)
        pace.took(work, seconds(pace.threads))
    return chosen


@pytest.mark.parametrize(("two", "best"), [(0.6, 2), (0.95, 1), (3.0, 1)])
@pytest.mark.parametrize("first", [1, 2])
def test_the_faster_is_taken_if_it_is_worth_it(two: float, best: int, first: int) -> None:
    pace = Pace([1, 2], first, tries=3)
    run(pace, 7, {1: 1.0, 2: two}.__getitem__)
    assert set(run(pace, 50, {1: 1.0, 2: two}.__getitem__)) == {best}


def test_it_is_tried_again_when_speed_drops_and_after_a_while() -> None:
    pace = Pace([1, 2], 1, tries=3)
    quiet, busy = {1: 1.0, 2: 0.6}, {1: 1.3, 2: 9.0}
    run(pace, 20, quiet.__getitem__)
    assert pace.threads == 2
    run(pace, LAST + 8, busy.__getitem__)
    assert pace.threads == 1
    run(pace, AGAIN + 8, quiet.__getitem__)
    assert pace.threads == 2


def test_one_slow_step_changes_nothing() -> None:
    pace = Pace([1, 2], 1, tries=3)
    times = {1: 1.0, 2: 0.6}
    run(pace, 20, times.__getitem__)
    pace.took(1, 100.0)
    assert set(run(pace, 20, times.__getitem__)) == {2}


def test_steps_of_other_work_are_not_compared() -> None:
    pace = Pace([1, 2], 1, tries=3)
    run(pace, 20, {1: 1.0, 2: 0.6}.__getitem__)
    run(pace, 8, {1: 8.0, 2: 4.0}.__getitem__, work=8)
    assert pace.threads == 2


def test_what_was_found_is_kept_when_the_work_changes() -> None:
    pace = Pace([1, 2], 1, tries=3)
    times = {1: 1.0, 2: 0.6}
    run(pace, 20, times.__getitem__)
    for work in (2, 3, 4, 8, 7, 6, 5):
        assert set(run(pace, 8, lambda n, work=work: work * times[n], work=work)) == {2}
    run(pace, LAST + 8, lambda n: {1: 5.0, 2: 50.0}[n], work=5)
    assert pace.threads == 1


def test_the_end_of_a_prompt_does_not_disturb_the_trial() -> None:
    pace = Pace([1, 2], 1, tries=3)
    for end in range(4):
        run(pace, 4, {1: 1.0, 2: 0.6}.__getitem__, work=128)
        run(pace, 1, lambda _: 0.1, work=end)
    assert pace.threads == 2


def test_a_number_that_is_set_stays() -> None:
    pace = Pace([3], 3, tries=3)
    assert set(run(pace, 30, lambda _: 1.0)) == {3}
