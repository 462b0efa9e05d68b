"""The answers of several annotators: a long table of item, annotator and label, joined to the dataset.

Nothing is dropped without a count: what is empty, names no row or no class, or contradicts itself is left
out and said. One annotator who gave one item different labels has given no answer that could be weighed:
all of these are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from auditor.arrow import whole
from auditor.data import Annotations, Dataset
from auditor.errors import InputError, Problem
from auditor.read.annotation_columns import annotation_columns
from auditor.read.annotation_problems import (
    alone,
    contradict,
    empty,
    no_match,
    none_left,
    repeated,
    unknown_classes,
    unused,
)
from auditor.read.classes import class_key
from auditor.read.formats.arrow_tables import as_text
from auditor.read.header_row import header_problems
from auditor.read.label_names import LabelNames
from auditor.read.labels import coded_labels
from auditor.read.memory import in_memory, table_from_object
from auditor.read.tables import TextTable, read_table

ROLES = ("item", "annotator", "label")
Mask = NDArray[np.bool_]


def read_annotations(where: Any, dataset: Dataset, numbers: LabelNames | None = None) -> Annotations:
    """The answers of annotators to the rows of a dataset.

    Args:
        where: a CSV, TSV, JSONL, Parquet, ... file, or a DataFrame, with a row per answer.
        dataset: the dataset; items are its ids, or `row-0`, `row-1`, ... where it has none.
        numbers: what the dataset calls its label numbers, None where it does not say.

    Raises:
        UsageError: `option-value` for an object that is no table.
        InputError: unreadable; `annotations-columns`, `ids-do-not-match`, `annotations-none`,
            `annotations-alone`.
    """
    name, table = _table(where)
    header_problems(name, table, named=False)
    columns, notes = annotation_columns(name, table.columns.column_names, dataset)
    cells = {role: whole(as_text(table.columns[column])) for role, column in zip(ROLES, columns, strict=True)}
    filled = {role: _filled(texts) for role, texts in cells.items()}
    complete = np.logical_and.reduce(list(filled.values()))
    rows = _rows(cells["item"], dataset)
    codes = _codes(cells["label"], dataset, numbers)
    if complete.any() and not (complete & (rows >= 0)).any():
        raise InputError(no_match(name, dataset, cells["item"].filter(pa.array(complete))))
    kept = complete & (rows >= 0) & (codes >= 0)
    said = (
        *empty(name, {role: int((~mask).sum()) for role, mask in filled.items()}, int((~complete).sum())),
        *unused(name, int((complete & (rows < 0)).sum()), dataset.name),
        *unknown_classes(name, cells["label"].filter(pa.array(complete & (rows >= 0) & (codes < 0)))),
    )
    if not kept.any():
        raise InputError((none_left(name), *said))
    return _annotations(
        name, rows[kept], cells["annotator"].filter(pa.array(kept)), codes[kept], (*notes, *said)
    )


def _table(where: Any) -> tuple[str, TextTable]:
    if isinstance(where, (str, Path)):
        from auditor.read.sources import located

        source = located(where)
        return source.name, read_table(source)
    return "annotations", table_from_object(in_memory(where, "annotations"), "annotations")


def _filled(cells: pa.Array) -> Mask:
    return np.asarray(pc.not_equal(pc.utf8_trim_whitespace(cells), "").to_numpy(zero_copy_only=False), bool)


def _rows(item: pa.Array, dataset: Dataset) -> NDArray[np.int64]:
    """(a,) the row of each item, -1 where the dataset has none of this id."""
    found = pc.fill_null(pc.index_in(item, value_set=dataset.ids), -1)
    rows: NDArray[np.int64] = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return rows


def _codes(label: pa.Array, dataset: Dataset, numbers: LabelNames | None) -> NDArray[np.int32]:
    """(a,) the class of each label, below 0 where it is none; by name, or by number as in the dataset."""
    encoded = pc.dictionary_encode(label)
    keys: dict[str, list[str]] = {}
    for name in dataset.classes:
        keys.setdefault(class_key(name), []).append(name)
    names = frozenset(dataset.classes)
    texts = [text if text in names else _only(keys, text) for text in encoded.dictionary.to_pylist()]
    found = coded_labels(pa.array(texts, pa.string()), dataset.classes, len(texts), numbers).codes
    codes: NDArray[np.int32] = found[encoded.indices.to_numpy(zero_copy_only=False)]
    return codes


def _only(keys: Mapping[str, list[str]], text: str) -> str:
    """The class of this name in another Unicode form or with blanks around it, where there is just one."""
    same = keys.get(class_key(text), ())
    return same[0] if len(same) == 1 else text


def _annotations(
    name: str, rows: NDArray[Any], annotator: pa.Array, codes: NDArray[np.int32], notes: tuple[Problem, ...]
) -> Annotations:
    """One answer per annotator and row, sorted by row, then by annotator."""
    names = sorted(pc.unique(annotator).to_pylist())
    of = pc.index_in(annotator, value_set=pa.array(names, pa.string())).to_numpy(zero_copy_only=False)
    order = np.lexsort((codes, of, rows))
    rows, of, codes = rows[order].astype(np.int64), of[order].astype(np.int32), codes[order]
    first = np.r_[True, (np.diff(rows) != 0) | (np.diff(of) != 0)]
    pair = np.cumsum(first) - 1
    split = np.zeros(int(first.sum()), bool)
    np.logical_or.at(split, pair[1:], ~first[1:] & (np.diff(codes) != 0))
    kept = first & ~split[pair]
    said = (
        *repeated(name, int((~first & ~split[pair]).sum())),
        *contradict(name, int(split.sum()), np.array(names, object)[of[first][split]].tolist()),
    )
    there = np.unique(of[kept])
    if not len(there) or np.bincount(rows[kept]).max() < 2:
        raise InputError((alone(name) if len(there) else none_left(name), *said, *notes))
    of = np.searchsorted(there, of[kept]).astype(np.int32)
    kept_names = tuple(names[at] for at in there.tolist())
    return Annotations(
        name=name,
        rows=rows[kept],
        annotators=of,
        labels=codes[kept],
        names=kept_names,
        digest=_digest(rows[kept], of, codes[kept], kept_names),
        notes=(*notes, *said),
    )


def _digest(*parts: Any) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.tobytes() if isinstance(part, np.ndarray) else "\x1e".join(part).encode()
        digest.update(str(len(raw)).encode() + b":" + raw)
    return digest.hexdigest()
