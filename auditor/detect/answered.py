"""The rows that several annotators answered, and what their answers come to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import Reordered
from auditor.data import Annotations
from auditor.detect import Inputs
from auditor.statistics.crowdlab import Consensus, Model, counted, crowdlab
from auditor.statistics.votes import Votes, counted_votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The rows of the dataset that have answers, and what these come to."""

    rows: NDArray[np.int64]
    """(r,) rows of the dataset, ascending."""
    given: NDArray[np.int32]
    """(r,) their given classes, below 0 where there is none."""
    votes: Votes
    model: Model | None
    found: Consensus


def answered_rows(inputs: Inputs, annotations: Annotations) -> Answered:
    """Count the answers, and weigh them: by CROWDLAB with predictions, by majority without."""
    rows, at = np.unique(annotations.rows, return_inverse=True)
    given = inputs.dataset.labels.codes[rows]
    votes = counted_votes(
        at.reshape(-1),
        annotations.annotators,
        annotations.labels,
        rows=len(rows),
        annotators=len(annotations.names),
        classes=len(inputs.dataset.classes),
    )
    model = _model(inputs, rows)
    found = counted(votes, given) if model is None else crowdlab(votes, model, given)
    return Answered(rows=rows, given=given, votes=votes, model=model, found=found)


def _model(inputs: Inputs, rows: NDArray[np.int64]) -> Model | None:
    """What the predictions say of some rows; None where they say nothing of any."""
    if inputs.probabilities is None or inputs.rows is None:
        return None
    covered = inputs.probabilities.covered
    here = np.ones(len(rows), bool) if covered is None else covered[rows]
    if not here.any():
        return None
    return Model(
        probabilities=Reordered(inputs.probabilities.blocks, row_order=np.where(here, rows, -1)),
        predicted=np.where(here, inputs.rows.predicted[rows], -1).astype(np.int32),
    )
