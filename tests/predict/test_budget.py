"""The time that models may take is reckoned from sizes."""

from __future__ import annotations

import numpy as np
import pytest

from auditor.predict.budget import FEWEST, rows_within, seconds_for
from tests.predict.models import Fixed


def test_the_fits_are_five_on_four_fifths_and_three_on_three_fifths() -> None:
    """A second per thousand rows, 10,000 rows: 5 x 8 + 3 x 6 = 58 s."""
    assert seconds_for([Fixed(np.empty((0, 2)))], 10_000, 2) == pytest.approx(58)


def test_all_rows_are_learned_from_where_time_allows() -> None:
    """58 s are enough for 10,000 rows."""
    assert rows_within([Fixed(np.empty((0, 2)))], 10_000, 2, 58.1) == 10_000


def test_fewer_rows_are_learned_from_where_time_is_short() -> None:
    """Eight fits of 3,000 rows take 24 s; of one row more, 24.008."""
    assert rows_within([Fixed(np.empty((0, 2)))], 10_000, 2, 24.004) == 3_000


def test_some_rows_are_learned_from_however_short_the_time() -> None:
    """Below that a model says nothing worth its time."""
    assert rows_within([Fixed(np.empty((0, 2)))], 10_000, 2, 0.001) == FEWEST
    assert rows_within([Fixed(np.empty((0, 2)))], 300, 2, 0.001) == 300
