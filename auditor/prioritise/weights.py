"""How much rows weigh in the order, where a user says so: of a split, and of rare classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from auditor.data import Dataset
from auditor.errors import Problem, UsageError
from auditor.wording import N_, Text, listed, say

MOST_RARE = 5.0
"""The most that a rare class weighs more than one of median size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a user said of the importance of rows; nothing unless said, since it is a value judgement."""

    splits: Mapping[str, float] = field(default_factory=dict)
    """Split -> how much a row of it weighs; 1 for splits that are not named."""
    rarity: float = 0.0
    """gamma: a row weighs (median class size / size of its class)^gamma, 1 to 5; 0 for all alike."""

    def __bool__(self) -> bool:
        return bool(self.splits) or self.rarity > 0

    def of(self, dataset: Dataset) -> NDArray[np.float64] | None:
        """(n,) how much each row weighs; None for all alike.

        Raises:
            UsageError: `option-value` for a split that the dataset does not have.
        """
        if not self:
            return None
        return self._of_splits(dataset) * self._of_classes(dataset)

    def _of_splits(self, dataset: Dataset) -> NDArray[np.float64]:
        names = () if dataset.splits is None else dataset.splits.names
        for name in self.splits:
            if name not in names:
                raise UsageError(_no_split(name, names))
        if dataset.splits is None:
            return np.ones(len(dataset))
        each = np.array([*(self.splits.get(name, 1.0) for name in names), 1.0])
        return each[dataset.splits.codes]  # -1, no split, is the last

    def _of_classes(self, dataset: Dataset) -> NDArray[np.float64]:
        codes = dataset.labels.codes
        sizes = np.bincount(codes[codes >= 0], minlength=len(dataset.classes))
        middle = float(np.median(sizes[sizes > 0])) if sizes.any() else 1.0
        each = np.clip((middle / np.maximum(sizes, 1)) ** self.rarity, 1.0, MOST_RARE)
        return np.append(each, 1.0)[np.maximum(codes, -1)]

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is told of them, since they are a judgement of the user's."""
        told = []
        if self.splits:
            each = ", ".join(f"{name} {weight:g}" for name, weight in self.splits.items())
            told.append(say(N_("rows of splits weigh in the order: {weights}, others 1"), weights=each))
        if self.rarity:
            told.append(
                say(
                    N_(
                        "rows of rare classes weigh more in the order: (median class size / class "
                        "size)^{gamma}, 1 to {most:g}"
                    ),
                    gamma=f"{self.rarity:g}",
                    most=MOST_RARE,
                )
            )
        return tuple(told)


def _no_split(name: str, names: tuple[str, ...]) -> Problem:
    return Problem(
        slug="option-value",
        what=say(N_("--split-weight {name}: the dataset has no such split"), name=name),
        details=(say(N_("splits: {names}"), names=listed(list(names)) or "-"),),
    )
