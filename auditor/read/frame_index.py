"""The index of a DataFrame: whether it names the rows, and how it joins predictions to them.

`df.sample(frac=1)`, `df[mask]`, `df.set_index("id")` and `pd.concat` leave an index that says which row
is which. It is never passed over: it joins, or it is said why it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from auditor.errors import InputError, Problem
from auditor.read.columns import NAMES, normal_name
from auditor.wording import N_, Text, listed, say

SHOWN = 3
"""How many values of an index a message shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIndex:
    """An index that is not 0, 1, 2, ..."""

    name: str | None
    """What the index is called, if it has a name."""
    texts: tuple[str, ...]
    """(n,) the values as texts."""
    numbers: bool = False
    """Numbers without a name, as after sorting or filtering: they join rows, but name no item."""
    fault: Text | None = None
    """Why it cannot name rows; None where it can."""

    @property
    def keys(self) -> tuple[str, ...] | None:
        """The values where they name each row once, else None."""
        return self.texts if self.fault is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one side of a join, and what names them."""

    name: str
    """What messages call the dataset, or the predictions."""
    n: int
    ids: Sequence[str] | pa.Array | None = None
    """(n,) ids in a column, or beside a matrix; None where there are none."""
    index: RowIndex | None = None
    """The index of a DataFrame; None where it only counts the rows, and for files and arrays."""

    @property
    def id_texts(self) -> Sequence[str] | None:
        """The ids as texts in memory."""
        return self.ids.to_pylist() if isinstance(self.ids, pa.Array) else self.ids

    @property
    def keys(self) -> Sequence[str] | None:
        """The values of the index, where they name each row once."""
        return self.index.keys if self.index else None


Keys = tuple[Sequence[str], Sequence[str]]
"""What names the rows of the dataset, and those of the predictions."""


def column_of(series: Any) -> pa.Array:
    """A column of a DataFrame as Arrow holds it; cells of several types become their text."""
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        missing = series.isna()
        return pa.array([None if gone else str(cell) for cell, gone in zip(series, missing, strict=True)])


def row_index(frame: Any) -> RowIndex | None:
    """The index of a DataFrame; None where it only counts the rows.

    Raises:
        pa.ArrowException, UnicodeEncodeError: a value is no Unicode.
    """
    index = frame.index
    if _counts(index):
        return None
    if index.nlevels > 1:
        return RowIndex(name=None, texts=tuple(map(str, index)), fault=say(N_("it has several levels")))
    texts = _texts(index)
    return RowIndex(
        name=None if index.name is None else str(index.name),
        texts=texts,
        numbers=index.name is None and index.dtype.kind in "iu",
        fault=_fault(texts),
    )


def _counts(index: Any) -> bool:
    if index.nlevels > 1 or getattr(index.dtype, "kind", "O") not in "iu":
        return not len(index)
    return bool(np.array_equal(np.asarray(index), np.arange(len(index))))


def _texts(index: Any) -> tuple[str, ...]:
    from auditor.read.formats.arrow_tables import as_text

    return tuple(as_text(pa.table({"index": column_of(index.to_series())})["index"]).to_pylist())


def _fault(texts: tuple[str, ...]) -> Text | None:
    if "" in texts:
        return say(N_("a row has no value in it (row {row:,}, from 0)"), row=texts.index(""))
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            return say(N_('a value stands in it twice: "{value}"'), value=text)
        seen.add(text)
    return None


def id_from_index(index: RowIndex | None, columns: Sequence[str], stated: str | None) -> str | None:
    """The name of the id column that the index becomes; None where it becomes none.

    Args:
        index: the index of the dataset.
        columns: its columns.
        stated: the id column that the user named; the index may have that name.
    """
    if index is None or index.keys is None:
        return None
    name = index.name or "index"
    if stated is not None:
        same = stated not in columns and normal_name(stated) == normal_name(name)
        return name if same else None
    if index.numbers:
        return None  # sorting rows must not give their findings other keys
    if any(normal_name(column) in NAMES["id"] for column in columns):
        return None
    while name in columns:
        name = f"{name}_index"
    return name


def keys_by_index(rows: Rows, others: Rows) -> Keys | None:
    """What the rows are joined by where an index is part of it; None where none fits.

    An index fits the index or the ids of the other side where one of them holds all that the other has.
    Predictions may name the rows of a dataset without ids by their numbers, as folds do.

    Raises:
        InputError: `index-differs` where both sides have an index and they do not fit, or fit two ways.
    """
    if (rows.ids is not None and others.ids is not None) or not (rows.index or others.index):
        return None
    named = [(rows.keys, others.keys), (rows.id_texts, others.keys), (rows.keys, others.id_texts)]
    if rows.index is None and rows.ids is None:
        named.append((tuple(map(str, range(rows.n))), others.keys))
    fitting = [(a, b) for a, b in named if a is not None and b is not None and _one_holds_all(a, b)]
    if len({_places(*keys) for keys in fitting}) > 1:
        raise InputError(_differs(rows, others, say(N_("it fits the index and the ids, in two orders"))))
    if not fitting:
        _refuse_half(rows, others, named[1:3])
    if not fitting and rows.index and others.index and rows.index.texts != others.index.texts:
        raise InputError(_differs(rows, others, rows.index.fault or others.index.fault))
    return fitting[0] if fitting else None


def _refuse_half(rows: Rows, others: Rows, named: Sequence[tuple[Sequence[str] | None, ...]]) -> None:
    """Raise `index-differs` where an index has some of the other side's ids, and each side more."""
    for keys, other in named:
        shared = len(set(keys or ()) & set(other or ()))
        if shared:
            raise InputError(_differs(rows, others, say(N_("{n:,} values are ids of both sides"), n=shared)))


