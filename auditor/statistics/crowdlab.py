"""CROWDLAB: one consensus label per row from several annotators and a model, and how sure it is.

Definitions are those of Goh, Tkachenko, Mueller, "CROWDLAB: Supervised learning to infer consensus labels
and quality scores for data with multiple annotators", arXiv:2210.06812 (2022), as cleanlab 2.9 computes
them in `cleanlab.multiannotator`; a test holds that both give the same. cleanlab wants an array of rows x
annotators and loops over rows; here memory grows with the answers, and probabilities are read in blocks.

Two things are added. A row that the model did not predict is judged by its annotators alone. Ties that
cleanlab breaks by lot go to the first class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, blocks_of
from auditor.statistics.votes import Floats, Votes, majority, mean

LEAST = 1e-6
"""cleanlab's CLIPPING_LOWER_BOUND: no weight and no error rate is less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much the model and each annotator are trusted."""

    model: float
    annotators: Floats
    """(m,) 1 - error / error of always naming the commonest class."""
    agree: float
    """The chance that an annotator names the consensus."""
    differ: float
    """The chance that an annotator names one certain other class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """What the answers come to: arrays of (rows,)."""

    majority: NDArray[np.int32]
    """The class that most answers give."""
    label: NDArray[np.int32]
    """The consensus."""
    quality: Floats
    """How probable the consensus label is, 0..1."""
    given: Floats
    """How probable the given label is, 0..1; NaN where there is none."""
    agreement: Floats
    """The share of a row's answers that are the consensus."""
    answered: Floats
    """(a,) how probable each answer is, 0..1."""
    weights: Weights | None
    """None where the answers alone were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a model says of the rows that have answers."""

    probabilities: BlockSource
    """(rows, classes); zeros for rows that it did not predict."""
    predicted: NDArray[np.int32]
    """(rows,) its most probable class, -1 for rows that it did not predict."""

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(rows,) the rows that it predicted."""
        return self.predicted >= 0


def crowdlab(votes: Votes, model: Model, given: NDArray[np.integer]) -> Consensus:
    """The consensus of annotators and a model.

    Args:
        votes: the answers; two or more rows' worth of them shared by annotators, else nothing can be weighed.
        model: its out-of-sample probabilities of the same rows.
        given: (rows,) the given class of each row, below 0 where there is none.

    Raises:
        ValueError: no row has two answers.
    """
    most = majority(votes, model.probabilities)
    first = _weights(votes, model, most)
    label = _most_probable(votes, model, first, most)
    weights = _weights(votes, model, label)
    quality, of_given, of_cells = _read_off(votes, model, weights, label, given)
    return Consensus(
        majority=most,
        label=label,
        quality=quality,
        given=of_given,
        agreement=votes.votes_for(label) / votes.answers,
        answered=of_cells[votes.cell],
        weights=weights,
    )


def counted(votes: Votes, given: NDArray[np.integer]) -> Consensus:
    """The consensus of annotators alone: the majority, and the share of answers as its quality.

    cleanlab calls this `quality_method="agreement"`.

    Args:
        votes: the answers.
        given: (rows,) the given class of each row, below 0 where there is none.
    """
    label = majority(votes)
    share = votes.votes_for(label) / votes.answers
    return Consensus(
        majority=label,
        label=label,
        quality=share,
        given=np.where(given >= 0, votes.votes_for(given) / votes.answers, np.nan),
        agreement=share,
        answered=(votes.cell_votes / votes.answers[votes.cell_row])[votes.cell],
        weights=None,
    )


def _weights(votes: Votes, model: Model, label: NDArray[np.int32]) -> Weights:
    """The weights where `label` is taken for the truth: sections 3.1 and 3.2 of the paper."""
    shared = votes.shared
    if not shared.any():
        raise ValueError("no row has two answers")
    agree = mean((votes.votes_for(label) / votes.answers)[shared])
    known = label[shared]
    commonest = int(np.bincount(known, minlength=votes.classes).argmax())
    base = max(float((known != commonest).mean()), LEAST)
    seen = shared & model.covered
    error = float((model.predicted != label)[seen].mean()) if seen.any() else 1.0
    return Weights(
        model=max(1 - error / base, LEAST) * float(np.sqrt(len(votes.row) / votes.rows)),
        annotators=np.maximum(1 - (1 - _with_others(votes)) / base, LEAST),
        agree=agree,
        differ=(1 - agree) / max(votes.classes - 1, 1),
    )


def _with_others(votes: Votes) -> Floats:
    """(m,) how often the answers of others to the same rows are an annotator's; the mean for who has none."""
    same = votes.cell_votes[votes.cell] - 1
    others = votes.answers[votes.row] - 1
    hits = np.zeros(votes.annotators, np.int64)
    pairs = np.zeros(votes.annotators, np.int64)
    np.add.at(hits, votes.annotator, same)
    np.add.at(pairs, votes.annotator, others)
    share = np.divide(hits, pairs, out=np.full(votes.annotators, np.nan), where=pairs > 0)
    filled: Floats = np.where(pairs > 0, share, np.mean(share[pairs > 0]))
    return filled


class _Posterior:
    """(rows, classes) the weighted average of the model and the answers, block by block."""

    def __init__(self, votes: Votes, model: Model, weights: Weights) -> None:
        trusted = weights.annotators[votes.annotator]
        self._votes, self._model = votes, model
        self._of_model = np.where(model.covered, weights.model, 0.0)
        self._of_answers = np.bincount(votes.row, weights=trusted, minlength=votes.rows)
        chosen = np.bincount(votes.cell, weights=trusted, minlength=len(votes.cell_row))
        self._of_cells = chosen * (weights.agree - weights.differ)
        self._differ = weights.differ

    def read(self, start: int, stop: int) -> tuple[Floats, slice]:
        """(stop - start, classes) and the cells of these rows."""
        first, last = np.searchsorted(self._votes.cell_row, [start, stop])
        cells = slice(int(first), int(last))
        answers, of_model = self._of_answers[start:stop], self._of_model[start:stop]
        block = self._model.probabilities.read(start, stop).astype(np.float64) * of_model[:, None]
        block += (answers * self._differ)[:, None]
        at = self._votes.cell_row[cells] - start, self._votes.cell_label[cells]
        block[at] += self._of_cells[cells]
        block /= (answers + of_model)[:, None]
        return block, cells


def _most_probable(
    votes: Votes, model: Model, weights: Weights, most: NDArray[np.int32]
) -> NDArray[np.int32]:
    """(rows,) the most probable class; the majority's where several are equally probable."""
    label = most.copy()
    posterior = _Posterior(votes, model, weights)
    for start, stop in blocks_of(model.probabilities):
        block, _ = posterior.read(start, stop)
        top = block.max(axis=1, keepdims=True)
        alone = (block == top).sum(axis=1) == 1
        label[start:stop] = np.where(alone, block.argmax(axis=1), most[start:stop])
    return label


def _read_off(
    votes: Votes, model: Model, weights: Weights, label: NDArray[np.int32], given: NDArray[np.integer]
) -> tuple[Floats, Floats, Floats]:
    """How probable the consensus (rows,), the given label (rows,) and the cells (c,) are."""
    quality, of_given = np.zeros(votes.rows), np.full(votes.rows, np.nan)
    of_cells = np.zeros(len(votes.cell_row))
    posterior = _Posterior(votes, model, weights)
    for start, stop in blocks_of(model.probabilities):
        block, cells = posterior.read(start, stop)
        here = np.arange(stop - start)
        quality[start:stop] = block[here, label[start:stop]]
        wanted = given[start:stop]
        of_given[start:stop] = np.where(wanted >= 0, block[here, np.maximum(wanted, 0)], np.nan)
        of_cells[cells] = block[votes.cell_row[cells] - start, votes.cell_label[cells]]
    return quality, of_given, of_cells
