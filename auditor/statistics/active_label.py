"""ActiveLab: for which rows one more answer would help most.

Definitions are those of Goh, Mueller, "ActiveLab: Active learning with re-labeling by multiple annotators",
arXiv:2301.11856 (2023), as `cleanlab.multiannotator.get_active_learning_scores` computes them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import Mapped, Matrix, blocks_of
from auditor.statistics.crowdlab import Model, crowdlab
from auditor.statistics.votes import FIXED_POINT, Floats, Votes

TEMPERATURES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0, 3.0, 5.0, 8.0)
"""Those that are tried first."""
FINER = 4
"""Steps to each neighbour of the best of them."""
SMALLEST = 1e-30
"""cleanlab's SMALL_CONST: no probability is less."""


def label_next(votes: Votes, model: Model | None, share: Floats) -> Floats:
    """(rows,) the score of every row, 0..1; one more answer helps most where it is lowest.

    Args:
        votes: the answers.
        model: what a model says of these rows; without one every annotator counts the same.
        share: (rows,) the share of a row's answers that are its consensus; looked at without a model.
    """
    blind = 1 / votes.classes
    if model is None:
        return (share * votes.answers + blind) / (votes.answers + 1)
    scale = partial(_at, value=temperature(votes, model))
    scaled = replace(model, probabilities=Mapped(model.probabilities, scale))
    found = crowdlab(votes, scaled, np.full(votes.rows, -1))
    if found.weights is None:
        raise ValueError("CROWDLAB gives weights")
    weights = found.weights.annotators
    trusted = np.bincount(votes.row, weights=weights[votes.annotator], minlength=votes.rows)
    trusted += np.where(model.covered, found.weights.model, 0.0)
    one = float(weights.mean())
    scores: Floats = (found.quality * trusted + blind * one) / (trusted + one)
    return scores


def temperature(votes: Votes, model: Model) -> float:
    """The temperature at which the model's probabilities come nearest to the shares of the answers.

    A coarse search, then a finer one beside its best, by the mean cross entropy of the rows it predicted.
    """
    best = int(_entropies(votes, model, TEMPERATURES).argmin())
    finer: list[float] = []
    for one, other in ((best - 1, best), (best, best + 1)):
        if one >= 0 and other < len(TEMPERATURES):
            ends = (TEMPERATURES[one], TEMPERATURES[other])
            finer += np.linspace(*ends, FINER + (one == best), endpoint=one == best).tolist()
    return finer[int(_entropies(votes, model, finer).argmin())]


def _entropies(votes: Votes, model: Model, temperatures: tuple[float, ...] | list[float]) -> Floats:
    """The sum of the cross entropies at each temperature, in fixed point."""
    totals = np.zeros(len(temperatures), np.int64)
    shares = votes.cell_votes / votes.answers[votes.cell_row]
    unit = FIXED_POINT / 128 / np.log(max(votes.classes, 2))  # a summand is at most -log(1e-30) = 69
    for start, stop in blocks_of(model.probabilities):
        first, last = np.searchsorted(votes.cell_row, [start, stop])
        rows, labels = votes.cell_row[first:last] - start, votes.cell_label[first:last]
        of_cells = shares[first:last] * model.covered[start:stop][rows]
        logs = _logs(model.probabilities.read(start, stop), model.covered[start:stop])
        for at, value in enumerate(temperatures):
            cold = logs / value
            log_p = cold[rows, labels] - np.log(np.exp(cold).sum(axis=1))[rows]
            terms = of_cells * np.maximum(log_p, np.log(SMALLEST))
            totals[at] -= int(np.rint(terms * unit).astype(np.int64).sum())
    return totals.astype(np.float64)


def _logs(block: Matrix, covered: NDArray[np.bool_]) -> Floats:
    """Logarithms, minus infinity for 0; zeros for rows without a prediction."""
    values = block.astype(np.float64)
    logs = np.log(values, out=np.full(values.shape, -np.inf), where=values > 0)
    logs[~covered] = 0.0
    return logs


def _at(block: Matrix, value: float) -> Matrix:
    """Probabilities at a temperature: sharper below 1, flatter above; rows of zeros stay so."""
    there = block.any(axis=1)
    values = np.maximum(block.astype(np.float64), SMALLEST)
    values /= values.sum(axis=1, keepdims=True)
    values = np.exp(np.log(values) / value)
    values /= values.sum(axis=1, keepdims=True)
    values[~there] = 0.0
    return values
