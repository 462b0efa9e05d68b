"""The groups that equal rows form, and what their labels and splits say of one another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.arrow import label_codes
from auditor.data import ClassLabels, Splits, split_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Rows with equal content after normalisation."""

    of_row: NDArray[np.int64]
    """(n,) number of the row's group, or -1 for a row whose content no other row has."""
    members: tuple[NDArray[np.int64], ...]
    """Per group its rows, ascending; groups in the order of their first rows."""
    names: tuple[str, ...]
    """Per group its id: a hash of the sorted member ids."""
    enough: NDArray[np.bool_]
    """Per group whether the content says enough for a label to follow from it."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """(m,) the rows of all groups, group by group."""
        return _flat(self.members)


def no_groups(n: int) -> Groups:
    """What a dataset of n rows without content has."""
    return Groups(of_row=np.full(n, -1, np.int64), members=(), names=(), enough=np.empty(0, bool))


def equal_rows(codes: NDArray[np.int32], usable: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """The rows of each code that stands in two or more usable rows.

    Args:
        codes: (n,) a number per content, given out in the order of first appearance.
        usable: (n,) False for rows without any content.
    """
    rows = np.flatnonzero(usable & (np.bincount(codes)[codes] > 1))
    order = rows[np.argsort(codes[rows], kind="stable")]
    if not len(order):
        return ()
    starts = np.flatnonzero(codes[order][1:] != codes[order][:-1]) + 1
    return tuple(np.split(order, starts))


def _flat(members: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(members) if members else np.empty(0, np.int64)


def group_names(ids: pa.Array, members: Sequence[NDArray[np.int64]]) -> tuple[str, ...]:
    """The id of each group."""
    in_turn = iter(ids.take(pa.array(_flat(members))).to_pylist())
    return tuple(group_name(list(islice(in_turn, len(rows)))) for rows in members)


def group_name(ids: Sequence[str]) -> str:
    """The id of a group: first 16 hex digits of sha256 over its sorted member ids."""
    return hashlib.sha256("\n".join(sorted(ids)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def conflicts(labels: ClassLabels, groups: Groups) -> dict[int, dict[str, int]]:
    """Group -> given label -> rows, for the groups with two or more different labels.

    Rows without a label are in no conflict; a label outside the class list is a label.
    """
    codes, names = label_codes(labels)
    rows = np.flatnonzero((groups.of_row >= 0) & (codes >= 0))
    cells, counts = np.unique(groups.of_row[rows] * max(len(names), 1) + codes[rows], return_counts=True)
    of, code = np.divmod(cells, max(len(names), 1))
    several = (np.bincount(of) > 1)[of]
    found: dict[int, dict[str, int]] = {}
    for group, label, count in zip(of[several], code[several], counts[several], strict=True):
        found.setdefault(int(group), {})[names[label]] = int(count)
    return found


def commonest(labels: Mapping[str, int], most: int = 10) -> dict[str, int]:
    """The commonest labels of a group with their rows; a group may have as many labels as rows.

    >>> commonest({"a": 1, "b": 3, "c": 2}, most=2)
    {'b': 3, 'c': 2}
    """
    return dict(sorted(labels.items(), key=lambda entry: (-entry[1], entry[0]))[:most])


def leaks(splits: Splits | None, groups: Groups) -> dict[int, str]:
    """Row of a later split -> name of the earliest split that holds a copy of it.

    Splits that are neither train, validation nor test have no place in that order.
    """
    if splits is None:
        return {}
    kinds = np.array([*(split_kind(name) or "" for name in splits.names), ""])  # -1, no split, is the last
    rows = np.flatnonzero((groups.of_row >= 0) & (kinds[splits.codes] != ""))
    split, group = splits.codes[rows], groups.of_row[rows]
    first = np.full(len(groups.members), len(splits.names))
    np.minimum.at(first, group, split)  # names are in the order of the data's way
    earliest = first[group]
    late = kinds[split] != kinds[earliest]
    return {int(row): splits.names[at] for row, at in zip(rows[late], earliest[late], strict=True)}
