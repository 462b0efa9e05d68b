"""Trees over the features of a table."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from auditor.predict import trees
from auditor.predict.trees import TreesLearner, trees_for


class Dense:
    """Features that are held as they are."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values

    def for_trees(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The features of some rows."""
        return self.values[rows]


@pytest.fixture
def either() -> tuple[TreesLearner, NDArray[np.int32]]:
    """The class is 1 where exactly one of two columns is positive: no line parts that."""
    values = np.random.default_rng(0).normal(size=(400, 4)).astype(np.float32)
    codes = ((values[:, 0] > 0) != (values[:, 1] > 0)).astype(np.int32)
    return TreesLearner(Dense(values), 4), codes


def test_trees_learn_what_depends_on_two_columns(either: tuple[TreesLearner, NDArray[np.int32]]) -> None:
    """On rows that were not learned from they are right in nearly all, where guessing is right in half."""
    learner, codes = either
    rows = np.arange(400)
    found = learner.fit(rows[:300], codes[:300], 2).predict(rows[300:])
    assert (found.argmax(axis=1) == codes[300:]).mean() > 0.85
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_the_same_rows_give_the_same_bits_in_blocks_of_any_size(
    either: tuple[TreesLearner, NDArray[np.int32]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two fits agree, and rows predicted seven at a time or all at once."""
    learner, codes = either
    rows = np.arange(400)
    once = learner.fit(rows, codes, 2).predict(rows)
    monkeypatch.setattr(trees, "CELLS", 28)
    again = learner.fit(rows, codes, 2).predict(rows)
    np.testing.assert_array_equal(once, again)
    assert learner.fit(rows, codes, 2).predict(rows[:0]).shape == (0, 2)


def test_a_wrong_label_is_not_learned_by_heart(either: tuple[TreesLearner, NDArray[np.int32]]) -> None:
    """Even the rows that were learned from are doubted where their label is wrong."""
    learner, codes = either
    wrong = codes.copy()
    wrong[::20] = 1 - wrong[::20]
    rows = np.arange(400)
    given = learner.fit(rows, wrong, 2).predict(rows)[rows, wrong]
    assert given[::20].mean() < given[1::20].mean() - 0.2


def test_larger_data_cost_more_and_have_fewer_trees() -> None:
    """Costs rise with rows and columns; trees fall, to no fewer than 30."""
    small, wide = TreesLearner(Dense(np.empty((0, 4))), 4), TreesLearner(Dense(np.empty((0, 99))), 99)
    costs = [small.cost(rows, 3) for rows in (100, 1_000, 10_000, 100_000, 1_000_000)]
    assert costs == sorted(costs)
    assert wide.cost(1_000, 3) > small.cost(1_000, 3)
    assert [trees_for(rows) for rows in (1, 5_000, 20_000, 10**7)] == [100, 100, 50, 30]
