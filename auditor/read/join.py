"""Prediction rows to dataset rows: by id where both have ids, by position where neither can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError, Problem
from auditor.read.classes import class_key
from auditor.read.row_ids import repeated_ids
from auditor.wording import N_, Text, say

if TYPE_CHECKING:
    import pyarrow as pa


def row_order(
    ids: pa.Array | None,
    n: int,
    dataset: str,
    other_ids: Sequence[str] | None,
    other_n: int,
    predictions: str,
    align: str = "auto",
    *,
    is_table: bool = False,
) -> tuple[NDArray[np.int64] | None, tuple[Problem, ...]]:
    """For each dataset row the row of the predictions, -1 where there is none; None = the same order.

    Args:
        ids: the user's ids of the dataset (an Arrow array), None where it has no id column.
        n: rows of the dataset.
        dataset: its name, for messages.
        other_ids: ids beside the predictions, None where there are none.
        other_n: rows of the predictions.
        predictions: their name.
        align: `auto`, `id` or `position`: how to join; `auto` takes ids where both sides have them.
        is_table: whether the predictions are a table, which could have had ids; a bare array could not.

    Raises:
        InputError: `ids-one-sided`, `ids-repeat`, `ids-do-not-match`, `rows-differ`.
    """
    by_id = align == "id" or (align == "auto" and ids is not None and other_ids is not None)
    if by_id and ids is not None and other_ids is not None:
        return _by_id(ids.to_pylist(), dataset, other_ids, predictions)
    one_sided = (ids is None) != (other_ids is None) and (is_table or other_ids is not None)
    if align == "id" or (align == "auto" and one_sided):
        raise InputError(_one_sided(dataset, ids is not None, predictions))
    if n != other_n:
        raise InputError(_rows_differ(dataset, n, predictions, other_n))
    note = Problem(
        slug="joined-by-position",
        what=say(N_("{name} was joined by position: row i to row i"), name=predictions),
        fixes=(say(N_("write the ids beside the predictions to be sure")),),
        level="note",
    )
    return None, (note,)


def _by_id(
    ids: Sequence[str], dataset: str, other_ids: Sequence[str], predictions: str
) -> tuple[NDArray[np.int64], tuple[Problem, ...]]:
    where = {item: row for row, item in enumerate(other_ids)}
    if len(where) < len(other_ids):
        raise InputError(repeated_ids(predictions, other_ids))
    order = np.fromiter((where.get(item, -1) for item in ids), np.int64, len(ids))
    joined = int((order >= 0).sum())
    if joined == 0:
        raise InputError(_no_match(dataset, ids, predictions, other_ids))
    extra = len(other_ids) - joined
    notes = () if not extra else (_extra(predictions, extra, dataset),)
    return order, notes


def _no_match(dataset: str, ids: Sequence[str], predictions: str, other: Sequence[str]) -> Problem:
    known = {class_key(item) for item in other}
    alike = sum(class_key(item) in known for item in ids)
    return Problem(
        slug="ids-do-not-match",
        what=say(
            N_("ids do not match between {dataset} ({n:,}) and {predictions} ({m:,})"),
            dataset=dataset,
            n=len(ids),
            predictions=predictions,
            m=len(other),
        ),
        details=(
            say(
                N_('0 in common; {dataset} has "{a}", {predictions} has "{b}"'),
                dataset=dataset,
                a=ids[0],
                predictions=predictions,
                b=other[0] if other else "",
            ),
            *([_hidden_difference(alike)] if alike else []),
        ),
        fixes=(say(N_("write the same ids, or --align position if the rows are in the same order")),),
    )


def _hidden_difference(n: int) -> Text:
    return say(
        N_("{n:,} id differs only in its Unicode form or in blanks around it"),
        N_("{n:,} ids differ only in their Unicode form or in blanks around them"),
        n=n,
    )


def _extra(predictions: str, extra: int, dataset: str) -> Problem:
    return Problem(
        slug="predictions-unused",
        what=say(
            N_("{n:,} row of {predictions} has an id that {dataset} does not have; it is not used"),
            N_("{n:,} rows of {predictions} have ids that {dataset} does not have; they are not used"),
            n=extra,
            predictions=predictions,
            dataset=dataset,
        ),
        level="warning",
    )


def _one_sided(dataset: str, dataset_has: bool, predictions: str) -> Problem:
    return Problem(
        slug="ids-one-sided",
        what=say(
            N_("{one} has ids and {other} has none: they cannot be joined by id"),
            one=dataset if dataset_has else predictions,
            other=predictions if dataset_has else dataset,
        ),
        fixes=(
            say(N_("--id COLUMN if an id column has another name")),
            say(N_("--align position if the rows are in the same order")),
        ),
    )


def _rows_differ(dataset: str, n: int, predictions: str, m: int) -> Problem:
    return Problem(
        slug="rows-differ",
        what=say(
            N_("{predictions} has {m:,} rows and {dataset} has {n:,}"),
            predictions=predictions,
            m=m,
            dataset=dataset,
            n=n,
        ),
        details=(say(N_("without ids on both sides rows can only be joined by position")),),
        fixes=(say(N_("predict every row, or write the ids beside the predictions")),),
    )
