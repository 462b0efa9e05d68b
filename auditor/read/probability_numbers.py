"""Which of the columns that could be class probabilities are: told by their numbers.

A name alone does not tell a class without a row in the dataset from a column of something else, in
either direction: `margin` looks like a class, and a class may be called `text` or `no`. A column is
left out or taken only where the rows say so, by summing to one; where nothing does, auditor asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from auditor.blocks import BlockSource, blocks_of
from auditor.errors import InputError, Problem
from auditor.read.classes import class_key
from auditor.read.numbers import LOOSE_HALF, kind_of, number_facts
from auditor.read.probability_columns import (
    Columns,
    Known,
    has_another_use,
    listed_columns,
    no_columns,
)
from auditor.wording import N_, Text, say

NOISE = 1e-5
"""A difference of row sums that may be rounding, of float32 too."""
Source = TypeVar("Source", bound=BlockSource)
Read = Callable[[Sequence[str]], Source]
"""Columns -> their numbers; InputError where a cell is none."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Source]):
    """The columns that are the class probabilities, their numbers, and what was left out."""

    columns: Columns
    blocks: Source
    notes: tuple[Problem, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The class of each column."""
        return tuple(self.columns.values())


def settled(columns: Columns, known: Known, file: str, read: Read[Source]) -> Settled[Source]:
    """The columns that really are the class probabilities, and their numbers.

    Raises:
        InputError: `predictions-columns` where neither names nor numbers tell; `predictions-not-numbers`.
    """
    if known.states(columns) or all(name.isdigit() for name in columns.values()):
        return Settled(columns, read(list(columns)))
    if any(column != name for column, name in columns.items()):
        return _with_prefix(columns, known, file, read)
    return _by_class_name(columns, known, file, read)


def _with_prefix(columns: Columns, known: Known, file: str, read: Read[Source]) -> Settled[Source]:
    """Columns like `prob_cat`: all of them, unless only those of the labels sum to one."""
    everything = read(list(columns))
    of_labels = _of_labels(columns, known)
    if len(of_labels) in {0, 1, len(columns)} or sum_to_one(everything):
        return Settled(columns, everything)
    if sum_to_one(numbers := read(list(of_labels))):
        return Settled(of_labels, numbers, tuple(_left_out(file, columns.keys() - of_labels.keys(), SUMS)))
    return Settled(columns, everything)


def _by_class_name(columns: Columns, known: Known, file: str, read: Read[Source]) -> Settled[Source]:
    """Columns like `cat`: those of the labels, and those without which the rows do not sum to one."""
    labels = _of_labels(columns, known)
    others = [name for name in columns if name not in labels]
    numeric = _numeric(others, read)
    texts = [name for name in others if name not in numeric and not has_another_use(name, known)]
    numeric = [name for name in numeric if not (has_another_use(name, known) and _counts(name, labels, read))]
    taken = _best(labels, numeric, known, read) if numeric else list(labels)
    if taken is None:
        raise InputError(_unsure(file, labels, numeric))
    if len(taken) < 2:
        raise InputError(no_columns(file, listed_columns(list(columns))))
    ordered = {name: name for name in columns if name in taken}
    notes = (*_left_out(file, set(numeric) - set(taken), SUMS), *_left_out(file, texts, TEXTS))
    return Settled(ordered, read(list(ordered)), notes)


def _of_labels(columns: Columns, known: Known) -> Columns:
    keys = {class_key(label) for label in known.labels}
    return {column: name for column, name in columns.items() if class_key(name) in keys}


def _numeric(names: list[str], read: Read[Source]) -> list[str]:
    """The columns that hold numbers; many are tried at once, because reading costs."""
    if not names:
        return []
    try:
        read(names)
    except InputError:
        half = len(names) // 2
        return _numeric(names[:half], read) + _numeric(names[half:], read) if half else []
    return names


def _counts(name: str, labels: Columns, read: Read[Source]) -> bool:
    """Whether a column counts or codes: whole numbers, where the scores of the labels are none."""
    if not labels or _whole(read(list(labels))):
        return False
    column = read([name])
    facts = number_facts(column)
    return (facts.low, facts.high) != (0, 0) and _whole(column)


def _whole(numbers: BlockSource) -> bool:
    with np.errstate(invalid="ignore"):  # infinity is no whole number
        return all(bool(np.all(numbers.read(*span) % 1 == 0)) for span in blocks_of(numbers))


def _best(labels: Columns, numeric: list[str], known: Known, read: Read[Source]) -> list[str] | None:
    """The columns whose rows sum to one best, the fewest of them; None where none do."""
    used = [name for name in numeric if has_another_use(name, known)]
    free = [name for name in numeric if name not in used]
    sets = {tuple(names): None for names in ([], free, used, numeric) if len(labels) + len(names) > 1}
    off = {names: _off(read([*labels, *names])) for names in sets}
    least = min(off.values(), default=np.inf)
    found = next((names for names, by in off.items() if by <= least + NOISE), None)
    return None if found is None or least == np.inf else [*labels, *found]


def sum_to_one(numbers: BlockSource) -> bool:
    """Whether the numbers are class probabilities as they stand."""
    return kind_of(number_facts(numbers), LOOSE_HALF) == "probabilities"


def _off(numbers: BlockSource) -> float:
    """How far the rows are off summing to one, infinity where they are no shares of a whole."""
    facts = number_facts(numbers)
    kind = kind_of(facts, LOOSE_HALF)
    if kind == "log-probabilities":
        return facts.exp_sum_off
    whole = {"probabilities": 1, "percentages": 100}.get(kind)
    return np.inf if whole is None else max(abs(facts.sum_low / whole - 1), abs(facts.sum_high / whole - 1))


SUMS = N_("the columns of the labels sum to one without them")
TEXTS = N_("they hold text, not numbers")


def _left_out(file: str, columns: Iterable[str], why: str) -> list[Problem]:
    names = ", ".join(sorted(columns)[:12])
    problem = Problem(
        slug="columns-unused",
        what=say(N_("{file}: not taken for class probabilities: {names}"), file=file, names=names),
        details=(Text(why),),
        level="note",
    )
    return [problem] if names else []


def _unsure(file: str, labels: Iterable[str], others: Iterable[str]) -> Problem:
    return Problem(
        slug="predictions-columns",
        what=say(N_("cannot tell which columns of {file} are the class probabilities"), file=file),
        details=(
            say(N_("columns of the labels: {names}"), names=", ".join(list(labels)[:12])),
            say(N_("a class without a row, or something else: {names}"), names=", ".join(list(others)[:12])),
        ),
        fixes=(
            say(N_("--classes A,B,C with the names of all classes: the other columns are then left out")),
            say(N_("name them prob_CLASS, or by the class names of the dataset")),
        ),
    )
