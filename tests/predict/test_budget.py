"""The time that models may take is reckoned from sizes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from known_models import Fixed

from auditor.predict.budget import FEWEST, rounds_within, rows_within, seconds_for

A_SECOND = Fixed(np.empty((0, 2)))
"""A second for a fit to a thousand rows."""


@dataclass
class Cheap(Fixed):
    """A thousandth of it."""

    def cost(self, rows: int, classes: int) -> float:
        """A second per million rows."""
        return rows / 1_000_000


def test_the_fits_are_five_on_four_fifths_and_two_on_three_fifths() -> None:
    """A second per thousand rows, 10,000 rows: 5 x 8 + 2 x 6 = 52 s."""
    assert seconds_for(A_SECOND, 10_000, 2, 10_000) == pytest.approx(52)


def test_all_rows_are_learned_from_where_time_allows() -> None:
    """52 s are enough for 10,000 rows."""
    assert rows_within([A_SECOND], 10_000, 2, 52.1) == (10_000,)


def test_fewer_rows_are_learned_from_where_time_is_short() -> None:
    """Seven fits of 3,000 rows take 21 s; of one row more, 21.007."""
    assert rows_within([A_SECOND], 10_000, 2, 21.004) == (3_000,)


def test_what_a_cheap_kind_leaves_over_another_gets() -> None:
    """The cheap one takes .052 s for all rows; two of the others share 42.008 s: 3,000 rows each."""
    kinds = [A_SECOND, Cheap(np.empty((0, 2))), A_SECOND]
    assert rows_within(kinds, 10_000, 2, 42.008 + 0.052) == (3_000, 10_000, 3_000)


def test_some_rows_are_learned_from_however_short_the_time() -> None:
    """Below that a model says nothing worth its time."""
    assert rows_within([A_SECOND], 10_000, 2, 0.001) == (FEWEST,)
    assert rows_within([A_SECOND], 300, 2, 0.001) == (300,)


def test_a_kind_that_would_take_too_long_for_the_fewest_rows_is_left_out_where_another_is_left() -> None:
    """A second for both: the cheap one takes .052 s, seven fits of a thousand rows would take 7 s."""
    assert rows_within([A_SECOND, Cheap(np.empty((0, 2)))], 10_000, 2, 1.0) == (0, 10_000)
    assert rows_within([A_SECOND, A_SECOND], 10_000, 2, 1.0) == (FEWEST, 0)


def test_with_many_classes_the_fewest_rows_are_five_a_class() -> None:
    """A thousand classes: 5,000 rows would take 35 s, and a share of 30 s is too little for them."""
    assert rows_within([A_SECOND, Cheap(np.empty((0, 2)))], 10_000, 1_000, 30.0) == (0, 10_000)
    assert rows_within([A_SECOND, Cheap(np.empty((0, 2)))], 10_000, 1_000, 35.1) == (5_006, 10_000)


@pytest.mark.parametrize(
    ("rows", "seconds", "rounds"), [(200, 120, 3), (300, 120, 2), (2_000, 120, 1), (300, 2, 1)]
)
def test_what_is_cheap_is_done_again_with_other_folds(rows: int, seconds: float, rounds: int) -> None:
    """Within four seconds: 200 rows take 1.04 s a round, 300 rows 1.56 s, 2,000 rows 10.4 s."""
    assert rounds_within([A_SECOND], rows, 2, seconds) == rounds
