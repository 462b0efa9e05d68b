"""Which rows cleanlab's default filter flags: prune by noise rate, in bounded memory.

For each pair (given k, true j) the filter flags the rows of class k with the largest
p_j - p_k, as many as the calibrated joint says, and then drops rows whose prediction is the given
label (`cleanlab.filter.find_label_issues(filter_by="prune_by_noise_rate")`). Only margins above
zero are gathered at first; a pair that asks for more rows than have one is completed from the
rest of its class. Ties are broken by p(given), then by the key given, never by row number.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, blocks_of
from auditor.engine.local import ordered_map
from auditor.scan.joint import numbers_to_prune
from auditor.scan.kernel import TOLERANCE, ClassSums, RowScores
from auditor.ties import TieKeys, lexsort_by_item

COMPACT_AT = 2_000_000
"""Gathered margins at which those that cannot be flagged any more are thrown away (40 MB)."""


def flagged_by_noise_rate(
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    classes: ClassSums,
    ties: TieKeys,
    *,
    block: int | None = None,
    workers: int | None = None,
) -> NDArray[np.bool_]:
    """(n,) True for the rows that cleanlab's default filter flags.

    Args:
        source: (n, K) class probabilities.
        labels: (n,) class codes, negative for rows without a known label.
        rows: the row scores of the same probabilities.
        classes: the class sums of the same probabilities.
        ties: rows -> a key of the item, which breaks ties between equal margins.
    """
    quota = numbers_to_prune(classes.joint)
    np.fill_diagonal(quota, 0)
    quota[classes.counts <= 1] = 0  # cleanlab leaves a class with a single row alone
    flagged = np.zeros(len(labels), bool)
    spans = list(blocks_of(source, block))
    positive = _gather(source, labels, rows, quota, ties, spans, workers, above=True)
    flagged[positive.row] = True
    short = np.maximum(quota - positive.per_cell(quota.shape), 0)
    if short.any():
        flagged[_gather(source, labels, rows, short, ties, spans, workers, above=False).row] = True
    return flagged & _disagrees(rows, labels)


def _disagrees(rows: RowScores, labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Rows whose given label does not win even with a small bonus (`cleanlab.count._reduce_issues`).

    A tie after the bonus goes to the lower class, as argmax decides it.
    """
    with np.errstate(invalid="ignore"):
        bonus = rows.p_given + TOLERANCE
        loses: NDArray[np.bool_] = (bonus < rows.p_other) | ((bonus == rows.p_other) & (rows.other < labels))
    return rows.scored & loses


class _Margins:
    """Margins gathered so far, as parallel arrays; `cell` = given class * K + other class."""

    def __init__(self) -> None:
        self.cell = np.empty(0, np.int64)
        self.row = np.empty(0, np.int64)
        self.margin = np.empty(0)

    def add(self, cell: NDArray[np.int64], row: NDArray[np.int64], margin: NDArray[np.float64]) -> None:
        self.cell = np.concatenate([self.cell, cell])
        self.row = np.concatenate([self.row, row])
        self.margin = np.concatenate([self.margin, margin])

    def keep_largest(self, quota: NDArray[np.int64], p_given: NDArray[np.float64], ties: TieKeys) -> None:
        """Keep, of each cell, as many of the largest margins as its quota."""
        columns = (p_given[self.row], -self.margin, self.cell)
        order = lexsort_by_item(columns, self.row, ties)
        cell = self.cell[order]
        starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]]) if len(cell) else np.empty(0, np.int64)
        place = np.arange(len(cell)) - np.repeat(starts, np.diff(np.r_[starts, len(cell)]))
        kept = order[place < quota.ravel()[cell]]
        self.cell, self.row, self.margin = self.cell[kept], self.row[kept], self.margin[kept]

    def per_cell(self, shape: tuple[int, ...]) -> NDArray[np.int64]:
        return np.bincount(self.cell, minlength=shape[0] * shape[1]).reshape(shape)


def _gather(
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    quota: NDArray[np.int64],
    ties: TieKeys,
    spans: list[tuple[int, int]],
    workers: int | None,
    *,
    above: bool,
) -> _Margins:
    """The rows with the largest margins of each cell; margins above zero, or the rest."""
    found = _Margins()
    work = partial(_block_margins, source, labels, rows, quota, above)
    for cell, row, margin in ordered_map(work, spans, workers):
        found.add(cell, row, margin)
        if len(found.cell) > COMPACT_AT:
            found.keep_largest(quota, rows.p_given, ties)
    found.keep_largest(quota, rows.p_given, ties)
    return found


def _block_margins(
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    quota: NDArray[np.int64],
    above: bool,
    span: tuple[int, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    start, stop = span
    here = rows.scored[start:stop]
    if above:  # only a row whose prediction is another class has a margin above zero
        here = here & (rows.predicted[start:stop] != labels[start:stop])
    asked: NDArray[np.bool_] = quota.sum(axis=1) > 0
    at = start + np.flatnonzero(here & asked[np.maximum(labels[start:stop], 0)])
    given = labels[at].astype(np.int64)
    block = source.rows(at)
    margins = block - block[np.arange(len(at)), given][:, None]
    wanted = (quota[given] > 0) & ((margins > 0) == above)
    line, other = np.nonzero(wanted)
    return given[line] * quota.shape[1] + other, at[line], margins[line, other].astype(np.float64)
