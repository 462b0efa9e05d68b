"""Probability columns that stand in the dataset itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks, BlockSource
from auditor.errors import InputError
from auditor.read.classes import as_indexes
from auditor.read.predictions import RawPredictions, parquet_blocks, text_blocks
from auditor.read.probability_columns import (
    Columns,
    Known,
    Settled,
    covered,
    settled,
    sum_to_one,
    wide_groups,
)
from auditor.read.spool import not_numbers
from auditor.read.tables import TextTable, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The probability columns of the dataset itself: row i is row i."""

    columns: Columns
    raw: RawPredictions


def own_columns(path: Path, table: TextTable, labels: frozenset[str]) -> Own | None:
    """The set of wide columns of a dataset that are the probabilities of its classes, if one is.

    By name: most labels are classes of the columns. By number (`c0`, or names that no label has):
    only where the rows sum to one, because features have such names too. The first set that fits.

    Raises:
        InputError: `predictions-not-numbers`.
    """
    known, read = Known(labels=labels), partial(_numbers, path, table)
    for group in wide_groups(table.skipped):
        found = covered(group, labels)
        numbered = all(name.isdigit() for name in group.values())
        if not numbered and 2 * found > max(len(labels), 1):
            return _own(path, settled(group, known, path.name, read))
        by_number = as_indexes(list(labels), len(group)) or 0 < len(labels) == found
        if by_number and (numbers := _if_numbers(read, list(group))):
            return _own(path, Settled(group, numbers))
    return None


def _own(path: Path, found: Settled[BlockSource]) -> Own:
    raw = RawPredictions(
        name=path.name, blocks=found.blocks, classes=found.classes, notes=found.notes, of_dataset=True
    )
    return Own(columns=found.columns, raw=raw)


def _if_numbers(read: Any, columns: list[str]) -> BlockSource | None:
    try:
        blocks: BlockSource = read(columns)
    except InputError:
        return None
    return blocks if sum_to_one(blocks) else None


def _numbers(path: Path, table: TextTable, columns: Sequence[str]) -> BlockSource:
    if table.format == "parquet":
        return parquet_blocks(path, columns)
    if table.form is not None:
        return text_blocks(path, table.form, columns)
    texts = read_table(path, input_format=table.format, skip=lambda names: frozenset(names) - set(columns))
    try:
        return ArrayBlocks(np.column_stack([_floats(texts.columns[name]) for name in columns]))
    except pa.ArrowInvalid as error:
        raise InputError(not_numbers(path.name, error)) from error


def _floats(texts: pa.ChunkedArray) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pc.if_else(pc.equal(texts, ""), None, texts).cast(pa.float64()).to_numpy()
    return values
