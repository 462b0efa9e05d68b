"""Prediction rows to dataset rows: by id where both have ids, by position where neither can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from auditor.errors import InputError, Problem
from auditor.read.classes import class_key
from auditor.read.frame_index import Rows, index_unused, joined_by_index, keys_by_index
from auditor.read.row_ids import repeated_ids
from auditor.wording import N_, Text, say

How = Literal["id", "index", "position"]
"""By what rows were joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Which row of the predictions belongs to which row of the dataset."""

    order: NDArray[np.int64] | None
    """For each dataset row the row of the predictions, -1 where there is none; None = the same order."""
    how: How
    notes: tuple[Problem, ...] = ()


def row_order(
    rows: Rows, others: Rows, align: str = "auto", *, is_table: bool = False, is_frame: bool = False
) -> Join:
    """Join predictions to the rows of a dataset.

    Args:
        rows: the dataset.
        others: the predictions.
        align: `auto`, `id` or `position`: how to join; `auto` takes ids where both sides have them, then
            the index of a DataFrame where it fits.
        is_table: whether the predictions are a table, which could have had ids; a bare array could not.
        is_frame: whether they are a DataFrame, which could have had the index of the dataset.

    Raises:
        InputError: `ids-one-sided`, `ids-repeat`, `ids-do-not-match`, `index-differs`, `rows-differ`.
    """
    if align != "position" and (joined := _by_names(rows, others)) is not None:
        return joined
    dataset_has, predictions_have = rows.ids is not None, others.ids is not None
    one_sided = dataset_has != predictions_have and (is_table or predictions_have)
    if align == "id" or (align == "auto" and one_sided):
        raise InputError(_one_sided(rows.name, dataset_has or rows.keys is not None, others.name))
    if rows.n != others.n:
        raise InputError(_rows_differ(rows.name, rows.n, others.name, others.n))
    note = Problem(
        slug="joined-by-position",
        what=say(N_("{name} was joined by position: row i to row i"), name=others.name),
        fixes=(say(N_("write the ids beside the predictions to be sure")),),
        level="note",
    )
    unused = _unused_index(rows, others) if align == "auto" and (is_table or is_frame) else ()
    return Join(order=None, how="position", notes=(note, *unused))


def _by_names(rows: Rows, others: Rows) -> Join | None:
    """By the ids where both sides have them, by an index where it fits; None where neither is so."""
    keys = keys_by_index(rows, others)
    if keys is not None:
        order, notes = _by_id(keys[0], rows.name, keys[1], others.name)
        return Join(order=order, how="index", notes=(joined_by_index(rows, others), *notes))
    other_ids = others.id_texts
    if other_ids is None or (ids := rows.id_texts or rows.keys or _numbered(rows, other_ids)) is None:
        return None
    order, notes = _by_id(ids, rows.name, other_ids, others.name)
    return Join(order=order, how="id", notes=notes)


def _numbered(rows: Rows, others: Sequence[str]) -> Sequence[str] | None:
    """The names that rows without ids have (`row-0`, `row-1`, ...), where the others have such names."""
    if not all(name.startswith("row-") for name in others):
        return None
    names = [f"row-{row}" for row in range(rows.n)]
    return names if set(others) <= set(names) else None


def _unused_index(rows: Rows, others: Rows) -> tuple[Problem, ...]:
    """Warnings of an index that only one side has, so that it joins nothing."""
    if rows.index and others.index:  # the same on both sides
        return ()
    sides = ((rows, others), (others, rows))
    return tuple(index_unused(side, "warning", other) for side, other in sides if side.index)


def _by_id(
    ids: Sequence[str], dataset: str, other_ids: Sequence[str], predictions: str
) -> tuple[NDArray[np.int64], tuple[Problem, ...]]:
    where = {item: row for row, item in enumerate(other_ids)}
    if len(where) < len(other_ids):
        raise InputError(_repeated(predictions, other_ids, len(other_ids) - len(where)))
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
            *([_hidden_difference(alike)] if alike else _as_numbers(ids, other)),
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
        details=(
            say(N_("without ids on both sides rows can only be joined by position")),
            *_by_one(m - n, dataset),
        ),
        fixes=(say(N_("predict every row, or write the ids beside the predictions")),),
    )


def _by_one(more: int, dataset: str) -> tuple[Text, ...]:
    """The commonest cause of one row more or less."""
    if more == 1:
        return (say(N_("one row more: often the header of {name} was predicted as a row"), name=dataset),)
    if more == -1:
        return (say(N_("one row less: often the first row of {name} was taken for a header"), name=dataset),)
    return ()


def _repeated(predictions: str, ids: Sequence[str], n: int) -> Problem:
    drop = say(
        N_("drop the {n:,} repeated row, e.g. drop_duplicates() where it is a copy"),
        N_("drop the {n:,} repeated rows, e.g. drop_duplicates() where they are copies"),
        n=n,
    )
    return replace(repeated_ids(predictions, ids), fixes=(drop,))


def _as_numbers(ids: Sequence[str], others: Sequence[str]) -> tuple[Text, ...]:
    """What became of ids that were read as numbers on the way: no leading zeros, or `.0` behind them."""
    known = set(map(_number, others))
    alike = sum(_number(item) in known for item in ids)
    if not alike:
        return ()
    zeros = any(_without_point(item) != _number(item) for item in (*ids, *others))
    words = (
        N_("{n:,} of them are the same numbers: leading zeros were lost; read both with dtype=str")
        if zeros
        else N_("{n:,} of them are the same numbers: ids became floats; read both with dtype=str")
    )
    return (say(words, n=alike),)


def _number(item: str) -> str:
    """An id without leading zeros and without `.0`; the id itself where it is no number."""
    short = _without_point(item)
    return (short.lstrip("0") or "0") if short.isascii() and short.isdigit() else item


def _without_point(item: str) -> str:
    return item.removesuffix(".0")
