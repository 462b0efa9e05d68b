"""The largest values of each cell of a K x K matrix, from a stream, in memory that does not grow with it.

Values that cannot be among the largest any more are thrown away on the way: a bar per cell rises
to the smallest of the largest seen so far, so that most values never leave their block. Bars are
in float32, rounded as the values compared with them, so that nothing is lost; rows that are equal
there are told apart exactly, and by their item, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auditor.ties import TieKeys, lexsort_by_item

LEAST = float(np.finfo(np.float32).smallest_subnormal)
"""The smallest positive number of the bars."""
COMPACT_AT = 100_000
"""Values at which those that are not among the largest any more are thrown away (2 MB)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Values, as parallel arrays of (m,)."""

    cell: NDArray[np.int32]
    """given class * K + other class; K is under 46,341, or K x K numbers fit nowhere."""
    row: NDArray[np.int64]
    margin: NDArray[np.floating]
    """p(other) - p(given), -1..1."""

    def among(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Found:
        """Some of the values."""
        return Found(cell=self.cell[index], row=self.row[index], margin=self.margin[index])


class LargestPerCell:
    """Keeps, of each cell, the `quota` largest values added."""

    def __init__(self, quota: NDArray[np.integer], lowest: float) -> None:
        """Of cells without a quota nothing is kept, of the others values from `lowest` on.

        Args:
            quota: (K, K) how many to keep of each cell.
            lowest: the first bar.
        """
        self.least = np.full(quota.shape, np.inf, np.float32)
        """(K, K) rows by given class: values under it are not among the largest; rises, in place."""
        self.least[quota > 0] = lowest
        self._quota = quota.ravel()
        self._parts: list[Found] = []
        self._size, self._compact_at = 0, COMPACT_AT

    def expect(self, known: Found) -> None:
        """Raise the bars by some of the values that will be added, so that fewer are kept on the way.

        To just under them: they may have been rounded otherwise than those to come.
        """
        cells, bars = self._bars(self._over(known))
        under = np.nextafter(bars, np.float32(-np.inf))
        least = self.least.reshape(-1)
        least[cells] = np.maximum(least[cells], under)

    def add(self, part: Found) -> None:
        """Take in values of any number."""
        self._parts.append(part)
        self._size += len(part.cell)
        if self._size > self._compact_at:
            kept = self._compacted()
            self._parts, self._size = [kept], len(kept.cell)
            self._compact_at = max(COMPACT_AT, 2 * self._size)

    def result(self, p_given: NDArray[np.float64], ties: TieKeys) -> Found:
        """The largest values of each cell, exactly as many as its quota where there were so many.

        Args:
            p_given: (n,) by row: of equal values the one with the lower p(given) is kept.
            ties: rows -> a key of the item, which decides between what is still equal.
        """
        kept = self._compacted()
        cells, inverse, sizes = np.unique(kept.cell, return_inverse=True, return_counts=True)
        crowded = (sizes > self._quota[cells])[inverse]
        chosen = _first_of_each(kept.among(crowded), self._quota, p_given, ties)
        return _joined([kept.among(~crowded), chosen])

    def _compacted(self) -> Found:
        """What may be among the largest, after the bars have risen."""
        found = self._over(_joined(self._parts))
        cells, bars = self._bars(found)
        self.least.reshape(-1)[cells] = bars  # a view: it is C-contiguous
        return self._over(found)

    def _over(self, found: Found) -> Found:
        """The values that reach their bar."""
        return found.among(found.margin.astype(np.float32) >= self.least.reshape(-1)[found.cell])

    def _bars(self, found: Found) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The cells that have as many values as their quota, and the last value within it."""
        rough = _ordered(found.margin.astype(np.float32))
        keys = np.sort((found.cell.astype(np.uint64) << np.uint64(32)) | rough)
        cells, sizes = _runs((keys >> np.uint64(32)).astype(np.int64))
        place = np.cumsum(sizes) - self._quota[cells]
        full = sizes >= self._quota[cells]
        return cells[full], _value(keys[place[full]])


def _joined(parts: list[Found]) -> Found:
    if not parts:
        return Found(cell=np.empty(0, np.int32), row=np.empty(0, np.int64), margin=np.empty(0))
    return Found(
        cell=np.concatenate([part.cell for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        margin=np.concatenate([part.margin for part in parts]),
    )


def _first_of_each(
    found: Found, quota: NDArray[np.integer], p_given: NDArray[np.float64], ties: TieKeys
) -> Found:
    """The `quota` largest of each cell, ties settled."""
    order = lexsort_by_item((p_given[found.row], -found.margin, found.cell), found.row, ties)
    cells, sizes = _runs(found.cell[order])
    place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return found.among(order[place < np.repeat(quota[cells], sizes)])


def _runs(ordered: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different values of an ordered array, and how often each occurs.

    >>> [part.tolist() for part in _runs(np.array([2, 2, 5]))]
    [[2, 5], [2, 1]]
    """
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[starts].astype(np.int64), np.diff(starts, append=len(ordered))


def _ordered(values: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Integers in the order of the values, in 32 bits: negative floats have their bits turned round.

    >>> np.argsort(_ordered(np.array([1e-3, -1, 0, -0.5, 1], np.float32))).tolist()
    [1, 3, 2, 0, 4]
    """
    bits = values.view(np.uint32)
    turned = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    return turned.astype(np.uint64)


def _value(keys: NDArray[np.uint64]) -> NDArray[np.float32]:
    """The values of keys whose lower 32 bits are `_ordered` of them."""
    turned = keys.astype(np.uint32)
    bits = np.where(turned >> 31, turned & np.uint32((1 << 31) - 1), ~turned)
    return bits.view(np.float32)
