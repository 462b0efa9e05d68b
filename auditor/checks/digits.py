"""How many digits the probabilities have: measured, not judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.blocks import BlockSource, Mapped, Matrix, Reordered
from auditor.read.conversion import percentages, softmax

STEPS = {1: range(5, 16), 2: range(16, 151)}
"""Decimals -> steps from 0 to 1: rows rounded to tenths and divided by their sum have 5 to 15 of them."""
SAMPLED = 256
"""Rows looked at in the beginning, the middle and the end of a file, at most."""
CELLS = 100_000
"""Values looked at in each of these pieces, at most."""
FEWEST_ROWS = 20
"""Fewer rows than this with probabilities between 0 and 1 do not tell."""
ON_GRID = 0.9
"""Share of such rows that must stand on a grid."""
CERTAIN = 0.0005
"""Rows whose probabilities are all nearer to 0 and 1 than this are on every grid."""


@dataclass(frozen=True, slots=True)
class Lowest:
    """The lowest probability that a given label has, and how many rows have it."""

    p: float
    tied: int
    of: int


def lowest(p_given: NDArray[np.floating[Any]]) -> Lowest:
    """The lowest of (n,) probabilities; n may be 0."""
    if not len(p_given):
        return Lowest(p=1.0, tied=0, of=0)
    least = p_given.min()
    return Lowest(p=float(least), tied=int(np.count_nonzero(p_given == least)), of=len(p_given))


def decimals_of(source: BlockSource) -> int | None:
    """1 or 2 if the probabilities of a file were written with so few decimals, or come in such steps.

    Looks at the numbers as they stand in the file, three pieces of it. Each row is tried on its own
    grid, because rows that were rounded and then divided by their sum stand on different ones; votes of
    few trees or neighbours stand on a grid too.

    Returns:
        None where there are more, where the numbers are logits, or nearly all are 0 or 1.
    """
    raw, whole = _as_written(source)
    if raw is None:
        return None
    n, k = raw.shape
    size = min(SAMPLED, max(FEWEST_ROWS, CELLS // max(k, 1)))
    starts = sorted({max(0, min(at, n - size)) for at in (0, n // 2, n - size)})
    rows = np.concatenate([_unsure(raw.read(at, min(at + size, n)) / whole) for at in starts])
    if len(rows) < FEWEST_ROWS:
        return None
    half = bool((rows == rows.astype(np.float16)).all())
    fits = np.zeros(len(rows), bool)
    for decimals, steps in STEPS.items():
        for step in (10**decimals,) if half else steps:
            fits |= _on_grid(rows, step, 2.0**-11 if half else 2.0**-23)
        if fits.mean() >= ON_GRID:
            return decimals
    return None


def _as_written(source: BlockSource) -> tuple[BlockSource | None, float]:
    """The numbers of the file, and which of them is 1; no source where they are logits."""
    whole = 1.0
    while isinstance(source, (Mapped, Reordered)):
        if isinstance(source, Mapped):
            if source.function is softmax:
                return None, whole
            whole = 100.0 if source.function is percentages else whole
        source = source.source
    return source, whole


def _unsure(block: Matrix) -> Matrix:
    """The rows with a probability that is neither about 0 nor about 1."""
    kept: Matrix = block[((block > CERTAIN) & (block < 1 - CERTAIN)).any(axis=1)]
    return kept


def _on_grid(rows: Matrix, steps: int, precision: float) -> NDArray[np.bool_]:
    """(n,) whether all values of a row are multiples of 1 / steps, as far as their type can hold one."""
    scaled = rows * steps
    near = np.abs(scaled - np.rint(scaled)) <= scaled * precision + 1e-6
    found: NDArray[np.bool_] = np.all(near, axis=1)
    return found
