"""Extremely randomised trees: what depends on several columns at once, or jumps.

P. Geurts, D. Ernst, L. Wehenkel: Extremely randomized trees. Machine Learning 63 (2006). Cuts are drawn by
chance and averaged over many trees; leaves of several rows keep one wrong label from being learned by heart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from auditor.predict.learners import Codes, Matrix, Rows

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesClassifier

TREES = (100, 30)
"""Trees for few rows, and for very many."""
MANY = 5_000
"""Rows up to which there are as many trees as there can be; then fewer, as rows become more."""
LEAF = 3
"""Rows in a leaf, at least."""
LEAF_SHARE = 1e-4
"""The same as a share of the rows, where that is more."""
NODES = 1 << 26
"""Numbers in the nodes of all trees, one per class in each, at most, about: 512 MB."""
CELLS = 1 << 23
"""Features of rows that are predicted at a time."""


class TreeFeatures(Protocol):
    """Features as trees see them."""

    def for_trees(self, rows: Rows) -> NDArray[np.float32]:
        """(m, d) float32, finite."""
        ...


@dataclass(frozen=True, slots=True)
class TreesLearner:
    """Trees over dense features."""

    features: TreeFeatures
    width: int
    """d, how many features there are."""
    name: str = "trees"

    def cost(self, rows: int, classes: int) -> float:
        """CPU seconds, about, of a fit and of predicting a quarter as many rows."""
        tried = max(self.width, 1) ** 0.5
        each = 1.4e-8 * tried * np.log2(max(rows, 2)) + 1.2e-8 * classes
        return float(trees_for(rows) * (1.2e-3 + rows * each))

    def fit(self, rows: Rows, codes: Codes, classes: int) -> FittedTrees:
        """Grow the trees; see `learners.Learner`."""
        from sklearn.ensemble import ExtraTreesClassifier

        forest = ExtraTreesClassifier(
            n_estimators=trees_for(len(rows)),
            min_samples_leaf=leaf_for(len(rows), classes),
            max_features="sqrt",
            random_state=0,
            n_jobs=1,
        )
        forest.fit(self.features.for_trees(rows), codes)
        return FittedTrees(self.features, forest, self.width)


def trees_for(rows: int) -> int:
    """How many trees are grown for so many rows: fewer as rows become many, for they vary less then.

    >>> trees_for(700), trees_for(20_000), trees_for(1_000_000)
    (100, 50, 30)
    """
    most, least = TREES
    return max(int(most * min(1.0, (MANY / max(rows, 1)) ** 0.5)), least)


def leaf_for(rows: int, classes: int) -> int:
    """The fewest rows in a leaf: more where many classes would make the nodes of all trees too large.

    >>> leaf_for(700, 10), leaf_for(80_000, 5), leaf_for(80_000, 1_000)
    (3, 8, 72)
    """
    room = 2 * trees_for(rows) * rows * classes / NODES
    return max(LEAF, round(LEAF_SHARE * rows), int(np.ceil(room)))


@dataclass(frozen=True, slots=True)
class FittedTrees:
    """Trees that have been grown."""

    features: TreeFeatures
    forest: ExtraTreesClassifier
    width: int

    def predict(self, rows: Rows) -> Matrix:
        """(m, C) shares of the classes in the leaves, averaged over the trees."""
        step = max(CELLS // max(self.width, len(self.forest.classes_)), 1)
        parts = [rows[start : start + step] for start in range(0, len(rows), step)]
        found: list[Any] = [self.forest.predict_proba(self.features.for_trees(part)) for part in parts]
        return np.concatenate(found) if found else np.empty((0, len(self.forest.classes_)))
