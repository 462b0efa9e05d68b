"""Which kind of numbers a file of predictions holds: probabilities, logits, percentages, or nothing usable.

cleanlab checks none of this: one row of NaN halves what it finds, and rows that sum to 1.3 or
logits cut to [0, 1] pass in silence. So the raw numbers of each file are read once, before
anything else reads them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from auditor.blocks import BlockSource, Matrix, blocks_of
from auditor.engine.local import ordered_map

Kind = Literal["probabilities", "percentages", "log-probabilities", "logits", "unclear"]
LOOSE = 1e-3
"""How far a row sum or a value may be off before the numbers are no probabilities (1e-3 for rounding)."""
LOOSE_HALF = 5e-3
"""The same for float16."""
NEAR = 0.05
"""How far off a row may be and still be meant as probabilities, not as logits."""
PERCENT = 5.0
"""How far a sum of percentages may be off 100: ten classes rounded to whole percents."""
FEWEST_DECIMALS = 2
"""Rows of tenths that do not sum to 1 might be anything."""
MOST_DECIMALS = 5
"""Values with more decimals than this were not rounded for people."""
ROUNDED = 0.1
"""How far off rows of rounded probabilities may be at most; beyond it too much was lost."""
SHOWN = 5
"""How many rows that are not finite are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFacts:
    """What one pass over raw numbers showed: of a block of rows, or of a whole file."""

    not_finite: tuple[int, ...]
    """The first rows with NaN or infinity."""
    not_finite_count: int
    low: float
    high: float
    sum_low: float
    sum_high: float
    exp_sum_off: float
    """Largest distance from 1 of the sum of exp(row), for rows without positive values."""
    hard: bool
    """Every value is 0 or 1."""
    odd_row: int
    """The row that is farthest from a row of probabilities."""
    odd_by: float
    """How far that row is off."""
    rows: int
    """Rows without NaN or infinity."""
    columns: int
    """K."""
    proper: int
    """Rows that are nearly probabilities, or percentages, on their own."""
    decimals: int | None
    """Decimals to which all rows that are off were rounded, 0 where no row is off; None where not rounded."""
    digest: str
    """sha256 of the values."""


def number_facts(source: BlockSource) -> NumberFacts:
    """What the (n, K) numbers of a file are like; reads them once, with O(1) memory beside the blocks."""
    parts = list(ordered_map(partial(_block_facts, source), blocks_of(source)))
    digest = hashlib.sha256(str(source.shape).encode())
    for part in parts:
        digest.update(bytes.fromhex(part.digest))
    odd = max(parts, key=lambda part: part.odd_by, default=None)
    return NumberFacts(
        not_finite=tuple(row for part in parts for row in part.not_finite)[:SHOWN],
        not_finite_count=sum(part.not_finite_count for part in parts),
        low=min((part.low for part in parts), default=np.nan),
        high=max((part.high for part in parts), default=np.nan),
        sum_low=min((part.sum_low for part in parts), default=np.nan),
        sum_high=max((part.sum_high for part in parts), default=np.nan),
        exp_sum_off=max((part.exp_sum_off for part in parts), default=np.inf),
        hard=all(part.hard for part in parts),
        odd_row=odd.odd_row if odd else 0,
        odd_by=odd.odd_by if odd else 0.0,
        rows=sum(part.rows for part in parts),
        columns=source.shape[1],
        proper=sum(part.proper for part in parts),
        decimals=_most([part.decimals for part in parts]),
        digest=digest.hexdigest(),
    )


@np.errstate(over="ignore", invalid="ignore")  # 1e308 is a number: its sums are infinite, and it is told
def _block_facts(source: BlockSource, span: tuple[int, int]) -> NumberFacts:
    start, stop = span
    block = source.read(start, stop)
    finite = np.isfinite(block).all(axis=1)
    fine = block[finite] if not finite.all() else block
    sums = fine.sum(axis=1, dtype=np.float64)
    low, high = (float(fine.min()), float(fine.max())) if fine.size else (np.inf, -np.inf)
    off = np.abs(sums - 1)
    if fine.size and (low < 0 or high > 1):
        off = np.maximum(off, np.maximum(-fine.min(axis=1), fine.max(axis=1) - 1))
    at = np.flatnonzero(finite)
    exp_off = (
        np.inf if high > LOOSE_HALF or not fine.size else float(np.abs(np.exp(fine).sum(axis=1) - 1).max())
    )
    return NumberFacts(
        not_finite=tuple(start + int(row) for row in np.flatnonzero(~finite)[:SHOWN]),
        not_finite_count=int((~finite).sum()),
        low=low,
        high=high,
        sum_low=float(sums.min()) if len(sums) else np.inf,
        sum_high=float(sums.max()) if len(sums) else -np.inf,
        exp_sum_off=exp_off,
        hard=bool(low >= 0 and high <= 1 and ((fine == 0) | (fine == 1)).all()),
        odd_row=start + int(at[off.argmax()]) if len(off) else start,
        odd_by=float(off.max()) if len(off) else 0.0,
        rows=len(fine),
        proper=int(((off <= NEAR) | ((np.abs(sums - 100) <= PERCENT) & (off <= 99 + PERCENT))).sum()),
        columns=source.shape[1],
        decimals=_decimals(fine[off > LOOSE]),
        digest=hashlib.sha256(np.ascontiguousarray(block).tobytes()).hexdigest(),
    )


def _decimals(rows: Matrix) -> int | None:
    """The fewest decimals with which all values can be written; 0 without a row, None beyond five."""
    if not len(rows):
        return 0
    for decimals in range(1, MOST_DECIMALS + 1):
        scaled = rows.astype(np.float64) * 10**decimals
        if (np.abs(scaled - np.rint(scaled)) <= 1e-6 * np.maximum(np.abs(scaled), 1)).all():
            return decimals
    return None


def _most(found: Sequence[int | None]) -> int | None:
    known = [decimals for decimals in found if decimals is not None]
    return max(known, default=0) if len(known) == len(found) else None


def _by_rounding(facts: NumberFacts) -> float:
    """How far off a row may be because each of its K values was rounded: half a step for each."""
    if facts.decimals is None or facts.decimals < FEWEST_DECIMALS:
        return 0.0
    return min(facts.columns / 2 * 10.0**-facts.decimals, ROUNDED)


def kind_of(facts: NumberFacts, loose: float = LOOSE) -> Kind:
    """Which kind of numbers these are.

    Logits are what is left outside [0, 1]; but where most rows are probabilities the others are broken
    rows, and a softmax over all would flatten the good ones without a word. Nor are they logits where
    none is negative and all rows have one sum: votes of trees, or probabilities times something. Rows
    that were rounded for people (0.33 0.33 0.33) may be off by half a step for each class.
    """
    room = max(loose, _by_rounding(facts) + 1e-9)
    sums_to_one = abs(facts.sum_low - 1) <= room and abs(facts.sum_high - 1) <= room
    if sums_to_one and facts.low >= -loose and facts.high <= 1 + loose:
        return "probabilities"
    if facts.low >= 0 and abs(facts.sum_low - 100) <= PERCENT and abs(facts.sum_high - 100) <= PERCENT:
        return "percentages"
    if facts.high <= loose and facts.exp_sum_off <= loose:
        return "log-probabilities"
    outside = facts.low < 0 or facts.high > 1
    shares = facts.low >= 0 and facts.sum_high - facts.sum_low <= loose * facts.sum_high
    return "logits" if outside and not shares and facts.proper * 2 <= facts.rows else "unclear"
