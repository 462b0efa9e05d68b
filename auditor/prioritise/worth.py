"""What the order is made of beside the model's scores: the neighbours' vote, verdicts, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from auditor.data import Dataset
from auditor.detect import Inputs
from auditor.prioritise.order import order_scores
from auditor.prioritise.rerank import Judgements, p_errors
from auditor.prioritise.vote import Vote, mixed, neighbour_vote, seamed
from auditor.review.verdicts import ENOUGH, Verdicts

MOST_RARE = 5.0
"""The most that a rare class weighs more than one of median size."""

DECIMALS = 6
"""Of a probability that is fitted: its last digits differ from machine to machine."""


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
            KeyError: a split that the dataset does not have.
        """
        if not self:
            return None
        return self._of_splits(dataset) * self._of_classes(dataset)

    def _of_splits(self, dataset: Dataset) -> NDArray[np.float64]:
        names = () if dataset.splits is None else dataset.splits.names
        for name in self.splits:
            if name not in names:
                raise KeyError(name)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What each row is worth: what the queue is sorted by."""

    scores: NDArray[np.float64]
    """(n,) order score, the vote in it; NaN for rows without one."""
    vote: Vote | None = None
    p_error: NDArray[np.float64] | None = None
    """(n,) probability that a reviewer will confirm an error; None before enough verdicts."""
    importance: NDArray[np.float64] | None = None
    """(n,) how much a row weighs; None for all alike."""

    @property
    def added(self) -> bool:
        """Whether the worth of copies adds up: once it counts rows corrected."""
        return self.p_error is not None

    @property
    def of_rows(self) -> NDArray[np.float64]:
        """(n,) expected corrected rows, weighted; before verdicts the order score, to whose log-odds the
        logarithm of the weight is added."""
        if self.p_error is not None:
            return self.p_error if self.importance is None else self.p_error * self.importance
        return self.scores if self.importance is None else self.scores + np.log(self.importance)


def worth_of(inputs: Inputs, verdicts: Verdicts | None = None, weights: Weights | None = None) -> Worth:
    """What each row is worth.

    Args:
        inputs: the dataset, its content and its scores.
        verdicts: what reviewers said; fewer than `ENOUGH` change nothing.
        weights: what a user said of the importance of rows.
    """
    scores = order_scores(inputs.scores)
    vote = neighbour_vote(inputs.index, inputs.scores, scores)
    if vote is not None:
        scores = seamed(scores, order_scores(mixed(inputs.scores, vote)), vote)
    return Worth(
        scores=scores,
        vote=vote,
        p_error=None if verdicts is None else _chances(inputs, scores, verdicts.evidence),
        importance=(weights or Weights()).of(inputs.dataset),
    )


def _chances(inputs: Inputs, scores: NDArray[np.float64], verdicts: Verdicts) -> NDArray[np.float64] | None:
    if len(verdicts) < ENOUGH:
        return None
    judged = Judgements(rows=verdicts.rows, wrong=verdicts.wrong)
    found = p_errors(scores, inputs.scores, inputs.dataset.labels.codes, judged)
    return np.round(found, DECIMALS)
