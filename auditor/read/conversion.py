"""Raw numbers into probabilities: what is done to each kind of numbers, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from auditor.blocks import BlockSource, Mapped, Matrix
from auditor.errors import InputError, Problem
from auditor.read.numbers import LOOSE, LOOSE_HALF, NumberFacts, kind_of
from auditor.wording import N_, Text, say

TIGHT = 1e-6
"""How far off a row sum may be without being renormalised."""
TIGHT_SINGLE = 1e-5
"""The same for float32 and float16."""


def as_probabilities(
    source: BlockSource,
    facts: NumberFacts,
    name: str,
    *,
    half: bool = False,
    single: bool = False,
    quantised: bool = False,
) -> tuple[BlockSource, tuple[Problem, ...]]:
    """The source as probabilities, and what had to be done for it.

    Args:
        source: the raw numbers.
        facts: `number_facts` of the same source.
        name: file name for messages.
        half: whether the file holds float16.
        single: whether the file holds float32.
        quantised: whether the file holds 8-bit integers.

    Raises:
        InputError: `probabilities-not-finite`, `probabilities-rows-do-not-sum`, `predictions-quantised`.
    """
    if facts.not_finite_count:
        raise InputError(_not_finite(facts, name))
    kind = kind_of(facts, LOOSE_HALF if half else LOOSE)
    if kind == "unclear":
        raise InputError(_unclear(facts, name))
    if kind == "probabilities":
        return _tidied(source, facts, name, TIGHT_SINGLE if single or half else TIGHT)
    if kind == "logits" and quantised:
        raise InputError(_quantised(facts, name))
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


def _quantised(facts: NumberFacts, name: str) -> Problem:
    return Problem(
        slug="predictions-quantised",
        what=say(
            N_("{name} holds 8-bit integers from {low:.0f} to {high:.0f}: rounded to a scale nobody names"),
            name=name,
            low=facts.low,
            high=facts.high,
        ),
        fixes=(say(N_("write the probabilities as float32, as they were before that")),),
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
        fixes=(
            *((say(N_("write the probabilities with more decimals")),) if facts.decimals else ()),
            say(N_("write softmax probabilities, or the logits as they are")),
        ),
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
