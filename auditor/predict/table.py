"""Models for a table: which columns they see, and the models over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.errors import Problem
from auditor.predict.leaks import LeftOut, judged
from auditor.predict.learners import Learner
from auditor.predict.table_columns import Kind, TypedColumn, typed_columns
from auditor.predict.table_discriminant import DiscriminantLearner
from auditor.predict.table_features import table_features
from auditor.predict.table_kernel import KernelLearner
from auditor.predict.table_linear import TableLinear
from auditor.predict.table_notes import table_notes
from auditor.predict.trees import TreesLearner

WIDEST = 1_500
"""Dense features up to which all are looked at together; more are left to a linear model and trees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableModel:
    """The models for a table, and what they are not shown."""

    learners: tuple[Learner, ...] = ()
    """None where no column is left that says anything."""
    left_out: tuple[LeftOut, ...] = ()
    """Columns that they are not shown, by name."""
    notes: tuple[Problem, ...] = ()
    """What of this the user should know, and what to type to change it."""
    kinds: Mapping[str, Kind]
    """Column that they are shown -> what it was taken for."""


def table_learners(
    columns: pa.Table,
    codes: NDArray[np.int32],
    classes: int,
    kept: Sequence[str] = (),
    names: Sequence[str] = (),
    items: Callable[[int], str] = str,
) -> TableModel:
    """The models for a table of strings; features are made once, without labels, and nothing is fitted.

    Labels are looked at only to find columns that were made from them; this takes columns away and adds none.

    Args:
        columns: string columns of n rows; an empty or null cell says nothing.
        codes: (n,) the given label of each row, negative where there is none.
        classes: K.
        kept: columns that the user named, which are never left out but for saying the same in every row.
        names: (K,) names of the classes for the notes; without them classes are called by their numbers.
        items: row -> what the notes call it; without it the number of the row.
    """
    typed = typed_columns(columns)
    found = judged(typed, codes, classes)
    left_out = tuple(part for part in found.left_out if part.why == "constant" or part.column not in kept)
    gone = {part.column for part in left_out}
    shown = [column for column in typed if column.name not in gone]
    return TableModel(
        learners=_learners(shown),
        left_out=left_out,
        notes=table_notes(found, kept, names or [str(code) for code in range(classes)], items),
        kinds={column.name: column.kind for column in shown},
    )


def _learners(shown: Sequence[TypedColumn]) -> tuple[Learner, ...]:
    if not shown or not len(shown[0].cells):
        return ()
    features = table_features(shown)
    width = features.dense_width
    found: list[Learner] = []
    if not features.is_dense or width > WIDEST:
        found.append(TableLinear(features))
    if 0 < width <= WIDEST:
        found += [DiscriminantLearner(features, width), KernelLearner(features, width)]
    if width:
        found.append(TreesLearner(features, features.tree_width))
    return tuple(found)
