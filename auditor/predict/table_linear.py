"""The linear model of texts over all that a table has: texts, many categories, numbers and marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from auditor.predict.learners import Codes, Fitted, Matrix, Rows
from auditor.predict.linear import LinearLearner
from auditor.predict.table_features import TableFeatures

CELLS = 1 << 22
"""Numbers of rows that are predicted at a time."""


@dataclass(frozen=True, slots=True)
class TableLinear:
    """A linear model of sparse features."""

    features: TableFeatures
    name: str = "linear"

    def cost(self, rows: int, classes: int) -> float:
        """CPU seconds, about, of a fit and of predicting a quarter as many rows."""
        return LinearLearner(features=self.features).cost(rows, classes)

    def fit(self, rows: Rows, codes: Codes, classes: int) -> FittedInBlocks:
        """Fit the weights; see `learners.Learner`."""
        fitted = LinearLearner(features=self.features).fit(rows, codes, classes)
        return FittedInBlocks(fitted, max(int(CELLS / max(self.features.per_row, classes)), 1), classes)


@dataclass(frozen=True, slots=True)
class FittedInBlocks:
    """A model whose features are made for a block of rows at a time."""

    fitted: Fitted
    step: int
    """Rows of a block."""
    classes: int

    def predict(self, rows: Rows) -> Matrix:
        """(m, C) probabilities."""
        out = np.empty((len(rows), self.classes))
        for start in range(0, len(rows), self.step):
            block = slice(start, start + self.step)
            out[block] = self.fitted.predict(rows[block])
        return out
