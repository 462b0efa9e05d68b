"""Models over vectors that any network made: two linear ones, and the votes of the nearest rows.

They are wrong in different places, so that their average finds more than each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Learner
from auditor.predict.vectors_linear import Discriminant, Logistic
from auditor.predict.vectors_nearest import NearestRows
from auditor.predict.vectors_units import UnitVectors

if TYPE_CHECKING:
    from auditor.similar.neighbours import Neighbours


def vector_learners(
    vectors: NDArray[np.floating[Any]],
    covered: NDArray[np.bool_] | None = None,
    nearest: Callable[[], Neighbours] | None = None,
) -> tuple[Learner, ...]:
    """The models for a dataset with a vector per row.

    Args:
        vectors: (n, d) finite numbers, float16, float32 or float64, perhaps a memory map; never copied
            whole where they are many.
        covered: (n,) False for rows without a vector; None where all have one. These, and rows of zeros,
            teach nothing and are given the shares of the classes.
        nearest: gives the nearest rows of every row of the dataset; asked for only where there are more rows
            than are compared one by one, and only once. None to search when needed.

    Returns:
        The linear models and the votes of the nearest rows.
    """
    units = UnitVectors(vectors=vectors, covered=covered)

    def search() -> Neighbours:
        from auditor.similar.neighbours import neighbours

        return neighbours(vectors)

    return Logistic(units), Discriminant(units), NearestRows(units, cache(nearest or search))
