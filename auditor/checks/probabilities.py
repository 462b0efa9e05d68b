"""Are these numbers probabilities, and which kind of numbers are they?

cleanlab checks none of this: one row of NaN halves what it finds, and rows that sum to 1.3 or
logits cut to [0, 1] pass in silence. This check reads the raw numbers of each file once, before
anything else does, and says how to make probabilities of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from auditor.blocks import BlockSource, Mapped, Matrix, blocks_of
from auditor.engine.local import ordered_map
from auditor.errors import InputError, Problem
from auditor.wording import N_, Text, say

Kind = Literal["probabilities", "percentages", "log-probabilities", "logits", "unclear"]
LOOSE = 1e-3
"""How far a row sum or a value may be off before the numbers are no probabilities (1e-3 for rounding)."""
LOOSE_HALF = 5e-3
"""The same for float16."""
TIGHT = 1e-6
"""How far off a row sum may be without being renormalised; 1e-5 for float32."""
NEAR = 0.05
"""How far off a row may be and still be meant as probabilities, not as logits."""
PERCENT = 5.0
"""How far a sum of percentages may be off 100: ten classes rounded to whole percents."""
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFacts:
    """What one pass over the raw numbers of a file showed."""

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
    rows: int
    """Rows without NaN or infinity."""
    proper: int
    """Rows that are nearly probabilities, or percentages, on their own."""
    digest: str
    """sha256 of the values."""


def number_facts(source: BlockSource) -> NumberFacts:
    """Read the numbers once; O(1) memory beside the blocks."""
    digest = hashlib.sha256(str(source.shape).encode())
    parts = []
    for part in ordered_map(partial(_block_facts, source), blocks_of(source)):
        digest.update(part.raw)
        parts.append(part)
    bad = [row for part in parts for row in part.not_finite]
    odd = max(parts, key=lambda part: part.odd_by) if parts else None
    return NumberFacts(
        not_finite=tuple(bad[:SHOWN]),
        not_finite_count=sum(part.not_finite_count for part in parts),
        low=min((part.low for part in parts), default=np.nan),
        high=max((part.high for part in parts), default=np.nan),
        sum_low=min((part.sum_low for part in parts), default=np.nan),
        sum_high=max((part.sum_high for part in parts), default=np.nan),
        exp_sum_off=max((part.exp_sum_off for part in parts), default=np.inf),
        hard=all(part.hard for part in parts),
        odd_row=odd.odd_row if odd else 0,
        rows=sum(part.rows for part in parts),
        proper=sum(part.proper for part in parts),
        digest=digest.hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _BlockFacts:
    raw: bytes
    not_finite: list[int]
    not_finite_count: int
    low: float
    high: float
    sum_low: float
    sum_high: float
    exp_sum_off: float
    hard: bool
    odd_row: int
    odd_by: float
    rows: int
    proper: int


def _block_facts(source: BlockSource, span: tuple[int, int]) -> _BlockFacts:
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
    return _BlockFacts(
        raw=hashlib.sha256(np.ascontiguousarray(block).tobytes()).digest(),
        not_finite=[start + int(row) for row in np.flatnonzero(~finite)[:SHOWN]],
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
    )


def kind_of(facts: NumberFacts, loose: float = LOOSE) -> Kind:
    """Which kind of numbers these are.

    Logits are what is left outside [0, 1]; but where most rows are probabilities the others are broken
    rows, and a softmax over all would flatten the good ones without a word.
    """
    sums_to_one = abs(facts.sum_low - 1) <= loose and abs(facts.sum_high - 1) <= loose
    if sums_to_one and facts.low >= -loose and facts.high <= 1 + loose:
        return "probabilities"
    if facts.low >= 0 and abs(facts.sum_low - 100) <= PERCENT and abs(facts.sum_high - 100) <= PERCENT:
        return "percentages"
    if facts.high <= loose and facts.exp_sum_off <= loose:
        return "log-probabilities"
    outside = facts.low < 0 or facts.high > 1
    return "logits" if outside and facts.proper * 2 <= facts.rows else "unclear"


def as_probabilities(
    source: BlockSource, facts: NumberFacts, name: str, *, half: bool = False, single: bool = False
) -> tuple[BlockSource, tuple[Problem, ...]]:
    """The source as probabilities, and what had to be done for it.

    Args:
        source: the raw numbers.
        facts: `number_facts` of the same source.
        name: file name for messages.
        half: whether the file holds float16.
        single: whether the file holds float32.

    Raises:
        InputError: `probabilities-not-finite` or `probabilities-rows-do-not-sum`.
    """
    if facts.not_finite_count:
        raise InputError(_not_finite(facts, name))
    kind = kind_of(facts, LOOSE_HALF if half else LOOSE)
    if kind == "unclear":
        raise InputError(_unclear(facts, name))
    if kind == "probabilities":
        return _tidied(source, facts, name, 1e-5 if single or half else TIGHT)
    function, words = CONVERSIONS[kind]
    return Mapped(source, function), (_converted(name, words, facts),)


def _tidied(
    source: BlockSource, facts: NumberFacts, name: str, tight: float
) -> tuple[BlockSource, tuple[Problem, ...]]:
    notes = tuple(_hard(name)) if facts.hard else ()
    off = max(abs(facts.sum_low - 1), abs(facts.sum_high - 1))
    if off <= tight and facts.low >= 0 and facts.high <= 1:
        return source, notes
    note = Problem(
        slug="probabilities-renormalised",
        what=say(
            N_("{name}: rows sum to {low_sum:.6g}-{high_sum:.6g}, values reach {high:.6g}; renormalised"),
            name=name,
            high=facts.high,
            low_sum=facts.sum_low,
            high_sum=facts.sum_high,
        ),
        level="note",
    )
    return Mapped(source, clip_and_renormalise), (*notes, note)


def clip_and_renormalise(block: Matrix) -> Matrix:
    """Values cut to [0, 1], rows divided by their sum."""
    cut = np.clip(block, 0, 1)
    out: Matrix = cut / cut.sum(axis=1, keepdims=True)
    return out


def softmax(block: Matrix) -> Matrix:
    """exp(row - max) / sum, in float64."""
    shifted = np.exp(block.astype(np.float64) - block.max(axis=1, keepdims=True))
    out: Matrix = shifted / shifted.sum(axis=1, keepdims=True)
    return out


def percentages(block: Matrix) -> Matrix:
    """Percentages as shares."""
    return clip_and_renormalise(block / 100)


CONVERSIONS: dict[str, tuple[Callable[[Matrix], Matrix], str]] = {
    "logits": (softmax, N_("logits, turned into probabilities by softmax")),
    "log-probabilities": (softmax, N_("log-probabilities, turned into probabilities by exp")),
    "percentages": (percentages, N_("percentages, divided by 100")),
}


def _converted(name: str, words: str, facts: NumberFacts) -> Problem:
    return Problem(
        slug="predictions-converted",
        what=say(
            N_("{name} was read as {kind} (values {low:.4g} to {high:.4g})"),
            name=name,
            kind=Text(words),
            low=facts.low,
            high=facts.high,
        ),
        level="note",
    )


def _not_finite(facts: NumberFacts, name: str) -> Problem:
    return Problem(
        slug="probabilities-not-finite",
        what=say(
            N_("{name}: {n:,} row has NaN, infinite or empty probabilities"),
            N_("{name}: {n:,} rows have NaN, infinite or empty probabilities"),
            name=name,
            n=facts.not_finite_count,
        ),
        details=(say(N_("rows counted from 0: {rows}"), rows=", ".join(map(str, facts.not_finite))),),
        fixes=(say(N_("predict these rows again, or leave them out of the file and add --missing drop")),),
    )


def _unclear(facts: NumberFacts, name: str) -> Problem:
    return Problem(
        slug="probabilities-rows-do-not-sum",
        what=say(
            N_("{name}: rows sum to {low:.4g}-{high:.4g}, not to 1: no class probabilities"),
            name=name,
            low=facts.sum_low,
            high=facts.sum_high,
        ),
        details=(
            say(
                N_("row {row:,} (from 0) is farthest off; values reach from {low:.4g} to {high:.4g}"),
                row=facts.odd_row,
                low=facts.low,
                high=facts.high,
            ),
            say(N_("independent scores per class (sigmoid) are no class probabilities")),
        ),
        fixes=(say(N_("write softmax probabilities, or the logits as they are")),),
    )


def _hard(name: str) -> Iterator[Problem]:
    yield Problem(
        slug="hard-predictions",
        what=say(
            N_("{name}: every probability is 0 or 1: they tell who disagrees, but not how surely"), name=name
        ),
        fixes=(say(N_("bring probabilities; the order of the queue rests on them")),),
        level="warning",
    )
