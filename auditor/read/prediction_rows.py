"""Predictions as JSON, JSON Lines and Feather: a column per class, a list per row, or a score per label.

What a Hugging Face pipeline gives, `[{"label": ..., "score": ...}, ...]` per row, is sorted by score;
it is put into columns here, one per label.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from auditor.blocks import ArrayBlocks
from auditor.errors import InputError, Problem
from auditor.read.arrays import MATRIX_KEYS, matrix_key
from auditor.read.classes import PLACEHOLDER, sorted_labels
from auditor.read.encodings import encoding_of
from auditor.read.files import unreadable
from auditor.read.probability_columns import (
    Known,
    hard_labels,
    id_column,
    listed_columns,
    no_columns,
    probability_columns,
)
from auditor.read.probability_numbers import settled
from auditor.read.raw_predictions import RawPredictions, from_array, prediction_reader
from auditor.read.spool import not_numbers
from auditor.read.tables import no_rows, refuse_repeated
from auditor.read.unpacked import DAMAGED, feather_size, refuse_swollen, written_out
from auditor.wording import N_, say

LIST_KEYS = (*MATRIX_KEYS, "scores")
"""Names under which a row may hold all its numbers as a list."""
SCORED = {"label", "score"}
"""What a pipeline writes for each class of a row."""
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""Made once: `json.loads` would make one for every line."""
Row = Mapping[str, Any]


@prediction_reader(".jsonl", ".ndjson")
def _jsonl(path: Path, known: Known) -> RawPredictions:
    return _of_rows(path.name, json_lines(path), known)


def json_lines(path: Path) -> list[Any]:
    """The value of each line that is not blank, with its numbers as texts.

    Raises:
        InputError: `file-unreadable`.
    """
    rows: list[Any] = []
    with path.open(encoding=encoding_of(path), newline="\n") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                rows.append(parsed(path, line, number))
    return rows


@prediction_reader(".json")
def _json(path: Path, known: Known) -> RawPredictions:
    document = parsed(path, path.read_text(encoding=encoding_of(path)))
    if isinstance(document, list):
        return _of_rows(path.name, document, known)
    keys = [key for key in LIST_KEYS if key in document] if isinstance(document, dict) else []
    if not keys:
        found = list(document) if isinstance(document, dict) else []
        raise InputError(no_columns(path.name, listed_columns(found)))
    matrix = matrix_of_lists(path.name, keys[0], document[matrix_key(path, keys)])
    ids, classes = (
        list(map(str, document[name])) if document.get(name) else None for name in ("ids", "classes")
    )
    return from_array(matrix, path.name, ids=ids, classes=classes, labels=known.labels)


def parsed(path: Path, text: str, line: int | None = None) -> Any:
    """A document with its numbers as the texts they were written as: an id of 007 stays one."""
    try:
        return DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        where = "" if line is None else f"line {line}: "
        raise InputError(unreadable(path, ValueError(f"{where}{error}"))) from error


def _of_rows(file: str, rows: Sequence[Any], known: Known) -> RawPredictions:
    """The predictions of a list: of lists of numbers, of lists of labels with scores, or of records."""
    if not rows:
        raise InputError(no_rows(file))
    if all(isinstance(row, list) for row in rows):
        if any(isinstance(cell, dict) for cell in rows[0]):
            return _of_scores(file, rows)
        return from_array(matrix_of_lists(file, "-", rows), file, labels=known.labels)
    if not all(isinstance(row, dict) for row in rows):
        raise InputError(no_columns(file, listed_columns([])))
    names = list(dict.fromkeys(name for row in rows for name in row))
    ids = id_column(names, known, file)
    raw = replace(_of_records(file, rows, names, known), is_table=True)
    if ids is None or ids in (raw.classes or ()):
        return raw
    return replace(raw, ids=tuple(_text(row.get(ids)) for row in rows))


