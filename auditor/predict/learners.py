"""What a model must be able to do, for the cross-validation to use it."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.int64]
"""Numbers of dataset rows."""
Codes: TypeAlias = NDArray[np.int32]
"""A class per row, 0..C-1."""
Matrix: TypeAlias = NDArray[np.float64]
"""(m, C) probabilities, each row sums to 1."""


class Fitted(Protocol):
    """A model that has been fitted to some rows."""

    def predict(self, rows: Rows) -> Matrix:
        """(m, C) probabilities of the classes for any rows of the dataset."""
        ...


class Learner(Protocol):
    """A kind of model over the features of a dataset; the features are made once, without the labels."""

    @property
    def name(self) -> str:
        """What it is called in reports: `linear`, `trees`, ..."""
        ...

    def cost(self, rows: int, classes: int) -> float:
        """CPU seconds, about, of a fit to so many rows and classes: from sizes alone, so that the same
        input is treated alike on every machine."""
        ...

    def fit(self, rows: Rows, codes: Codes, classes: int) -> Fitted:
        """Fit to these rows.

        Args:
            rows: (m,) rows of the dataset, in an order that does not depend on the file's.
            codes: (m,) their classes; each of the C is there at least once.
            classes: C, at least 2.
        """
        ...