def _one_holds_all(keys: Sequence[str], others: Sequence[str]) -> bool:
    a, b = set(keys), set(others)
    return len(a) == len(keys) and len(b) == len(others) and (a <= b or b <= a)


def _places(keys: Sequence[str], others: Sequence[str]) -> tuple[int, ...]:
    where = {key: row for row, key in enumerate(others)}
    return tuple(where.get(key, -1) for key in keys)


def joined_by_index(rows: Rows, others: Rows) -> Problem:
    """The note that an index joined the rows."""
    return Problem(
        slug="joined-by-index",
        what=say(N_("{name} was joined to {dataset} by the index"), name=others.name, dataset=rows.name),
        level="note",
    )


def index_unused(side: Rows, level: str, other: Rows | None = None) -> Problem:
    """What is said of an index that is not used: why, and what to do.

    Args:
        side: the side whose index it is.
        level: `warning` where rows were joined without it, else `note`.
        other: the other side of the join.
    """
    index = side.index
    why = index.fault if index else None
    if why is None and other is not None:
        why = say(N_("{other} has no such index and no such ids"), other=other.name)
    return Problem(
        slug="index-unused",
        what=say(N_("the index of {name} is not used: {why}"), name=side.name, why=why or ""),
        details=(say(N_("it begins: {names}"), names=listed(index.texts, SHOWN) if index else ""),),
        fixes=(
            say(N_("give both the same index, e.g. pd.DataFrame(probs, index=df.index, columns=names)"))
            if other is not None
            else say(N_("reset_index() makes a column of it; id= names the column of the ids")),
        ),
        level=level,
    )


def _differs(rows: Rows, others: Rows, why: Text | None) -> Problem:
    return Problem(
        slug="index-differs",
        what=say(
            N_("the indexes of {dataset} and {predictions} do not tell which rows belong together"),
            dataset=rows.name,
            predictions=others.name,
        ),
        details=(
            *((why,) if why else ()),
            *(
                say(
                    N_("{name}: {n:,} rows, e.g. {names}"),
                    name=side.name,
                    n=side.n,
                    names=listed(side.index.texts, SHOWN),
                )
                for side in (rows, others)
                if side.index
            ),
        ),
        fixes=(
            say(N_("give both the same index, e.g. pd.DataFrame(probs, index=df.index, columns=names)")),
            say(N_("--align position if the rows are in the same order")),
        ),
    )