def _of_records(file: str, rows: Sequence[Row], names: Sequence[str], known: Known) -> RawPredictions:
    nested = [name for name in names if isinstance(rows[0].get(name), (list, dict))]
    if rows[0].keys() >= SCORED and not nested:
        raise InputError(_best_only(file))
    scored = [name for name in nested if _is_scored(rows[0][name])]
    lists = [name for name in nested if name in LIST_KEYS and name not in scored]
    if len(lists) + len(scored) > 1:
        matrix_key(Path(file), [*lists, *scored, ""])
    if scored:
        return _of_scores(file, [row.get(scored[0]) for row in rows])
    if lists:
        return from_array(
            matrix_of_lists(file, lists[0], [row.get(lists[0]) for row in rows]), file, labels=known.labels
        )
    return _of_columns(file, {name: [row.get(name) for row in rows] for name in names}, known)


def _of_columns(file: str, columns: Mapping[str, Sequence[Any]], known: Known) -> RawPredictions:
    """A column per class."""

    def read(names: Sequence[str]) -> ArrayBlocks:
        return ArrayBlocks(np.column_stack([column_of_numbers(file, columns[name]) for name in names]))

    found = settled(probability_columns(list(columns), known, file), known, file, read)
    return RawPredictions(name=file, blocks=found.blocks, classes=found.classes, notes=found.notes)


def _is_scored(cell: Any) -> bool:
    """Whether a cell holds a score per label: `{"cat": 0.9}`, or as a pipeline writes it."""
    if isinstance(cell, dict):
        return bool(cell)
    return bool(cell) and all(isinstance(part, dict) and part.keys() >= SCORED for part in cell)


def _of_scores(file: str, cells: Sequence[Any]) -> RawPredictions:
    """A score per label in every row, in any order; every row must have all labels."""
    rows = [_scores(file, number, cell) for number, cell in enumerate(cells)]
    labels = sorted_labels(list(rows[0]))
    if all(len(row) == 1 for row in rows):
        raise InputError(_best_only(file))
    for number, row in enumerate(rows):
        if row.keys() != rows[0].keys():
            raise InputError(_not_all_labels(file, number, rows))
    matrix = np.column_stack([column_of_numbers(file, [row[label] for row in rows]) for label in labels])
    numbered = [PLACEHOLDER.match(label) for label in labels]
    names = tuple(match[1] for match in numbered if match)
    return RawPredictions(
        name=file, blocks=ArrayBlocks(matrix), classes=names if len(names) == len(labels) else labels
    )


def _not_all_labels(file: str, number: int, rows: Sequence[Mapping[str, Any]]) -> Problem:
    """Rows that do not all score the same labels: the best few of each row, or a row that lacks some."""
    known = {label for row in rows for label in row}
    if len({len(row) for row in rows}) > 1:
        return _other_labels(file, number, len(rows[number]), len(rows[0]))
    return Problem(
        slug="predictions-shape",
        what=say(
            N_("{name}: rows name different labels: the best {n:,} of {k:,}; the scores of all are needed"),
            name=file,
            n=len(rows[0]),
            k=len(known),
        ),
        details=(say(N_("row {row:,} (from 0) is the first with other labels than row 0"), row=number),),
        fixes=(say(N_("pipeline(..., top_k=None) gives the scores of all classes")),),
    )


def _scores(file: str, number: int, cell: Any) -> dict[str, Any]:
    """Label -> score of one row; InputError where it is none, or names a label twice."""
    if isinstance(cell, dict) and cell:
        return {_text(label): score for label, score in cell.items()}
    parts = cell if isinstance(cell, list) else []
    if not all(isinstance(part, dict) and part.keys() >= SCORED for part in parts):
        parts = []
    found = {_text(part["label"]): part["score"] for part in parts}
    if not found or len(found) < len(parts):
        raise InputError(_other_labels(file, number, len(found), len(parts)))
    return found


