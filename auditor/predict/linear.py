"""Logistic regression over features that are made once: one class against all others, for each class.

**Method.** The dual coordinate descent of LIBLINEAR (Yu, Huang, Lin: Dual coordinate descent methods for
logistic regression and maximum entropy models, 2011) as scikit-learn has it: over texts it takes a few
passes. Regularisation is strong on purpose: some labels are wrong, and a weak one learns them by heart.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Fitted, Matrix, Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers: TypeAlias = "NDArray[np.floating[Any]] | csr_matrix"
"""(m, D) features, dense or sparse."""
STRENGTH = 1.0
"""C of the logistic regression, for rows of length 1."""
TOLERANCE = 0.1
"""Of the solver: a closer solution orders suspects no better."""
GROWTH = 3.0
"""Most times that C grows with the classes, as the root of half their number: the more there are, the fewer
rows speak for each. Measured: for 2 and 3 classes 1 finds more than 3 where many labels are wrong, and about
as many where few are; for 77 classes 3 finds more than 1."""
PASSES = 4
"""Over the rows at most, for a class."""
MOST_WEIGHTS = 10_000_000
"""Features times classes of a model: with more only the features that most rows have are used."""


class Features(Protocol):
    """Numbers that describe the rows of a dataset."""

    @property
    def per_row(self) -> float:
        """Numbers of a row that are not 0, on average, about."""
        ...

    def rows(self, rows: Rows) -> Numbers:
        """(m, D) the features of some rows, float32."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLearner:
    """Learns one logistic regression per class, or one for two classes."""

    features: Features
    strength: float = STRENGTH
    """C for two classes: small values are strong regularisation."""
    name: str = "linear"

    def cost(self, rows: int, classes: int) -> float:
        """CPU seconds, about: measured with texts on one core of a server of 2023."""
        models = 1 if classes == 2 else classes
        return 0.05 + 5e-8 * rows * self.features.per_row * models

    def fit(self, rows: Rows, codes: Codes, classes: int) -> Fitted:
        """Fit to these rows: see `Learner`."""
        used = Used.of(self.features.rows(rows), classes)
        numbers = used.part
        one_of_two = classes == 2
        strength = self.strength * min(np.sqrt(classes / 2), GROWTH)
        pairs = [_fitted(numbers, codes == code, strength) for code in range(one_of_two, classes)]
        weights = np.stack([weights for weights, _ in pairs], axis=1)
        shifts = np.array([shift for _, shift in pairs])
        return FittedLinear(features=self.features, columns=used.columns, weights=weights, shifts=shifts)


def _fitted(
    numbers: Numbers, is_class: NDArray[np.bool_], strength: float
) -> tuple[NDArray[np.float32], float]:
    """(D,) weights and the shift of one class against all others."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if not numbers.shape[1]:
        return np.empty(0, np.float32), float(np.log(is_class.mean() / (1 - is_class.mean())))
    model = LogisticRegression(
        solver="liblinear", dual=True, C=strength, tol=TOLERANCE, max_iter=PASSES, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # passes are bounded on purpose
        model.fit(numbers, is_class)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLinear:
    """Weights of the classes; of two classes those of the second."""

    features: Features
    columns: NDArray[np.int64] | None
    """(d,) the features that are used; None for all."""
    weights: NDArray[np.float32]
    """(d, C), or (d, 1) for two classes."""
    shifts: NDArray[np.float64]
    """(C,) or (1,)"""

    def predict(self, rows: Rows) -> Matrix:
        """(m, C) probabilities: the sigmoids, made to sum to 1."""
        from scipy.special import expit

        numbers = self.features.rows(rows)
        numbers = numbers if self.columns is None else numbers[:, self.columns]
        scores = np.asarray(numbers @ self.weights, np.float64) + self.shifts
        if len(self.shifts) == 1:
            scores = np.hstack([-scores, scores])
        own: Matrix = np.maximum(expit(scores), np.finfo(np.float64).tiny)
        out: Matrix = own / own.sum(axis=1, keepdims=True)
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """The features that a model of so many classes has room for."""

    columns: NDArray[np.int64] | None
    """(d,) their numbers, ascending; None for all."""
    part: Numbers
    """(m, d)"""

    @classmethod
    def of(cls, numbers: Numbers, classes: int) -> Used:
        """All features, or those that most of these rows have; among equals the earlier ones."""
        most = max(MOST_WEIGHTS // classes, 1)
        if numbers.shape[1] <= most or isinstance(numbers, np.ndarray):
            return cls(columns=None, part=numbers)
        have = np.bincount(numbers.indices, minlength=numbers.shape[1])
        columns = np.sort(np.argsort(-have, kind="stable")[:most])
        return cls(columns=columns, part=numbers[:, columns])
