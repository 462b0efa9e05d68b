"""Arrow columns: codes as the names they stand for, the given labels as texts, chunks as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.data import ClassLabels


def named(codes: NDArray[np.integer[Any]], names: Sequence[str]) -> pa.DictionaryArray:
    """(n,) the name of each code, null where the code is negative.

    >>> named(np.array([1, -1]), ["cat", "dog"]).to_pylist()
    ['dog', None]
    """
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, pa.int32(), mask=codes < 0), pa.array(list(names), pa.string())
    )


def label_codes(labels: ClassLabels) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """(n,) a code per given label, -1 where a row has none, and the text of each code.

    The classes come first, then the labels that are not in the class list.
    """
    foreign = sorted(set(labels.foreign.values()))
    place = {text: code for code, text in enumerate(foreign, start=len(labels.classes))}
    codes = np.where(labels.codes >= 0, labels.codes, -1).astype(np.int32)
    for row, text in labels.foreign.items():
        codes[row] = place[text]
    return codes, (*labels.classes, *foreign)


def label_texts(labels: ClassLabels) -> pa.DictionaryArray:
    """(n,) the given label of every row, also one that is not in the class list; null where there is none."""
    return named(*label_codes(labels))


def whole(column: pa.ChunkedArray) -> pa.Array:
    """(n,) a column of any number of chunks as one array."""
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)
