"""What every place for the vectors has to keep; `tests/index/test_vectors.py` runs it against each."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.index.vectors import Vectors

DIMENSIONS = 16
Open = Callable[..., Vectors]


def unit(count: int, seed: int = 5) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    scaled: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


class VectorsContract:
    """Mix into a test class that has the fixture `opened`: what opens the collection of an embedder."""

    def test_what_is_added_is_there_once_and_again_after_opening_anew(self, opened: Open) -> None:
        rows = unit(3)
        opened("one").add(["a", "b", "c"], rows)
        opened("one").add(["b"], rows[1:2])
        again = opened("one")
        assert (again.ids(), len(again)) == ({"a", "b", "c"}, 3)

    def test_the_nearest_are_those_of_brute_force(self, opened: Open) -> None:
        rows, ids = unit(300), [f"p{number}" for number in range(300)]
        vectors = opened("one")
        vectors.add(ids, rows)
        for asked in unit(5, seed=6):
            found = vectors.search(asked, 10)
            likeness = rows @ asked
            assert [i for i, _ in found] == [ids[n] for n in np.argsort(-likeness)[:10]]
            assert [s for _, s in found] == pytest.approx(sorted(likeness, reverse=True)[:10], abs=1e-5)

    def test_what_is_removed_is_not_found_and_may_be_removed_twice(self, opened: Open) -> None:
        rows, vectors = unit(3), opened("one")
        vectors.add(["a", "b", "c"], rows)
        vectors.remove(["b", "never there"])
        vectors.remove(["b"])
        assert {i for i, _ in vectors.search(rows[1], 9)} == {"a", "c"}

    def test_an_empty_one_finds_nothing(self, opened: Open) -> None:
        assert opened("one").search(unit(1)[0], 5) == []
        assert opened("one").ids() == set()

    def test_more_than_one_batch_is_written_whole(self, opened: Open) -> None:
        rows, ids = unit(2100), [f"p{number}" for number in range(2100)]
        vectors = opened("one")
        vectors.add(ids, rows)
        assert vectors.ids() == set(ids)
        vectors.remove(ids[:-1])
        assert vectors.ids() == {ids[-1]}
        vectors.give_back()
        assert vectors.ids() == {ids[-1]}

    def test_embedders_do_not_mix_and_old_ones_go_when_told(self, opened: Open) -> None:
        rows = unit(1)
        opened("one").add(["a"], rows)
        other = opened("other")
        assert len(other) == 0
        assert len(opened("one")) == 1
        other.drop_others()
        assert len(opened("one")) == 0
        other.drop()
        assert len(opened("other")) == 0
