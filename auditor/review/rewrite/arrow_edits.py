"""Edits of Arrow tables, part by part: other values of the same types in the named cells, rows left out."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.errors import InputError
from auditor.read.formats.arrow_tables import as_text, holds_files
from auditor.review.rewrite.family import Edits, format_not_written
from auditor.wording import N_, say

FEATURES = b"huggingface"
"""The key of a schema's metadata under which Hugging Face keeps the types of the columns."""
TEXT_FEATURE = {"dtype": "string", "_type": "Value"}
"""How Hugging Face writes that a column holds texts."""
NO_VALUE = (pa.ArrowException, ValueError, TypeError, OverflowError, RecursionError)
"""What is raised for a text that is no value of a type."""


class ArrowEditor:
    """Applies the edits of a whole table to one part after the other."""

    def __init__(self, name: str, schema: pa.Schema, edits: Edits) -> None:
        """
        Args:
            name: of the file, for messages.
            schema: of the table.
            edits: of the whole table.
        """
        self._name, self._edits = name, edits
        self._rows = {column: sorted(texts) for column, texts in edits.cells.items()}
        self._dropped = np.array(sorted(edits.dropped), np.int64)
        self.schema = _with_added(schema, list(edits.added))
        """Of the new table."""

    def touches(self, first: int, n: int) -> bool:
        """Whether a part of n rows that begins with row `first` does not stay as it is."""
        low, high = np.searchsorted(self._dropped, (first, first + n))
        kinds = [self.schema.field(column).type for column in self._rows]
        if self._edits.added or high > low or any(map(pa.types.is_dictionary, kinds)):
            return True  # of one dictionary every part must have the same
        return any(self._here(rows, first, n) for rows in self._rows.values())

    def edited(self, table: pa.Table, first: int) -> pa.Table:
        """A part of the table with the edits that fall into it.

        Args:
            table: the part, of the schema that the editor was made with.
            first: the row of the whole table that the part begins with.

        Raises:
            InputError: `format-not-written` for a column whose type cannot hold a new text.
        """
        n = len(table)
        columns = dict(zip(table.column_names, table.columns, strict=True))
        for column, rows in self._rows.items():
            texts = self._edits.cells[column]
            here = {row - first: texts[row] for row in self._here(rows, first, n)}
            columns[column] = self._set(column, columns[column], here)
        for column, texts in self._edits.added.items():
            cells = [texts.get(row, "") for row in range(first, first + n)]
            columns[column] = pa.chunked_array([pa.array(cells, pa.string())])
        new = pa.Table.from_arrays(list(columns.values()), schema=self.schema)
        low, high = np.searchsorted(self._dropped, (first, first + n))
        if high == low:
            return new
        kept = np.delete(np.arange(n), self._dropped[low:high] - first)
        return pa.Table.from_arrays([_taken(cells, kept) for cells in new.columns], schema=self.schema)

    @staticmethod
    def _here(rows: Sequence[int], first: int, n: int) -> Sequence[int]:
        return rows[bisect_left(rows, first) : bisect_left(rows, first + n)]

    def _set(self, column: str, cells: pa.ChunkedArray, texts: Mapping[int, str]) -> pa.ChunkedArray:
        """A column with some cells replaced; a cell that reads as its new text already stays as it is."""
        now = as_text(_taken(cells, np.array(list(texts), np.int64))).to_pylist()
        new = {row: text for (row, text), old in zip(texts.items(), now, strict=True) if text != old}
        kind = cells.type
        try:
            if pa.types.is_dictionary(kind):
                return self._set_in_dictionary(column, cells, new)
            return _replaced(cells, list(new), _values(kind, list(new.values()))) if new else cells
        except NO_VALUE as error:
            why = say(N_("column {column} is of type {type}"), column=column, type=str(kind)[:80])
            raise InputError(format_not_written(self._name, why)) from error

    def _set_in_dictionary(
        self, column: str, cells: pa.ChunkedArray, new: Mapping[int, str]
    ) -> pa.ChunkedArray:
        """A column of a dictionary, which gets the new values of all the table behind those that it has."""
        kind = cells.type
        chunk = cells.unify_dictionaries().combine_chunks()
        chunk = chunk.combine_chunks() if isinstance(chunk, pa.ChunkedArray) else chunk
        known = chunk.dictionary
        there = set(as_text(pa.chunked_array([known])).to_pylist())
        lacking = sorted({text for text in self._edits.cells[column].values() if text} - there)
        if lacking:
            known = pa.concat_arrays([known, _values(kind.value_type, lacking)])
        places = pc.index_in(_values(kind.value_type, list(new.values())), value_set=known)
        indices = _replaced(pa.chunked_array([chunk.indices]), list(new), places.cast(kind.index_type))
        made = pa.DictionaryArray.from_arrays(indices.combine_chunks(), known, ordered=kind.ordered)
        return pa.chunked_array([made], kind)


def _replaced(cells: pa.ChunkedArray, rows: Sequence[int], new: pa.Array) -> pa.ChunkedArray:
    """Cells with others in some rows."""
    places = np.arange(len(cells))
    places[list(rows)] = len(cells) + np.arange(len(rows))
    return _taken(pa.chunked_array([*cells.chunks, new], cells.type), places)


def _taken(cells: pa.ChunkedArray, places: Any) -> pa.ChunkedArray:
    """The cells of some places; of types that Arrow cannot take from (views), in runs."""
    try:
        return cells.take(pa.array(places))
    except pa.ArrowNotImplementedError:
        runs = np.split(places, np.flatnonzero(np.diff(places) != 1) + 1) if len(places) else []
        parts = [part for run in runs for part in cells.slice(int(run[0]), len(run)).chunks]
        return pa.chunked_array(parts, cells.type)


def _values(kind: pa.DataType, texts: Sequence[str]) -> pa.Array:
    """Texts as values of a type; "" is null in all types but texts.

    Raises:
        pa.ArrowException, ValueError, TypeError, OverflowError: one is no value of it, or would be read as
            another text.
    """
    if _is_text(kind):
        return pa.array(list(texts), kind)
    found = pa.array([_value(kind, text) if text else None for text in texts], kind)
    if as_text(pa.chunked_array([found], kind)).to_pylist() != list(texts):
        raise ValueError("a text would be read as another")
    return found


def _is_text(kind: pa.DataType) -> bool:
    return any(fits(kind) for fits in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view))


def _value(kind: pa.DataType, text: str) -> Any:
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_float16(kind):
        return np.float16(text)
    if pa.types.is_floating(kind):
        return float(text)
    if pa.types.is_boolean(kind):
        return {"True": True, "False": False}.get(text, text)
    if pa.types.is_nested(kind) and not holds_files(kind):
        return json.loads(text)
    if pa.types.is_decimal(kind) or pa.types.is_temporal(kind):
        return pa.scalar(text).cast(kind).as_py()
    raise TypeError(f"no text is written as {kind}")


def _with_added(schema: pa.Schema, names: Sequence[str]) -> pa.Schema:
    """A schema with columns of texts behind the others."""
    for name in names:
        schema = schema.append(pa.field(name, pa.string()))
    said = (schema.metadata or {}).get(FEATURES)
    if not names or said is None:
        return schema
    return schema.with_metadata({**schema.metadata, FEATURES: _with_features(said, names)})


def _with_features(said: bytes, names: Sequence[str]) -> bytes:
    """What Hugging Face says of the columns, and the same of the new ones; as it is where it is damaged."""
    try:
        found = json.loads(said)
        found["info"]["features"].update(dict.fromkeys(names, TEXT_FEATURE))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return said
    return json.dumps(found).encode()
