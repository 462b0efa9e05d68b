"""What given labels and predicted classes say of each other: agreement, its errors, and where it changes.

Everything here is measured from two arrays of class codes in O(n) and from their K x K counts; nothing
is judged. Cohen's kappa and its error under independence are those of Cohen (1960); the place of a
change is the largest standardised cumulative sum (Page, 1954).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_LAG = 5
"""Rows by which predictions are tried to be off, up and down."""
SHORTEST_PART = 20
"""Rows at each end of a file in which a change of agreement is not looked for."""
PRIOR_ROWS = 10
"""Rows of average agreement that every class is given: the mean of a class of one row is that row."""

Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far predicted classes agree with given ones."""

    counts: NDArray[np.int64]
    """(K, K) rows by given and predicted class."""

    @property
    def n(self) -> int:
        """Rows with a label and a prediction."""
        return int(self.counts.sum())

    @property
    def accuracy(self) -> float:
        """Share of rows whose predicted class is the given one."""
        return float(np.trace(self.counts)) / max(self.n, 1)

    @property
    def by_chance(self) -> float:
        """The share that would agree if rows were paired at random."""
        return float(self.counts.sum(1) @ self.counts.sum(0)) / max(self.n, 1) ** 2

    @property
    def kappa(self) -> float:
        """Agreement beyond chance: 0 at chance, 1 at most."""
        return self.kappa_of(self.accuracy)

    @property
    def chance_error(self) -> float:
        """Standard error of kappa if rows are paired at random."""
        chance = min(self.by_chance, 1 - 1e-9)
        return math.sqrt(chance / ((1 - chance) * max(self.n, 1)))

    @property
    def error(self) -> float:
        """Standard error of kappa."""
        spread = math.sqrt(self.accuracy * (1 - self.accuracy) / max(self.n, 1))
        return spread / max(1 - self.by_chance, 1e-9)

    def kappa_of(self, accuracy: float) -> float:
        """Kappa of another share of agreeing rows with the same classes."""
        return 0.0 if self.by_chance >= 1 else (accuracy - self.by_chance) / (1 - self.by_chance)

    def in_order(self, columns: NDArray[np.int64]) -> Agreement:
        """The agreement if column `columns[c]` is taken for class c."""
        return Agreement(self.counts[:, columns])


def agreement_of(given: Codes, predicted: Codes, k: int) -> Agreement:
    """The agreement of two (n,) arrays of codes; rows with a negative code in either are left out."""
    both = (given >= 0) & (predicted >= 0)
    cells = given[both].astype(np.int64) * k + predicted[both]
    if k * k > 8 * len(cells):  # with many classes few of the K x K cells are filled
        total = np.zeros(k * k, np.int64)
        found, counts = np.unique(cells, return_counts=True)
        total[found] = counts
    else:
        total = np.bincount(cells, minlength=k * k).astype(np.int64)
    return Agreement(total.reshape(k, k))


@dataclass(frozen=True, slots=True)
class Lag:
    """The agreement of row i of the labels with row i + `rows` of the predictions."""

    rows: int
    accuracy: float


def lags(given: Codes, predicted: Codes) -> tuple[Lag, ...]:
    """The agreement at every lag but 0 up to `MOST_LAG`, best first (ties: the nearer, then the later)."""
    most = min(MOST_LAG, len(given) // 4)
    found = [Lag(d, _moved(given, predicted, d)) for d in range(-most, most + 1) if d]
    return tuple(sorted(found, key=lambda lag: (-lag.accuracy, abs(lag.rows), -lag.rows)))


def _moved(given: Codes, predicted: Codes, d: int) -> float:
    n = len(given)
    labels, guesses = given[max(-d, 0) : n - max(d, 0)], predicted[max(d, 0) : n + min(d, 0)]
    both = (labels >= 0) & (guesses >= 0)
    return float((labels == guesses)[both].mean()) if both.any() else 0.0


def sortedness(given: Codes) -> float:
    """How much more often than by chance a label is that of the row before: 0 mixed, 1 sorted by class."""
    labels = given[given >= 0]
    if len(labels) < 2:
        return 0.0
    by_chance = float(((np.bincount(labels) / len(labels)) ** 2).sum())
    equal = float((labels[1:] == labels[:-1]).mean())
    return 0.0 if by_chance >= 1 else (equal - by_chance) / (1 - by_chance)


@dataclass(frozen=True, slots=True)
class Change:
    """The row from which on predictions agree most differently with the labels."""

    row: int
    """The first row after the change, from 0."""
    before: Agreement
    after: Agreement
    z: float
    """The change in standard errors; up to about 4 where nothing changes."""

    @property
    def worse(self) -> Agreement:
        """The side that agrees less."""
        return min(self.before, self.after, key=lambda side: side.kappa)

    @property
    def better(self) -> Agreement:
        """The side that agrees more."""
        return max(self.before, self.after, key=lambda side: side.kappa)


def change(given: Codes, predicted: Codes, k: int) -> Change | None:
    """The largest change of agreement along the file; None for a file too short for one.

    What is summed is the agreement of each row less the mean of its class, so that a hard class that
    stands at one end of the file makes no change.
    """
    rows = np.flatnonzero((given >= 0) & (predicted >= 0))
    if len(rows) < 2 * SHORTEST_PART + 1:
        return None
    labels, guesses = given[rows], predicted[rows]
    at, z = _largest(_beyond_class(labels, guesses, k))
    halves = [agreement_of(labels[part], guesses[part], k) for part in (slice(0, at), slice(at, None))]
    return Change(row=int(rows[at]), before=halves[0], after=halves[1], z=z)


def _beyond_class(labels: Codes, guesses: Codes, k: int) -> NDArray[np.float64]:
    """(n,) 1 or 0 for each row that agrees or not, less the mean of its class; their mean is 0."""
    right: NDArray[np.float64] = (labels == guesses).astype(np.float64)
    sizes, hits = np.bincount(labels, minlength=k), np.bincount(labels, weights=right, minlength=k)
    right -= ((hits + PRIOR_ROWS * right.mean()) / (sizes + PRIOR_ROWS))[labels]
    right -= right.mean()
    return right


def _largest(values: NDArray[np.float64]) -> tuple[int, float]:
    """Where the mean of values changes most, and by how many standard errors; overwrites the values."""
    n = len(values)
    spread = float(values @ values) / n
    if spread == 0:
        return n // 2, 0.0
    z = np.abs(np.cumsum(values, out=values)[:-1])
    error = np.arange(1, n, dtype=np.float64)
    error *= n - error
    z /= np.sqrt(np.multiply(error, spread / n, out=error), out=error)
    z[: SHORTEST_PART - 1] = 0
    z[n - SHORTEST_PART :] = 0
    at = int(z.argmax())
    return at + 1, float(z[at])
