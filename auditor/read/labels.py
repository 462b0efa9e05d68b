"""The texts of a label column into classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.data import NO_LABEL, UNKNOWN_LABEL, ClassLabels
from auditor.read.classes import as_indexes, class_key

if TYPE_CHECKING:
    from auditor.read.label_names import LabelNames


def label_names_in(labels: pa.Array | None) -> list[str]:
    """The distinct label texts in the order of their first rows, without the empty one."""
    return [] if labels is None else [text for text in pc.unique(labels).to_pylist() if text]


def coded_labels(
    labels: pa.Array | None, classes: tuple[str, ...], n: int, numbers: LabelNames | None
) -> ClassLabels:
    """The class of each row.

    Args:
        labels: (n,) label texts, None without a label column.
        classes: the class names in their order.
        n: rows.
        numbers: what the dataset calls its label numbers, None where it does not say.
    """
    if labels is None:
        return ClassLabels(codes=np.full(n, NO_LABEL, np.int32), classes=classes)
    distinct = label_names_in(labels)
    by_number = not set(distinct) & set(classes) and as_indexes(distinct, len(classes))
    if by_number:
        of_name = {class_key(name): number for number, name in numbers.names.items()} if numbers else {}
        names = [of_name.get(class_key(name), "" if numbers else str(k)) for k, name in enumerate(classes)]
    else:
        names = _as_written(classes, distinct)
    codes = codes_of(labels, names)
    empty = np.asarray(pc.equal(labels, "").to_numpy(zero_copy_only=False), bool)
    codes[(codes < 0) & ~empty] = UNKNOWN_LABEL
    codes[empty] = NO_LABEL
    foreign = {int(row): labels[int(row)].as_py() for row in np.flatnonzero(codes == UNKNOWN_LABEL)}
    return ClassLabels(codes=codes, classes=classes, foreign=foreign, by_number=by_number)


def _as_written(classes: tuple[str, ...], labels: list[str]) -> list[str]:
    """Each class as the labels write it: in another Unicode form, or with blanks around it.

    Only where one class and one way of writing it meet; two ways stay two names, for a check to report.
    """
    classes_of, written = _by_key(classes), _by_key(labels)
    return [
        written[key][0] if len(classes_of[key := class_key(name)]) == 1 == len(written.get(key, ())) else name
        for name in classes
    ]


def _by_key(names: Sequence[str]) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for name in names:
        ways.setdefault(class_key(name), []).append(name)
    return ways


def codes_of(cells: pa.Array, names: Sequence[str]) -> NDArray[np.int32]:
    """(n,) the place of each text among `names`; -1 where it is none of them."""
    found = pc.index_in(cells, value_set=pa.array(names, pa.string()))
    codes: NDArray[np.int32] = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes
