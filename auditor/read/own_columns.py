"""Probability columns that stand in the dataset itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource
from auditor.errors import InputError
from auditor.read.classes import as_indexes
from auditor.read.predictions import parquet_blocks, text_blocks
from auditor.read.probability_columns import Columns, Known, covered, wide_groups
from auditor.read.probability_numbers import Settled, settled, sum_to_one
from auditor.read.raw_predictions import RawPredictions
from auditor.read.sources import Source
from auditor.read.spool import not_numbers
from auditor.read.tables import TextTable, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The probability columns of the dataset itself: row i is row i."""

    columns: Columns
    raw: RawPredictions


Numbers = Callable[[Sequence[str]], BlockSource]
"""Columns -> their numbers; InputError where a cell is none."""


def own_columns(file: str, skipped: Sequence[str], labels: frozenset[str], read: Numbers) -> Own | None:
    """The set of wide columns of a dataset that are the probabilities of its classes, if one is.

    By name: most labels are classes of the columns. By number (`c0`, or names that no label has):
    only where the rows sum to one, because features have such names too. The first set that fits.

    Args:
        file: the name of the dataset.
        skipped: its columns that have a class in their name.
        labels: the label texts.
        read: reads columns as numbers.

    Raises:
        InputError: `predictions-not-numbers`.
    """
    known = Known(labels=labels)
    for group in wide_groups(skipped):
        found = covered(group, labels)
        numbered = all(name.isdigit() for name in group.values())
        if not numbered and 2 * found > max(len(labels), 1):
            return _own(file, settled(group, known, file, read))
        by_number = as_indexes(list(labels), len(group)) or 0 < len(labels) == found
        if by_number and (numbers := _if_numbers(read, list(group))):
            return _own(file, Settled(group, numbers))
    return None


def _own(file: str, found: Settled[BlockSource]) -> Own:
    raw = RawPredictions(
        name=file, blocks=found.blocks, classes=found.classes, notes=found.notes, of_dataset=True
    )
    return Own(columns=found.columns, raw=raw)


def _if_numbers(read: Numbers, columns: list[str]) -> BlockSource | None:
    try:
        blocks = read(columns)
    except InputError:
        return None
    return blocks if sum_to_one(blocks) else None


def numbers_in_file(source: Source, table: TextTable, sep: str | None, columns: Sequence[str]) -> BlockSource:
    """Columns of the dataset's file as numbers, in the form in which its text was read.

    Raises:
        InputError: `predictions-not-numbers`.
    """
    if table.format == "parquet":
        return parquet_blocks(source.path, columns)
    if table.form is not None:
        return text_blocks(source.path, table.form, columns)
    texts = read_table(
        source, input_format=table.format, sep=sep, skip=lambda names: frozenset(names) - set(columns)
    )
    try:
        return ArrayBlocks(np.column_stack([_floats(texts.columns[name]) for name in columns]))
    except pa.ArrowInvalid as error:
        raise InputError(not_numbers(source.name, error)) from error


def _floats(texts: pa.ChunkedArray) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pc.if_else(pc.equal(texts, ""), None, texts).cast(pa.float64()).to_numpy()
    return values
