"""Whether two rows agree more than chance would have it: in columns of yes and no, many rows are alike.

A row says what its cells say: I = the sum over its filled columns of -ln(q), q being the share of the other
rows that have the cell (a number: that lie in its bucket of one per cent). A cell that hardly any row has
says what its words say, where that is more: a title of eight words is not hit upon as a name of one is.

A pair of similarity s agrees in about s * I. If cells came by chance and each for itself, another row would
agree with a given one in at least s * I with a probability of at most exp(-B), by Chernoff's bound,

    B = max over t of  t * s * I - K(t),  K(t) = sum of ln(1 - q + q^(1 - t)):

K stands for the many ways in which a part of many common cells can agree. (For I alone, K left out, 20 of 30
yes/no columns would seem to be worth 20 bits; one in twenty pairs of rows has them.) Rare cells agree in part
of their letters, not as a whole, so what K adds for them is left out: for them it is max(t - 1, 0) times what
they say. A pair counts where B >= ln(n (n - 1) / 2) from the sides of both of its rows: then fewer than one
such pair is expected by chance among all pairs of n rows. Cells that follow from each other (town and
postcode) say less together than this has it, so some pairs of such tables remain. A part of a table that is
much alike and not small is what chance gives there: its rows are told apart by their rare cells only.

Source: Chernoff, A measure of asymptotic efficiency for tests of a hypothesis, 1952; the weights are those
of Fellegi & Sunter, A theory for record linkage, 1969.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.similar.record_columns import COMMON, RecordColumns

STEPS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0)
"""The t that are tried: each gives a bound, the best counts."""
DIGITS = 9
"""To which a bound is rounded: sums in another order give the same."""
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """What n rows say, and what agreement chance gives them."""

    said: NDArray[np.float64]
    """(n,) I, in nats."""
    free: NDArray[np.float64]
    """(n, steps) K of each step, in nats."""

    def beaten(
        self, first: NDArray[np.int64], second: NDArray[np.int64], similarity: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """(m,) whether fewer than one pair of all is expected to agree as each of these does."""
        n = len(self.said)
        needed = np.log(max(n * (n - 1) / 2, 1))
        least = np.minimum(self._bound(first, similarity), self._bound(second, similarity))
        return np.asarray((least - needed).round(DIGITS) >= 0)

    def _bound(self, row: NDArray[np.int64], similarity: NDArray[np.float64]) -> NDArray[np.float64]:
        best = np.zeros(len(row))
        agreed = similarity * self.said[row]
        for at, step in enumerate(STEPS):
            np.maximum(best, step * agreed - self.free[row, at], out=best)
        return best


def chance_of(columns: RecordColumns, buckets: NDArray[np.uint64]) -> Chance:
    """What the rows say.

    Args:
        columns: n rows.
        buckets: (n, 2 * decimals) hashes of where the numbers lie, 0 where there is none.
    """
    n = len(columns.numbers)
    said, free = np.zeros(n), np.zeros((n, len(STEPS)))
    for counts, words in _cells(columns, buckets):
        share = np.maximum(counts - 1, 1) / max(n, 1)
        common = counts > max(COMMON * n, 2)
        cell = np.where(common, -np.log(share), np.maximum(-np.log(share), words))
        cell[counts == 0] = 0
        said += cell
        for at, step in enumerate(STEPS):
            ways = np.log(1 - share + share ** (1 - step))
            free[:, at] += np.where(counts == 0, 0, np.where(common, ways, max(step - 1, 0) * cell))
    return Chance(said=said, free=free)


def _cells(
    columns: RecordColumns, buckets: NDArray[np.uint64]
) -> Iterator[tuple[Counts, NDArray[np.float64]]]:
    """Of each column (n,) rows that have a row's cell, 0 for an empty one, and (n,) what its words say."""
    for column in columns.words:
        yield _counts(column), _words(column)
    for at in range(columns.numbers.shape[1]):
        _, of, counts = np.unique(buckets[:, at], return_inverse=True, return_counts=True)
        yield np.where(buckets[:, at] == 0, 0, counts[of.reshape(-1)]), np.zeros(len(buckets))


def _counts(column: pa.Array) -> Counts:
    codes = column.dictionary_encode().indices.to_numpy()
    filled = pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    return np.where(filled, np.bincount(codes)[codes], 0) if len(codes) else codes.astype(np.int64)


def _words(column: pa.Array) -> NDArray[np.float64]:
    """(n,) the sum of what the different words of each cell say, from the rows that have each."""
    n = len(column)
    words = pc.split_pattern(column, " ")
    row = pc.list_parent_indices(words).to_numpy().astype(np.int64)
    codes = pc.list_flatten(words).dictionary_encode().indices.to_numpy().astype(np.int64)
    kinds = int(codes.max(initial=0)) + 1
    row, codes = np.divmod(np.unique(row * kinds + codes), kinds)
    share = np.maximum(np.bincount(codes, minlength=kinds) - 1, 1) / max(n, 1)
    return np.bincount(row, weights=-np.log(share)[codes], minlength=n).astype(np.float64)
