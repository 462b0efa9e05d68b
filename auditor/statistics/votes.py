"""Answers of several annotators, counted: who chose which class for which row, sparsely.

Memory grows with the answers, never with rows x annotators. Sums of fractions are kept in fixed point, so
that the order of rows does not change a bit of the result.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BLOCK_CELLS, BlockSource

FIXED_POINT = 2.0**34
"""One unit of the sums: errors under 6e-11 a summand, room for 5e8 summands of at most 1."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """(a,) answers sorted by row, then by annotator, and the c cells (row, class) that have one or more."""

    rows: int
    annotators: int
    classes: int
    row: Ints
    """(a,) 0..rows-1; every row has an answer."""
    annotator: Ints
    """(a,) 0..annotators-1; every annotator has an answer, and one a row at most."""
    label: Ints
    """(a,) 0..classes-1."""
    cell: Ints
    """(a,) the cell of each answer."""
    cell_row: Ints
    """(c,) ascending."""
    cell_label: Ints
    """(c,) ascending within a row."""
    cell_votes: Ints
    """(c,) answers in the cell."""
    answers: Ints
    """(rows,) answers to each row."""

    @property
    def shared(self) -> NDArray[np.bool_]:
        """(rows,) the rows with two answers or more."""
        return self.answers > 1

    def votes_for(self, labels: NDArray[np.integer]) -> Ints:
        """(rows,) how many answers to each row are this class; 0 for classes below 0."""
        found = np.zeros(self.rows, np.int64)
        hits = self.cell_label == labels[self.cell_row]
        found[self.cell_row[hits]] = self.cell_votes[hits]
        return found


def counted_votes(
    row: NDArray[np.integer],
    annotator: NDArray[np.integer],
    label: NDArray[np.integer],
    *,
    rows: int,
    annotators: int,
    classes: int,
) -> Votes:
    """Count answers: (a,) rows, annotators and classes as numbers from 0, in any order.

    >>> votes = counted_votes(np.array([1, 0, 0]), np.array([0, 0, 1]), np.array([2, 1, 1]),
    ...                       rows=2, annotators=2, classes=3)
    >>> votes.cell_votes.tolist(), votes.answers.tolist(), votes.votes_for(np.array([1, 1])).tolist()
    ([2, 1], [2, 1], [2, 0])
    """
    order = np.lexsort((annotator, row))
    row, annotator, label = (part[order].astype(np.int64) for part in (row, annotator, label))
    keys, cell, votes = np.unique(row * classes + label, return_inverse=True, return_counts=True)
    return Votes(
        rows=rows,
        annotators=annotators,
        classes=classes,
        row=row,
        annotator=annotator,
        label=label,
        cell=cell.reshape(-1),
        cell_row=keys // classes,
        cell_label=keys % classes,
        cell_votes=votes.astype(np.int64),
        answers=np.bincount(row, minlength=rows),
    )


def mean(values: Floats) -> float:
    """The mean of numbers of at most 1, the same bits in any order; NaN of none."""
    if not len(values):
        return float("nan")
    return int(np.rint(values * FIXED_POINT).astype(np.int64).sum()) / FIXED_POINT / len(values)


def means_by(groups: Ints, values: Floats, m: int) -> Floats:
    """(m,) the mean of the numbers of each group, the same bits in any order; NaN for an empty group."""
    sums = np.zeros(m, np.int64)
    np.add.at(sums, groups, np.rint(values * FIXED_POINT).astype(np.int64))
    counts = np.bincount(groups, minlength=m)
    found: Floats = np.divide(sums / FIXED_POINT, counts, out=np.full(m, np.nan), where=counts > 0)
    return found


def majority(votes: Votes, prior: BlockSource | None = None) -> NDArray[np.int32]:
    """(rows,) the class that most answers to each row give: cleanlab's majority vote.

    Ties go to the class that the model finds more probable, then to the one with fewer answers in all, then
    to the one whose annotators agree more with the rows that are not tied, then to the first class (where
    cleanlab draws).

    Args:
        votes: the answers.
        prior: (rows, classes) probabilities of a model, zeros for rows that it did not predict.
    """
    best = np.zeros(votes.rows, np.int64)
    np.maximum.at(best, votes.cell_row, votes.cell_votes)
    leading = np.flatnonzero(votes.cell_votes == best[votes.cell_row])
    rows, labels = votes.cell_row[leading], votes.cell_label[leading]
    ties = np.bincount(rows, minlength=votes.rows)[rows] > 1
    found = np.full(votes.rows, -1, np.int32)
    found[rows[~ties]] = labels[~ties]
    if ties.any():
        scores = _scores(votes, found)[leading[ties]]
        seen = _seen(prior, rows[ties], labels[ties])
        frequency = np.bincount(votes.label, minlength=votes.classes)[labels[ties]]
        order = np.lexsort((labels[ties], -scores, frequency, -seen, rows[ties]))
        tied, first = np.unique(rows[ties][order], return_index=True)
        found[tied] = labels[ties][order][first]
    return found


def _seen(prior: BlockSource | None, rows: Ints, labels: Ints) -> Floats:
    """The probability that the model gives to each of some cells; zeros without a model."""
    seen = np.zeros(len(rows))
    if prior is not None:
        step = max(1, BLOCK_CELLS // max(prior.shape[1], 1))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            seen[part] = prior.rows(rows[part])[np.arange(len(rows[part])), labels[part]]
    return seen


def _scores(votes: Votes, settled: NDArray[np.int32]) -> Floats:
    """(c,) how far those who chose a cell agree, on average, with the rows that are settled."""
    here = settled[votes.row] >= 0
    hits = (votes.label == settled[votes.row])[here].astype(np.float64)
    agreement = means_by(votes.annotator[here], hits, votes.annotators)
    known = ~np.isnan(agreement)
    agreement[~known] = np.mean(agreement[known]) if known.any() else 0.0
    sums = np.bincount(votes.cell, weights=agreement[votes.annotator], minlength=len(votes.cell_row))
    scores: Floats = sums / votes.cell_votes
    return scores


def agreement(votes: Votes) -> tuple[float, float]:
    """How far annotators agree: (share, alpha), of the rows with two answers or more; NaN without any.

    `share` is the chance that the answer of another annotator to the same row is the same, averaged over
    answers. `alpha` is Krippendorff's for names (Krippendorff, Content Analysis, 2004, chapter 11): what of
    the disagreement that chance would bring is not there, 1 for none, 0 for as much as by chance; also NaN
    where all answers are one class.

    >>> votes = counted_votes(np.repeat([0, 1], 2), np.array([0, 1, 0, 1]), np.array([0, 0, 1, 0]),
    ...                       rows=2, annotators=2, classes=2)
    >>> agreement(votes)
    (0.5, 0.0)
    """
    here = votes.shared[votes.row]
    others = votes.answers[votes.row][here] - 1
    total = int(here.sum())
    if not total:
        return float("nan"), float("nan")
    share = mean((votes.cell_votes[votes.cell][here] - 1) / others)
    counts = np.bincount(votes.label[here], minlength=votes.classes).astype(np.float64)
    by_chance = 1 - float((counts * (counts - 1)).sum()) / (total * (total - 1.0))
    return share, 1 - (1 - share) / by_chance if by_chance > 0 else float("nan")
