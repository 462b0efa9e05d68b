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

from auditor.blocks import BlockSource
from auditor.engine.local import ordered_map
from auditor.scan.confident import TOLERANCE
from auditor.scan.joint import numbers_to_prune
from auditor.scan.kernel import ClassSums, RowScores
from auditor.scan.largest import LEAST, Found, LargestPerCell
from auditor.scan.spans import batches_of
from auditor.ties import TieKeys


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
        block: rows per block; the result does not depend on it.
        workers: threads; the result does not depend on them.
    """
    quota = np.ascontiguousarray(numbers_to_prune(classes.joint), np.int32)
    np.fill_diagonal(quota, 0)
    quota[classes.counts <= 1] = 0  # cleanlab leaves a class with a single row alone
    flagged = np.zeros(len(labels), bool)
    gather = partial(_gather, source, labels, rows, quota, ties, block=block, workers=workers)
    positive = gather(above=True)
    flagged[positive.row] = True
    np.subtract.at(quota.reshape(-1), positive.cell, 1)
    if quota.any():
        flagged[gather(above=False).row] = True
    return flagged & disagrees(rows, labels)


def disagrees(rows: RowScores, labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(n,) rows whose given label does not win even with a small bonus (`cleanlab.count._reduce_issues`).

    A tie after the bonus goes to the lower class, as argmax decides it.
    """
    bonus = rows.p_given + TOLERANCE
    loses: NDArray[np.bool_] = (bonus < rows.p_other) | ((bonus == rows.p_other) & (rows.other < labels))
    return rows.scored & loses


def _gather(
    source: BlockSource,
    labels: NDArray[np.int32],
    rows: RowScores,
    quota: NDArray[np.int32],
    ties: TieKeys,
    *,
    block: int | None,
    workers: int | None,
    above: bool,
) -> Found:
    """The rows with the largest margins of each cell; margins above zero, or the rest."""
    largest = LargestPerCell(quota, lowest=LEAST if above else -np.inf)
    asked = quota.sum(axis=1) > 0
    wanted = rows.scored & asked[np.maximum(labels, 0)]
    if above:  # only a row whose prediction is another class has a margin above zero
        wanted &= rows.predicted != labels
    at = np.flatnonzero(wanted)
    if above:
        largest.expect(_best_margins(labels, rows, at, len(asked)))
    batches = batches_of(source, at, block)
    for part in ordered_map(partial(_margins, source, labels, largest.least, above), batches, workers):
        largest.add(part)
    return largest.result(rows.p_given, ties)


def _best_margins(labels: NDArray[np.int32], rows: RowScores, at: NDArray[np.int64], k: int) -> Found:
    """The largest margin of some rows, which needs no reading: most of those to be flagged are among them."""
    cell = labels[at] * np.int32(k) + rows.other[at]
    return Found(cell=cell, row=at, margin=rows.p_other[at] - rows.p_given[at])


def _margins(
    source: BlockSource,
    labels: NDArray[np.int32],
    least: NDArray[np.float32],
    above: bool,
    at: NDArray[np.int64],
) -> Found:
    """The margins of some rows that may still be among the largest; `least` only rises meanwhile.

    No margin is larger than the probability of the other class, so most are told by it alone.
    """
    block, given = source.rows(at), labels[at]
    k = block.shape[1]
    likely = np.flatnonzero(block.astype(np.float32, copy=False) >= least[given]).astype(np.int32)
    line, other = np.divmod(likely, np.int32(k))
    margin = block.reshape(-1)[likely] - block[line, given[line]]
    cell = given[line] * np.int32(k) + other
    rough = margin.astype(np.float32, copy=False)
    kept = (rough >= least.reshape(-1)[cell]) & ((rough >= LEAST) == above)
    return Found(cell=cell[kept], row=at[line[kept]], margin=margin[kept])