def matrix_of_lists(file: str, column: str, rows: Any) -> NDArray[np.float64]:
    """(n, K) the numbers of lists of one length; InputError where they differ, or hold something else."""
    lists = rows if isinstance(rows, list) else []
    k = len(lists[0]) if lists and isinstance(lists[0], list) else 0
    if not lists or any(not isinstance(row, list) or len(row) != k for row in lists):
        raise InputError(ragged_lists(file, column))
    flat = [cell for row in lists for cell in row]
    return column_of_numbers(file, flat).reshape(len(lists), k)


def column_of_numbers(file: str, cells: Sequence[Any]) -> NDArray[np.float64]:
    """Cells as numbers; an empty one is NaN, and is reported by the check of the probabilities."""
    try:
        return np.array([np.nan if cell in (None, "") else float(cell) for cell in cells], np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(not_numbers(file, error)) from error


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


@prediction_reader(".feather", ".arrow")
def _feather(path: Path, known: Known) -> RawPredictions:
    from auditor.read.formats.arrow_tables import as_text

    table = feather_table(path)
    names = list(table.column_names)
    refuse_repeated(path.name, names)
    ids = id_column(names, known, path.name)
    lists = [
        name for name in names if name in LIST_KEYS and pa.types.is_nested(table.schema.field(name).type)
    ]
    if lists:
        cells = table[matrix_key(path, lists)].to_pylist()
        raw = from_array(matrix_of_lists(path.name, lists[0], cells), path.name, labels=known.labels)
    else:
        read = partial(arrow_numbers, path.name, table)
        found = settled(probability_columns(names, known, path.name), known, path.name, read)
        floats = {str(table.schema.field(name).type) for name in found.columns}
        raw = RawPredictions(
            name=path.name,
            blocks=found.blocks,
            classes=found.classes,
            notes=found.notes,
            half="halffloat" in floats,
            single="float" in floats,
            quantised=floats <= {"int8", "uint8"},
        )
        ids = None if ids in found.columns else ids
    texts = None if ids is None else tuple(as_text(table[ids]).to_pylist())
    return replace(raw, ids=texts, is_table=True)


def feather_table(path: Path) -> pa.Table:
    """A Feather file; InputError where it cannot be read, or swells."""
    import pyarrow.feather as feather

    try:
        refuse_swollen(path, feather_size(path))
        table = feather.read_table(path)
        table.validate(full=True)
        refuse_swollen(path, written_out(table))
    except (pa.ArrowException, OSError, MemoryError, *DAMAGED) as error:
        raise InputError(unreadable(path, error)) from error
    return table


def arrow_numbers(file: str, table: pa.Table, columns: Sequence[str]) -> ArrayBlocks:
    """Columns of an Arrow table as numbers; InputError, `predictions-not-numbers`, where they are none."""
    for name in columns:
        kind = table.schema.field(name).type
        if not any(fits(kind) for fits in (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)):
            raise InputError(not_numbers(file, TypeError(f"{name}: {kind}")))
    return ArrayBlocks(np.column_stack([table[name].cast(pa.float64()).to_numpy() for name in columns]))


def ragged_lists(file: str, column: str) -> Problem:
    """Lists of several lengths where every row needs one number per class."""
    return Problem(
        slug="predictions-shape",
        what=say(N_("{name}: the lists in column {column} differ in length"), name=file, column=column),
    )


def _best_only(file: str) -> Problem:
    problem = hard_labels(file, say(N_("every row holds its best class alone")))
    return replace(problem, fixes=(say(N_("pipeline(..., top_k=None) gives the scores of all classes")),))


def _other_labels(file: str, row: int, found: int, wanted: int) -> Problem:
    return Problem(
        slug="predictions-shape",
        what=say(
            N_("{name}: row {row:,} (from 0) has scores of {found:,} labels where {wanted:,} are needed"),
            name=file,
            row=row,
            found=found,
            wanted=wanted,
        ),
        fixes=(say(N_("pipeline(..., top_k=None) gives the scores of all classes")),),
    )
